// Package scorecard is the dashboard of the credit function (tableau de bord de la fonction
// crédit) as data: chosen indicators by month, with target, trend and the value of a year
// before, for the whole and for any group, from one pass over the ledger; and what holds
// money back on the last day, by cause, owner and age.
//
// # From a ledger to a card
//
// [New] gives an [Accumulator] for a span of months and a list of indicators. It takes
// timelines one by one, from ledgers and streams, and merges with others. [Accumulator.Card]
// computes the card.
//
//	card, err := scorecard.FromLedger(ledger, knownOn, scorecard.Config{First: jan, Last: dec},
//	    scorecard.Standard(), dso.GroupBy(receivables.ByEntity()))
//
// # Indicators
//
// [Standard] lists those of the courses. An [Indicator] is a key, names, a direction and a
// function of a [dso.View], so a program adds its own without touching this package:
//
//	scorecard.Indicator{Key: "net_cash_in", Name: "collected less refunds", Better: scorecard.Higher,
//	    Of: func(v dso.View) dso.Measure { ... }}
//
// # Conventions
//
//   - A month is measured at the end of its last day; the last one at the last day asked
//     for, with the month in progress.
//   - The value of a year before is measured on the same ledger, at the end of the same
//     month; the last day of a month in progress is compared with the same day of that month.
//   - What cannot be computed has a status, and so has every comparison with it.
package scorecard
