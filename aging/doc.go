// Package aging computes the aged balance (balance âgée): who owes how much,
// since when, in columns of lateness, per customer and currency.
//
// # What it answers
//
// How much is not due yet, how much is late by 1 to 30 days, 31 to 60 and so on;
// what is disputed in each column; what lies unapplied beside it; and whether
// all of it adds up to the ledger. For one day, as known on that day or later.
//
// # From items to a balance
//
// [Of] ages a slice of open items under the default scheme. [New] gives an
// [Accumulator] for any [Scheme], treatment of credits and grouping; it takes
// items one by one, from slices and streams, and merges with others: the result
// is the same however the items were divided. Its memory grows with the number
// of groups (customers), not with the number of items. [FromLedger] does the
// whole way from a ledger and proves the result against it.
//
// # Conventions
//
//   - Lateness is the as-of date minus the due date in calendar days. An item is
//     payable until the end of its due day: lateness 0 is not due. Bounds are
//     closed integers: day 30 is in "1-30", day 31 in "31-60".
//   - Column names are made from the bounds of the column, so that label and
//     arithmetic cannot disagree. Systems whose printed labels do are reproduced
//     by [Presets] with what they print as [Column.Printed].
//   - Every item is in exactly one column, or undated, or an unapplied credit, or
//     issued after the as-of date and then outside the total. Sum of columns +
//     undated + unapplied = total = ledger balance ([Reconciliation]).
//   - Amounts are exact and never rounded. Currencies are never added.
//
// # Beside the balance
//
// [Compare] gives the movement between two days (billed, collected, credited,
// written off, what went from column to column); [CheckHealth] names what keeps
// a receivables ledger from being usable.
package aging
