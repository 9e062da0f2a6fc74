// Package risk reads customers: how they pay and where that is going (profil payeur, [Profile]),
// signs of deterioration ([Signals]), risk classes that explain themselves ([Classifier]), the payer
// indices of bureaus in their style, concentration and Pareto classes, and who is to be worked on
// first.
//
// The sub-packages: financial (the accounts of a customer and published scores), loss (provision
// matrices, roll rates, Markov chains, expected loss), limit (credit limits and the release of
// orders).
//
// # Conventions
//
//   - Lateness is in days, early payments below zero; 0 is on time.
//   - Medians of an even number are the mean of the middle two, quantiles observed values of
//     nearest rank, the median absolute deviation is not scaled.
//   - What cannot be computed has a status. Square roots, p values and angles use float64, good to
//     1e-9; amounts never do.
package risk
