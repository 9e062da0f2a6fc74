package dso

import (
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// amountFigure is numerator / denominator as an amount of the currency of like.
func amountFigure(numerator, denominator decimal.Decimal, like Amount) Measure {
	m := Measure{Method: MethodCash, Tax: like.Tax}
	if !like.Money.IsValid() {
		m.Figure = receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitCount)
		return m
	}
	m.Figure = receivables.Quotient(numerator, denominator, receivables.UnitOf(like.Money.Currency()))
	return m
}

// times multiplies a measure by a factor.
func (m Measure) times(factor decimal.Decimal) Measure {
	if value, ok := m.Value(); ok {
		m.Figure = receivables.NewFigure(value.Mul(factor), m.Unit())
	}
	return m
}

// DayValue is what a day of DSO is worth (valeur d'un jour de DSO).
type DayValue struct {
	OneDay Measure `json:"one_day"` // annual sales including VAT / days of the year
	// Released is the cash that a DSO shorter by so many days sets free, once; it is also
	// the change of the working capital need (BFR) with the opposite sign, and one for one
	// the change of net cash. Below zero it is tied up.
	Released Measure `json:"released"`
	// YearlySaving is the interest saved by it in a year, before tax.
	YearlySaving Measure `json:"yearly_saving"`
}

// ValueOfDays returns the value of a number of days of DSO: annual sales, including VAT as
// receivables do, / daysInYear x days gained, and interest on that at an annual rate
// (overdraft, factoring, cost of capital). Undefined when the year has no days.
//
// 14,600,000 of sales in 365 days: 40,000 a day; 5 days at 4.5 percent set 200,000 free and
// save 9,000 a year.
func ValueOfDays(annualSales Amount, daysInYear int, daysGained, annualRate decimal.Decimal) DayValue {
	sales, year := annualSales.value(), newInt(daysInYear)
	return DayValue{
		OneDay:       amountFigure(sales, year, annualSales),
		Released:     amountFigure(sales.Mul(daysGained), year, annualSales),
		YearlySaving: amountFigure(sales.Mul(daysGained).Mul(annualRate), year, annualSales),
	}
}

// AfterTax returns a yearly amount after tax: x (1 - tax rate). Out of domain for a rate
// outside 0 to 1.
func AfterTax(m Measure, taxRate decimal.Decimal) Measure {
	if !isShare(taxRate) {
		m.Figure = receivables.NoFigure(receivables.StatusOutOfDomain, m.Unit())
		return m
	}
	return m.times(one.Sub(taxRate))
}

// isShare reports whether a number is from 0 to 1.
func isShare(d decimal.Decimal) bool { return d.Sign() >= 0 && d.Cmp(one) <= 0 }

// LateItem is an amount paid, or still owed, so many days late. What is early costs
// nothing and is not set off: give its days as they are, below zero they count as 0.
type LateItem struct {
	Amount   receivables.Money
	DaysLate int
}

// LateCost returns what late payment costs in financing (coût financier des retards):
// amount x days late x annual rate / basis, of each item in the order given and in total.
// The total is that of the exact parts. Undefined when the basis, the days of the year,
// is zero or below; the total also without an item or in several currencies.
//
// 24,000 for 18 days, 7,500 for 45, 130,000 for 6 at 5.5 percent over 365 cost 233.49.
func LateCost(items []LateItem, annualRate decimal.Decimal, yearBasis int) (each []Measure, total Measure) {
	if len(items) == 0 {
		return nil, Measure{Method: MethodCash, Figure: receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitCount)}
	}
	sum, mixed := decimal.Zero, false
	for _, i := range items {
		product := i.Amount.Amount().Mul(newInt(max(0, i.DaysLate))).Mul(annualRate)
		sum = sum.Add(product)
		mixed = mixed || i.Amount.Currency() != items[0].Amount.Currency()
		each = append(each, amountFigure(product, newInt(yearBasis), Amount{Money: i.Amount}))
	}
	total = amountFigure(sum, newInt(yearBasis), Amount{Money: items[0].Amount})
	if mixed {
		total.Figure = receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitCount)
	}
	total.Count = len(items)
	return each, total
}

// SalesToOffset returns the sales that pay for a loss (chiffre d'affaires nécessaire pour
// compenser un impayé): loss / margin rate. The loss is without VAT where that is
// recovered. Undefined when the margin is zero or below.
//
// 10,000 at a margin of 5 percent take 200,000 of sales.
func SalesToOffset(loss Amount, marginRate decimal.Decimal) Measure {
	return amountFigure(loss.value(), marginRate, loss)
}

// CostBasis says what money is tied up in receivables.
type CostBasis uint8

