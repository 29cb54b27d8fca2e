// Package funnel measures what became of people: how many went from one step to
// the next, how long it took, who fell out where, and who came back.
//
// The mental model is two values and a function. A [Log] is the stream of
// [siyu.Event] that a host and this library write, laid out once as immutable
// columns. A [Definition] says which events are the steps, how they must follow
// each other and within which time. [Run] puts the one to the other and returns
// a [Report]: counts, rates with their intervals, times, trends, groups, and the
// people behind every number.
//
//	log, err := funnel.NewLog(events, nil)
//	report, err := funnel.Run(log, funnel.Definition{
//		Steps:  []funnel.Step{{Event: "lead"}, {Event: "application"}, {Event: "loan.paid"}},
//		Window: 30 * 24 * time.Hour,
//	})
//	for _, step := range report.Steps {
//		fmt.Println(step.Name, step.Count, step.Rate.Share, step.Time.Median)
//	}
//	next := report.Dropped(2) // applied, and was not paid: whom to call
//
// # Questions
//
//   - How far do they get? [Run] for everything, [Count] for the numbers alone, many
//     times faster; [Tracker] while events come in.
//   - Why no further? [Explain] for one user, [ExplainAll] for his attempts or
//     sessions, [Stops] for all.
//   - Who comes back? [RunCohorts] by calendar, [RunBracketRetention] after days of
//     choice, [RunHabit] for regulars, [RunPurchases] for repeat business.
//   - Where are they now? [RunLifecycle] for circles of stages, [PropFlows] for
//     traffic between domains.
//   - Did messages arrive, who brings the money, and who stays longest?
//     [RunTouches], [RunShares], [RunAmounts], and package funnel/attribution.
//   - Which group is better, and what changed? [Report.Compare], [Contributions].
//   - What would ClickHouse answer? [WindowFunnel], [Pattern], [Retention].
//
// # What is counted
//
// A funnel (漏斗) counts units, not events: a user who applies three times is
// one, unless [Counting] says attempts or sessions. A unit may attempt the funnel many times; the attempt that got deepest,
// and of those the first, is the one that counts. The window runs from the
// first step of an attempt and includes its end. Of events at the same instant
// those of the lower step come first.
//
// # Guarantees
//
// Answers are exact. They do not depend on how often the same event comes, nor on
// the number of cores, and on the order in which events come only between events
// of one instant; the counts of an ordered funnel without optional steps and
// exclusions not even there. All values are safe for concurrent use but those
// that say otherwise. The work for a user grows with the number of his events
// and no faster.
//
// # Limits
//
// A log lives in memory: about 5.5 bytes an event, and more for properties and
// event ids; [Log.Bytes] tells. It is a picture of its moment: for new events
// build a new one, or use a [Tracker]. A definition has at most [MaxSteps] steps.
// Past one machine, package store/clickhouse runs the same definitions there.
package funnel
