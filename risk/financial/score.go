package financial

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/approx"
)

// dec reads a coefficient of a published formula.
func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

var one = decimal.NewFromInt(1)

// workPlaces is the number of decimals of a quotient that is added up.
const workPlaces = 2 * receivables.RatioPlaces

// ModelID names a model.
type ModelID string

// Zone is a band of a score, in the words of its model.
type Zone string

// Verification says how sure a model is as written here.
type Verification string

// The degrees.
const (
	Verified   Verification = "verified"   // read in several sources that agree
	Secondary  Verification = "secondary"  // read in secondary sources only
	Unverified Verification = "unverified" // coefficients or cut-offs not confirmed: not to be relied on
)

// Band is a zone of a score: values above a bound, or from it on, up to the next band.
type Band struct {
	Zone  Zone            `json:"zone"`
	Above decimal.Decimal `json:"above"` // without meaning for the first band
	// Inclusive says that Above itself is in this band, not in the one before.
	Inclusive bool `json:"inclusive"`
	// Failure is the probability of failure that the model gives to the band; nil: none.
	Failure *Range `json:"failure,omitempty"`
}

// Range is a range of shares.
type Range struct {
	From decimal.Decimal `json:"from"`
	To   decimal.Decimal `json:"to"`
}

// failure is a range of probabilities.
func failure(from, to string) *Range { return &Range{dec(from), dec(to)} }

// Answer is yes, no or not known.
type Answer uint8

// The answers.
const (
	NotKnown Answer = iota
	Yes
	No
)

// String returns the answer.
func (a Answer) String() string {
	switch a {
	case Yes:
		return "yes"
	case No:
		return "no"
	case NotKnown:
	}
	return "not known"
}

// MarshalText writes the answer.
func (a Answer) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads the answer.
//
// Errors:
//   - [receivables.ErrInvalidInput].
func (a *Answer) UnmarshalText(text []byte) error {
	for _, known := range []Answer{NotKnown, Yes, No} {
		if known.String() == string(text) {
			*a = known
			return nil
		}
	}
	return &receivables.FieldError{Path: "answer", Value: string(text), Rule: receivables.RuleSyntax, Detail: "want yes, no or not known"}
}

// Domain is the population that a model was made for. Where a field is not known or zero
// nothing is asked.
type Domain struct {
	Listed   Answer          `json:"listed"`    // Yes: listed companies, No: private ones
	Industry Answer          `json:"industry"`  // Yes: manufacturers, No: others
	MinSales decimal.Decimal `json:"min_sales"` // in euro, without VAT
	MaxSales decimal.Decimal `json:"max_sales"`
}

// Model is a published score: what it was fitted on, how its values are read, and how sure
// its formula is.
type Model struct {
	ID         ModelID      `json:"id"`
	Name       string       `json:"name"`
	Year       int          `json:"year"`
	Country    string       `json:"country"` // ISO 3166-1 of the sample
	Population string       `json:"population"`
	Scale      string       `json:"scale"`
	Better     string       `json:"better"` // "higher" or "lower"
	Bands      []Band       `json:"bands"`  // from the lowest value up
	Domain     Domain       `json:"domain"`
	Source     string       `json:"source"`
	Status     Verification `json:"status"`
	Note       string       `json:"note,omitempty"`
}

// Score is a computed score. It is a signal; a probability only where its model gives one.
type Score struct {
	Model ModelID            `json:"model"`
	Value receivables.Figure `json:"value"`
	Zone  Zone               `json:"zone,omitempty"` // "" where there is no value
	// Probability of failure, for the models that give one; undefined for the others.
	Probability receivables.Figure `json:"probability"`
}

// The models.
const (
	AltmanZ1968     ModelID = "altman-z-1968"
	AltmanZPercent  ModelID = "altman-z-1968-percent"
	AltmanZPrivate  ModelID = "altman-z-prime"
	AltmanZServices ModelID = "altman-z-double-prime"
	AltmanZEmerging ModelID = "altman-z-double-prime-em"
	ConanHolder     ModelID = "conan-holder"
	BanqueDeFranceZ ModelID = "banque-de-france-z"
	Springate       ModelID = "springate"
	Zmijewski       ModelID = "zmijewski"
	OhlsonO         ModelID = "ohlson-o"
	Taffler         ModelID = "taffler-1983"
	Grover          ModelID = "grover-g"
	Beneish         ModelID = "beneish-m"
)

