// Package sample makes the ledger that the examples run on: a French seller of
// workshop furniture with a few dozen customers of every kind, from January 2025
// to October 2026. It is made by a seeded generator, so it is the same on every
// machine; names and figures are invented.
package sample

import (
	"fmt"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Seller is the name of the invented company.
const Seller = "Ateliers du Morvan SAS"

// AsOf is the day on which the sample is meant to be looked at.
func AsOf() date.Date { return receivables.MustDate("2026-10-31") }

// Ledger makes the sample. The same seed gives the same ledger.
//
// Errors: those of [receivables.Ledger.Record], which would be a mistake in the
// generator.
func Ledger(seed uint64) (*receivables.Ledger, error) {
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	if err != nil {
		return nil, err
	}
	g := &generator{random: splitMix(seed), calendar: calendar}
	for _, c := range customers() {
		g.facts = append(g.facts, c.Customer)
		if err := g.business(c); err != nil {
			return nil, err
		}
	}
	g.incidents()
	return receivables.NewLedger(g.facts...)
}

// splitMix is the SplitMix64 generator: a sequence that no version of a library
// can change.
type splitMix uint64

func (s *splitMix) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number from 0 to n-1.
func (s *splitMix) below(n int) int { return int(s.next() % uint64(n)) }

// between returns a number from low to high, both included.
func (s *splitMix) between(low, high int) int { return low + s.below(high-low+1) }

// habit is how a customer pays.
type habit struct {
	early, late int // days before and after the due date
	badOneIn    int // one invoice in so many goes badly late; 0: none
	neverAfter  string
}

var (
	prompt   = habit{early: 4, late: 2}
	usual    = habit{early: 1, late: 12, badOneIn: 15}
	slow     = habit{early: 0, late: 40, badOneIn: 8}
	dragging = habit{early: 0, late: 75, badOneIn: 4}
	failing  = habit{early: 0, late: 45, badOneIn: 3, neverAfter: "2026-05-15"}
)

// customer is a debtor of the sample and how business goes with it.
type customer struct {
	receivables.Customer
	habit    habit
	currency string
	terms    receivables.Terms
	perYear  int // invoices a year
	typical  int // amount of an invoice, in units
}

func customers() []customer {
	net := receivables.NetDays
	eom45 := receivables.DaysThenEndOfMonth(45)
	company, public, consumer := receivables.KindCompany, receivables.KindPublicBody, receivables.KindConsumer
	list := []customer{
		of("Garage Lenoir", company, "FR", "Dumas", prompt, net(30), 14, 1400),
		of("Menuiserie Perrin", company, "FR", "Dumas", usual, eom45, 12, 3200),
		of("Carrosserie Valmy", company, "FR", "Dumas", slow, eom45, 16, 2700),
		of("Groupe Bertin Industrie", company, "FR", "Haddad", usual, net(60), 24, 18500),
		of("Bertin Usinage", company, "FR", "Haddad", slow, net(60), 18, 9400),
		of("Bertin Logistique", company, "FR", "Haddad", dragging, net(60), 12, 5200),
		of("Coopérative du Nivernais", company, "FR", "Dumas", prompt, net(30), 10, 4100),
		of("Fonderies de la Loire", company, "FR", "Haddad", dragging, eom45, 14, 12800),
		of("Atelier Mistral", company, "FR", "Roux", usual, net(30), 9, 950),
		of("Transports Gauthier", company, "FR", "Roux", slow, net(30), 11, 2300),
		of("Hôtel des Remparts", company, "FR", "Roux", usual, net(30), 5, 6700),
		of("Chantiers navals Kerguelen", company, "FR", "Haddad", slow, eom45, 8, 22400),
		of("Plomberie Sarrazin", company, "FR", "Roux", failing, net(30), 12, 1850),
		of("Aménagements Cévenols", company, "FR", "Roux", failing, eom45, 10, 7600),
		of("Papeterie Lambert", company, "FR", "Dumas", prompt, net(30), 6, 780),
		of("Brasserie Saint-Éloi", company, "FR", "Roux", slow, net(30), 7, 3900),
		of("Imprimerie Castel", company, "FR", "Dumas", usual, eom45, 10, 2600),
		of("Électricité Moreau", company, "FR", "Dumas", prompt, net(45), 12, 1950),
		of("Serrurerie Blanchet", company, "FR", "Dumas", usual, net(30), 8, 1250),
		of("Laboratoires Astrée", company, "FR", "Haddad", prompt, net(60), 12, 15300),
		of("Ville de Nevers", public, "FR", "Haddad", usual, net(30), 6, 11200),
		of("Lycée Jules-Renard", public, "FR", "Roux", slow, net(30), 5, 8400),
		of("Centre hospitalier de l'Yonne", public, "FR", "Haddad", dragging, net(50), 9, 14600),
		of("Région Bourgogne - Services techniques", public, "FR", "Haddad", prompt, net(30), 4, 27500),
		of("Mme Chevalier", consumer, "FR", "Roux", prompt, net(0), 2, 640),
		of("M. Pasquier", consumer, "FR", "Roux", slow, net(0), 2, 890),
		of("Mme Nguyen", consumer, "FR", "Roux", usual, net(0), 1, 1120),
		of("M. et Mme Ferrand", consumer, "FR", "Roux", dragging, net(0), 2, 1480),
		of("Werkstatt Hoffmann GmbH", company, "DE", "Haddad", prompt, net(30), 9, 8700),
		of("Officine Marchetti Srl", company, "IT", "Haddad", dragging, net(60), 8, 6900),
		of("Van Damme BV", company, "BE", "Haddad", usual, net(30), 10, 4300),
		of("Talleres Ibarra SL", company, "ES", "Haddad", slow, net(60), 7, 5100),
		of("Thornbury Fittings Ltd", company, "GB", "Haddad", usual, net(30), 9, 5600),
		of("Castlegate Workshops plc", company, "GB", "Haddad", slow, net(60), 6, 9800),
		of("Lemanic Outillage SA", company, "CH", "Haddad", prompt, net(30), 6, 7300),
	}
	for i := range list {
		list[i].ID = fmt.Sprintf("C%03d", i+1)
		if list[i].Country == "GB" {
			list[i].currency = "GBP"
		}
	}
	list[4].Parent, list[5].Parent = list[3].ID, list[3].ID // the Bertin group
	return list
}

func of(
	name string, kind receivables.CustomerKind, country, salesperson string, h habit, terms receivables.Terms, perYear, typical int,
) customer {
	c := customer{habit: h, currency: "EUR", terms: terms, perYear: perYear, typical: typical}
	c.Name, c.Kind, c.Country, c.Salesperson = name, kind, country, salesperson
	if country == "FR" {
		c.Zone = receivables.ZoneMetropole
	}
	return c
}

// generator makes facts.
type generator struct {
	random                        splitMix
	calendar                      *receivables.HolidayCalendar
	facts                         []receivables.Fact
	invoices, payments, creditNos int
	open                          []receivables.Invoice // not paid at the end
}

// business makes the invoices of one customer and what became of them.
func (g *generator) business(c customer) error {
	first, last := receivables.MustDate("2025-01-02"), AsOf()
	gap := max(1, 365/c.perYear)
	for day := receivables.AddDays(first, g.random.below(gap)); day <= last; day = receivables.AddDays(day, g.random.between(gap*6/10, gap*14/10)) {
		on, err := receivables.RollDay(g.calendar, day, receivables.RollPreceding)
		if err != nil {
			return err
		}
		invoice, err := g.invoice(c, on)
		if err != nil {
			return err
		}
		g.facts = append(g.facts, invoice)
		if err := g.settle(c, invoice); err != nil {
			return err
		}
	}
	return nil
}

// invoice makes an invoice; every twelfth large one is in three instalments.
func (g *generator) invoice(c customer, on date.Date) (receivables.Invoice, error) {
	g.invoices++
	cents := int64(c.typical) * int64(g.random.between(45, 190))
	cents += int64(g.random.below(100))
	amount, err := receivables.NewMoney(decimal.New(cents, -2), receivables.MustCurrency(c.currency))
	if err != nil {
		return receivables.Invoice{}, err
	}
	invoice := receivables.Invoice{
		ID: fmt.Sprintf("F%d-%04d", on.Year(), g.invoices), Customer: c.ID, IssuedOn: on, Amount: amount,
		Entity: "Nevers", Salesperson: c.Salesperson,
	}
	if c.Country != "FR" {
		invoice.Entity = "Export"
	}
	terms := c.terms
	if c.typical > 10_000 && g.invoices%12 == 0 {
		share := decimal.New(3, -1)
		terms = receivables.Instalments(
			receivables.TermsPart{Share: share, Terms: receivables.NetDays(0)},
			receivables.TermsPart{Share: share, Terms: receivables.NetDays(30)},
			receivables.TermsPart{Share: decimal.New(4, -1), Terms: receivables.NetDays(60)},
		)
	}
	schedule, err := terms.Schedule(amount, receivables.Events{Issued: on}, g.calendar)
	if len(schedule) == 1 {
		invoice.DueOn = schedule[0].DueOn
	} else {
		invoice.Instalments = schedule
	}
	return invoice, err
}

// dueOn returns the last due date of an invoice.
func dueOn(i receivables.Invoice) date.Date {
	if n := len(i.Instalments); n > 0 {
		return i.Instalments[n-1].DueOn
	}
	return i.DueOn
}

// settle pays an invoice as the customer does, if that is before the end.
func (g *generator) settle(c customer, invoice receivables.Invoice) error {
	due := dueOn(invoice)
	delay := g.random.between(-c.habit.early, c.habit.late)
	if n := c.habit.badOneIn; n > 0 && g.random.below(n) == 0 {
		delay += g.random.between(30, 120)
	}
	day := max(receivables.AddDays(due, delay), receivables.AddDays(invoice.IssuedOn, 1))
	on, err := receivables.RollDay(g.calendar, day, receivables.RollFollowing)
	if err != nil {
		return err
	}
	stopped := c.habit.neverAfter != "" && on >= receivables.MustDate(c.habit.neverAfter)
	if on > AsOf() || stopped {
		g.open = append(g.open, invoice)
		return nil
	}
	paid := invoice.Amount
	switch chance := g.random.below(60); {
	case chance == 0: // paid a little short: a residue
		paid = paid.AddAmount(decimal.New(-int64(g.random.between(2, 85)), -2))
	case chance < 4 && on > receivables.MustDate("2026-08-15"): // half now
		half, err := paid.SplitShares(decimal.New(5, -1), decimal.New(5, -1))
		if err != nil {
			return err
		}
		paid = half[0]
		g.open = append(g.open, invoice)
	}
	payment := g.payment(c.ID, paid, on)
	g.facts = append(g.facts, receivables.Allocation{
		ID: "L-" + payment.ID, From: payment.ID, To: invoice.ID, Amount: paid, On: on,
	})
	return nil
}

// payment records money received.
func (g *generator) payment(customer string, amount receivables.Money, on date.Date) receivables.Payment {
	g.payments++
	p := receivables.Payment{ID: fmt.Sprintf("R%d-%04d", on.Year(), g.payments), Customer: customer, ReceivedOn: on, Amount: amount, Entity: "Nevers"}
	g.facts = append(g.facts, p)
	return p
}

// incidents adds what happens in real ledgers.
func (g *generator) incidents() {
	causes := []receivables.Cause{
		receivables.CauseInvoiceError, receivables.CausePrice, receivables.CauseDelivery, receivables.CauseQuality,
		receivables.CauseMissingOrderNumber, receivables.CauseCommercialAgreement, receivables.CauseCashTrouble,
	}
	for i, invoice := range g.open {
		switch {
		case i%6 == 1: // disputed, whole or in part
			hold := receivables.Hold{
				ID: fmt.Sprintf("D-%s", invoice.ID), Kind: receivables.HoldDispute,
				Scope: receivables.Scope{Document: invoice.ID}, From: receivables.AddDays(invoice.IssuedOn, g.random.between(5, 25)),
				Cause: causes[g.random.below(len(causes))], Owner: invoice.Salesperson,
			}
			if i%4 == 1 {
				hold.Scope.Amount = invoice.Amount.AddAmount(invoice.Amount.Amount().Mul(decimal.New(-7, -1))).Round()
			}
			if hold.From <= AsOf() {
				g.facts = append(g.facts, hold)
			}
		case i%13 == 5: // a credit note that nobody has matched
			g.creditNos++
			g.facts = append(g.facts, receivables.CreditNote{
				ID: fmt.Sprintf("A2026-%03d", g.creditNos), Customer: invoice.Customer,
				IssuedOn: min(receivables.AddDays(invoice.IssuedOn, 12), AsOf()),
				Amount:   invoice.Amount.AddAmount(invoice.Amount.Amount().Mul(decimal.New(-85, -2))).Round(),
				Corrects: invoice.ID, Entity: invoice.Entity, Salesperson: invoice.Salesperson,
			})
		}
	}
	day, eur := receivables.MustDate, func(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
	g.facts = append(g.facts,
		// An over-payment, a deposit on an order, money from an unknown sender.
		receivables.Payment{ID: "R2026-9001", Customer: "C007", ReceivedOn: day("2026-09-08"), Amount: eur("412.50")},
		receivables.Payment{ID: "R2026-9002", Customer: "C012", ReceivedOn: day("2026-10-14"), Amount: eur("6720.00"), Deposit: true},
		receivables.Payment{ID: "R2026-9003", ReceivedOn: day("2026-10-21"), Amount: eur("1534.20")},
		// An invoice without due date, one entered twice, one due before it was issued.
		receivables.Invoice{ID: "F2026-9004", Customer: "C009", IssuedOn: day("2026-08-17"), Amount: eur("1188.00"), Entity: "Nevers", Salesperson: "Roux"},
		receivables.Invoice{ID: "F2026-9005", Customer: "C018", IssuedOn: day("2026-09-03"), DueOn: day("2026-10-18"), Amount: eur("2046.30"), Entity: "Nevers", Salesperson: "Dumas"},
		receivables.Invoice{ID: "F2026-9006", Customer: "C018", IssuedOn: day("2026-09-03"), DueOn: day("2026-10-18"), Amount: eur("2046.30"), Entity: "Nevers", Salesperson: "Dumas"},
		receivables.Invoice{ID: "F2026-9007", Customer: "C017", IssuedOn: day("2026-09-21"), DueOn: day("2025-11-05"), Amount: eur("936.00"), Entity: "Nevers", Salesperson: "Dumas"},
		// The same customer entered under a second number.
		receivables.Invoice{ID: "F2026-9008", Customer: "c011", IssuedOn: day("2026-09-28"), DueOn: day("2026-10-28"), Amount: eur("3310.00"), Entity: "Nevers", Salesperson: "Roux"},
		// A cheque that came back unpaid a week later.
		receivables.Invoice{ID: "F2026-9009", Customer: "C028", IssuedOn: day("2026-09-01"), DueOn: day("2026-09-01"), Amount: eur("1260.00"), Entity: "Nevers", Salesperson: "Roux"},
		receivables.Payment{ID: "R2026-9009", Customer: "C028", ReceivedOn: day("2026-09-30"), Amount: eur("1260.00")},
		receivables.Allocation{From: "R2026-9009", To: "F2026-9009", Amount: eur("1260.00"), On: day("2026-09-30")},
		receivables.Reversal{Of: "R2026-9009", On: day("2026-10-07"), Reason: "cheque returned unpaid"},
		// An old claim given up, and a payment of September entered in October.
		receivables.Invoice{ID: "F2025-9010", Customer: "C013", IssuedOn: day("2025-02-11"), DueOn: day("2025-03-13"), Amount: eur("874.00"), Entity: "Nevers", Salesperson: "Roux"},
		receivables.WriteOff{ID: "P2026-001", Document: "F2025-9010", Amount: eur("874.00"), On: day("2026-10-15"), Reason: receivables.WriteOffBadDebt},
		receivables.Invoice{ID: "F2026-9011", Customer: "C020", IssuedOn: day("2026-07-20"), DueOn: day("2026-09-18"), Amount: eur("9650.40"), Entity: "Nevers", Salesperson: "Haddad"},
		receivables.Payment{ID: "R2026-9011", Customer: "C020", ReceivedOn: day("2026-09-18"), KnownOn: day("2026-10-05"), Amount: eur("9650.40")},
		receivables.Allocation{From: "R2026-9011", To: "F2026-9011", Amount: eur("9650.40"), On: day("2026-09-18"), KnownOn: day("2026-10-05")},
	)
}
