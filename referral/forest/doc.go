// Package forest reckons whole referral forests at once: how many a person
// brought directly and at second hand, who stands in which tier, what a
// schedule costs, and how the generations thin out.
//
// Persons are numbers in the order of joining, so that an inviter's number is
// below the invitee's; 10 million of them fit 30 MB and take a quarter of a
// second. Build a forest once, and ask it about as many schedules as there
// are ideas:
//
//	f, err := forest.Build(parent) // parent[i] < i, or -1 for a seed
//	report, err := f.Reckon([]forest.Tier{{From: 1, Direct: 500, Second: 100}, {From: 3, Direct: 600, Second: 150}})
//	fmt.Println(report.Total, f.Generations())
//
// It answers by headcount as it stands: no caps, holds or refunds. The engine of
// package referral has those.
package forest