// The zones of Altman's scores.
const (
	Distress Zone = "distress"
	Grey     Zone = "grey"
	Safe     Zone = "safe"
)

// bands makes the three zones of a score of which bounds are in the middle one.
func bands(low, high string, names ...Zone) []Band {
	return []Band{{Zone: names[0]}, {Zone: names[1], Above: dec(low), Inclusive: true}, {Zone: names[2], Above: dec(high)}}
}

// Models lists the models, roughly in the order of their publication.
func Models() []Model {
	return []Model{
		{AltmanZ1968, "Altman Z", 1968, "US", "66 listed manufacturers", "points", "higher", bands("1.81", "2.99", Distress, Grey, Safe), Domain{Listed: Yes, Industry: Yes}, "Altman 1968; CreditGuru, exinfm", Verified, "coefficient of sales 0.999; 1.0 circulates"},
		{AltmanZPercent, "Altman Z, original percent form", 1968, "US", "66 listed manufacturers", "points", "higher", bands("1.81", "2.99", Distress, Grey, Safe), Domain{Listed: Yes, Industry: Yes}, "Altman 1968", Verified, "X1 to X4 in percent"},
		{Springate, "Springate S", 1978, "CA", "40 manufacturers", "points", "higher", []Band{{Zone: "failed"}, {Zone: "sound", Above: dec("0.862"), Inclusive: true}}, Domain{Industry: Yes}, "ycharts", Secondary, ""},
		{ConanHolder, "Conan and Holder", 1979, "FR", "190 industrial SMEs", "points; unit scale = points / 100", "higher", []Band{
			{Zone: "danger", Failure: failure("0.65", "1")},
			{Zone: "alert", Above: dec("4"), Inclusive: true, Failure: failure("0.30", "0.65")},
			{Zone: "watch", Above: dec("9"), Inclusive: true, Failure: failure("0.10", "0.30")},
			{Zone: "sound", Above: dec("16"), Failure: failure("0", "0.10")},
		}, Domain{Industry: Yes, MinSales: dec("1500000"), MaxSales: dec("75000000")}, "CCEF annex; public implementations", Secondary, "other cut-offs circulate"},
		{BanqueDeFranceZ, "Banque de France Z", 1983, "FR", "industrial firms 1972-1980", "100 Z / 100", "higher", bands("-0.25", "0.125", "failing", "uncertain", "normal"), Domain{Industry: Yes}, "memoireonline 7579", Secondary, "of documentary value"},
		{AltmanZPrivate, "Altman Z'", 1983, "US", "private manufacturers", "points", "higher", bands("1.23", "2.90", Distress, Grey, Safe), Domain{Listed: No, Industry: Yes}, "Altman 1983; CreditGuru", Verified, "book equity"},
		{Taffler, "Taffler z", 1983, "GB", "92 listed manufacturers", "points", "higher", []Band{{Zone: "at_risk"}, {Zone: "solvent", Above: dec("0"), Inclusive: true}}, Domain{Listed: Yes, Industry: Yes}, "Taffler 1983, Agarwal and Taffler 2007, as quoted", Secondary, ""},
		{OhlsonO, "Ohlson O", 1980, "US", "2,163 listed industrial firms", "logit", "lower", []Band{{Zone: "likely to last"}, {Zone: "likely to fail", Above: dec("0")}}, Domain{Listed: Yes, Industry: Yes}, "7 Pa. Code 143.31; encyclopedias", Secondary, "total assets against a US price index: meaningless for a euro SME; the cut-off of the paper, 0.038, is unverified"},
		{Zmijewski, "Zmijewski X", 1984, "US", "840 listed firms", "probit", "lower", []Band{{Zone: "likely to last"}, {Zone: "likely to fail", Above: dec("0")}}, Domain{Listed: Yes}, "worksheet", Secondary, "the sign of the last term is disputed"},
		{AltmanZServices, "Altman Z''", 1995, "US", "non-manufacturers", "points", "higher", bands("1.10", "2.60", Distress, Grey, Safe), Domain{Industry: No}, "Altman 1993/1995", Verified, "6.56, not 6.5"},
		{AltmanZEmerging, "Altman Z'' for emerging markets", 1995, "MX", "emerging-market companies", "points", "higher", bands("4.35", "5.85", Distress, Grey, Safe), Domain{}, "3.25 + Z''", Secondary, "cut-offs derived"},
		{Beneish, "Beneish M", 1999, "US", "manipulators of earnings", "points", "lower", []Band{{Zone: "unlikely"}, {Zone: "likely manipulator", Above: dec("-1.78")}}, Domain{Listed: Yes}, "Beneish 1999", Verified, "detects manipulation, not default"},
		{Grover, "Grover G", 2001, "US", "70 companies", "points", "higher", []Band{{Zone: "bankrupt"}, {Zone: "grey", Above: dec("-0.02")}, {Zone: "sound", Above: dec("0.01"), Inclusive: true}}, Domain{}, "secondary pages", Unverified, ""},
	}
}

