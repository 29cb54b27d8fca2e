// Package assist runs help campaigns (助力) and task lists (任务宝): a person
// starts a task, friends help, and each tier of helpers reached is rewarded.
//
//	terms := assist.Terms{Required: 3, Duration: 86400, Reward: 1000, NewOnly: true}
//	tasks, err := assist.New(store.Assists(), "spring", terms, nil)
//	result, err := tasks.Start(ctx, assist.StartRequest{Key: "req-1", Task: "t1", Owner: "lee"})
//	result, err = tasks.Help(ctx, assist.HelpRequest{Key: "req-2", Task: "t1", Helper: "ann"})
//	fmt.Println(result.Helpers, result.Missing) // 1 2
//
// # Model
//
// [Terms.Decide] is the pure rule: a task, a helper and an instant in, the next
// task and what came of it out. A [Service] keeps tasks and helpers in a
// [Store], a step each in the host's own transaction, with an idempotency key. A
// task stays under the terms that it was started under.
//
// # Guarantees
//
//   - A helper helps once in a campaign, over all its tasks, whoever is asked at
//     once.
//   - Each tier is rewarded once, at the helper who reaches it. Help after the
//     last tier or from the deadline on is refused.
//   - Rewards are [Outcome.Reward] of each step. Paying them is the host's.
package assist
