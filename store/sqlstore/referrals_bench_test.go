package sqlstore_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

func BenchmarkReferrals(b *testing.B) {
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			e.skipWithout(b)
			s, _ := e.newStore(b)
			plan, err := referral.Program{
				Currency: siyu.CNY, Hold: referral.Day, Caps: referral.Caps{Budget: new(siyu.Money(1 << 50))},
				Rules: []referral.Rule{
					{ID: "ladder", To: referral.Inviter, Kind: referral.TieredCount, Mode: referral.Stack, Tiers: []referral.Tier{{From: 1, Amount: 5000}, {From: 3, Amount: 8000}}},
					{ID: "welcome", To: referral.Invitee, Kind: referral.Flat, Amount: 1000},
				},
			}.Compile()
			if err != nil {
				b.Fatal(err)
			}
			service, err := referral.New(s.Referrals(), "p", plan, nil)
			if err != nil {
				b.Fatal(err)
			}
			at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
			i := 0
			for b.Loop() {
				i++
				invitee := siyu.UserID("v" + strconv.Itoa(i))
				if _, err := service.Bind(b.Context(), referral.Bind{Request: string(invitee), Invitee: invitee, Inviter: siyu.UserID("i" + strconv.Itoa(i/5)), At: at}); err != nil {
					b.Fatal(err)
				}
				if _, err := service.Qualify(b.Context(), referral.Qualify{Invitee: invitee, Key: referral.Key(invitee), Amount: 20000, At: at}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
