// Package dso computes the indicators of the credit function: the DSO family (délai moyen
// de paiement clients, DMP), how customers pay, how well receivables are collected, and what
// they cost.
//
// # What it answers
//
// How many days of sales are not cashed yet, by which method, and why the methods differ.
// What part of it is contractual, late, disputed. How many days customers take to pay, and
// how many beyond their terms. How much of what could be collected was. What one day of it
// is worth in cash.
//
// The DSO is the number of days of sales not yet cashed. It is not the mean time customers
// take to pay: that is [Payments].
//
// # Two doors, one formula
//
// From bare figures, one function for each indicator: [ByBalance], [CountBackMonths],
// [SalesWeighted], [Decompose], [PaymentsOf], [CEI] ... From a ledger, [FromLedger] or an
// [Accumulator] add up the timelines of documents once; [Line.At] then gives a [View] of any
// day, for the whole, a customer or any group, and the methods of the View put its amounts
// into the same functions.
//
//	result, err := dso.FromLedger(ledger, asOf, knownOn, dso.Config{})
//	line, ok := result.Line(currency)
//	view, err := line.At(asOf)
//	fmt.Println(view.DSO(dso.LastDays(asOf, 90)))
//
// Accumulators merge: slice, stream and merged shards give the same figures. A program without
// ledger makes the timelines itself ([receivables.NewTimeline]).
//
// # Conventions
//
//   - An indicator is a [Measure]: value, unit, status, method, window, tax basis and
//     perimeter. What cannot be computed has a status and no value: no sales, no balance,
//     amounts with and without VAT mixed.
//   - Receivables and sales are on one tax basis ([Amount], [GrossSales]). A ledger includes
//     VAT.
//   - The window of sales is an argument ([LastDays], [LastMonths]), and so is its number of
//     days where convention departs from the calendar ([Window.As]).
//   - A debt is payable until the end of its due day: 0 days late is not due.
//   - Unapplied credits are deducted from the balance and are a part of their own; disputed
//     invoices are in it. Credit notes reduce the sales of the month they correct, if that is
//     known. See [Unapplied] and [Exclude] for other perimeters.
//   - Sales of a window ([View.Sales]) are those that belong to it; flows ([View.Booked]) are
//     what changed the balance in it.
//   - Shares of a View are of the open invoices; from bare figures, of what is given.
//   - Figures are exact; a quotient that does not come out even has
//     [receivables.RatioPlaces] decimals. Rounding is for presentation.
//
// # Beside the indicators
//
// [Delays] lists what holds money back by cause, owner and age. The sub-packages: price (early-payment
// discount, longer terms, deposit, credit policies), forecast (expected cash-in), scorecard
// (the dashboard by month).
package dso
