package referral_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/store/memstore"
)

// A bank's card invitation: rewards stack by friend, are held for a fortnight,
// and are paid once a month. With sqlstore instead of memstore the same runs in
// a database, and inside the bank's own transactions.
func ExampleService() {
	ctx := context.Background()
	plan, err := referral.Program{
		Currency: siyu.CNY, Hold: 14 * referral.Day, RefundWindow: 7 * referral.Day,
		Binding: referral.BindingPolicy{NewOnly: true},
		Caps:    referral.Caps{InviterAmount: new(siyu.Money(500_00)), Budget: new(siyu.Money(1_000_000_00))},
		Rules:   []referral.Rule{ladder(), {ID: "welcome", To: referral.Invitee, Kind: referral.Flat, Amount: 10_00}},
	}.Compile()
	if err != nil {
		panic(err)
	}
	clock := siyu.NewManualClock(launch)
	program, err := referral.New(memstore.New().Referrals(), "card-2026", plan, &referral.Options{Clock: clock})
	if err != nil {
		panic(err)
	}
	for _, friend := range []siyu.UserID{"ann", "bo", "cy"} {
		if _, err := program.Bind(ctx, referral.Bind{Request: "bind-" + string(friend), Invitee: friend, Inviter: "lee"}); err != nil {
			panic(err)
		}
		activated := referral.Qualify{Invitee: friend, Key: referral.Key("card-" + friend)}
		for range 2 { // the message queue delivers twice
			result, err := program.Qualify(ctx, activated)
			fmt.Println(friend, result.Outcome, result.Deltas, err)
			clock.Advance(time.Minute)
		}
	}
	_, err = program.Qualify(ctx, referral.Qualify{Invitee: "bo", Key: "card-ann"})
	fmt.Println("another invitee under a known key:", errors.Is(err, siyu.ErrConflict))

	circle, err := program.Bind(ctx, referral.Bind{Request: "bind-lee", Invitee: "lee", Inviter: "cy"})
	fmt.Println(circle.Reason.Text(siyu.English), err)

	lee, _ := program.Statement(ctx, "lee", time.Time{})
	fmt.Println("pending", lee.Pending, "balance", lee.Balance)
	clock.Advance(14 * 24 * time.Hour)
	lee, _ = program.Statement(ctx, "lee", time.Time{})
	fmt.Println("pending", lee.Pending, "balance", lee.Balance)

	paid, _ := program.PayoutBatch(ctx, referral.Batch{ID: "2026-03", Min: 50_00})
	fmt.Println(paid.People, "person is paid", paid.Paid)
	audit, err := program.Verify(ctx)
	fmt.Println(audit.Entries, "entries,", len(audit.Differences), "differences", err)
	// Output:
	// ann ok [{ann 1000} {lee 5000}] <nil>
	// ann ok [{ann 1000} {lee 5000}] <nil>
	// bo ok [{bo 1000} {lee 5000}] <nil>
	// bo ok [{bo 1000} {lee 5000}] <nil>
	// cy ok [{cy 1000} {lee 8000}] <nil>
	// cy ok [{cy 1000} {lee 8000}] <nil>
	// another invitee under a known key: true
	// the invitation would close a circle <nil>
	// pending 18000 balance 0
	// pending 0 balance 18000
	// 1 person is paid 18000
	// 10 entries, 0 differences <nil>
}
