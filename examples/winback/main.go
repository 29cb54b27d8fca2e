// Command winback finds out why customers stopped, and wakes them: the events
// say at which step they were lost (流失原因), the life cycle who sleeps and who is
// gone, a campaign asks whether each may be reached, and the lost get a coupon.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/funnel"
	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/store/memstore"
)

var now = time.Date(2026, 6, 30, 2, 0, 0, 0, time.UTC) // 10:00 in Shanghai

// purchase is the way to an order; half a year is long enough for a decision.
var purchase = funnel.Definition{
	Steps:  []funnel.Step{{Event: "visit"}, {Event: "consult"}, {Event: "order"}},
	Window: 180 * 24 * time.Hour,
}

var stages = segment.Lifecycle{New: segment.Days(30), Active: segment.Days(60), Dormant: segment.Days(180), Wake: segment.Days(30)}

func main() {
	ctx, store := context.Background(), memstore.New()
	get(store.Events().Append(ctx, history()...))
	clock := siyu.NewManualClock(now)
	coupons := coupon.New(store.Coupons(), &coupon.Options{Clock: clock})
	must(coupons.SaveBatch(ctx, coupon.Batch{ID: "come-back", Quota: 1, PerUser: 1, ValidFor: 14 * 24 * time.Hour}))
	rules := get(campaign.Compile(campaign.Policy{
		AudienceRequired: true, FallbackZone: "Asia/Shanghai",
		Caps: campaign.Caps{{ID: "quarter", Limit: 1, Window: campaign.RollingWindow(90 * 24 * time.Hour)}},
	}))
	sends := campaign.New(store.Campaigns(), rules, &campaign.Options{Clock: clock})

	events, users, activity := read(ctx, store)
	silent := map[siyu.UserID]segment.Stage{}
	for _, user := range users {
		stage := stages.Stage(activity[user], now)
		if stage != segment.Dormant && stage != segment.Churned {
			continue
		}
		silent[user] = stage
		lost := get(funnel.Explain(events, purchase, user, now))
		fmt.Printf("%s is %s; %q lacks: %s\n", user, stage, lost.Missed, lost.Stop.Text(siyu.English))
	}
	for _, user := range users {
		message := campaign.Message{ID: "wake-up", Channels: []campaign.Channel{"wecom"}, Audience: campaign.AudienceFunc(func(id siyu.UserID) bool {
			_, ok := silent[id]
			return ok
		})}
		r := get(sends.Reserve(ctx, campaign.ReserveRequest{
			Key: "wake-up/" + string(user), Person: campaign.Person{ID: user, Reachable: message.Channels}, Message: message,
		}))
		fmt.Println(user+":", r.Text(siyu.English, time.UTC))
		if r.Action == campaign.SendNow && silent[user] == segment.Churned {
			given := get(coupons.Claim(ctx, coupon.ClaimRequest{Batch: "come-back", User: user, Key: string(r.ID)}))
			if given.OK() {
				fmt.Println("  with a coupon until", given.Coupon.Usable.End.Format(time.DateOnly))
			} else {
				fmt.Println("  without a coupon:", given.Reason.Text(siyu.English))
			}
		}
	}
}

// history is what the shop has seen of four customers.
func history() (events []siyu.Event) {
	add := func(user siyu.UserID, name string, daysAgo int) {
		id := siyu.EventID(fmt.Sprint(user, name, daysAgo))
		events = append(events, siyu.Event{ID: id, User: user, Name: name, At: now.AddDate(0, 0, -daysAgo)})
	}
	add("li", "visit", 300)
	add("li", "consult", 299)
	add("wang", "visit", 250)
	add("zhao", "visit", 100)
	add("zhao", "consult", 90)
	add("sun", "visit", 80)
	add("sun", "consult", 20)
	add("sun", "order", 10)
	return events
}

// read lays the events out for the funnel, and by user for the life cycle.
func read(ctx context.Context, store *memstore.Store) (*funnel.Log, []siyu.UserID, map[siyu.UserID][]time.Time) {
	var users []siyu.UserID
	activity := map[siyu.UserID][]time.Time{}
	events := get(funnel.NewLog(func(yield func(siyu.Event, error) bool) {
		for e, err := range store.Events().Events(ctx, 0) {
			if err == nil && activity[e.User] == nil {
				users = append(users, e.User)
			}
			activity[e.User] = append(activity[e.User], e.At)
			if !yield(e.Event, err) {
				return
			}
		}
	}, nil))
	return events, users, activity
}

func get[T any](v T, err error) T { must(err); return v }

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
