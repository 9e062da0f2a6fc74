package loss

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Transitions is a chain of ages in which receivables move from period to period until they are
// paid or lost. Rows are ages. Each row of Between and Absorbed together adds up to 1.
type Transitions struct {
	Between  [][]decimal.Decimal // from each age to each age
	Absorbed [][]decimal.Decimal // from each age to paid and to lost
}

// Absorption is what finally becomes of each age.
type Absorption struct {
	// Fundamental is the expected number of periods spent in each age, from each age; its row
	// sums are Periods.
	Fundamental [][]decimal.Decimal
	Periods     []decimal.Decimal
	Paid, Lost  []decimal.Decimal // probabilities; they add up to 1
}

// mostStates bounds the work of an inversion.
const mostStates = 25

// Absorb solves an absorbing Markov chain exactly, in fractions: N = (I - Q)^-1, probabilities
// N R. Results are rounded once, to [receivables.RatioPlaces] decimals.
//
// Errors:
//   - [receivables.ErrInvalidInput] for matrices of other forms, more than 25 ages, a
//     probability outside 0 to 1, or an age that is never paid or lost (I - Q is singular);
//   - [receivables.ErrConflict], rule sum, for a row that does not add up to 1 within 1e-9.
func Absorb(t Transitions) (Absorption, error) {
	n := len(t.Between)
	if n == 0 || n > mostStates || len(t.Absorbed) != n {
		return Absorption{}, &receivables.FieldError{Path: "transitions", Value: fmt.Sprintf("%d and %d rows", n, len(t.Absorbed)), Rule: receivables.RuleRange, Detail: fmt.Sprintf("want as many of both, 1 to %d", mostStates)}
	}
	// the augmented matrix [I - Q | I], rows scaled so that they add up to 1 exactly
	m := make([][]*big.Rat, n)
	scale := make([]*big.Rat, n)
	for i := range n {
		if len(t.Between[i]) != n || len(t.Absorbed[i]) != 2 {
			return Absorption{}, &receivables.FieldError{Path: fmt.Sprintf("transitions[%d]", i), Value: fmt.Sprintf("%d and %d columns", len(t.Between[i]), len(t.Absorbed[i])), Rule: receivables.RuleRange, Detail: fmt.Sprintf("want %d ages, then paid and lost", n)}
		}
		sum := decimal.Zero
		for j, p := range append(append([]decimal.Decimal{}, t.Between[i]...), t.Absorbed[i]...) {
			if !isShare(p) {
				return Absorption{}, notAShare(fmt.Sprintf("transitions[%d][%d]", i, j), p)
			}
			sum = sum.Add(p)
		}
		if sum.Sub(one).Abs().Cmp(decimal.New(1, -9)) > 0 {
			return Absorption{}, &receivables.FieldError{Path: fmt.Sprintf("transitions[%d]", i), Value: sum.String(), Rule: receivables.RuleSum, Detail: "must add up to 1"}
		}
		scale[i] = new(big.Rat).Inv(sum.Rat())
		m[i] = make([]*big.Rat, 2*n)
		for j := range n {
			m[i][j] = new(big.Rat).Mul(new(big.Rat).Neg(t.Between[i][j].Rat()), scale[i])
			m[i][n+j] = new(big.Rat)
		}
		m[i][i].Add(m[i][i], big.NewRat(1, 1))
		m[i][n+i].SetInt64(1)
	}
	if !t.absorbs() || !invert(m) {
		return Absorption{}, &receivables.FieldError{Path: "transitions", Rule: receivables.RuleRange, Detail: "an age from which nothing is ever paid or lost"}
	}
	a := Absorption{}
	for i := range n {
		row, periods := make([]decimal.Decimal, n), new(big.Rat)
		absorbed := [2]*big.Rat{new(big.Rat), new(big.Rat)}
		for j := range n {
			x := m[i][n+j]
			row[j] = rounded(x)
			periods.Add(periods, x)
			for k := range absorbed {
				absorbed[k].Add(absorbed[k], new(big.Rat).Mul(x, new(big.Rat).Mul(t.Absorbed[j][k].Rat(), scale[j])))
			}
		}
		a.Fundamental = append(a.Fundamental, row)
		a.Periods = append(a.Periods, rounded(periods))
		a.Paid, a.Lost = append(a.Paid, rounded(absorbed[0])), append(a.Lost, rounded(absorbed[1]))
	}
	return a, nil
}

