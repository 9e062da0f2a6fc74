package fec

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
)

// Import is what was read.
type Import struct {
	Ledger *receivables.Ledger
	Report Report
	// Problems lists the lines left out, in the order of the files. The ledger is incomplete when there are any.
	Problems []*receivables.RowError
}

// Read makes a ledger of the customer accounts of one file, or of several years in their order.
//
// Each line of a customer account is a document: its amount is debit less credit, above zero an invoice, below zero a payment or a
// credit note, by the other accounts of its entry ([Nature]). A line of 0 is counted and makes none. Documents carry the labels
// nature, account, journal, piece and text, to be grouped by. The number of a document is its piece; a number that is taken gets " (2)", " (3)"
// and so on behind it, in the order of the files, invoices before the others.
//
// The day of a document is that of its piece, or of its entry if that is earlier; it is known from the day of its entry on, so that
// open items at the end of a day, as known on that day, add up to the books of that day. ValidDate does not count: books are often
// validated once a year. A balance carried forward is dated one day before the entry, unless its piece is earlier: it is no sale of
// the year. Where the opening lines of a file are of several days, these are the days of the documents and stay.
//
// Lines of a customer with the same lettering code are set against each other, equal amounts first, then the oldest, from the later day
// of the two on; where the file has a day of lettering, it is the day on which that became known. A code that is used again, in another
// account, year or on another day, is taken apart where the parts balance; what is left of it is set against each other together. Money paid
// back or returned takes back the payment it is lettered with, and what was given up (bad debt, discount, difference) is a write-off of the
// invoice it is lettered with, both from their own day on. A line lettered with what is in another year's file stays open here, as it is in these
// books; see [Report.Unlinked].
//
// Of several files, each later one begins after the one before ended. What it carries forward says nothing new and is left out; what it says
// otherwise is kept as a document of its own, of the opening day, and listed in [Report.Openings]: the closed year stays as it was. What is
// booked in the opening journal later in the year is an entry like others.
//
// Memory grows with the customer lines, by about 2.5 KB each at most (900,000 invoices of a file of 200 MB: 2.3 GB), not with the other lines.
// What does not need a ledger takes [Lines].
//
// Limits: an entry is known by journal, number and day; where a program writes no numbers, all that a journal holds of one day is one
// entry ([Report.Unnumbered]), and its natures can mix. A claim moved to another customer account (413, 416) begins anew there, at the day of its piece. A payment with a discount
// in one entry counts in full as a payment. Due dates are those of Options.DueOn; without it all is undated.
//
// Errors: those of [Lines], of Options.DueOn, and ErrInvalidInput without a file or for files that are not in the order of their days.
func Read(options Options, files ...File) (*Import, error) {
	if len(files) == 0 {
		return nil, &receivables.FieldError{Path: "files", Rule: receivables.RuleRequired, Detail: "at least one file is needed"}
	}
	if !options.Currency.IsValid() {
		options.Currency = receivables.MustCurrency("EUR")
	}
	if options.Accounts == nil {
		options.Accounts = []string{"41"}
	}
	if options.Opening == nil {
		options.Opening = IsOpening
	}
	in := &importer{options: options, entries: map[entryKey]*entry{}, balances: map[account]*fixed.Sum{}, result: &Import{}}
	for number, file := range files {
		if err := in.file(number, file); err != nil {
			return nil, err
		}
	}
	return in.finish()
}

// account is a customer in one account.
type account struct{ customer, account string }

// posting is a line of a customer account.
type posting struct {
	line    Line
	file    int
	key     entryKey
	opening bool            // carries a balance forward
	differs bool            // is what an opening says otherwise than the files before
	ownDay  bool            // is of the day of its document, if it is an opening
	amount  decimal.Decimal // above zero: the customer owes more
	nature  Nature
	id      string
	issued  date.Date
	// group is the file whose lettering it is part of: its own, or a later one that letters its opening line.
	group     int
	rest      decimal.Decimal // of |amount|, not linked yet
	converted decimal.Decimal // of |amount|, told by a refund or write-off
}

func (p *posting) isDebit() bool { return p.amount.Sign() > 0 }

// known is the day from which the books show it.
func (p *posting) known() date.Date {
	if p.opening && !p.differs {
		return p.issued
	}
	return max(p.line.On, p.issued)
}

