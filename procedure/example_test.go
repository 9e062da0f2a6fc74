package procedure_test

import (
	"fmt"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/cost"
	"github.com/receivables-go/receivables/procedure/court"
	"github.com/receivables-go/receivables/procedure/docket"
	"github.com/receivables-go/receivables/procedure/enforcement"
	"github.com/receivables-go/receivables/procedure/insolvency"
	"github.com/receivables-go/receivables/procedure/limitation"
	"github.com/receivables-go/receivables/procedure/paymentorder"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// shown writes a deadline on a line.
func shown(what string, d procedure.Deadline) {
	fmt.Printf("%s: %s (%s from %s, %s)\n", what, d.Expires, d.Period, d.From, d.LegalBasis[0].Text)
}

// An unpaid invoice from its due date to an enforceable title: 6000.00 due on 30 June 2026 between merchants, 2000.00 of it
// paid in September.
func Example_unpaidInvoice() {
	day, eur := receivables.MustDate, func(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
	due, filed := day("2026-06-30"), day("2026-10-20")

	fmt.Println("-- what is owed on", filed)
	law, err := penalties.Standard()
	must(err)
	calculator, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	must(err)
	accrual, err := calculator.Accrue(penalties.Claim{
		ID: "F-112", Principal: eur("6000"), DueOn: due, Payments: []penalties.Payment{{On: day("2026-09-15"), Amount: eur("2000")}},
	}, filed)
	must(err)
	for _, s := range accrual.Segments {
		fmt.Println(s)
	}
	for _, p := range accrual.Payments {
		fmt.Println("paid", p.Amount.Text(), "on", p.On, "to the fixed sum", p.ToCosts.Text()+", interest", p.ToInterest.Text()+", principal", p.ToPrincipal.Text())
	}
	fmt.Println("principal", accrual.PrincipalDue, "interest", accrual.InterestDue, "fixed sum", accrual.FixedSumDue())

	fmt.Println("-- how long it lasts")
	events := []limitation.Event{{Kind: limitation.FormalNotice, On: day("2026-08-10")}, {Kind: limitation.PartPayment, On: day("2026-09-15")}}
	watch, err := limitation.Monitor(limitation.Claim{DueOn: due}, []limitation.Kind{limitation.Trade}, events, filed)
	must(err)
	for _, s := range watch.Candidates[0].Steps {
		fmt.Println(s.On, s.Event, s.Effect+":", s.Basis.Text)
	}
	fmt.Println("last day", watch.Last, "perhaps", watch.Candidates[0].Possible)

	fmt.Println("-- which court")
	c := court.Case{CreditorTrades: procedure.Met, DebtorTrades: procedure.Met, Matter: court.Trade, Department: "59", Amount: accrual.Total(), FiledOn: filed}
	choice, err := court.Choose(c)
	must(err)
	fmt.Println(choice.Court.French()+", lawyer compulsory:", choice.Lawyer.State.String()+", without appeal:", choice.LastResort.State)

	fmt.Println("-- the request")
	item, err := paymentorder.ItemOf("F-112", day("2026-05-31"), eur("6000"), accrual, filed)
	must(err)
	request := paymentorder.Request{
		On: filed, Court: choice.Court, Place: "Lille", Contract: "commande du 4 mai 2026", Items: []paymentorder.Item{item}, Art700: eur("300"),
		Creditor: paymentorder.Party{Name: "Ateliers du Nord", Address: []string{"59000 Lille"}}, Debtor: paymentorder.Party{Name: "Garage Lenoir", Address: []string{"59140 Dunkerque"}},
		Exhibits: []string{"commande", "bon de livraison", "facture", "mise en demeure"}, SwitchOnOpposition: true, Signatory: "Mme Dumas",
	}
	sums, err := request.Sums()
	must(err)
	fmt.Println("principal", sums.Principal.Text(), "+ interest", sums.Interest.Text(), "+ fixed sum", sums.FixedSums.Text(), "+ article 700", sums.Art700.Text(), "=", sums.Total)
	estimate, err := cost.PaymentOrder(cost.OrderInput{Court: choice.Court, Claim: sums.Principal, FiledOn: filed})
	must(err)
	for _, l := range estimate.Lines {
		fmt.Println("cost:", l.Name, l.ExclVAT.Text(), "with VAT", l.InclVAT.Text()+",", l.Basis.Text)
	}

	fmt.Println("-- from the order to the title")
	order := paymentorder.Case{Court: choice.Court, FiledOn: filed, OrderedOn: day("2026-11-06"), ServedOn: day("2026-11-24"), InPerson: procedure.Met, Debtor: receivables.ZoneMetropole}
	timeline, err := paymentorder.Follow(order, day("2027-01-26"))
	must(err)
	shown("fees by", *timeline.Deposit)
	shown("serve by", *timeline.Service)
	shown("opposition until", *timeline.Opposition)
	shown("no notice of opposition until", *timeline.NoticeWait)
	fmt.Println("enforceable after:", timeline.EnforceableAfter, "- state on 2027-01-26:", timeline.State)
	shown("title until", *timeline.TitleUntil)
	events = append(events, limitation.Event{Kind: limitation.OrderService, On: order.ServedOn})
	after, err := limitation.Of(limitation.Claim{Kind: limitation.Trade, DueOn: due}, events)
	must(err)
	fmt.Println("service interrupted limitation:", after.Last)

	fmt.Println("-- a bank seizure")
	bank, err := enforcement.BankSeizure(day("2027-02-01"), 0, procedure.Place{})
	must(err)
	shown("tell the debtor by", bank.Tell)

	// Output:
	// -- what is owed on 2026-10-20
	// 2026-07-01 to 2026-09-15: 6000.00 EUR x 12.4 % x 77/365 = 156.95
	// 2026-09-16 to 2026-10-20: 4196.95 EUR x 12.4 % x 35/365 = 49.90
	// paid 2000.00 on 2026-09-15 to the fixed sum 40.00, interest 156.95, principal 1803.05
	// principal 4196.95 EUR interest 49.90 EUR fixed sum 0.00 EUR
	// -- how long it lasts
	// 2026-08-10 formal notice does not interrupt: Cass. com. 18 May 2022 n° 20-23.204
	// 2026-09-15 part payment may interrupt: Cass. 3e civ. 14 May 2020
	// last day 2031-06-30 perhaps 2031-09-15
	// -- which court
	// tribunal de commerce, lawyer compulsory: not met, without appeal: met
	// -- the request
	// principal 4196.95 + interest 49.90 + fixed sum 0.00 + article 700 300.00 = 4546.85 EUR
	// cost: registry fee 25.19 with VAT 30.23, arrêté 25 Feb. 2026; Infogreffe
	// cost: service of request and order 60.98 with VAT 73.18, C. com. A444-11 n° 4
	// -- from the order to the title
	// fees by: 2026-11-04 (15 days from 2026-10-20, CPC 1425 al. 1)
	// serve by: 2027-02-08 (3 months from 2026-11-06, CPC 1411; décret 2026-96 of 16 Feb. 2026 art. 9)
	// opposition until: 2026-12-24 (1 month from 2026-11-24, CPC 1416)
	// no notice of opposition until: 2027-01-25 (2 months from 2026-11-24, CPC 1422; décret 2026-96)
	// enforceable after: 2027-01-25 - state on 2027-01-26: enforceable
	// title until: 2037-01-26 (10 years from 2027-01-26, CPCE L111-4)
	// service interrupted limitation: 2031-11-24
	// -- a bank seizure
	// tell the debtor by: 2027-02-09 (8 days from 2027-02-01, CPCE R211-3)
}

// A customer goes into receivership: what is declared, until when, what of the goods.
func Example_receivership() {
	day, eur := receivables.MustDate, func(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
	opened, published := day("2026-10-12"), day("2026-10-21")
	law, err := penalties.Standard()
	must(err)
	calculator, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	must(err)
	accrual, err := calculator.Accrue(penalties.Claim{ID: "F-201", Principal: eur("8000"), DueOn: day("2026-07-31")}, day("2026-10-11"))
	must(err)

	declared, err := insolvency.Declare(opened, []insolvency.Invoice{
		{Document: "F-201", DueOn: day("2026-07-31"), Accrual: accrual, Open: eur("8000")}, {Document: "F-230", DueOn: day("2026-10-31"), Open: eur("3500")},
	}, eur("0"))
	must(err)
	for _, l := range declared.Due {
		fmt.Println("due:", l.Document, l.Principal.Text(), "interest", l.Interest.Text(), "for", l.Days, "days until", declared.LastDay.String()+", fixed sum", l.FixedSum.Text())
	}
	for _, l := range declared.NotDue {
		fmt.Println("not due:", l.Document, l.Principal.Text(), "on", l.DueOn)
	}
	fmt.Println("to declare:", declared.TotalDue.Text(), "+", declared.TotalNotDue.Text(), "=", declared.Total)

	creditor := insolvency.Creditor{OutsideTerritory: procedure.NotMet}
	timeline, err := insolvency.TimelineOf(opened, published, creditor, procedure.Place{})
	must(err)
	shown("publication expected by", *timeline.Publication)
	shown("declare by", *timeline.Declare)
	shown("relief until", *timeline.Relief)
	shown("claim goods by", *timeline.Goods)
	contract, err := insolvency.ContractOption(day("2026-10-26"), 0)
	must(err)
	shown("contract ended without answer after", contract)
	payment, err := insolvency.PriorPayment(day("2026-10-13"), opened)
	must(err)
	fmt.Println("payment of 2026-10-13 can be annulled:", payment.Avoidable, "until", payment.Until.Expires)

	list, err := docket.New([]docket.Item{
		{Claim: "F-201", Deadline: *timeline.Declare, DoneOn: day("2026-11-20")}, {Claim: "F-201", Deadline: *timeline.Goods}, {Claim: "F-201", Deadline: contract},
	}, day("2026-11-26"), 60)
	must(err)
	for _, e := range list.Entries {
		fmt.Println("docket:", e.Day, e.State, e.Deadline.Rule)
	}

	// Output:
	// due: F-201 8000.00 interest 195.68 for 72 days until 2026-10-11, fixed sum 40.00
	// not due: F-230 3500.00 on 2026-10-31
	// to declare: 8235.68 + 3500.00 = 11735.68 EUR
	// publication expected by: 2026-10-27 (15 days from 2026-10-12, C. com. R621-8, R631-7, R641-7)
	// declare by: 2026-12-21 (2 months from 2026-10-21, C. com. R622-24, R641-25)
	// relief until: 2027-04-21 (6 months from 2026-10-21, C. com. L622-26)
	// claim goods by: 2027-01-21 (3 months from 2026-10-21, C. com. L624-9)
	// contract ended without answer after: 2026-11-26 (1 month from 2026-10-26, C. com. L622-13)
	// payment of 2026-10-13 can be annulled: true until 2029-10-13
	// docket: 2027-01-21 alert RDP.CLAIM
	// docket: 2026-11-26 waiting INSOL.CONTRACT_NOTICE
	// docket: 2026-12-21 done INSOL.DECLARE
}
