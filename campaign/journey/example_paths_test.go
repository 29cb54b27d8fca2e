package journey_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/journey"
)

// Practice and readiness: the link to the partner's site, then the invitation
// to the study group once the practice is done; later the first paid offer, but
// only to those who have read enough (润物细无声 first).
func ExampleFlow_readiness() {
	const day = 24 * 3600
	f := journey.Flow{ID: "practice", Steps: []journey.Step{
		{ID: "link", Do: journey.DoSend, Message: "practice at the partner's"},
		{ID: "practise", Do: journey.DoWaitEvent, Event: "practice.done", Seconds: 2 * day, OnEvent: "group", OnTimeout: "help"},
		{ID: "help", Do: journey.DoSend, Message: "how to begin"},
		{ID: "group", Do: journey.DoSend, Message: "study group"},
		{ID: "quiet", Do: journey.DoWait, Seconds: 3 * day},
		{ID: "ready", Do: journey.DoBranch, Branches: []journey.Branch{{If: journey.Condition{Attr: "lessons_read", Gte: 5}, Then: "offer"}}, Else: "article"},
		{ID: "article", Do: journey.DoSend, Message: "one more article", Then: "quiet"},
		{ID: "offer", Do: journey.DoSend, Message: "paid course"},
	}}
	fmt.Println(f.Validate())
	r, _ := f.Enter(nil, "li", nil, entry, time.UTC)
	r, sends, _ := f.Advance(r, entry, nil, time.UTC)
	fmt.Println("day 0:", sends[0].Message)
	r = f.Hear(r, journey.Input{ID: "e1", Event: "practice.done", At: entry.Add(time.Hour)}, time.UTC)
	for i, read := range []int{0, 3, 5} {
		now := entry.AddDate(0, 0, 3*i).Add(time.Hour)
		var err error
		r, sends, err = f.Advance(r, now, journey.Attributes{"lessons_read": read}, time.UTC)
		fmt.Printf("day %d, %d read: %s %v\n", 3*i, read, sends[0].Message, err)
	}
	fmt.Println(r.State)
	// Output:
	// <nil>
	// day 0: practice at the partner's
	// day 0, 0 read: study group <nil>
	// day 3, 3 read: one more article <nil>
	// day 6, 5 read: paid course <nil>
	// completed
}

// Waking sleepers and winning back the lost: content first, then a coupon, and
// whoever has been through it is left alone for 90 days. A purchase ends it.
func ExampleFlow_winBack() {
	f := journey.Flow{
		ID: "win-back", ExitOn: []string{"order"}, ReEntry: journey.AfterExit, CooldownSeconds: 90 * 24 * 3600, Steps: []journey.Step{
			{ID: "news", Do: journey.DoSend, Message: "what is new"},
			{ID: "wait", Do: journey.DoWaitUntil, Days: 3, Time: siyu.HourMinute(10, 0)},
			{ID: "coupon", Do: journey.DoSend, Message: "coupon"},
		},
	}
	r, _ := f.Enter(nil, "li", nil, entry, time.UTC)
	r, sends, err := f.Advance(r, entry.AddDate(0, 0, 4), nil, time.UTC)
	for _, s := range sends {
		fmt.Println(s.At.Format("01-02 15:04"), s.Message)
	}
	fmt.Println(r.State, err)
	_, reason := f.Enter(&r, "li", nil, entry.AddDate(0, 0, 60), time.UTC)
	fmt.Println(reason.Text(siyu.English))
	_, reason = f.Enter(&r, "li", nil, entry.AddDate(0, 0, 94), time.UTC)
	fmt.Printf("%q\n", reason)
	bought, _ := f.Enter(nil, "wang", nil, entry, time.UTC)
	bought = f.Hear(bought, journey.Input{ID: "o1", Event: "order", At: entry.Add(time.Hour)}, time.UTC)
	fmt.Println(bought.State)
	// Output:
	// 03-02 02:00 what is new
	// 03-05 10:00 coupon
	// completed <nil>
	// the cooldown after leaving is not over
	// ""
	// exited
}

// A lead that did not convert is kept: into the group, and every week a piece of
// advice, until he asks for an appointment.
func ExampleFlow_nurture() {
	f := journey.Flow{ID: "lost leads", ExitOn: []string{"appointment"}, Steps: []journey.Step{
		{ID: "group", Do: journey.DoSend, Message: "group invitation"},
		{ID: "week", Do: journey.DoWait, Seconds: 7 * 24 * 3600},
		{ID: "advice", Do: journey.DoSend, Message: "weekly advice", Then: "week"},
	}}
	r, _ := f.Enter(nil, "li", nil, entry, time.UTC)
	r, sends, err := f.Advance(r, entry.AddDate(0, 0, 20), nil, time.UTC)
	for _, s := range sends {
		fmt.Println(s.At.Format("01-02"), s.Message)
	}
	r = f.Hear(r, journey.Input{ID: "a", Event: "appointment", At: entry.AddDate(0, 0, 20)}, time.UTC)
	fmt.Println(r.State, err)
	// Output:
	// 03-02 group invitation
	// 03-09 weekly advice
	// 03-16 weekly advice
	// exited <nil>
}

// Right after the adviser's call a service notification with the official badge:
// transactional, so that no cap holds it back, and worthless after ten minutes.
func ExampleTrigger() {
	after := journey.Trigger{Event: "call.ended", Message: "official badge", Class: campaign.Transactional}
	rules := get(campaign.Compile(campaign.Policy{Caps: campaign.Caps{{ID: "none", Limit: 0, Window: campaign.CalendarWindow(campaign.Day)}}, FallbackZone: "Asia/Shanghai"}))
	fired, _ := after.Fire("call.ended", nil, nil, entry, time.UTC)
	m := campaign.Message{
		ID: campaign.ID(fired.Message), Class: after.Class, Channels: []campaign.Channel{"service"},
		Window: siyu.Window{Start: entry, End: entry.Add(10 * time.Minute)},
	}
	for _, late := range []time.Duration{time.Second, 10 * time.Minute} {
		d := get(rules.Decide(campaign.Person{ID: "li", Reachable: m.Channels}, m, nil, entry.Add(late)))
		fmt.Println(d.Text(siyu.English, time.UTC))
	}
	// Output:
	// send now on service
	// the campaign is over
}