type importer struct {
	options  Options
	entries  map[entryKey]*entry
	order    []entryKey
	postings []*posting
	names    map[string]string
	balances map[account]*fixed.Sum // by the files before
	taken    map[string]int         // how often a name was used
	used     map[string]bool        // identifiers
	// carried are the opening debits, for Options.AgainstOpening.
	carried           map[account][]*posting
	firstDay, lastDay date.Date // of the entries of the files before
	lines             int
	bytes             int64
	result            *Import
}

func (in *importer) places() int32 { return int32(in.options.Currency.MinorUnits()) }

func (in *importer) isCustomer(number string) bool {
	return slices.ContainsFunc(in.options.Accounts, func(begin string) bool { return strings.HasPrefix(number, begin) })
}

// file reads the lines of one file.
func (in *importer) file(number int, file File) error {
	r := newReader(file, in.options, &in.lines, &in.bytes)
	first := len(in.postings)
	var firstDay, lastDay date.Date // of what is not carried forward
	for {
		line, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			row, ok := errors.AsType[*receivables.RowError](err)
			if r.done || !ok {
				return err
			}
			in.result.Problems = append(in.result.Problems, row)
			continue
		}
		if !in.options.Opening(line) {
			if firstDay == 0 || line.On < firstDay {
				firstDay = line.On
			}
			lastDay = max(lastDay, line.On)
		}
		in.take(number, line)
	}
	if err := in.follows(r, number, firstDay, lastDay); err != nil {
		return err
	}
	in.carriedForward(first)
	in.openings(number, first)
	for _, p := range in.postings[first:] {
		in.balance(p.account()).Add(p.amount, in.places())
	}
	return nil
}

// follows refuses a file that does not begin after the one before ended: what is in both would count twice.
func (in *importer) follows(r *reader, number int, firstDay, lastDay date.Date) error {
	if firstDay == 0 {
		return nil // nothing but what is carried forward
	}
	if number > 0 && in.lastDay != 0 && firstDay <= in.lastDay {
		return r.fail("EcritureDate", &receivables.FieldError{
			Path: "files", Value: firstDay.String(), Rule: receivables.RuleOrder,
			Detail: "entries begin before those of the file before have ended, on " + in.lastDay.String() + ": give the years in their order, each once",
		})
	}
	in.lastDay = lastDay
	in.firstDay = firstDay
	return nil
}

// carriedForward finds which lines of the opening journal carry balances forward: those of its first day, and those on or before the first day
// of the other entries. What is booked there later is an entry of the year.
func (in *importer) carriedForward(first int) {
	var begin date.Date
	for _, p := range in.postings[first:] {
		if p.opening && (begin == 0 || p.line.On < begin) {
			begin = p.line.On
		}
	}
	several := false
	for _, p := range in.postings[first:] {
		p.opening = p.opening && (p.line.On == begin || p.line.On <= in.firstDay)
		several = several || p.opening && p.line.On != begin
	}
	for _, p := range in.postings[first:] {
		p.ownDay = several
	}
}

func (in *importer) balance(a account) *fixed.Sum {
	sum, ok := in.balances[a]
	if !ok {
		sum = &fixed.Sum{}
		in.balances[a] = sum
	}
	return sum
}

func (p *posting) account() account { return account{p.line.Customer(), p.line.Account} }

// take keeps what is needed of a line.
func (in *importer) take(file int, line Line) {
	report := &in.result.Report
	amount := line.Amount()
	report.Lines++
	if line.Recoded {
		report.Recoded++
	}
	report.Debit, report.Credit = report.Debit.Add(line.Debit), report.Credit.Add(line.Credit)
	if report.FirstDay == 0 || line.On < report.FirstDay {
		report.FirstDay = line.On
	}
	report.LastDay = max(report.LastDay, line.On)
	key := entryKey{file: file, journal: line.Journal, number: line.Entry, on: line.On}
	e, ok := in.entries[key]
	if !ok {
		e = &entry{}
		in.entries[key] = e
		in.order = append(in.order, key)
	}
	if strings.Trim(line.Entry, "0") == "" {
		report.Unnumbered++
	}
	e.sum.Add(amount, in.places())
	if !in.isCustomer(line.Account) {
		e.others |= classOf(line.Account)
		return
	}
	report.CustomerLines++
	report.CustomerDebit, report.CustomerCredit = report.CustomerDebit.Add(line.Debit), report.CustomerCredit.Add(line.Credit)
	if amount.IsZero() {
		report.ZeroLines++
		return
	}
	in.postings = append(in.postings, &posting{
		line: line, file: file, group: file, key: key, opening: in.options.Opening(line), amount: amount, rest: amount.Abs(),
	})
}

