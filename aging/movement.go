package aging

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// MovementConfig says which two balances are compared.
type MovementConfig struct {
	// From and To are the days of the opening and the closing balance; what took
	// effect after From and up to To is the movement.
	From, To date.Date
	// PublishedOn is the day whose knowledge the opening balance was published
	// with, KnownOn the day of knowledge of the closing balance and of the
	// movement. Zero: From and To.
	PublishedOn, KnownOn date.Date
	Scheme               Scheme // zero value: Default()
}

// Movement explains how one balance became another, in one currency. Each part
// is signed as it changes the balance:
//
//	Published + Restated = Opening
//	Opening + Billed + Credited + Collected + Refunded + WrittenOff
//	  + Transferred + Reversed = Closing
//
// It compares two states: what began and was reversed between the two days (a
// payment that bounced within the month) is in neither and in no part.
type Movement struct {
	Currency receivables.Currency
	// Published is the opening balance as it was published; Restated is what was
	// learned since about that day (back-dated entries, allocations undone).
	Published, Restated, Opening receivables.Money
	Billed                       receivables.Money // invoices, +
	Credited                     receivables.Money // credit notes, -
	Collected                    receivables.Money // payments and deposits, -
	Refunded                     receivables.Money // paid back to customers, +
	WrittenOff                   receivables.Money // given up: - of invoices, + of credits
	// WrittenOffBy divides WrittenOff by reason.
	WrittenOffBy map[receivables.WriteOffReason]receivables.Money
	Transferred  receivables.Money // by allocations between currencies; 0 within one
	Reversed     receivables.Money // facts that counted on From and no longer on To, such as a returned payment
	Closing      receivables.Money
	// Columns are those of the scheme, then undated, then unapplied: credits are
	// separate here, however a balance shows them.
	Columns []ColumnMovement
	// Flows lists the amounts that went from column to column, by position in
	// Columns; -1 as From is what is new, -1 as To what is no longer open.
	Flows []Flow
}

// ColumnMovement is the movement of one column:
// Opening + New + In - Out - Settled = Closing.
type ColumnMovement struct {
	Name             string
	Opening, Closing receivables.Money
	New              receivables.Money // open on To and not on From
	In, Out          receivables.Money // from and to other columns, by the passing of time
	Settled          receivables.Money // open on From and not on To
}

// Flow is an amount that went from one column to another.
type Flow struct {
	From, To int
	Amount   receivables.Money
}

// Compare explains the movement of a ledger between two days, by currency,
// sorted by code (tableau de mouvement).
//
// Errors:
//   - [receivables.ErrInvalidInput] when a day is missing or To is not after From;
//   - those of [Scheme.Check].
func Compare(ledger *receivables.Ledger, config MovementConfig) ([]Movement, error) {
	if config.From == 0 || config.To <= config.From {
		return nil, &receivables.FieldError{
			Path: "movement: to", Value: config.To.String(), Rule: receivables.RuleOrder, Detail: "must be after from",
		}
	}
	config.PublishedOn = cmp.Or(config.PublishedOn, config.From)
	config.KnownOn = cmp.Or(config.KnownOn, config.To)
	if config.Scheme.isZero() {
		config.Scheme = Default()
	}
	if err := config.Scheme.Check(); err != nil {
		return nil, err
	}
	if config.Scheme.Basis == ByOtherDate {
		return nil, &receivables.FieldError{
			Path: "movement: scheme", Value: config.Scheme.Basis.String(), Rule: receivables.RuleRange, Detail: "open items carry due and issue dates only",
		}
	}
	m := movements{config: config, byCurrency: map[receivables.Currency]*Movement{}}
	m.entries(ledger)
	if err := m.columns(ledger); err != nil {
		return nil, err
	}
	list := make([]Movement, 0, len(m.byCurrency))
	for _, one := range m.byCurrency {
		list = append(list, *one)
	}
	slices.SortFunc(list, func(x, y Movement) int { return strings.Compare(x.Currency.Code(), y.Currency.Code()) })
	return list, nil
}

// movements collects the movement of each currency.
type movements struct {
	config     MovementConfig
	byCurrency map[receivables.Currency]*Movement
}

// of returns the movement of a currency.
func (m *movements) of(currency receivables.Currency) *Movement {
	if one, ok := m.byCurrency[currency]; ok {
		return one
	}
	zero := receivables.Zero(currency)
	one := &Movement{
		Currency: currency, Published: zero, Restated: zero, Opening: zero, Billed: zero, Credited: zero, Collected: zero,
		Refunded: zero, WrittenOff: zero, WrittenOffBy: map[receivables.WriteOffReason]receivables.Money{}, Transferred: zero, Reversed: zero, Closing: zero,
	}
	for _, name := range append(m.config.Scheme.Names(), "undated", "unapplied") {
		one.Columns = append(one.Columns, ColumnMovement{Name: name, Opening: zero, Closing: zero, New: zero, In: zero, Out: zero, Settled: zero})
	}
	m.byCurrency[currency] = one
	return one
}

