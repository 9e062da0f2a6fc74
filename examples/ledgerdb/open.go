package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/examples/internal/plain"
	"github.com/receivables-go/receivables/examples/ledgerdb/store"
)

// items prints what is open on a day, of all customers or one: the numbers that apply asks for.
func items(ctx context.Context, db *store.Store, flags *flag.FlagSet, args []string, out, _ io.Writer) error {
	text := flags.String("as-of", "", "day")
	customer := flags.String("customer", "", "of this customer alone")
	if err := parse(flags, args, 0); err != nil {
		return err
	}
	asOf, err := dayFlag("as-of", *text)
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
	credit, debt := decimal.Zero, decimal.Zero
	var currency, credited receivables.Currency
	for item, err := range db.OpenItems(ctx, on, on) {
		if err != nil {
			return err
		}
		switch item.Document {
		case *from:
			credit, credited = credit.Sub(item.Open.Amount()), item.Open.Currency()
		case *to:
			debt, currency = debt.Add(item.Open.Amount()), item.Open.Currency()
		}
	}
	if credit.Sign() <= 0 || debt.Sign() <= 0 {
		return fmt.Errorf("on %s %s has %s to apply and %s has %s open: see items: %w", on, *from, credit, *to, debt, receivables.ErrConflict)
	}
	if credited != currency {
		return fmt.Errorf("%s is in %s and %s in %s: an exchange is not applied here: %w", *from, credited, *to, currency, receivables.ErrCurrencyMismatch)
	}
	sum := receivables.Zero(currency).AddAmount(decimal.Min(credit, debt))
	if *amount != "" {
		if sum, err = receivables.ParseMoney(*amount, currency); err != nil {
			return fmt.Errorf("-amount: %w", err)
		}
	}
	fact := receivables.Allocation{From: *from, To: *to, Amount: sum, On: on}
	err = db.Record(ctx, nil, slices.Values([]receivables.Fact{fact}), nil)
	if errors.Is(err, receivables.ErrDuplicate) {
		return fmt.Errorf("%s of %s was applied to %s on that day already: take another day or amount: %w", sum, *from, *to, receivables.ErrDuplicate)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s of %s applied to %s\n", sum, plain.Text(*from), plain.Text(*to))
	return nil
}
