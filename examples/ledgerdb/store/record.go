package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/receivables-go/receivables"
)

// Source is where facts are from. A digest that was loaded before is refused, so that a load that was interrupted can be made again.
type Source struct{ Digest, Name, Format string }

// ErrLoaded says that a file was loaded before.
var ErrLoaded = fmt.Errorf("this file was loaded before: %w", receivables.ErrDuplicate)

// Loaded reports whether a file was loaded before, and whether any file of that format was.
func (s *Store) Loaded(ctx context.Context, source Source) (file, format bool, err error) {
	err = s.each(ctx, s.reader, `SELECT digest, format FROM sources`, nil, func(scan func(...any) error) error {
		var d, f string
		err := scan(&d, &f)
		file, format = file || d == source.Digest, format || f == source.Format
		return err
	})
	return file, format, err
}

// Knows reports whether a customer is recorded.
func (s *Store) Knows(ctx context.Context, customer string) (bool, error) {
	n := 0
	err := s.each(ctx, s.reader, `SELECT count(*) FROM facts WHERE kind = 'customer' AND customer = ?`, []any{customer}, func(scan func(...any) error) error { return scan(&n) })
	return n > 0, err
}

// Record adds the facts of files in one transaction: all of them or none; their order does not matter. What a ledger would refuse (a document
// that is not there, more paid than an invoice holds) is refused here by the library itself, on the customers that the facts touch.
// progress, if given, is called now and then with the number of facts written.
//
// Errors: ErrLoaded; those of receivables.NewLedger; ErrInvalidInput for a text with NUL or that is not UTF-8, ErrLimit for a number of more
// than 1,000 bytes: a database does not hold them.
func (s *Store) Record(ctx context.Context, sources []Source, facts iter.Seq[receivables.Fact], progress func(facts int)) error {
	return s.write(ctx, func(tx *tx) error {
		var n int
		for _, source := range sources {
			if err := tx.one(ctx, `SELECT count(*) FROM sources WHERE digest = ?`, source.Digest)(&n); err != nil {
				return err
			}
			if n > 0 {
				return fmt.Errorf("%s: %w", source.Name, ErrLoaded)
			}
		}
		w := &recorder{tx: tx, clusters: map[string]string{}, members: map[string][]string{}, sizes: map[string]int{}, touched: map[string]bool{}}
		if err := tx.one(ctx, `SELECT coalesce(max(seq), 0) FROM facts`)(&w.seq); err != nil {
			return err
		}
		// What names a fact that has not come yet waits for it.
		var waiting []receivables.Fact
		for fact := range facts {
			switch err := w.add(ctx, fact); {
			case errors.Is(err, receivables.ErrUnknown):
				waiting = append(waiting, fact)
			case err != nil:
				return err
			}
			if n++; progress != nil && n%1000 == 0 {
				progress(n)
			}
		}
		for len(waiting) > 0 {
			var still []receivables.Fact
			var unknown error
			for _, fact := range waiting {
				switch err := w.add(ctx, fact); {
				case errors.Is(err, receivables.ErrUnknown):
					still, unknown = append(still, fact), err
				case err != nil:
					return err
				}
			}
			if len(still) == len(waiting) {
				return unknown
			}
			waiting = still
		}
		if progress != nil {
			progress(n)
		}
		for _, source := range sources {
			if err := tx.exec(ctx, `INSERT INTO sources (digest, name, format, facts) VALUES (?, ?, ?, ?)`, source.Digest, source.Name, source.Format, n); err != nil {
				return err
			}
		}
		return w.check(ctx)
	})
}

// recorder writes the facts of one transaction.
type recorder struct {
	*tx
	seq      int64
	clusters map[string]string // by customer, of those met
	members  map[string][]string
	sizes    map[string]int // facts of clusters that were merged
	touched  map[string]bool
}

