// Package financial reads the accounts of a customer: the functional balance sheet (bilan
// fonctionnel: FRNG, BFR, trésorerie nette, CAF), the ratios of French financial analysis, and
// published scores of the risk of failure.
//
// # Scores
//
// Each score is a function of typed amounts or ratios and gives a [Score]: value, zone in the
// words of its model, and a probability only where the model gives one. [Models] lists them
// with year, country, population, cut-offs, source and how sure the formula is; [Score.For]
// marks a score out of domain for a company outside its population, [Score.In] reads it by other
// cut-offs. Scores are signals: no class should rest on one alone.
//
// Scores whose coefficients are not public (AFDCC, BDFI and the rating of the Banque de France,
// insurers, Intelliscore, PAYDEX) are not computed. Take them as an [ExternalRating].
//
// # Conventions
//
//   - A ratio whose denominator is zero or below is undefined; no ratio is clamped. A company
//     without debt is out of the domain of models that divide by it, not infinitely sound.
//   - Amounts are exact decimals of one currency. Probabilities use float64, good to 1e-9.
package financial