// ModelOf returns a model.
//
// Errors:
//   - [receivables.ErrUnknown].
func ModelOf(id ModelID) (Model, error) {
	all := Models()
	i := slices.IndexFunc(all, func(m Model) bool { return m.ID == id })
	if i < 0 {
		return Model{}, &receivables.FieldError{Path: "model", Value: string(id), Rule: receivables.RuleUnknownReference, Detail: "no score of this name"}
	}
	return all[i], nil
}

// ZoneOf returns the zone of a value by bands from the lowest up; "" without bands.
func ZoneOf(value decimal.Decimal, bands []Band) Zone { return bandOf(value, bands).Zone }

func bandOf(value decimal.Decimal, bands []Band) (band Band) {
	for i, b := range bands {
		if c := value.Cmp(b.Above); i == 0 || c > 0 || c == 0 && b.Inclusive {
			band = b
		}
	}
	return band
}

// Band returns the band of a value, with the probability of failure the model gives it.
func (m Model) Band(value decimal.Decimal) Band { return bandOf(value, m.Bands) }

// In reads the score by other cut-offs.
func (s Score) In(bands []Band) Score {
	if value, ok := s.Value.Value(); ok {
		s.Zone = ZoneOf(value, bands)
	}
	return s
}

// Company is what decides whether a model fits.
type Company struct {
	Listed   Answer
	Industry Answer            // a manufacturer
	Sales    receivables.Money // without VAT; the zero value, or another currency than the euro: not known
}

// For returns the score for a company: out of domain where the company is known to be outside
// the population of the model.
func (s Score) For(c Company) Score {
	model, err := ModelOf(s.Model)
	if err != nil {
		return s
	}
	d := model.Domain
	differs := func(want, got Answer) bool { return want != NotKnown && got != NotKnown && want != got }
	sales, known := c.Sales.Amount(), c.Sales.IsValid() && c.Sales.Currency().Code() == "EUR"
	outside := differs(d.Listed, c.Listed) || differs(d.Industry, c.Industry) ||
		known && (d.MinSales.Sign() > 0 && sales.Cmp(d.MinSales) < 0 || d.MaxSales.Sign() > 0 && sales.Cmp(d.MaxSales) > 0)
	if outside {
		s.Value = receivables.NoFigure(receivables.StatusOutOfDomain, s.Value.Unit())
		s.Probability = receivables.NoFigure(receivables.StatusOutOfDomain, receivables.UnitFraction)
		s.Zone = ""
	}
	return s
}

// term is coefficient x figure.
type term struct {
	coefficient decimal.Decimal
	figure      receivables.Figure
}

// linear adds up constant and terms; the first term without value decides the status.
func linear(id ModelID, constant string, terms ...term) Score {
	s := Score{Model: id, Probability: receivables.NoFigure(receivables.StatusUndefined, receivables.UnitFraction)}
	sum := dec(constant)
	for _, t := range terms {
		value, ok := t.figure.Value()
		if !ok {
			s.Value = receivables.NoFigure(t.figure.Status(), receivables.UnitCount)
			return s
		}
		sum = sum.Add(t.coefficient.Mul(value))
	}
	sum = sum.Round(receivables.RatioPlaces)
	s.Value = receivables.NewFigure(sum, receivables.UnitCount)
	if model, err := ModelOf(id); err == nil {
		s.Zone = ZoneOf(sum, model.Bands)
	}
	return s
}

// Ratio returns a known ratio as a figure.
func Ratio(value decimal.Decimal) receivables.Figure {
	return receivables.NewFigure(value, receivables.UnitCount)
}