func (w *recorder) add(ctx context.Context, fact receivables.Fact) error {
	rows, err := rowsOf(fact)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		if err := r.check(); err != nil {
			return err
		}
		if r.cluster, err = w.clusterOf(ctx, r); err != nil {
			return err
		}
		w.touched[r.cluster] = true
		w.seq++
		r.seq = w.seq
		values, err := r.values()
		if err != nil {
			return err
		}
		added, err := w.change(ctx, `INSERT INTO facts (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, values...)
		if err != nil {
			return fmt.Errorf("%s %s: %w", r.kind, cmp.Or(r.id, r.document, r.customer), err)
		}
		if added == 0 {
			return &receivables.FieldError{Path: r.kind, Value: r.id, Rule: receivables.RuleDuplicate, Detail: "a fact of this number is recorded"}
		}
	}
	return nil
}

// clusterOf finds with whom a fact is read: its customer, or what it is about. One that binds two customers (an allocation, a parent) makes
// one cluster of theirs.
func (w *recorder) clusterOf(ctx context.Context, r *row) (string, error) {
	switch r.kind {
	case "allocation":
		from, err := w.ofFact(ctx, r.source)
		if err != nil {
			return "", err
		}
		to, err := w.ofFact(ctx, r.document)
		if err != nil {
			return "", err
		}
		return w.merge(ctx, to, from)
	case "customer":
		own, err := w.ofCustomer(ctx, r.customer)
		if err != nil || r.details.Parent == "" {
			return own, err
		}
		parent, err := w.ofCustomer(ctx, r.details.Parent)
		if err != nil {
			return "", err
		}
		return w.merge(ctx, parent, own)
	case "write_off", "refund", "reversal", "closure":
		return w.ofFact(ctx, r.document)
	case "hold":
		if r.customer == "" {
			return w.ofFact(ctx, r.document)
		}
	}
	if r.customer == "" { // money of nobody yet
		return "payment " + r.id, nil
	}
	return w.ofCustomer(ctx, r.customer)
}

func (w *recorder) ofCustomer(ctx context.Context, customer string) (string, error) {
	if cluster, ok := w.clusters[customer]; ok {
		return cluster, nil
	}
	var cluster string
	if err := w.one(ctx, `SELECT coalesce(max(cluster), '') FROM clusters WHERE customer = ?`, customer)(&cluster); err != nil {
		return "", err
	}
	if cluster == "" {
		cluster = "customer " + customer
		if err := w.exec(ctx, `INSERT INTO clusters (customer, cluster) VALUES (?, ?)`, customer, cluster); err != nil {
			return "", err
		}
	}
	w.clusters[customer] = cluster
	w.members[cluster] = append(w.members[cluster], customer)
	return cluster, nil
}

func (w *recorder) ofFact(ctx context.Context, id string) (string, error) {
	var cluster string
	if err := w.one(ctx, `SELECT coalesce(max(cluster), '') FROM facts WHERE id = ? AND id <> '' AND kind <> 'customer'`, id)(&cluster); err != nil {
		return "", err
	}
	if cluster == "" {
		return "", &receivables.FieldError{Path: "document", Value: id, Rule: receivables.RuleUnknownReference, Detail: "no such fact is recorded"}
	}
	return cluster, nil
}

// merge puts everything of the smaller of two clusters into the other, which it returns.
func (w *recorder) merge(ctx context.Context, into, from string) (string, error) {
	if into == from {
		return into, nil
	}
	for _, cluster := range []string{into, from} {
		if _, known := w.sizes[cluster]; !known {
			var n int
			if err := w.one(ctx, `SELECT count(*) FROM facts WHERE cluster = ?`, cluster)(&n); err != nil {
				return "", err
			}
			w.sizes[cluster] = n
		}
	}
	if w.sizes[from] > w.sizes[into] {
		into, from = from, into
	}
	for _, table := range []string{"facts", "clusters"} {
		if err := w.exec(ctx, `UPDATE `+table+` SET cluster = ? WHERE cluster = ?`, into, from); err != nil {
			return "", err
		}
	}
	for _, customer := range w.members[from] {
		w.clusters[customer] = into
	}
	w.members[into] = append(w.members[into], w.members[from]...)
	w.sizes[into] += w.sizes[from] + 1
	delete(w.members, from)
	delete(w.sizes, from)
	delete(w.touched, from)
	w.touched[into] = true
	return into, nil
}

// check makes a ledger of each cluster that was touched; the library says what is wrong with it.
func (w *recorder) check(ctx context.Context) error {
	for cluster := range w.touched {
		var facts []receivables.Fact
		c := collector{}
		err := w.store.each(ctx, w.Tx, `SELECT `+columns+` FROM facts WHERE cluster = ? ORDER BY seq`, []any{cluster}, func(scan func(...any) error) error {
			return c.take(scan)
		})
		if err == nil {
			facts, err = c.done()
		}
		if err == nil {
			_, err = receivables.NewLedger(facts...)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", cluster, err)
		}
	}
	return nil
}

// collector puts rows together to facts: an invoice with the instalments that come after it.
type collector struct {
	facts   []receivables.Fact
	pending *row
	parts   []receivables.Instalment
}

func (c *collector) take(scan func(...any) error) error {
	var r row
	if err := r.scan(scan); err != nil {
		return err
	}
	return c.add(r)
}

func (c *collector) add(r row) error {
	if r.kind == "instalment" {
		v := values{row: &r}
		c.parts = append(c.parts, receivables.Instalment{DueOn: v.day(r.dueOn), Amount: v.sum()})
		return v.err
	}
	if err := c.flush(); err != nil {
		return err
	}
	c.pending = &r
	return nil
}

func (c *collector) flush() error {
	if c.pending == nil {
		return nil
	}
	fact, err := c.pending.fact(c.parts)
	c.facts, c.pending, c.parts = append(c.facts, fact), nil, nil
	return err
}

// done returns the facts and begins anew.
func (c *collector) done() ([]receivables.Fact, error) {
	err := c.flush()
	facts := c.facts
	c.facts = nil
	return facts, err
}
