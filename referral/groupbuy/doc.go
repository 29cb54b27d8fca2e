// Package groupbuy decides group buys (拼团): a leader opens a group, members
// join, and when enough are present before the deadline all are rewarded.
//
// A [Group] is a value. Each method of [Terms] takes one and returns the next
// with the rewards that moved, and changes nothing itself, so a host may keep
// groups in whatever it has, as JSON for instance.
//
//	terms := groupbuy.Terms{Size: 3, Duration: 86400, LeaderReward: 500, MemberReward: 200}
//	group, err := terms.Open("g1", "lee", now)
//	group, moved, err := terms.Join(group, "ann", now)
//
// A group succeeds once, at the moment its size is reached; at the deadline an
// open group has failed, whether anybody looks or not. Every interval is
// half-open: the deadline itself is too late.
package groupbuy
