// Package loss estimates what will not be paid: provision matrices and the loss rates of
// cohorts, roll rates, Markov chains, expected loss, and the French allowance for doubtful
// receivables (dépréciation des créances douteuses).
//
// # Conventions
//
//   - Rates and probabilities are fractions from 0 to 1; what is outside is an error that
//     names the place. Roll rates may exceed 1, which is a sign of re-ageing: they are reported,
//     not clipped.
//   - Amounts are not rounded; one that is a quotient has [receivables.RatioPlaces] decimals. A
//     rate that is a quotient is not rounded before it is applied.
//   - Gross amounts include VAT unless said otherwise; what can be recovered of it is no loss.
package loss