// The bases. Both are current, and the figures differ by the margin.
const (
	// FullSales: the whole amount, which could be spent otherwise (coût d'opportunité).
	FullSales CostBasis = iota
	// VariableCost: only what was spent on the sale (coût de portage).
	VariableCost
)

// Carrying is a year of receivables to be financed.
type Carrying struct {
	AnnualSales    Amount
	CollectionDays decimal.Decimal // DSO
	Basis          CostBasis
	// VariableCostRatio is variable cost / sales, for [VariableCost].
	VariableCostRatio decimal.Decimal
	AnnualRate        decimal.Decimal
	YearBasis         int // 360, 365 or 366
}

// CarryingCost is what receivables cost in a year.
type CarryingCost struct {
	Receivables Measure `json:"receivables"` // annual sales x collection days / basis
	Investment  Measure `json:"investment"`  // the part of it that is tied up, by the cost basis
	Cost        Measure `json:"cost"`        // investment x annual rate, before tax
}

// CarryingCostOf returns the yearly cost of carrying receivables (coût de portage du
// poste clients), exact. Undefined when the year has no days; out of domain for a ratio of
// variable cost outside 0 to 1.
//
// 1,100,000 of sales, 15 days of 360, 75 percent variable cost: 34,375 tied up, at 12 percent
// 4,125 a year.
func CarryingCostOf(c Carrying) CarryingCost {
	ratio := one
	if c.Basis == VariableCost {
		ratio = c.VariableCostRatio
	}
	owed, year := c.AnnualSales.value().Mul(c.CollectionDays), newInt(c.YearBasis)
	result := CarryingCost{
		Receivables: amountFigure(owed, year, c.AnnualSales),
		Investment:  amountFigure(owed.Mul(ratio), year, c.AnnualSales),
		Cost:        amountFigure(owed.Mul(ratio).Mul(c.AnnualRate), year, c.AnnualSales),
	}
	if !isShare(ratio) || c.Basis > VariableCost {
		for _, m := range []*Measure{&result.Investment, &result.Cost} {
			m.Figure = receivables.NoFigure(receivables.StatusOutOfDomain, m.Unit())
		}
	}
	return result
}

// Balances is an opening and a closing balance; what they are divided by runs between
// them. Give the closing one twice for a figure on the closing balance.
type Balances struct {
	Opening, Closing Amount
}

// Cycle is what the cash conversion cycle is made of. Each quotient is on one tax basis:
// inventory and cost of sales without VAT, receivables and sales alike, payables and
// purchases alike.
type Cycle struct {
	Sales       Amount
	CostOfSales Amount
	// Purchases is what payables are divided by (including VAT, as French practice has it);
	// zero value: the cost of sales, as Anglo-American practice does.
	Purchases                        Amount
	Inventory, Receivables, Payables Balances
	Days                             int
}

// CycleDays is the cash conversion cycle in days (cycle de conversion de trésorerie).
type CycleDays struct {
	Inventory   Measure `json:"inventory"`   // DIO, délai de rotation des stocks
	Receivables Measure `json:"receivables"` // DSO, délai clients
	Payables    Measure `json:"payables"`    // DPO, délai fournisseurs
	// Conversion is DIO + DSO - DPO, from the exact parts. The three divide by different
	// daily flows, so it is no number of days of sales: for that, see [NormativeNeed].
	Conversion Measure `json:"conversion"`
}

// CycleOf returns the parts and the whole of the cash conversion cycle on the mean of
// opening and closing balances: mean / flow x days. Undefined when a flow is zero or below;
// the whole when a part is.
func CycleOf(c Cycle) CycleDays {
	purchases := c.Purchases
	if !purchases.Money.IsValid() {
		purchases = c.CostOfSales
	}
	part := func(b Balances, flow Amount) Measure {
		m := ByAverageBalance([]Amount{b.Opening, b.Closing}, flow, c.Days)
		m.Method = MethodCycle
		return m
	}
	d := CycleDays{
		Inventory: part(c.Inventory, c.CostOfSales), Receivables: part(c.Receivables, c.Sales), Payables: part(c.Payables, purchases),
	}
	d.Conversion = Measure{Method: MethodCycle, Window: Window{Days: c.Days}}
	sum, status := decimal.Zero, receivables.StatusOK
	for _, p := range []struct {
		m        Measure
		balances Balances
		flow     Amount
		sign     int
	}{{d.Inventory, c.Inventory, c.CostOfSales, 1}, {d.Receivables, c.Receivables, c.Sales, 1}, {d.Payables, c.Payables, purchases, -1}} {
		switch _, ok := p.m.Value(); {
		case ok:
			days := p.balances.Opening.value().Add(p.balances.Closing.value()).Mul(newInt(p.sign * c.Days))
			sum = sum.Add(days.DivRound(p.flow.value().Mul(newInt(2)), meanPlaces))
		case status == receivables.StatusOK:
			status = p.m.Status()
		}
	}
	// A cycle below zero is no credit balance: suppliers finance it.
	d.Conversion.Figure = receivables.NewFigure(sum.Round(receivables.RatioPlaces), receivables.UnitDays)
	if status != receivables.StatusOK {
		d.Conversion.Figure = receivables.NoFigure(status, receivables.UnitDays)
	}
	return d
}