// quotient is numerator / denominator with the decimals of an intermediate result; undefined
// when the denominator is zero or below.
func quotient(numerator, denominator decimal.Decimal) receivables.Figure {
	if f := receivables.Quotient(numerator, denominator, receivables.UnitCount); denominator.Sign() <= 0 {
		return f
	}
	return Ratio(numerator.DivRound(denominator, workPlaces))
}

// overDebt is quotient by a debt: a company without debt is out of the domain of a model, not
// infinitely sound.
func overDebt(numerator, debt decimal.Decimal) receivables.Figure {
	if debt.IsZero() {
		return receivables.NoFigure(receivables.StatusOutOfDomain, receivables.UnitCount)
	}
	return quotient(numerator, debt)
}

// withProbability sets the probability that a function of the value gives.
func (s Score) withProbability(of func(decimal.Decimal) (decimal.Decimal, bool)) Score {
	s.Probability = receivables.NoFigure(s.Value.Status(), receivables.UnitFraction)
	if value, ok := s.Value.Value(); ok {
		if p, ok := of(value); ok {
			s.Probability = receivables.NewFigure(p, receivables.UnitFraction)
		}
	}
	return s
}

// AltmanRatios are the ratios of Altman's models. X4 is on the market value of equity for Z,
// on book equity for Z' and Z”. X5 is not in Z”.
type AltmanRatios struct {
	X1 receivables.Figure // working capital / total assets
	X2 receivables.Figure // retained earnings / total assets
	X3 receivables.Figure // EBIT / total assets
	X4 receivables.Figure // equity / total liabilities
	X5 receivables.Figure // sales / total assets
}

// AltmanAmounts are what the ratios are made of; all must be known, 0 is 0. French mapping: FRNG or current assets less
// current liabilities, reserves and report à nouveau (and the result), résultat
// d'exploitation, capitaux propres, dettes, chiffre d'affaires HT, total du bilan.
type AltmanAmounts struct {
	WorkingCapital, RetainedEarnings, EBIT, Equity, TotalLiabilities, Sales, TotalAssets decimal.Decimal
}

// Ratios returns the ratios; undefined where total assets are zero or below, X4 out of domain
// without liabilities.
func (a AltmanAmounts) Ratios() AltmanRatios {
	return AltmanRatios{
		X1: quotient(a.WorkingCapital, a.TotalAssets), X2: quotient(a.RetainedEarnings, a.TotalAssets), X3: quotient(a.EBIT, a.TotalAssets),
		X4: overDebt(a.Equity, a.TotalLiabilities), X5: quotient(a.Sales, a.TotalAssets),
	}
}

// AltmanZScore returns Z (1968) for listed manufacturers:
//
//	1.2 X1 + 1.4 X2 + 3.3 X3 + 0.6 X4 + c X5
//
// with the coefficient c of sales made explicit: 0.999 as published, 1.0 in many pages.
// Distress below 1.81, safe above 2.99; a value on a bound is grey. Undefined as its ratios.
func AltmanZScore(x AltmanRatios, salesCoefficient decimal.Decimal) Score {
	return linear(AltmanZ1968, "0", term{dec("1.2"), x.X1}, term{dec("1.4"), x.X2}, term{dec("3.3"), x.X3}, term{dec("0.6"), x.X4}, term{salesCoefficient, x.X5})
}

// For is [Score.For], on both scales.
func (r ConanHolderResult) For(c Company) ConanHolderResult {
	r.Score = r.Score.For(c)
	if _, ok := r.Value.Value(); !ok {
		r.Unit = receivables.NoFigure(r.Value.Status(), receivables.UnitCount)
	}
	return r
}

// SalesCoefficient is that of X5 in the paper of 1968.
func SalesCoefficient() decimal.Decimal { return dec("0.999") }

// AltmanZPercentScore returns the same from X1 to X4 in percent and X5 in times, as the paper
// writes it: 0.012 X1 + 0.014 X2 + 0.033 X3 + 0.006 X4 + 0.999 X5.
func AltmanZPercentScore(x AltmanRatios) Score {
	return linear(AltmanZPercent, "0", term{dec("0.012"), x.X1}, term{dec("0.014"), x.X2}, term{dec("0.033"), x.X3}, term{dec("0.006"), x.X4}, term{dec("0.999"), x.X5})
}