// openings compares the opening lines of a further file with what the files before leave, and takes them out.
func (in *importer) openings(file, first int) {
	if file == 0 {
		return
	}
	carried := map[account]*fixed.Sum{}
	sample := map[account]*posting{} // for the day and the names
	var day *posting                 // the first of them
	var kept, lettered, differences []*posting
	for _, p := range in.postings[first:] {
		if !p.opening {
			kept = append(kept, p)
			continue
		}
		sum, ok := carried[p.account()]
		if !ok {
			sum = &fixed.Sum{}
			carried[p.account()], sample[p.account()] = sum, p
		}
		sum.Add(p.amount, in.places())
		if day == nil || p.line.On < day.line.On {
			day = p
		}
		in.result.Report.OpeningsReplaced++
		if p.line.Lettering != "" {
			lettered = append(lettered, p)
		}
	}
	in.adopt(file, first, lettered)
	if day == nil {
		in.postings = append(in.postings[:first], kept...)
		in.result.Report.Openings = append(in.result.Report.Openings, Opening{File: file, Missing: true})
		return
	}
	accounts := map[account]bool{}
	for a := range carried {
		accounts[a] = true
	}
	for a := range in.balances {
		accounts[a] = true
	}
	sorted := make([]account, 0, len(accounts))
	for a := range accounts {
		sorted = append(sorted, a)
	}
	slices.SortFunc(sorted, func(x, y account) int {
		return cmp.Or(cmp.Compare(x.customer, y.customer), cmp.Compare(x.account, y.account))
	})
	for _, a := range sorted {
		var before, opened decimal.Decimal
		if sum, ok := in.balances[a]; ok {
			before = sum.Decimal(in.places())
		}
		if sum, ok := carried[a]; ok {
			opened = sum.Decimal(in.places())
		}
		difference := opened.Sub(before)
		if difference.IsZero() {
			continue
		}
		in.result.Report.Openings = append(in.result.Report.Openings, Opening{
			File: file, Customer: a.customer, Account: a.account, Closed: before, Opened: opened,
		})
		// It is of the opening day, and of nobody's piece: the year before stays as it was.
		p := posting{
			line: Line{File: day.line.File, Number: day.line.Number, Journal: day.line.Journal, JournalName: day.line.JournalName, Entry: day.line.Entry, On: day.line.On, Account: a.account},
			file: file, group: file, key: day.key, opening: true, ownDay: true, differs: true, amount: difference, rest: difference.Abs(),
		}
		if own, ok := sample[a]; ok {
			p.line.Number, p.line.Auxiliary, p.line.AccountName, p.line.AuxiliaryName = own.line.Number, own.line.Auxiliary, own.line.AccountName, own.line.AuxiliaryName
		} else if a.customer != a.account {
			p.line.Auxiliary = a.customer
		}
		differences = append(differences, &p)
	}
	in.postings = append(in.postings[:first], append(differences, kept...)...)
}

// adopt gives the lettering of opening lines to the documents that they carry forward: those of the same account and amount that are
// not lettered, if the piece is the same or there is one only.
func (in *importer) adopt(file, first int, lettered []*posting) {
	if len(lettered) == 0 {
		return
	}
	type same struct {
		account
		amount string
	}
	alone, byPiece := map[same][]*posting{}, map[same]map[string][]*posting{}
	for _, p := range in.postings[:first] {
		if p.line.Lettering == "" {
			key := same{p.account(), p.amount.String()}
			alone[key] = append(alone[key], p)
			if byPiece[key] == nil {
				byPiece[key] = map[string][]*posting{}
			}
			byPiece[key][p.line.Piece] = append(byPiece[key][p.line.Piece], p)
		}
	}
	for _, p := range lettered {
		key := same{p.account(), p.amount.String()}
		found := byPiece[key][p.line.Piece]
		if len(alone[key]) == 1 {
			found = alone[key]
		}
		if len(found) == 0 || found[0].line.Lettering != "" {
			in.result.Report.NotAdopted++
			continue
		}
		d := found[0]
		d.line.Lettering, d.line.LetteredOn, d.group = p.line.Lettering, p.line.LetteredOn, file
		if len(alone[key]) > 1 {
			byPiece[key][p.line.Piece] = found[1:]
		}
		in.result.Report.Adopted++
	}
}

