// Command message asks for five messages to one person whether they may go out,
// and gets one named reason for each that may not.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/store/memstore"
)

// policy is the house's rules: two promotions a week, quiet nights, consent
// for SMS.
var policy = campaign.Policy{
	Caps: campaign.Caps{{
		ID: "two a week", Limit: 2, Window: campaign.RollingWindow(7 * 24 * time.Hour),
		Match: campaign.Match{Topics: []campaign.Topic{campaign.Promo}},
	}},
	Quiet:           campaign.QuietHours{Windows: []siyu.WeeklyWindow{{Start: siyu.HourMinute(21, 0), End: siyu.HourMinute(9, 0)}}},
	ConsentRequired: []campaign.Channel{"sms"},
	FallbackZone:    "Asia/Shanghai",
}

func main() {
	var (
		ctx   = context.Background()
		clock = siyu.NewManualClock(time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)) // 10:00 in Shanghai
		sends = campaign.New(memstore.New().Campaigns(), get(campaign.Compile(policy)), &campaign.Options{Clock: clock})
		li    = campaign.Person{ID: "li", Reachable: []campaign.Channel{"sms", "wecom"}} // no consent to SMS
	)
	for _, m := range []struct {
		id    campaign.ID
		class campaign.Class
		hours time.Duration
	}{
		{"bonds", campaign.Marketing, 0},
		{"course", campaign.Marketing, 12},  // 22:00
		{"coupons", campaign.Marketing, 12}, // 10:00 on the next day
		{"lecture", campaign.Marketing, 4},
		{"receipt", campaign.Transactional, 0},
	} {
		clock.Advance(m.hours * time.Hour)
		message := campaign.Message{ID: m.id, Class: m.class, Topic: campaign.Promo, Channels: []campaign.Channel{"sms", "wecom"}}
		r := get(sends.Reserve(ctx, campaign.ReserveRequest{Key: string(m.id), Person: li, Message: message}))
		switch r.Action {
		case campaign.SendNow:
			fmt.Println(m.id, "goes out by", r.Channel)
		case campaign.Defer:
			fmt.Println(m.id, "waits until", r.Release.Format(time.RFC3339))
		default:
			fmt.Println(m.id, "does not:", r.Reason.Text(siyu.English)+"; it may from", r.Next.Format(time.RFC3339))
		}
	}
}

func get[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
