package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/examples/internal/plain"
	"github.com/receivables-go/receivables/examples/ledgerdb/store"
)

// items prints what is open on a day, of all customers or one: the numbers that apply asks for.
func items(ctx context.Context, db *store.Store, flags *flag.FlagSet, args []string, out, _ io.Writer) error {
	flags.String("as-of", "", "day")
	customer := flags.String("customer", "", "of this customer alone")
	asOf, err := parseDay(flags, args, "as-of")
	if err != nil {
		return err
	}
	n := 0
	for item, err := range db.OpenItems(ctx, asOf, asOf) {
		if err != nil {
			return err
		}
		if *customer != "" && item.Customer != *customer {
			continue
		}
		due := "-"
		if item.DueOn != 0 {
			due = item.DueOn.String()
		}
		who := item.Customer
		if who == "" {
			who = noSender
		}
		fmt.Fprintf(out, "%-24s %-12s %-24s %10s %16s %s\n", plain.Text(who), item.Kind, plain.Text(item.Document), due, item.Open.Text(), item.Open.Currency())
		n++
	}
	fmt.Fprintf(out, "%d open items\n", n)
	return nil
}

// planned prints the actions that wait for send.
func planned(ctx context.Context, db *store.Store, flags *flag.FlagSet, args []string, out, _ io.Writer) error {
	if err := parse(flags, args, 0); err != nil {
		return err
	}
	list, err := db.Waiting(ctx)
	if err != nil {
		return err
	}
	for _, p := range list {
		begun := ""
		if p.Begun {
			begun = " begun: send finishes it"
		}
		fmt.Fprintf(out, "%6d %s %-24s %-24s %-18s %16s %s%s\n", p.ID, p.PlannedOn, plain.Text(p.Customer), p.Step, p.Channel, p.Asked.Text(), p.Asked.Currency(), begun)
	}
	fmt.Fprintf(out, "%d actions planned\n", len(list))
	return nil
}

// apply sets a payment or credit note against an invoice: what a bank statement left unapplied because it was not sure enough.
func apply(ctx context.Context, db *store.Store, flags *flag.FlagSet, args []string, out, _ io.Writer) error {
	from := flags.String("from", "", "number of the payment or credit note")
	to := flags.String("to", "", "number of the invoice")
	text := flags.String("on", "", "day")
	far := flags.Bool("far", false, "the day is far after the last document")
	amount := flags.String("amount", "", "what is applied; without it, as much as both have open")
	if err := parse(flags, args, 0); err != nil {
		return err
	}
	if *from == "" || *to == "" {
		return errors.Join(errUsage, errors.New("-from and -to are needed"))
	}
	on, err := dayFlag("on", *text)
	if err != nil {
		return err
	}
	if err := notFar(ctx, db, on, *far); err != nil {
		return err
	}
	credit, debt, err := between(ctx, db, *from, *to, on)
	if err != nil {
		return err
	}
	currency := debt.Currency()
	if credit.Currency() != currency {
		return fmt.Errorf("%s is in %s and %s in %s: an exchange is not applied here: %w", *from, credit.Currency(), *to, currency, receivables.ErrCurrencyMismatch)
	}
	sum := receivables.Zero(currency).AddAmount(decimal.Min(credit.Amount(), debt.Amount()))
	if *amount != "" {
		if sum, err = receivables.ParseMoney(*amount, currency); err != nil {
			return fmt.Errorf("-amount: %w", err)
		}
		if sum.Sign() <= 0 {
			return &receivables.FieldError{Path: "-amount", Value: *amount, Rule: receivables.RuleSign, Detail: "more than zero"}
		}
	}
	// A number makes the same amount on the same day another fact.
	for n := 1; ; n++ {
		fact := receivables.Allocation{ID: fmt.Sprintf("apply %s %s %s %d", *from, *to, on, n), From: *from, To: *to, Amount: sum, On: on}
		err = db.Record(ctx, nil, slices.Values([]receivables.Fact{fact}), nil)
		if !errors.Is(err, receivables.ErrDuplicate) {
			break
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s of %s applied to %s\n", sum, plain.Text(*from), plain.Text(*to))
	return nil
}

// between finds what a credit has left and what a debt has open, on a day and knowing what was applied later.
func between(ctx context.Context, db *store.Store, from, to string, on date.Date) (credit, debt receivables.Money, err error) {
	for _, day := range []date.Date{on, store.EndOfTime} {
		var left, open receivables.Money
		for item, err := range db.OpenItems(ctx, day, store.EndOfTime) {
			if err != nil {
				return credit, debt, err
			}
			switch zero := receivables.Zero(item.Open.Currency()); item.Document {
			case from:
				left = zero.AddAmount(left.Amount()).AddAmount(item.Open.Amount().Neg())
			case to:
				open = zero.AddAmount(open.Amount()).AddAmount(item.Open.Amount())
			}
		}
		if left.Sign() <= 0 || open.Sign() <= 0 {
			return credit, debt, fmt.Errorf("%s has %s to apply and %s %s open, on %s and after it: items lists what there is: %w", from, left.Text(), to, open.Text(), on, receivables.ErrConflict)
		}
		if day == on || left.Amount().LessThan(credit.Amount()) {
			credit = left
		}
		if day == on || open.Amount().LessThan(debt.Amount()) {
			debt = open
		}
	}
	return credit, debt, nil
}
