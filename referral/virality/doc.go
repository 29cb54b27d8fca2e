// Package virality measures how invitations spread and says where that leads:
// generations of a referral tree, the viral coefficient K with its correction
// for young members, cycle times, growth forecasts, and branching processes.
//
// Ratios are exact fractions; nil stands for a ratio that is not defined, such
// as acceptance where nothing was sent. A K above 1 means growth without end
// only while the pool of people lasts: use [Growth.Population].
//
//	tree, err := virality.Grow(members)
//	fmt.Println(tree.Generations) // [10 14 9 2]
//	k, err := virality.Cohort(members, asOf, 7*24*time.Hour)
//
// The functions are pure and hold nothing. They work on what they are given in
// memory: about 200 bytes a member.
package virality
