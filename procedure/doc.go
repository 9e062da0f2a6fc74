// Package procedure is what happens when an invoice is not paid: the amicable phase (recouvrement
// amiable) and the way to court (recouvrement judiciaire). It holds what its parts share: rules of law as dated rows
// ([RuleAt]), conditions and decisions, and deadlines under their regimes ([Deadline]).
//
// The amicable parts: reminder (who is reminded, when and how), worklist (who is called first, the call sheet),
// settlement (payment plans, moratoria, settlements), letters (reminders, formal notice, statement, receipt).
//
// The judicial parts: limitation (prescription), court (which court, routes, hearings), paymentorder (injonction de payer,
// European order, small claims, the request), cost (registry, officers, contributions), cheque (cheques and bills),
// insolvency (procédures collectives), overindebtedness (surendettement), enforcement (voies d'exécution), publicdebtor
// (personnes publiques), guarantee (sûretés), trade (documentary credits, demand guarantees, credit insurance), docket (all
// days in one list), terms (protective clauses).
//
// # Two days
//
// Where the law is disputed, a [Deadline] has two days: Expires, the best reading, and LastSafe, the last day that nobody can
// dispute: for what the user must do the earliest, for what he must wait for the latest. It says what moved it, the article,
// and what is uncertain. Rows that were not verified say so there.
//
// # Facts, not advice
//
// A decision of this package is a proposal. It always comes with its conditions, each [Met],
// [NotMet] or [Unknown], with the evidence and the text it rests on; the caller decides. What
// qualifies a case (is the failure serious enough?) is asked of him and stays unknown until he says.
package procedure