// AltmanZPrimeScore returns Z' (1983) for private manufacturers, X4 on book equity: 0.717 X1 +
// 0.847 X2 + 3.107 X3 + 0.420 X4 + 0.998 X5. Distress below 1.23, safe above 2.90.
func AltmanZPrimeScore(x AltmanRatios) Score {
	return linear(AltmanZPrivate, "0", term{dec("0.717"), x.X1}, term{dec("0.847"), x.X2}, term{dec("3.107"), x.X3}, term{dec("0.420"), x.X4}, term{dec("0.998"), x.X5})
}

// AltmanZDoublePrimeScore returns Z” (1993/95) for non-manufacturers: 6.56 X1 + 3.26 X2 + 6.72 X3 +
// 1.05 X4. Distress below 1.10, safe above 2.60. (6.5 with the cut-offs of Z', as some pages
// print, is wrong.)
func AltmanZDoublePrimeScore(x AltmanRatios) Score { return doublePrime(AltmanZServices, "0", x) }

// AltmanZEmergingScore returns 3.25 + Z” for emerging markets. Distress below 4.35, safe above 5.85.
func AltmanZEmergingScore(x AltmanRatios) Score { return doublePrime(AltmanZEmerging, "3.25", x) }

func doublePrime(id ModelID, constant string, x AltmanRatios) Score {
	return linear(id, constant, term{dec("6.56"), x.X1}, term{dec("3.26"), x.X2}, term{dec("6.72"), x.X3}, term{dec("1.05"), x.X4})
}

// ConanHolderAmounts are what the score of Conan and Holder is made of.
type ConanHolderAmounts struct {
	EBE, TotalDebt, PermanentCapital, TotalAssets, ReceivablesAndCash, FinancialCharges, SalesExclVAT, Personnel, ValueAdded decimal.Decimal
}

// ConanHolderResult is the score on its two scales, which differ by a factor of 100.
type ConanHolderResult struct {
	Score                    // points: above 16 is sound
	Unit  receivables.Figure `json:"unit_scale"` // points / 100
}

// ConanHolderScore returns the score of Conan and Holder (1979) for industrial SMEs:
//
//	24 R1 + 22 R2 + 16 R3 - 87 R4 - 10 R5
//
// R1 EBE / debt, R2 permanent capital / balance-sheet total, R3 receivables and cash / total, R4
// financial charges / sales without VAT, R5 personnel / value added. Sound above 16, watch from
// 9, alert from 4, danger below. EBE may be negative; no ratio is clamped. Undefined when a
// denominator is zero or below, out of domain without debt.
func ConanHolderScore(a ConanHolderAmounts) ConanHolderResult {
	s := linear(
		ConanHolder, "0", term{dec("24"), overDebt(a.EBE, a.TotalDebt)}, term{dec("22"), quotient(a.PermanentCapital, a.TotalAssets)},
		term{dec("16"), quotient(a.ReceivablesAndCash, a.TotalAssets)}, term{dec("-87"), quotient(a.FinancialCharges, a.SalesExclVAT)},
		term{dec("-10"), quotient(a.Personnel, a.ValueAdded)},
	)
	r := ConanHolderResult{Score: s, Unit: receivables.NoFigure(s.Value.Status(), receivables.UnitCount)}
	if value, ok := s.Value.Value(); ok {
		r.Unit = receivables.NewFigure(value.Shift(-2), receivables.UnitCount)
	}
	return r
}

// BanqueDeFranceScore returns the Z function of the Banque de France (early 1980s) from its eight
// ratios in percent: 100 Z = -1.255 X1 + 2.003 X2 - 0.824 X3 + 5.221 X4 - 0.689 X5 - 1.164 X6 +
// 0.706 X7 + 1.408 X8 - 85.544. X1 financial charges / EBE, X2 stable resources / invested
// capital, X3 CAF / debt, X4 EBE / sales, X5 trade payables / purchases, X6 growth of value added,
// X7 stocks and receivables less advances / production, X8 investment / value added. Below -0.25
// like failing firms, above 0.125 like sound ones. Undefined as its ratios.
func BanqueDeFranceScore(percent [8]receivables.Figure) Score {
	var terms []term
	for i, c := range [8]string{"-1.255", "2.003", "-0.824", "5.221", "-0.689", "-1.164", "0.706", "1.408"} {
		terms = append(terms, term{dec(c).Shift(-2), percent[i]})
	}
	return linear(BanqueDeFranceZ, "-0.85544", terms...)
}