// absorbs reports whether every age can reach paid or lost.
func (t Transitions) absorbs() bool {
	reaches := make([]bool, len(t.Between))
	for range t.Between { // each round adds those one step further away
		for i := range t.Between {
			reaches[i] = reaches[i] || t.Absorbed[i][0].Sign() > 0 || t.Absorbed[i][1].Sign() > 0
			for j, p := range t.Between[i] {
				reaches[i] = reaches[i] || p.Sign() > 0 && reaches[j]
			}
		}
	}
	return !slices.Contains(reaches, false)
}

// invert turns [A | I] into [I | A^-1]; false if A is singular.
func invert(m [][]*big.Rat) bool {
	for column := range m {
		pivot := column
		for pivot < len(m) && m[pivot][column].Sign() == 0 {
			pivot++
		}
		if pivot == len(m) {
			return false
		}
		m[column], m[pivot] = m[pivot], m[column]
		scale := new(big.Rat).Inv(m[column][column])
		for j := range m[column] {
			m[column][j].Mul(m[column][j], scale)
		}
		for i := range m {
			if i == column || m[i][column].Sign() == 0 {
				continue
			}
			factor := new(big.Rat).Set(m[i][column])
			for j := range m[i] {
				m[i][j].Sub(m[i][j], new(big.Rat).Mul(factor, m[column][j]))
			}
		}
	}
	return true
}

func rounded(r *big.Rat) decimal.Decimal {
	return decimal.NewFromBigInt(r.Num(), 0).DivRound(decimal.NewFromBigInt(r.Denom(), 0), receivables.RatioPlaces)
}

// Fate is what becomes of balances.
type Fate struct {
	Paid, Lost receivables.Money
}

// Of returns what is expected to be paid and lost of the balance of each age, in the end.
//
// Errors:
//   - [receivables.ErrInvalidInput] when there is not one balance for each age;
//   - [receivables.ErrCurrencyMismatch].
func (a Absorption) Of(balances []receivables.Money) (Fate, error) {
	if len(balances) != len(a.Paid) || len(balances) == 0 {
		return Fate{}, &receivables.FieldError{Path: "balances", Value: fmt.Sprint(len(balances)), Rule: receivables.RuleRange, Detail: fmt.Sprintf("want %d, one for each age", len(a.Paid))}
	}
	zero := receivables.Zero(balances[0].Currency())
	f := Fate{Paid: zero, Lost: zero}
	for i, b := range balances {
		if !b.IsValid() || b.Currency() != zero.Currency() {
			return Fate{}, mismatch(fmt.Sprintf("balances[%d]", i), b, zero.Currency())
		}
		f.Paid = f.Paid.AddAmount(b.Amount().Mul(a.Paid[i]))
		f.Lost = f.Lost.AddAmount(b.Amount().Mul(a.Lost[i]))
	}
	return f, nil
}

// Receipts returns the money expected in each of the next periods (prévision d'encaissements par
// chaîne de Markov): balances x Q^h x the column of what is paid.
//
// Errors: those of [Absorb] and [Absorption.Of]; [receivables.ErrInvalidInput] for a number of
// periods outside 1 to 1000.
func (t Transitions) Receipts(balances []receivables.Money, periods int) ([]receivables.Money, error) {
	a, err := Absorb(t)
	if err != nil {
		return nil, err
	}
	if _, err := a.Of(balances); err != nil {
		return nil, err
	}
	const most = 1000
	if periods < 1 || periods > most {
		return nil, &receivables.FieldError{Path: "periods", Value: fmt.Sprint(periods), Rule: receivables.RuleRange, Detail: fmt.Sprintf("from 1 to %d", most)}
	}
	state := make([]decimal.Decimal, len(balances))
	for i, b := range balances {
		state[i] = b.Amount()
	}
	zero := receivables.Zero(balances[0].Currency())
	var list []receivables.Money
	for range periods {
		paid, next := decimal.Zero, make([]decimal.Decimal, len(state))
		for i, x := range state {
			paid = paid.Add(x.Mul(t.Absorbed[i][0]))
			for j, p := range t.Between[i] {
				next[j] = next[j].Add(x.Mul(p))
			}
		}
		for j := range next {
			next[j] = next[j].Round(2 * receivables.RatioPlaces)
		}
		list = append(list, zero.AddAmount(paid.Round(receivables.RatioPlaces)))
		state = next
	}
	return list, nil
}
