// Package attribution divides the money of conversions among the channels that
// led to them (归因).
//
// [Journeys] cuts an event stream into journeys: the touches of one person up to
// a conversion, or up to now without one. [Credit] divides the money by a
// [Model]: rules that look at one journey (first, last, linear, position, time
// decay), or ones that look at all (Markov chains, Shapley values). [Costs] puts
// what was spent beside it.
//
//	journeys, err := attribution.Journeys(events, attribution.Question{Convert: []string{"order.paid"}})
//	report, err := attribution.Credit(journeys, attribution.Model{Kind: attribution.Position})
//	for _, c := range report.Channels {
//		fmt.Println(c.Channel, c.Credit)
//	}
//
// Credits are whole minor units and sum to the money of the conversions, refunds
// taken off, for every model. The answer depends on the set of events only, and
// is the same on every run. No model says what would have happened without a
// channel; only an experiment with a holdout does.
package attribution
