// Package groupbuy runs group buys (拼团): a leader opens a group, members join,
// and when enough are present before the deadline all are rewarded.
//
//	terms := groupbuy.Terms{Size: 3, Duration: 86400, LeaderReward: 500, MemberReward: 200}
//	groups, err := groupbuy.New(store.GroupBuys(), terms, nil)
//	result, err := groups.Open(ctx, groupbuy.Request{Key: "req-1", Group: "g1", Person: "lee"})
//	result, err = groups.Join(ctx, groupbuy.Request{Key: "req-2", Group: "g1", Person: "ann"})
//	fmt.Println(result.State, result.Missing) // open 1
//
// # Model
//
// A [Group] is a value, and [Terms] decide on it: each of their methods takes a
// group and returns the next with the rewards that moved, and changes nothing
// itself. A [Service] keeps groups in a [Store], a step each in the host's own
// transaction, with an idempotency key. A group stays under the terms that it
// was opened under.
//
// # Guarantees
//
//   - A group never has more members than its size, whoever joins at once, and
//     a seat is never refused while one is free.
//   - A group succeeds once, at the moment its size is reached; at the deadline
//     an open group has failed, whether anybody looks or not. Every interval is
//     half-open: the deadline itself is too late.
//   - Rewards are what [Result.Moved] adds up to. Paying them is the host's.
//
// # Limits
//
// A group is one row, of at most [MaxSize] members, and its steps are serial.
package groupbuy