// finish makes documents and links of the postings.
func (in *importer) finish() (*Import, error) {
	in.unbalanced()
	in.names = map[string]string{}
	for _, p := range in.postings {
		p.nature = in.entries[p.key].others.nature(p.isDebit())
		p.issued = p.line.On
		if p.opening {
			p.nature = NatureOpening
			if before := receivables.AddDays(p.line.On, -1); !p.ownDay && receivables.IsDay(before) {
				p.issued = before
			}
		}
		if p.line.PieceOn != 0 && p.line.PieceOn < p.issued {
			p.issued = p.line.PieceOn
		}
		if customer := p.line.Customer(); in.names[customer] == "" {
			in.names[customer] = p.line.CustomerName()
		}
	}
	in.entries, in.order = nil, nil // not needed any more: a year of a large company is a million postings
	in.number()
	linked := in.link()
	in.taken, in.used = nil, nil
	facts := make([]receivables.Fact, 0, len(in.names)+len(in.postings)+len(linked))
	for _, customer := range sortedKeys(in.names) {
		facts = append(facts, receivables.Customer{ID: customer, Name: in.names[customer]})
	}
	for n, p := range in.postings {
		fact, err := in.document(p)
		if err != nil {
			return nil, err
		}
		if fact != nil {
			facts = append(facts, fact)
		}
		in.postings[n] = nil
	}
	ledger, err := receivables.NewLedger(append(facts, linked...)...)
	if err != nil {
		return nil, err
	}
	in.result.Ledger = ledger
	return in.result, nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// number gives each posting an identifier, sales before the others.
func (in *importer) number() {
	in.taken, in.used = map[string]int{}, map[string]bool{}
	for _, sales := range []bool{true, false} {
		for _, p := range in.postings {
			if (p.isDebit() && p.nature == NatureSale) != sales {
				continue
			}
			base := cmp.Or(p.line.Piece, strings.TrimSpace(p.line.Journal+" "+p.line.Entry), fmt.Sprintf("line %d", p.line.Number))
			p.id = in.identifier(base)
		}
	}
}

// identifier returns base, or base with the next free number behind it.
func (in *importer) identifier(base string) string {
	for {
		in.taken[base]++
		id := base
		if n := in.taken[base]; n > 1 {
			id = fmt.Sprintf("%s (%d)", base, n)
		}
		if !in.used[id] {
			in.used[id] = true
			return id
		}
	}
}

// document makes the fact of a posting; nil if nothing of it is left to be one.
func (in *importer) document(p *posting) (receivables.Fact, error) {
	money, err := receivables.NewMoney(p.amount.Abs().Sub(p.converted), in.options.Currency)
	if err != nil {
		return nil, &receivables.RowError{File: p.line.File, Line: p.line.Number, Column: "Debit", Err: err}
	}
	if money.IsZero() {
		return nil, nil
	}
	report := &in.result.Report
	labels := receivables.Labels{
		"nature": string(p.nature), "account": p.line.Account, "journal": p.line.Journal, "piece": p.line.Piece, "text": p.line.Text,
	}
	customer := p.line.Customer()
	if p.isDebit() {
		invoice := receivables.Invoice{ID: p.id, Customer: customer, IssuedOn: p.issued, KnownOn: p.known(), Amount: money, Labels: labels}
		if in.options.DueOn != nil {
			if invoice.DueOn, err = in.options.DueOn(p.line, p.issued); err != nil {
				return nil, &receivables.RowError{File: p.line.File, Line: p.line.Number, Column: "PieceDate", Err: err}
			}
		}
		report.Invoices++
		return invoice, nil
	}
	switch _, givenUp := p.nature.writeOffReason(); {
	case p.nature == NatureSale || p.nature == NatureTransfer || givenUp:
		report.CreditNotes++
		return receivables.CreditNote{ID: p.id, Customer: customer, IssuedOn: p.issued, KnownOn: p.known(), Amount: money, Labels: labels}, nil
	default:
		report.Payments++
		return receivables.Payment{
			ID: p.id, Customer: customer, ReceivedOn: p.issued, KnownOn: p.known(), Amount: money,
			Deposit: strings.HasPrefix(p.line.Account, "419"), Labels: labels,
		}, nil
	}
}