// entries compares the facts that count on the two days.
func (m *movements) entries(ledger *receivables.Ledger) {
	for e := range ledger.Entries(m.config.From, m.config.PublishedOn) {
		add(&m.of(e.Amount.Currency()).Published, e.Amount)
	}
	before := map[receivables.EntryKey]receivables.Entry{}
	for e := range ledger.Entries(m.config.From, m.config.KnownOn) {
		add(&m.of(e.Amount.Currency()).Opening, e.Amount)
		before[e.Key] = e
	}
	for e := range ledger.Entries(m.config.To, m.config.KnownOn) {
		one := m.of(e.Amount.Currency())
		add(&one.Closing, e.Amount)
		if _, ok := before[e.Key]; ok {
			delete(before, e.Key)
			continue
		}
		add(one.part(e.Kind), e.Amount)
		if e.Kind == receivables.EntryWrittenOff {
			sum := one.WrittenOffBy[e.WriteOff]
			one.WrittenOffBy[e.WriteOff] = receivables.Zero(one.Currency).AddAmount(sum.Amount().Add(e.Amount.Amount()))
		}
	}
	for _, e := range before { // counted on From, no longer on To
		add(&m.of(e.Amount.Currency()).Reversed, e.Amount.Neg())
	}
	for _, one := range m.byCurrency {
		one.Restated = one.Opening.AddAmount(one.Published.Amount().Neg())
	}
}

// part returns the part of the movement to which a kind of entry belongs.
func (m *Movement) part(kind receivables.EntryKind) *receivables.Money {
	switch kind {
	case receivables.EntryBilled:
		return &m.Billed
	case receivables.EntryCredited:
		return &m.Credited
	case receivables.EntryCollected:
		return &m.Collected
	case receivables.EntryWrittenOff:
		return &m.WrittenOff
	case receivables.EntryRefunded:
		return &m.Refunded
	case receivables.EntryAllocated:
	}
	return &m.Transferred
}

func add(to *receivables.Money, amount receivables.Money) { *to = to.AddAmount(amount.Amount()) }

// columns compares the open items of the two days.
func (m *movements) columns(ledger *receivables.Ledger) error {
	type key struct {
		document   string
		instalment int
	}
	type place struct {
		column int
		amount receivables.Money
	}
	scheme := &m.config.Scheme
	at := func(day date.Date, visit func(key, place)) error {
		bounds, err := scheme.upperBounds(day)
		if err != nil {
			return err
		}
		for item := range ledger.OpenItems(day, m.config.KnownOn) {
			p := place{len(bounds) + 1, item.Open} // unapplied
			if item.Open.Sign() > 0 {
				if p.column = columnOf(scheme, bounds, day, &item, nil); p.column < 0 {
					p.column = len(bounds) // undated
				}
			}
			visit(key{item.Document, item.Instalment}, p)
		}
		return nil
	}
	opening := map[key]place{}
	if err := at(m.config.From, func(k key, p place) { opening[k] = p }); err != nil {
		return err
	}
	flows := map[receivables.Currency]map[[2]int]decimal.Decimal{}
	flow := func(from, to int, amount receivables.Money) {
		if amount.IsZero() {
			return
		}
		c := amount.Currency()
		if flows[c] == nil {
			flows[c] = map[[2]int]decimal.Decimal{}
		}
		flows[c][[2]int{from, to}] = flows[c][[2]int{from, to}].Add(amount.Amount())
	}
	err := at(m.config.To, func(k key, now place) {
		was, ok := opening[k]
		delete(opening, k)
		if !ok || was.amount.Sign() != now.amount.Sign() {
			if ok {
				flow(was.column, -1, was.amount)
			}
			flow(-1, now.column, now.amount)
			return
		}
		// The part open on both days moved; the rest was settled, or is open again.
		kept := was.amount
		if now.amount.Amount().Abs().LessThan(was.amount.Amount().Abs()) {
			kept = now.amount
		}
		flow(was.column, now.column, kept)
		flow(was.column, -1, was.amount.AddAmount(kept.Amount().Neg()))
		flow(-1, now.column, now.amount.AddAmount(kept.Amount().Neg()))
	})
	if err != nil {
		return err
	}
	for _, was := range opening {
		flow(was.column, -1, was.amount)
	}
	for currency, amounts := range flows {
		m.of(currency).setFlows(amounts)
	}
	return nil
}

// setFlows stores the flows in order and works out the columns from them.
func (m *Movement) setFlows(amounts map[[2]int]decimal.Decimal) {
	keys := slices.SortedFunc(maps.Keys(amounts), func(x, y [2]int) int {
		return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]))
	})
	for _, k := range keys {
		f := Flow{From: k[0], To: k[1], Amount: receivables.Zero(m.Currency).AddAmount(amounts[k])}
		m.Flows = append(m.Flows, f)
		if f.From >= 0 {
			c := &m.Columns[f.From]
			add(&c.Opening, f.Amount)
			switch f.To {
			case f.From:
			case -1:
				add(&c.Settled, f.Amount)
			default:
				add(&c.Out, f.Amount)
			}
		}
		if f.To >= 0 {
			c := &m.Columns[f.To]
			add(&c.Closing, f.Amount)
			switch f.From {
			case f.To:
			case -1:
				add(&c.New, f.Amount)
			default:
				add(&c.In, f.Amount)
			}
		}
	}
}
