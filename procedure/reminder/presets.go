package reminder

import (
	"slices"

	"github.com/receivables-go/receivables"
)

// Presets returns the published scenarios (calendriers publiés). Their days are those of the
// source; levels and channels of the named actions follow their names. They keep plain calendar
// days: set Roll to move them.
//
//	standard        -10 +4 +7 +14 +21 +28 +33 +43 +50   risky_clients  -8 +3 +7 +13 +15 +20 +25 +35
//	key_accounts    -10 +5 +12 +20 +28 +38 +45 +60      public_clients -12 +3 +8 +18 +25 +32 +42 +60
//	oca_3_time      +10, end of month of +30, 10 after  oca_2_time     end of month of +30, 60 after
//	small_firm      +5, 15 after, 21 after              erp_generic    -10 +3 +10 +30 +45
func Presets() []Scenario {
	const (
		demo = "My DSO Manager, demonstration scenarios (public demo page)"
		oca  = "OCA account_credit_control, demonstration policies"
	)
	due := func(code string, days int, level Level, channel Channel) Step {
		return Step{Code: code, Days: days, Level: level, Channel: channel}
	}
	after := func(code string, days int, level Level, channel Channel) Step {
		return Step{Code: code, Base: AfterPrevious, Days: days, Level: level, Channel: channel}
	}
	notice := func(s Step) Step { // of a firm to a firm
		s.Costs = true
		return s
	}
	return []Scenario{
		{Name: "standard", Source: demo, Steps: []Step{
			due("pre_reminder_email", -10, LevelPreDue, Email), due("email_1", 4, LevelCourteous, Email), due("call_1", 7, LevelCourteous, Call),
			due("email_2", 14, LevelFirm, Email), due("ask_salesperson", 21, LevelFirm, Salesperson), due("call_2", 28, LevelFirm, Call),
			{Code: "penalties_and_email_3", Days: 33, Level: LevelLast, Channel: Email, Costs: true},
			notice(due("formal_notice_letter", 43, LevelFormalNotice, RegisteredLetter)), due("litigation", 50, LevelLitigation, LegalDepartment),
		}},
		{Name: "risky_clients", Source: demo, Steps: []Step{
			due("pre_reminder_email", -8, LevelPreDue, Email), due("call_1", 3, LevelCourteous, Call), due("email_1", 7, LevelFirm, Email),
			due("sms", 13, LevelFirm, SMS), due("registered_letter", 15, LevelLast, RegisteredLetter), due("ask_salesperson", 20, LevelLast, Salesperson),
			notice(due("formal_notice_letter", 25, LevelFormalNotice, RegisteredLetter)), due("litigation", 35, LevelLitigation, LegalDepartment),
		}},
		{Name: "key_accounts", Source: demo, Steps: []Step{
			due("pre_reminder_call", -10, LevelPreDue, Call), due("email_1", 5, LevelCourteous, Email), due("call_1", 12, LevelCourteous, Call),
			due("email_2", 20, LevelFirm, Email), due("call_2", 28, LevelFirm, Call), due("sales_manager", 38, LevelFirm, Salesperson),
			due("call_3", 45, LevelLast, Call), due("registered_letter", 60, LevelLast, RegisteredLetter),
		}},
		{Name: "public_clients", Source: demo, Steps: []Step{
			due("pre_reminder_call", -12, LevelPreDue, Call), due("call_1", 3, LevelCourteous, Call), due("email_1", 8, LevelCourteous, Email),
			due("email_2", 18, LevelFirm, Email), due("call_2", 25, LevelFirm, Call), due("ask_salesperson", 32, LevelFirm, Salesperson),
			due("call_3", 42, LevelLast, Call), due("registered_letter", 60, LevelLast, RegisteredLetter),
		}},
		{Name: "oca_3_time", Source: oca, Steps: []Step{
			due("level_1", 10, LevelCourteous, Email),
			{Code: "level_2", Base: EndOfMonth, Days: 30, Level: LevelFirm, Channel: Email},
			after("level_3", 10, LevelLast, Letter),
		}},
		{Name: "oca_2_time", Source: oca, Steps: []Step{
			{Code: "level_1", Base: EndOfMonth, Days: 30, Level: LevelCourteous, Channel: Email}, after("level_2", 60, LevelFirm, Letter),
		}},
		{Name: "small_firm", Source: "cmb-secretariat.fr: first reminder within 5 days, 15 days to pay, second one, formal notice 21 days after it", Steps: []Step{
			due("reminder_1", 5, LevelCourteous, Letter), after("reminder_2", 15, LevelFirm, Letter), notice(after("formal_notice_letter", 21, LevelFormalNotice, RegisteredLetter)),
		}},
		{Name: "erp_generic", Source: "egexpertisegestion.fr: days only, levels and channels are ours", Steps: []Step{
			due("pre_reminder_email", -10, LevelPreDue, Email), due("email_1", 3, LevelCourteous, Email), due("email_2", 10, LevelFirm, Email),
			due("email_3", 30, LevelLast, Email), notice(due("formal_notice_letter", 45, LevelFormalNotice, RegisteredLetter)),
		}},
	}
}

// Preset returns a published scenario by its name.
//
// Errors:
//   - [receivables.ErrUnknown].
func Preset(name string) (Scenario, error) {
	all := Presets()
	i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
	if i < 0 {
		return Scenario{}, &receivables.FieldError{Path: "scenario", Value: name, Rule: receivables.RuleUnknownReference, Detail: "no such preset"}
	}
	return all[i], nil
}