// Flow is one item of the working capital need: stock, receivables, suppliers, VAT due.
type Flow struct {
	Name string
	Days decimal.Decimal // flow time (temps d'écoulement)
	// Coefficient is the daily flow of the item / daily sales without VAT (coefficient de
	// structure): 1 + VAT rate for receivables.
	Coefficient decimal.Decimal
	// Resource is true for what finances the need: suppliers, tax and social debts.
	Resource bool
}

// Coefficient returns the structure coefficient of an item: its daily flow / the daily
// sales without VAT. Undefined when these are zero or below.
func Coefficient(dailyFlow, dailySales decimal.Decimal) receivables.Figure {
	return signed(dailyFlow, dailySales, receivables.UnitCount)
}

// NormativeNeed returns the working capital need in days of sales without VAT (BFR
// normatif) and as an amount: sum of flow time x coefficient, resources below zero. Below
// zero it is a resource. The days are undefined without an item, the amount when daily
// sales are zero or below.
//
// Stock 40 days x 0.6, receivables 55 x 1.2, suppliers 60 x 0.54, VAT 35 x 0.11: 53.75 days,
// at 10,000 a day 537,500.
func NormativeNeed(flows []Flow, dailySales Amount) (days, amount Measure) {
	sum := decimal.Zero
	for _, f := range flows {
		product := f.Days.Mul(f.Coefficient)
		if f.Resource {
			product = product.Neg()
		}
		sum = sum.Add(product)
	}
	days = Measure{Method: MethodCycle, Tax: TaxExcluded, Count: len(flows), Figure: receivables.NewFigure(sum, receivables.UnitDays)}
	amount = amountFigure(sum.Mul(dailySales.value()), one, dailySales)
	if len(flows) == 0 {
		days.Figure = receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitDays)
		amount.Figure = receivables.NoFigure(receivables.StatusInsufficientData, amount.Unit())
	}
	if dailySales.value().Sign() <= 0 {
		amount.Figure = receivables.NoFigure(statusOfDenominator(dailySales.value()), amount.Unit())
	}
	return days, amount
}

// CompanyAccounts is what the statistics of payment times are made of, from the balance
// sheet and the income statement of a company.
type CompanyAccounts struct {
	Receivables Amount // trade receivables
	// Deposits received on orders, taken off; BillsNotMatured are bills discounted and not
	// yet matured, added back.
	Deposits, BillsNotMatured Amount
	Payables                  Amount
	Sales, Purchases          Amount // including VAT
}

// PaymentTimes are the ratios of the Banque de France (délais de paiement).
type PaymentTimes struct {
	Customers Measure `json:"customers"` // délai clients: (receivables - deposits + bills not matured) x 360 / sales
	Suppliers Measure `json:"suppliers"` // délai fournisseurs: payables x 360 / purchases
	// Balance is the solde commercial in days of sales: (customers' receivables - payables)
	// x 360 / sales. It is not the difference of the two, which divide by different
	// flows.
	Balance Measure `json:"balance"`
}

// PaymentTimesOf returns the payment times of a company as the Banque de France
// publishes them (Bulletin 221/3), on a year of 360 days. Adding back bills not matured was
// read in a secondary source only. Undefined when sales, or purchases for the suppliers,
// are zero or below.
func PaymentTimesOf(c CompanyAccounts) PaymentTimes {
	const year = 360
	owed := c.Receivables
	for _, x := range []struct {
		amount Amount
		sign   decimal.Decimal
	}{{c.Deposits, one.Neg()}, {c.BillsNotMatured, one}} {
		if !x.amount.Money.IsValid() {
			continue
		}
		if _, ok := basisOf(owed, x.amount); !ok {
			owed = Amount{} // gives mixed basis
			break
		}
		owed.Money = owed.Money.AddAmount(x.amount.value().Mul(x.sign))
	}
	t := PaymentTimes{Customers: inDays(MethodCycle, owed, c.Sales, year), Suppliers: inDays(MethodCycle, c.Payables, c.Purchases, year)}
	balance := owed
	if _, ok := basisOf(owed, c.Payables); ok {
		balance.Money = owed.Money.AddAmount(c.Payables.value().Neg())
	} else {
		balance = Amount{}
	}
	t.Balance = inDays(MethodCycle, balance, c.Sales, year)
	return t
}
