// Package penalties computes what a late payment costs the debtor by law or by
// contract: interest day by day, the fixed compensation, and the statement of a
// claim (pénalités de retard, indemnité forfaitaire).
//
// # What it answers
//
// What does this invoice cost its debtor, on that day, under which article; how
// much for each further day; what of a part payment goes to interest; is the agreed
// rate or term lawful.
//
// # The way
//
// [Standard] is the law, [New] a [Calculator] for one [Config] (a regime, an agreed
// rate, conventions), [Calculator.Accrue] the [Accrual] of one [Claim] through a day,
// [NewStatement] the statement of several. [FromLedger] makes the claims of a ledger;
// [Calculator.Table] serves millions; [CheckFrenchTerm] judges payment terms and
// [ImputeAcross] divides a payment among debts.
//
// # Law as data
//
// [Standard] holds the reference rates and the [Regime] of each country: dated rows
// with their source and a confidence, in the data folder. A day outside what was
// verified is a [receivables.CoverageError] that names the series, the day asked and
// the day the next value is due, never a silent guess; [ExtendLastValue] asks for
// the last known value instead, and the result is marked provisional.
// [Law.WithRates] adds rows of the caller.
//
// # Conventions
//
//   - Interest runs from the day after the due date to the day of payment, both
//     included: days = payment - due. Paid on the due date, nothing is owed. With
//     [PaymentDayFree] the day of payment is left out.
//   - Rates are percent per year. A half-year is 1 January to 30 June or 1 July to 31
//     December; a floating rate is cut there even where it does not change.
//   - Base: the amount including VAT. Interest of a segment = base x rate x days /
//     year basis, rounded to the minor unit, half away from zero and per segment unless
//     said otherwise ([Rounding], [Scope]): segments add up to the whole. With [AtEnd] they are not rounded
//     and add up to the sum before it is.
//   - A fixed sum is due once for each claim that is late by a day or more, outside
//     the base of interest; costs on proof are due above it.
//   - A payment is imputed in the order of the law ([Regime].ImputationUnder), costs
//     included; [ClaimOf] a ledger follows the books with [PrincipalFirst].
//   - Negative reference rates are legal values.
//
// It computes; it does not advise. Rules marked M were not checked against a text.
package penalties
