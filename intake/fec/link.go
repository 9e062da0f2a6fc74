package fec

import (
	"cmp"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// lettered is what was set against each other under one code.
type lettered struct {
	customer, code string
	postings       []*posting
}

// part is what of a code certainly belongs together: of one file, account and day of lettering.
type part struct {
	file    int
	account string
	on      date.Date
}

// link sets what has the same lettering code against each other and returns the facts that say so.
func (in *importer) link() []receivables.Fact {
	var groups []*lettered
	byCode := map[[2]string]*lettered{}
	report := &in.result.Report
	for _, p := range in.postings {
		if p.line.Lettering == "" {
			report.Unlettered++
			continue
		}
		report.Lettered++
		key := [2]string{p.line.Customer(), p.line.Lettering}
		group, ok := byCode[key]
		if !ok {
			group = &lettered{customer: key[0], code: key[1]}
			byCode[key] = group
			groups = append(groups, group)
		}
		group.postings = append(group.postings, p)
	}
	report.Letterings = len(groups)
	var facts []receivables.Fact
	for _, group := range groups {
		balanced, rest := group.parts()
		for _, postings := range balanced {
			facts = append(facts, in.settle(postings)...)
		}
		if len(rest) == 0 {
			report.Linked++
			continue
		}
		facts = append(facts, in.settle(rest)...)
		left := unlinked(group, rest)
		if left == nil {
			report.Linked++
			continue
		}
		if in.options.AgainstOpening {
			facts = append(facts, in.againstOpening(rest, left)...)
		}
		for _, p := range rest {
			if p.rest.Sign() != 0 {
				left.Open = append(left.Open, p.id)
			}
		}
		report.Unlinked = append(report.Unlinked, *left)
	}
	return facts
}

// againstOpening sets the credits that are left of a code against the opening debits of their account.
func (in *importer) againstOpening(postings []*posting, left *Unlinked) []receivables.Fact {
	if in.carried == nil {
		in.carried = map[account][]*posting{}
		for _, p := range in.postings {
			if p.opening && p.isDebit() && p.line.Lettering == "" {
				in.carried[p.account()] = append(in.carried[p.account()], p)
			}
		}
		for _, debits := range in.carried {
			slices.SortStableFunc(debits, oldest)
		}
	}
	var facts []receivables.Fact
	for _, c := range postings {
		if c.isDebit() {
			continue
		}
		debits := in.carried[c.account()]
		for c.rest.Sign() > 0 && len(debits) > 0 {
			if debits[0].rest.Sign() == 0 {
				debits = debits[1:]
				continue
			}
			before := c.rest
			facts = append(facts, in.apply(c, debits[0], c.line.LetteredOn))
			left.Opening = left.Opening.Add(before.Sub(c.rest))
		}
		in.carried[c.account()] = debits
	}
	return facts
}

// parts returns the parts of a code that add up to nothing, and what is in none of them.
func (g *lettered) parts() (balanced [][]*posting, rest []*posting) {
	var order []part
	parts := map[part][]*posting{}
	for _, p := range g.postings {
		key := part{p.group, p.line.Account, p.line.LetteredOn}
		if _, ok := parts[key]; !ok {
			order = append(order, key)
		}
		parts[key] = append(parts[key], p)
	}
	for _, key := range order {
		sum := decimal.Zero
		for _, p := range parts[key] {
			sum = sum.Add(p.amount)
		}
		if sum.IsZero() {
			balanced = append(balanced, parts[key])
		} else {
			rest = append(rest, parts[key]...)
		}
	}
	return balanced, rest
}

// unlinked says what of a code is left; nil if nothing is.
func unlinked(group *lettered, postings []*posting) *Unlinked {
	left := Unlinked{Customer: group.customer, Code: group.code}
	for _, p := range postings {
		left.Lines++
		if p.isDebit() {
			left.Debit = left.Debit.Add(p.amount)
		} else {
			left.Credit = left.Credit.Sub(p.amount)
		}
	}
	if left.Debit.Equal(left.Credit) {
		return nil
	}
	return &left
}

// oldest is the order of age, then of the files.
func oldest(a, b *posting) int {
	return cmp.Or(cmp.Compare(a.issued, b.issued), cmp.Compare(a.file, b.file), cmp.Compare(a.line.Number, b.line.Number))
}

// settle sets debits and credits against each other: money returned first, then equal amounts, then the oldest.
func (in *importer) settle(postings []*posting) []receivables.Fact {
	var debits, credits []*posting
	var learned date.Date
	for _, p := range postings {
		learned = max(learned, p.line.LetteredOn)
		if p.isDebit() {
			debits = append(debits, p)
		} else {
			credits = append(credits, p)
		}
	}
	slices.SortStableFunc(debits, oldest)
	slices.SortStableFunc(credits, oldest)
	facts := in.takeBack(debits, credits)
	for _, pair := range pairs(debits, credits) {
		facts = append(facts, in.apply(pair[1], pair[0], learned))
	}
	d := 0
	for _, c := range credits {
		for c.rest.Sign() > 0 && d < len(debits) {
			if debits[d].rest.Sign() == 0 {
				d++
				continue
			}
			facts = append(facts, in.apply(c, debits[d], learned))
		}
	}
	return facts
}

// takeBack makes a refund of each debit of money that gives back a credit received before, of the same amount.
func (in *importer) takeBack(debits, credits []*posting) []receivables.Fact {
	var facts []receivables.Fact
	byAmount := map[string][]*posting{}
	at := 0
	for _, d := range debits {
		for ; at < len(credits) && credits[at].issued <= d.issued; at++ {
			if _, givenUp := credits[at].nature.writeOffReason(); !givenUp {
				key := credits[at].rest.String()
				byAmount[key] = append(byAmount[key], credits[at])
			}
		}
		if d.nature != NatureMoney {
			continue
		}
		same := byAmount[d.rest.String()]
		if len(same) == 0 {
			continue
		}
		c := same[len(same)-1]
		if c.known() > d.known() {
			continue // the books told of it before there was anything to give back
		}
		byAmount[d.rest.String()] = same[:len(same)-1]
		// From its own day on, whenever it was lettered: the books show it from then.
		facts = append(facts, receivables.Refund{ID: in.free(d.id), Document: c.id, Amount: in.money(d.rest), PaidOn: d.issued, KnownOn: d.known()})
		in.result.Report.Refunds++
		d.converted, d.rest, c.rest = d.rest, decimal.Zero, decimal.Zero
	}
	return facts
}

// pairs returns the debits and credits of equal amounts, the oldest first.
func pairs(debits, credits []*posting) [][2]*posting {
	byAmount := map[string][]*posting{}
	for _, d := range debits {
		if d.rest.Sign() > 0 {
			key := d.rest.String()
			byAmount[key] = append(byAmount[key], d)
		}
	}
	var found [][2]*posting
	for _, c := range credits {
		key := c.rest.String()
		if same := byAmount[key]; c.rest.Sign() > 0 && len(same) > 0 {
			found = append(found, [2]*posting{same[0], c})
			byAmount[key] = same[1:]
		}
	}
	return found
}

// apply sets a credit against a debit, as far as both reach.
func (in *importer) apply(c, d *posting, learned date.Date) receivables.Fact {
	amount := decimal.Min(c.rest, d.rest)
	c.rest, d.rest = c.rest.Sub(amount), d.rest.Sub(amount)
	// A write-off counts from its own day on, as the books show it. One that is older than its invoice stays a credit, to be applied.
	if reason, givenUp := c.nature.writeOffReason(); givenUp && c.issued >= d.issued && c.known() >= d.known() {
		c.converted = c.converted.Add(amount)
		in.result.Report.WriteOffs++
		return receivables.WriteOff{ID: in.free(c.id), Document: d.id, Amount: in.money(amount), On: c.issued, KnownOn: c.known(), Reason: reason}
	}
	on, known := max(c.issued, d.issued), max(c.known(), d.known(), learned)
	in.result.Report.Allocations++
	return receivables.Allocation{From: c.id, To: d.id, Amount: in.money(amount), On: on, KnownOn: known}
}

// free makes an identifier that no other fact has.
func (in *importer) free(id string) string { return in.identifier(id + " lettered") }

func (in *importer) money(amount decimal.Decimal) receivables.Money {
	return receivables.Zero(in.options.Currency).AddAmount(amount)
}