// SpringateAmounts are what Springate's score is made of.
type SpringateAmounts struct {
	WorkingCapital, TotalAssets, EBIT, PretaxProfit, CurrentLiabilities, Sales decimal.Decimal
}

// SpringateScore returns S (1978): 1.03 WC/TA + 3.07 EBIT/TA + 0.66 profit before tax / current
// liabilities + 0.40 sales/TA. Failed below 0.862.
func SpringateScore(a SpringateAmounts) Score {
	return linear(
		Springate, "0", term{dec("1.03"), quotient(a.WorkingCapital, a.TotalAssets)}, term{dec("3.07"), quotient(a.EBIT, a.TotalAssets)},
		term{dec("0.66"), overDebt(a.PretaxProfit, a.CurrentLiabilities)}, term{dec("0.40"), quotient(a.Sales, a.TotalAssets)},
	)
}

// ZmijewskiAmounts are what Zmijewski's score is made of.
type ZmijewskiAmounts struct {
	NetIncome, TotalAssets, TotalLiabilities, CurrentAssets, CurrentLiabilities decimal.Decimal
}

// ZmijewskiScore returns X (1984) and its probability, the normal distribution function of X (a
// float64, good to 1e-9): -4.336 - 4.513 NI/TA + 5.679 TL/TA + 0.004 CA/CL.
func ZmijewskiScore(a ZmijewskiAmounts) Score {
	return linear(
		Zmijewski, "-4.336", term{dec("-4.513"), quotient(a.NetIncome, a.TotalAssets)}, term{dec("5.679"), quotient(a.TotalLiabilities, a.TotalAssets)},
		term{dec("0.004"), overDebt(a.CurrentAssets, a.CurrentLiabilities)},
	).withProbability(approx.Normal)
}

// OhlsonAmounts are what Ohlson's score is made of.
type OhlsonAmounts struct {
	TotalAssets, GNPPriceIndex, TotalLiabilities, WorkingCapital, CurrentLiabilities, CurrentAssets decimal.Decimal
	NetIncome, NetIncomePrevious, FundsFromOperations                                               decimal.Decimal
	TwoYearsOfLosses                                                                                bool
}

// OhlsonScore returns O (1980) and its probability e^O / (1 + e^O) (a float64, good to 1e-9):
//
//	-1.32 - 0.407 ln(TA/index) + 6.03 TL/TA - 1.43 WC/TA + 0.0757 CL/CA - 1.72 [TL > TA]
//	- 2.37 NI/TA - 1.83 FFO/TL + 0.285 [two years of losses] - 0.521 (NI - NI1)/(|NI| + |NI1|)
//
// The last term is 0 when both incomes are. Undefined when total assets, current assets,
// liabilities or the index are zero or below.
func OhlsonScore(a OhlsonAmounts) Score {
	// ln(TA/index) = ln TA - ln index, so that nothing is lost in the quotient
	size := quotient(a.TotalAssets, a.GNPPriceIndex)
	if assets, err := a.TotalAssets.Ln(workPlaces); err == nil {
		if index, err := a.GNPPriceIndex.Ln(workPlaces); err == nil {
			size = Ratio(assets.Sub(index))
		}
	}
	if a.TotalAssets.Sign() <= 0 {
		size = quotient(one, a.TotalAssets)
	}
	flag := func(set bool) receivables.Figure {
		if set {
			return Ratio(one)
		}
		return Ratio(decimal.Zero)
	}
	change := Ratio(decimal.Zero)
	if sum := a.NetIncome.Abs().Add(a.NetIncomePrevious.Abs()); sum.Sign() > 0 {
		change = quotient(a.NetIncome.Sub(a.NetIncomePrevious), sum)
	}
	return linear(
		OhlsonO, "-1.32", term{dec("-0.407"), size}, term{dec("6.03"), quotient(a.TotalLiabilities, a.TotalAssets)},
		term{dec("-1.43"), quotient(a.WorkingCapital, a.TotalAssets)}, term{dec("0.0757"), quotient(a.CurrentLiabilities, a.CurrentAssets)},
		term{dec("-1.72"), flag(a.TotalLiabilities.Cmp(a.TotalAssets) > 0)}, term{dec("-2.37"), quotient(a.NetIncome, a.TotalAssets)},
		term{dec("-1.83"), overDebt(a.FundsFromOperations, a.TotalLiabilities)}, term{dec("0.285"), flag(a.TwoYearsOfLosses)}, term{dec("-0.521"), change},
	).withProbability(approx.Logistic)
}

