// Package reminder says who is reminded, when and how (relance amiable): scenarios of steps, a
// policy of segments, the plan of a customer on a day. Who is called first and what the caller needs is in
// package worklist.
//
// # What it answers
//
// A [Plan] is a pure function of facts: the open items of a customer, what was done, promised,
// disputed and held, a [Policy] and a day. There is no state of a scheduler: a run that was missed changes
// nothing, a run made twice does nothing twice, and "what if" is the same call with another day
// or policy. For each item it names the steps done, due, missed and planned with their days, and for
// each item left alone the [Reason].
//
// # Conventions
//
//   - Days of a step count from the due date: 4 is the fourth day after it, -10 ten days before.
//   - A step is due on its day and stays due until it is done or, by [Missed], missed.
//   - An item is asked at most once a day, whatever the policy.
//   - A promise holds back the whole of the items it is about, whatever its amount; a hold or dispute of an
//     amount holds that part, unless it is all that is open.
//   - Facts of days after asOf do not count. Days to come suppose that nothing else happens.
//   - No statute fixes reminders: scenarios and thresholds are practice, published or the user's.
package reminder
