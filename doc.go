// Package receivables is the shared vocabulary of credit management: money,
// documents, allocations, disputes, payment terms, business days and the
// ledger from which every figure is computed.
//
// # What it answers
//
// "Who owed us what on that day, as we knew it on that day?" Facts go into a
// [Ledger] (invoices, credit notes, payments and what they were applied to,
// write-offs, disputes), each with the day it takes effect and the day it
// became known. [Ledger.OpenItems] gives the open items (encours) of one day
// as known on another. The packages beside this one take it from there:
//
//   - aging: the aged balance (balance âgée), its proof against the ledger,
//     its movement between two days, the health of the ledger;
//   - dso: the indicators of the credit function (DSO, tableau de bord), the price
//     of time (escompte), expected cash-in;
//   - risk: how customers pay (profil payeur), risk classes, published scores, credit
//     limits (encours autorisé), expected loss;
//   - procedure: what happens when an invoice is not paid: reminders (relances), work list,
//     payment plans, letters, formal notice (mise en demeure);
//   - penalties: late-payment interest, compensation and payment terms by law
//     and by contract (pénalités de retard), the statement of claim.
//
// # Conventions
//
//   - Money is an exact decimal with an ISO 4217 currency ([Money]). Currencies
//     are never added. Invoices are positive, credits negative in [OpenItem].
//   - Dates are civil dates of github.com/rickb777/date/v2, without time of day
//     or zone. The zero [date.Date] (0001-01-01) means "not given". A debt is
//     payable until the end of its due day: 0 days late is not late.
//   - There is no clock. Every function that needs "today" takes it as asOf.
//   - Intervals are half-open, [from, until), unless a name says lastDay.
//   - A figure that cannot be computed is a [Figure] with a [Status], never 0.
//
// # Errors
//
// Kinds are sentinels (errors.Is), facts are structs (errors.As): see
// [FieldError], [RowError] and [CoverageError]. Nothing panics on data, nothing
// is dropped, clamped or guessed in silence.
//
// The package does not give legal advice and talks to no clock, network or
// database.
package receivables