// TafflerAmounts are what Taffler's score is made of.
type TafflerAmounts struct {
	PretaxProfit, CurrentLiabilities, CurrentAssets, TotalLiabilities, TotalAssets, QuickAssets, Sales, Depreciation decimal.Decimal
}

// TafflerResult is the score with its no-credit interval.
type TafflerResult struct {
	Score
	// NoCreditInterval is the days that quick assets less current liabilities pay for.
	NoCreditInterval receivables.Figure `json:"no_credit_interval"`
}

// TafflerScore returns z (1983): 3.20 + 12.18 PBT/CL + 2.50 CA/TL - 10.68 CL/TA + 0.029 NCI, the no-credit
// interval NCI in days being (quick assets - CL) / ((sales - PBT - depreciation) / 365). At risk below
// 0. (0.53, 0.13, 0.18 and 0.16 are the weights of the ratios, not coefficients.) Undefined when a
// denominator, the daily cost too, is zero or below.
func TafflerScore(a TafflerAmounts) TafflerResult {
	cost := a.Sales.Sub(a.PretaxProfit).Sub(a.Depreciation)
	interval := quotient(a.QuickAssets.Sub(a.CurrentLiabilities).Mul(decimal.NewFromInt(365)), cost)
	r := TafflerResult{Score: linear(
		Taffler, "3.20", term{dec("12.18"), overDebt(a.PretaxProfit, a.CurrentLiabilities)}, term{dec("2.50"), overDebt(a.CurrentAssets, a.TotalLiabilities)},
		term{dec("-10.68"), quotient(a.CurrentLiabilities, a.TotalAssets)}, term{dec("0.029"), interval},
	), NoCreditInterval: receivables.NoFigure(interval.Status(), receivables.UnitDays)}
	if value, ok := interval.Value(); ok {
		r.NoCreditInterval = receivables.NewFigure(value.Round(receivables.RatioPlaces), receivables.UnitDays)
	}
	return r
}

// GroverAmounts are what Grover's score is made of.
type GroverAmounts struct {
	WorkingCapital, TotalAssets, EBIT, NetIncome decimal.Decimal
}

// GroverScore returns G (2001): 1.650 WC/TA + 3.404 EBIT/TA - 0.016 NI/TA + 0.057. Bankrupt up to -0.02, sound
// from 0.01. Coefficients and cut-offs were not verified.
func GroverScore(a GroverAmounts) Score {
	return linear(
		Grover, "0.057", term{dec("1.650"), quotient(a.WorkingCapital, a.TotalAssets)}, term{dec("3.404"), quotient(a.EBIT, a.TotalAssets)},
		term{dec("-0.016"), quotient(a.NetIncome, a.TotalAssets)},
	)
}

// BeneishIndices are the eight indices of the M score, each this year against the last.
type BeneishIndices struct {
	DSRI receivables.Figure // receivables / sales
	GMI  receivables.Figure // gross margin, last year against this
	AQI  receivables.Figure // asset quality
	SGI  receivables.Figure // growth of sales
	DEPI receivables.Figure // depreciation, last year against this
	SGAI receivables.Figure // selling and general expenses
	TATA receivables.Figure // total accruals / total assets
	LVGI receivables.Figure // leverage
}

// BeneishScore returns M (1999): -4.84 + 0.92 DSRI + 0.528 GMI + 0.404 AQI + 0.892 SGI + 0.115 DEPI - 0.172 SGAI +
// 4.679 TATA - 0.327 LVGI. Above -1.78 a likely manipulator of earnings. Undefined as its indices.
func BeneishScore(x BeneishIndices) Score {
	return linear(
		Beneish, "-4.84", term{dec("0.92"), x.DSRI}, term{dec("0.528"), x.GMI}, term{dec("0.404"), x.AQI}, term{dec("0.892"), x.SGI},
		term{dec("0.115"), x.DEPI}, term{dec("-0.172"), x.SGAI}, term{dec("4.679"), x.TATA}, term{dec("-0.327"), x.LVGI},
	)
}
