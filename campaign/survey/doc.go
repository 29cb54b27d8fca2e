// Package survey asks people and writes down what they say: tags, wishes and
// opt-outs, with a gift once per person.
//
// A [Survey] is a list of questions with closed answers; every answer says
// which tags it adds and which wishes it sets. [Survey.Submit] checks a
// submission as a whole and returns the person after it:
//
//	out := s.Submit(person, survey.Answers{"often": {"w1"}}, survey.Gifts{Left: 1000}, now)
//	if len(out.Faults) == 0 {
//		person = out.Person // tags replaced, wishes set
//	}
//
// An accepted answer replaces every tag that its question can write, so people
// may change their mind; other tags stay. A refused submission changes nothing
// and uses up no gift. What a person says about how often and where he wants to
// be reached only ever binds the sender: package campaign obeys it.
package survey
