// Package referral rewards people for bringing friends (老带新, 裂变), with a
// ledger that adds up after every event.
//
// # Model
//
// A [Program] is data: how a touch is attributed, how long a binding lasts,
// what qualifies, which rules pay whom, how long rewards are held, and which
// caps and fraud rules apply. Compiling it checks it and gives a [Plan]. A plan
// decides on one [Event] at a time: it reads the few rows that matter through a
// [View] and answers with a [Change], the rows and ledger entries to write. It
// holds no state, does no input or output, and knows no clock, so the same
// decisions are made in memory ([Book]) and, by a [Service], over a [Store] in
// the host's own database transaction.
//
//	plan, err := referral.Program{
//		Currency: siyu.CNY,
//		Hold:     14 * referral.Day,
//		Caps:     referral.Caps{Budget: new(siyu.Money(50_000_00))},
//		Rules: []referral.Rule{{
//			ID: "ladder", To: referral.Inviter, Kind: referral.TieredCount, Mode: referral.Stack,
//			Tiers: []referral.Tier{{From: 1, Amount: 50_00}, {From: 3, Amount: 80_00}},
//		}},
//	}.Compile()
//	program, err := referral.New(store.Referrals(), "card-2026", plan, nil)
//	result, err := program.Bind(ctx, referral.Bind{Request: requestID, Invitee: "ann", Inviter: "lee"})
//	result, err = program.Qualify(ctx, referral.Qualify{Invitee: "ann", Key: "order-1", Amount: 199_00})
//
// # Money
//
// Every reward is in one bucket: pending until its hold is over, held while a
// fraud rule waits for a review, then in the balance, then paid. A refund takes
// a reward back from wherever it is, so a balance that was paid out goes below 0
// and nets against what is earned next. Partial refunds recompute from what is
// left of the order, rounded once. When a qualification is reversed the ladder
// is worked out again: the total is always that of the live qualifications,
// unless the rule is [Frozen].
//
// # Guarantees
//
//   - Net = pending + held + balance + paid, for every person and the program,
//     after every event; net never exceeds the budget. [Service.Verify] proves a
//     stored ledger.
//   - Bindings never close a circle at any depth, whoever binds at once.
//   - At most two levels are paid; deeper programs do not compile.
//   - Every request has an idempotency key; rows, ledger, events and the answer
//     are one atomic step.
//   - Whatever is refused or cut says so by a [Reason], in a fixed order.
//
// # Limits
//
// Steps of one program happen one after the other, on the program's row: a
// database takes hundreds to thousands a second. Reversing a qualification of
// somebody with many later ones reads those again, and so does a change of tier
// in [Whole] mode. A program's terms never change under its id.
//
// The checks of [Program.Check] (two levels, no entry fee, no pay per head at
// second hand, no more than the order) are engineering defaults, not legal
// advice: what is lawful where a program runs is for its owner's lawyers to
// say.
//
// # Beside it
//
// [Book.Verify] proves a state in memory against its own ledger; [Rows] counts
// invitees, theirs, and generations with every bind. [Plan.Liability] and
// [Plan.Sybil] say before launch what a program can cost
// and what fakes would earn; [WhatIf] says what a recorded history would have
// come to under other terms.
//
// Package virality measures how invitations spread, forest reckons whole
// forests at once, invite makes links and codes, groupbuy and assist run
// group buys (拼团) and help tasks (助力, 任务宝) over stores, and referraltest is the
// conformance suite for stores.
package referral
