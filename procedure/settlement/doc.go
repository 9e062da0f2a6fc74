// Package settlement makes and follows agreements to pay later: payment plans (échéancier, plan
// d'apurement), moratoria, settlements (transaction).
//
// # What it answers
//
// What are the instalments, to the cent, with or without interest ([Equal], [Annuity],
// [ConstantPrincipal], [Moratorium])? Is the plan kept, and what becomes due at once when it is not
// ([Schedule.Progress], [Accelerate])? How long may the judge grant ([GraceUntil])? Which of several offers
// is worth most ([Compare])? What are the figures of a settlement ([ProtocolOf])?
//
// # Conventions
//
//   - Instalments add up to the balance exactly; what does not divide goes to the last one, or cent
//     by cent to the first ones.
//   - Days are counted from the first one, so that they do not drift: 31 January + 1 month is 28 or
//     29 February, + 2 months 31 March.
//   - Interest of each period is rounded half away from zero to the minor unit on what is left; the last
//     instalment clears the balance.
//   - Rates are fractions: 0.005 a month is 0.5 percent.
package settlement
