// Package limit sets credit limits (limite de crédit, encours autorisé) and decides whether an
// order is released.
//
// Each method gives a figure or the reason why there is none: [Acceptable] is the least of the
// financial ones, [Needs] the theoretical limit that the customer's purchases ask for. Where the
// first is below the second, terms are to be shortened, or a deposit or guarantee asked. [Decide] compares the exposure, with the order, to the limit and says release,
// ask for a deposit or block, with its reasons.
//
// Amounts are of one currency and include VAT. A method that cannot be used (equity of zero or
// below) is undefined: a limit of 0 is a decision, not a result. The formulas of insurers and of
// scoring companies are not public and are not here.
package limit
