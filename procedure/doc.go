// Package procedure is what happens when an invoice is not paid: the amicable phase (recouvrement
// amiable) and the way to court. It holds what its parts share: rules of law as dated rows
// ([RuleAt]), conditions and decisions.
//
// The parts: reminder (who is reminded, when and how), worklist (who is called first, the call sheet),
// settlement (payment plans, moratoria, settlements), letters (reminders, formal notice, statement, receipt).
//
// # Facts, not advice
//
// A decision of this package is a proposal. It always comes with its conditions, each [Met],
// [NotMet] or [Unknown], with the evidence and the text it rests on; the caller decides. What
// qualifies a case (is the failure serious enough?) is asked of him and stays unknown until he says.
package procedure
