package penalties_test

import (
	"math"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

var regimes = []string{"fr.b2b", "fr.public", "de.b2b", "de.consumer", "gb.b2b", "be.b2b", "es.b2b", "it.b2b", "ie.b2b", "at.b2b", "fi.b2b", "pt.b2b", "lu.b2b", "ee.b2b", "sk.b2b"}

func drawClaim(t *rapid.T) (claim penalties.Claim, until date.Date) {
	due := receivables.AddDays(day("2015-01-01"), rapid.IntRange(0, 3000).Draw(t, "due"))
	cents := rapid.OneOf(rapid.Int64Range(1, 1e7), rapid.Int64Range(1, 1e14)).Draw(t, "cents")
	claim = penalties.Claim{ID: "x", Principal: receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(cents, -2)), DueOn: due}
	return claim, receivables.AddDays(due, rapid.IntRange(0, 1200).Draw(t, "days"))
}

func exact(t *rapid.T, config penalties.Config, claim penalties.Claim, until date.Date) *penalties.Accrual {
	law, err := penalties.Standard()
	if err != nil {
		t.Fatal(err)
	}
	c, err := penalties.New(law, config)
	if err != nil {
		t.Fatal(err)
	}
	if config.Regime == "gb.b2b" {
		claim.Principal = receivables.Zero(receivables.MustCurrency("GBP")).AddAmount(claim.Principal.Amount())
	}
	a, err := c.Accrue(claim, until)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Segments are without hole or overlap, their days add up to the delay and their
// interest to the whole; a slow sum day by day agrees.
func TestSegmentsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claim, until := drawClaim(t)
		config := penalties.Config{Regime: rapid.SampledFrom(regimes).Draw(t, "regime")}
		a := exact(t, config, claim, until)
		next, sum := receivables.AddDays(claim.DueOn, 1), decimal.Zero
		for _, s := range a.Segments {
			assert.Equal(t, next, s.FirstDay)
			next = receivables.AddDays(s.LastDay, 1)
			sum = sum.Add(s.Interest.Amount())
		}
		assert.Equal(t, receivables.DaysBetween(claim.DueOn, until), a.Days)
		assert.True(t, sum.Equal(a.Interest.Amount()))

		config.Scope = penalties.AtEnd
		whole := exact(t, config, claim, until)
		law, _ := penalties.Standard()
		c, err := penalties.New(law, config)
		if err != nil {
			t.Fatal(err)
		}
		slow := decimal.Zero
		for d := receivables.AddDays(claim.DueOn, 1); d <= until; d++ {
			rate, err := c.Rate(claim, d)
			if err != nil {
				t.Fatal(err)
			}
			slow = slow.Add(claim.Principal.Amount().Mul(rate.Percent))
		}
		slow = slow.DivRound(decimal.New(36500, 0), 2)
		assert.True(t, slow.Equal(whole.Interest.Amount()), "day by day %s, at once %s", slow, whole.Interest)
	})
}

// Splitting the period at any day changes at most the rounding of one segment.
func TestAdditiveOverASplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claim, until := drawClaim(t)
		if until <= claim.DueOn {
			return
		}
		config := penalties.Config{Regime: "fr.b2b", Scope: penalties.AtEnd}
		cut := receivables.AddDays(claim.DueOn, rapid.IntRange(0, receivables.DaysBetween(claim.DueOn, until)).Draw(t, "cut"))
		first := exact(t, config, claim, cut)
		second := claim
		second.DueOn = cut
		rest := exact(t, config, second, until)
		whole := exact(t, config, claim, until)
		gap := first.Interest.Amount().Add(rest.Interest.Amount()).Sub(whole.Interest.Amount()).Abs()
		assert.True(t, gap.LessThanOrEqual(decimal.New(1, -2)), "%s", gap)
	})
}

