// Package ltv estimates what customers are worth in time to come: who is
// still a customer, how often each will buy, and for how much (客户终身价值).
//
// A customer leaves a shop without saying so; all there is to see is the
// purchases. The models here say how likely a silence means goodbye: every
// customer buys at random at an own rate and leaves at random at an own rate,
// and those rates follow a distribution over customers that is estimated from
// all of them. Two numbers and a date a customer are enough: how many repeat
// purchases, when the last was, and for how long the customer was observed
// ([History]).
//
//	summaries, err := ltv.Summarize(purchases, asOf, &ltv.SummaryOptions{PerUnit: 7}) // weeks
//	fit, err := ltv.FitBGNBD(ctx, ltv.Groups(summaries), nil)
//	for _, s := range summaries {
//		fmt.Println(s.User, fit.Model.Alive(s.History), fit.Model.Expected(s.History, 52))
//	}
//	total, err := fit.Interval(0.95, func(m ltv.BGNBD) float64 { … }) // an error bar for anything
//
// Which model:
//
//	BGNBD, MBGNBD   purchases at any time; customers leave at a purchase
//	ParetoNBD       purchases at any time; customers leave at any time
//	BGBB            one chance a period, such as a yearly donation
//	SBG             contracts renewed or not
//	GammaGamma      the amount of a purchase, beside one of the first four
//
// [Value] joins purchases and amounts into money, [ValueInterval] with its error
// bar; [BGBB.Value] and [SBG.Value] do so by periods. [Fit.Predict] says between
// which numbers the purchases of one customer will lie, not only their mean. For
// curves without a model see the Kaplan-Meier estimate of package segment.
//
// Estimates are by maximum likelihood with exact gradients, and reproduce the
// papers' tables on their data. Data that cannot say anything are refused with
// the reason; no function returns NaN for a valid model. Models are plain
// values, safe for concurrent use. Standard errors and intervals are those of
// large samples, and speak of the parameters only; those of Predict speak of the
// chance in what a customer does too.
package ltv
