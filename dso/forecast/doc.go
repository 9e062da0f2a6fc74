// Package forecast estimates the money to come in (prévision d'encaissements).
//
// # What it answers
//
// How much will be received in each period to come, by one of three ways: a collection
// pattern applied to sales ([Pattern], which can be read off a ledger with [PatternOf]);
// the aged balance with a probability for each column ([FromBuckets]); or every open
// invoice on the day its customer is likely to pay ([FromHabits]), by week or by month,
// between an early and a late case.
//
// # Conventions
//
//   - Nothing is lost: receipts + discounts + what is never received = sales + opening
//     balance; periods + later + disputed + undated + unapplied = balance.
//   - Amounts are exact and never rounded.
//   - Disputed amounts are no receipts: they stand apart until the dispute is over.
//   - Each result carries its assumptions in words.
package forecast