// Interest scales with the principal, does not fall with time at positive rates; a
// payment of zero changes nothing, nor does the order of payments of one day.
func TestScaleMonotonyAndNeutralPayments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claim, until := drawClaim(t)
		config := penalties.Config{Regime: rapid.SampledFrom(regimes).Draw(t, "regime")}
		a := exact(t, config, claim, until)
		tenfold := claim
		tenfold.Principal = eur("0").AddAmount(claim.Principal.Amount().Mul(decimal.New(10, 0)))
		b := exact(t, config, tenfold, until)
		gap := b.Interest.Amount().Sub(a.Interest.Amount().Mul(decimal.New(10, 0))).Abs()
		assert.True(t, gap.LessThanOrEqual(decimal.New(int64(6*(len(a.Segments)+1)), -2)), "%s", gap)
		if until > claim.DueOn {
			assert.True(t, exact(t, config, claim, receivables.AddDays(until, -1)).Interest.Amount().LessThanOrEqual(a.Interest.Amount()))
		}
		if config.Regime == "gb.b2b" {
			return
		}
		on := receivables.AddDays(claim.DueOn, rapid.IntRange(-10, 400).Draw(t, "on"))
		zero := claim
		zero.Payments = []penalties.Payment{{On: on, Amount: eur("0")}}
		assert.Equal(t, lines(a), lines(exact(t, config, zero, until)))

		part := eur("0").AddAmount(claim.Principal.Amount().Mul(decimal.New(3, -1)).Round(2))
		one, two := penalties.Payment{On: on, Amount: part}, penalties.Payment{On: on, Amount: eur("1")}
		ab, ba := claim, claim
		ab.Payments, ba.Payments = []penalties.Payment{one, two}, []penalties.Payment{two, one}
		x, y := exact(t, config, ab, until), exact(t, config, ba, until)
		assert.Equal(t, lines(x), lines(y))
		assert.True(t, x.Total().Equal(y.Total()))
		// Nothing is lost: principal + interest + costs = due + paid + returned.
		sum := x.PrincipalDue.AddAmount(x.InterestDue.Amount()).AddAmount(x.CostsDue.Amount())
		for _, p := range x.Payments {
			sum = sum.AddAmount(p.ToCosts.Amount()).AddAmount(p.ToInterest.Amount()).AddAmount(p.ToPrincipal.Amount())
			assert.True(t, p.Amount.Equal(p.ToCosts.AddAmount(p.ToInterest.Amount()).AddAmount(p.ToPrincipal.Amount()).AddAmount(p.Returned.Amount())))
		}
		owed := claim.Principal.AddAmount(x.Interest.Amount()).AddAmount(x.FurtherCosts.Amount())
		if x.FixedSum != nil {
			owed = owed.AddAmount(x.FixedSum.Amount.Amount())
		}
		assert.True(t, sum.Equal(owed), "%s: %s", config.Regime, sum)
		assert.GreaterOrEqual(t, x.PrincipalDue.Sign(), 0)
		assert.GreaterOrEqual(t, x.InterestDue.Sign(), 0)
	})
}

// The table gives the cents of the plain way, for every regime it takes, or refuses
// where that does, or what begins before it.
func TestTheTableAgrees(t *testing.T) {
	law, err := penalties.Standard()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		from := receivables.AddDays(day("2008-01-01"), rapid.IntRange(0, 6200).Draw(t, "from"))
		until := receivables.AddDays(from, rapid.IntRange(0, 2000).Draw(t, "length"))
		config := penalties.Config{
			Regime: rapid.SampledFrom(law.RegimeIDs()).Draw(t, "regime"),
			Scope:  rapid.SampledFrom([]penalties.Scope{penalties.PerSegment, penalties.AtEnd}).Draw(t, "scope"),
			Mode:   rapid.SampledFrom([]penalties.Mode{"", penalties.Floating, penalties.Frozen}).Draw(t, "mode"),
		}
		c, err := penalties.New(law, config)
		if err != nil {
			t.Fatal(err)
		}
		table, err := c.Table(from, until)
		if err != nil {
			return
		}
		claim := penalties.Claim{
			ID: "x", Principal: receivables.Zero(c.Regime().Currency).AddAmount(decimal.New(rapid.Int64Range(1, 1e14).Draw(t, "units"), -2)),
			DueOn: receivables.AddDays(from, rapid.IntRange(-400, 2400).Draw(t, "due")),
		}
		got, err := table.Interest(claim.Principal, claim.DueOn)
		a, wantErr := c.Accrue(claim, until)
		switch {
		case claim.DueOn < until && claim.DueOn < from-1:
			assert.ErrorIs(t, err, receivables.ErrNoCoverage, "%s began before the table", claim.DueOn)
		case wantErr != nil:
			assert.ErrorIs(t, err, receivables.ErrNoCoverage, "%v", wantErr)
		case assert.NoError(t, err):
			assert.True(t, a.Interest.Equal(got), "want %s, got %s", a.Interest, got)
		}
	})
}

// Where 64 bits do not hold the interest, cents say so and money is exact.
func TestTheTableDoesNotOverflow(t *testing.T) {
	law, err := penalties.Standard()
	if err != nil {
		t.Fatal(err)
	}
	for _, scope := range []penalties.Scope{penalties.PerSegment, penalties.AtEnd} {
		c, err := penalties.New(law, penalties.Config{Regime: "fr.b2b", Scope: scope})
		if err != nil {
			t.Fatal(err)
		}
		table, err := c.Table(day("2009-01-01"), day("2026-06-30"))
		if err != nil {
			t.Fatal(err)
		}
		for _, units := range []int64{math.MaxInt64, math.MinInt64} {
			_, err := table.Units(units, day("2009-01-01"))
			assert.ErrorIs(t, err, receivables.ErrLimit, "%d", units)
		}
		huge := eur("92233720368547758.07")
		got, err := table.Interest(huge, day("2009-01-01"))
		assert.NoError(t, err)
		a, err := c.Accrue(penalties.Claim{ID: "x", Principal: huge, DueOn: day("2009-01-01")}, day("2026-06-30"))
		assert.NoError(t, err)
		assert.True(t, a.Interest.Equal(got))
	}
}
