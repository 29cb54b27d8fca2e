// Command invite runs an invitation program with stacking tiers (阶梯奖励): three
// friends invest, one takes it back while the reward is held, and what is free
// of its hold is paid.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/store/memstore"
)

// program is the terms: 50 yuan each for the first two friends, 80 from the
// third on, held for a week.
var program = referral.Program{
	Currency:     siyu.CNY,
	Hold:         7 * referral.Day,
	RefundWindow: 7 * referral.Day,
	Caps:         referral.Caps{Budget: new(siyu.Money(100_000_00))},
	Rules: []referral.Rule{{
		ID: "friends", To: referral.Inviter, Kind: referral.TieredCount, Mode: referral.Stack,
		Tiers: []referral.Tier{{From: 1, Amount: 50_00}, {From: 3, Amount: 80_00}},
	}},
}

func main() {
	ctx := context.Background()
	clock := siyu.NewManualClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	plan := get(program.Compile())
	invitations := get(referral.New(memstore.New().Referrals(), "spring", plan, &referral.Options{Clock: clock}))

	for _, friend := range []siyu.UserID{"li", "wang", "zhao"} {
		key := string(friend)
		get(invitations.Bind(ctx, referral.Bind{Invitee: friend, Inviter: "chen", Request: key}))
		order := get(invitations.Qualify(ctx, referral.Qualify{Invitee: friend, Key: referral.Key(key), Amount: 10_000_00}))
		for _, d := range order.Deltas {
			fmt.Printf("%s invests: %s earns %s\n", friend, d.Person, d.Amount.Format(siyu.CNY))
		}
		clock.Advance(24 * time.Hour)
	}
	again := get(invitations.Bind(ctx, referral.Bind{Invitee: "li", Inviter: "sun", Request: "li again"}))
	fmt.Println("sun invites li:", again.Reason.Text(siyu.English))

	back := get(invitations.Refund(ctx, referral.Refund{Key: "li", RefundKey: "li back"}))
	fmt.Println("li takes it back: chen loses", back.Deltas[0].Amount.Format(siyu.CNY))

	clock.Advance(7 * 24 * time.Hour)
	paid := get(invitations.Payout(ctx, referral.Payout{Person: "chen", Request: "chen in March"}))
	same := get(invitations.Payout(ctx, referral.Payout{Person: "chen", Request: "chen in March"}))
	fmt.Println("paid", paid.Paid.Format(siyu.CNY), "- sent again, still", same.Paid.Format(siyu.CNY))
}

func get[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
