package campaign_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/store/memstore"
)

// No 一刀切: a house that wants every campaign targeted. Who means the whole
// base has to say so, and the dry run shows how many that is.
func ExamplePolicy() {
	rules := get(campaign.Compile(campaign.Policy{AudienceRequired: true, FallbackZone: "Asia/Shanghai"}))
	people := slices.Values([]campaign.Target{
		{Person: campaign.Person{ID: "li", Reachable: []campaign.Channel{"wecom"}}}, {Person: campaign.Person{ID: "wang", Reachable: []campaign.Channel{"wecom"}}},
	})
	m := campaign.Message{ID: "fund-week", Channels: []campaign.Channel{"wecom"}}
	_, err := rules.DryRun(m, people, ten)
	fmt.Println(err)
	m.Audience = campaign.UsersOf("li")
	fmt.Println(get(rules.DryRun(m, people, ten)).Send)
	m.Audience, m.Everyone = nil, true
	fmt.Println(get(rules.DryRun(m, people, ten)).Send)
	// Output:
	// invalid audience: is missing: the policy wants one, or a message that says everyone
	// 1
	// 2
}

// The carriers of a private domain: site, mail, Weibo, official account, app,
// mini-program and Moments are the house's channels, and a name spelt wrong is
// refused. The campaign's order decides, among those that reach the person and
// that he has agreed to.
func ExamplePerson() {
	carriers := []campaign.Channel{"小程序", "公众号", "app", "mail", "微博", "官网", "朋友圈"}
	rules := get(campaign.Compile(campaign.Policy{
		Channels: carriers, ConsentRequired: []campaign.Channel{"mail", "公众号"}, FallbackZone: "Asia/Shanghai",
	}))
	m := campaign.Message{ID: "letter", Channels: carriers}
	people := []campaign.Person{
		{ID: "li", Reachable: []campaign.Channel{"公众号", "app"}, Consent: map[campaign.Channel]bool{"公众号": true}},
		{ID: "wang", Reachable: []campaign.Channel{"公众号", "朋友圈"}},
		{ID: "zhao", Reachable: []campaign.Channel{"mail"}},
	}
	for _, p := range people {
		d := get(rules.Decide(p, m, nil, ten))
		fmt.Printf("%s %s %q %q\n", p.ID, d.Action, d.Channel, d.Refused["mail"].Text(siyu.English))
	}
	_, err := rules.DryRun(campaign.Message{ID: "letter", Channels: []campaign.Channel{"moments"}}, slices.Values([]campaign.Target{{Person: people[1]}}), ten)
	fmt.Println(err)
	// Output:
	// li send "公众号" ""
	// wang send "朋友圈" ""
	// zhao suppress "" "has not consented to the channel"
	// invalid channels[0]: "moments" is none of the policy's channels
}

// What a person said in a survey binds the sender: one offer a week, and by
// phone only.
func ExamplePreference() {
	rules := get(campaign.Compile(campaign.Policy{FallbackZone: "Asia/Shanghai"}))
	li := campaign.Person{
		ID: "li", Reachable: []campaign.Channel{"wecom", "phone"},
		Prefer: campaign.Preference{Channels: []campaign.Channel{"phone"}, Strict: true, Weekly: new(1)},
	}
	m := campaign.Message{ID: "coupon", Topic: campaign.Promo, Channels: []campaign.Channel{"wecom", "phone"}}
	var history []campaign.Send
	for day := range 2 {
		d := get(rules.Decide(li, m, history, ten.AddDate(0, 0, day)))
		fmt.Println(d.Text(siyu.English, time.UTC))
		history = append(history, campaign.Send{Attempt: campaign.Attempt{Campaign: m.ID, Channel: d.Channel, Topic: m.Topic}, At: ten})
		m.ID = "another coupon"
	}
	// Output:
	// send now on phone
	// a frequency cap is reached (wish) until 2026-06-07 16:00
}

// A mass message by DM and subscription to 10,000 people a day and no more, the
// rest on the next day.
func ExampleStock() {
	rules := get(campaign.Compile(campaign.Policy{FallbackZone: "Asia/Shanghai"}))
	fans := func(yield func(campaign.Target) bool) {
		for i := range 12_000 {
			channel := []campaign.Channel{"dm", "subscription"}[i%2]
			if !yield(campaign.Target{Person: campaign.Person{ID: siyu.UserID(fmt.Sprint("fan", i)), Reachable: []campaign.Channel{channel}}}) {
				return
			}
		}
	}
	f := get(rules.DryRun(campaign.Message{
		ID: "live tonight", Channels: []campaign.Channel{"dm", "subscription"}, Stock: &campaign.Stock{Left: 10_000, OnePerSend: true},
	}, fans, ten))
	fmt.Println(f.Send, f.ByChannel["dm"], f.ByChannel["subscription"], f.Suppress)
	// Output: 10000 5000 5000 map[sold_out:2000]
}

// Live every day at 08:00 and 19:00: the page says it from the schedule itself,
// and half an hour before each show a reminder goes out once.
func ExampleRecurrence_Text() {
	shanghai := time.FixedZone("CST", 8*3600)
	live := campaign.Recurrence{Slots: []siyu.WeeklyWindow{
		{Start: siyu.HourMinute(8, 0), End: siyu.HourMinute(10, 0)}, {Start: siyu.HourMinute(19, 0), End: siyu.HourMinute(23, 0)},
	}}
	fmt.Println("直播", live.Text(siyu.Chinese))
	fmt.Println("live", live.Text(siyu.English))
	show := get(live.Next(ten, shanghai))
	m := campaign.Message{ID: "preview", Channels: []campaign.Channel{"group"}}.For(show, 30*time.Minute)
	fmt.Println(m.ID, "from", m.Window.Start.In(shanghai).Format("15:04"))
	meals := campaign.Recurrence{Slots: []siyu.WeeklyWindow{{Start: siyu.HourMinute(10, 0), End: siyu.HourMinute(22, 0), Days: siyu.DaysOf(time.Wednesday, time.Sunday)}}}
	fmt.Println(meals.Text(siyu.Chinese), "/", meals.Text(siyu.English))
	// Output:
	// 直播 每天08:00-10:00、19:00-23:00
	// live daily 08:00-10:00, 19:00-23:00
	// preview@2026-06-03T19:00 from 18:30
	// 周三、周日10:00-22:00 / Wed, Sun 10:00-22:00
}

// To the fans of one host, to those who look for a certain car, and a greeting
// by name to old fans who agreed to be named.
func ExampleAudienceFunc() {
	type fan struct {
		host, wants string
		since       time.Time
		named       bool
	}
	fans := map[siyu.UserID]fan{
		"li":   {"虎哥", "SUV", ten.AddDate(-2, 0, 0), true},
		"wang": {"老妹儿", "SUV", ten.AddDate(-3, 0, 0), false},
		"zhao": {"虎哥", "sedan", ten.AddDate(0, -1, 0), true},
	}
	rules := get(campaign.Compile(campaign.Policy{FallbackZone: "Asia/Shanghai"}))
	for _, m := range []campaign.Message{
		{ID: "虎哥 live at 19:00", Audience: campaign.AudienceFunc(func(id siyu.UserID) bool { return fans[id].host == "虎哥" })},
		{ID: "new SUV in stock", Audience: campaign.AudienceFunc(func(id siyu.UserID) bool { return fans[id].wants == "SUV" })},
		{ID: "old fans by name", Audience: campaign.AudienceFunc(func(id siyu.UserID) bool {
			return fans[id].named && fans[id].since.Before(ten.AddDate(-1, 0, 0))
		})},
	} {
		m.Channels = []campaign.Channel{"group"}
		fmt.Print(m.ID, ":")
		for _, id := range []siyu.UserID{"li", "wang", "zhao"} {
			if get(rules.Decide(campaign.Person{ID: id, Reachable: m.Channels}, m, nil, ten)).Action == campaign.SendNow {
				fmt.Print(" ", id)
			}
		}
		fmt.Println()
	}
	// Output:
	// 虎哥 live at 19:00: li zhao
	// new SUV in stock: li wang
	// old fans by name: li
}

// A group is kept after its course, and then disturbed less: twice a day while
// the course runs, once a week afterwards. And whoever had four messages from
// anywhere in a week has a rest.
func ExampleMatch() {
	caps := campaign.Caps{
		{ID: "course group", Limit: 2, Window: campaign.CalendarWindow(campaign.Day), Match: campaign.Match{Channels: []campaign.Channel{"course group"}}},
		{ID: "kept group", Limit: 1, Window: campaign.CalendarWindow(campaign.Week), Match: campaign.Match{Channels: []campaign.Channel{"kept group"}}},
		{ID: "rest", Limit: 4, Window: campaign.RollingWindow(7 * 24 * time.Hour)},
	}
	var history []campaign.Send
	for _, channel := range []campaign.Channel{"course group", "course group", "course group", "kept group", "kept group"} {
		a := campaign.Attempt{Channel: channel}
		v := caps.Check(a, history, ten, time.UTC)
		fmt.Println(channel, v.Allowed(), v.BlockedBy)
		if v.Allowed() {
			history = append(history, campaign.Send{Attempt: a, At: ten})
		}
	}
	// Output:
	// course group true []
	// course group true []
	// course group false [course group]
	// kept group true []
	// kept group false [kept group]
}

// The greeting on being added: WeCom lets one go out, within 20 seconds.
func ExampleReplyRules_Open() {
	rules := campaign.ReplyRules{"added": {Quota: new(1), Seconds: 20}}
	windows := get(rules.Open(nil, "added", ten))
	windows, ok := campaign.UseReply(windows, ten.Add(3*time.Second))
	fmt.Println(ok)
	_, ok = campaign.UseReply(windows, ten.Add(4*time.Second))
	fmt.Println("again:", ok)
	_, ok = campaign.UseReply(get(rules.Open(nil, "added", ten)), ten.Add(20*time.Second))
	fmt.Println("too late:", ok)
	// Output:
	// true
	// again: false
	// too late: false
}

// Calls of the phone desk count as contacts like any other, also those that
// nobody asked the library for.
func ExampleService_Log() {
	ctx := context.Background()
	rules := get(campaign.Compile(campaign.Policy{
		Caps: campaign.Caps{{ID: "week", Limit: 1, Window: campaign.RollingWindow(7 * 24 * time.Hour)}}, FallbackZone: "Asia/Shanghai",
	}))
	svc := campaign.New(memstore.New().Campaigns(), rules, &campaign.Options{Clock: siyu.NewManualClock(ten)})
	call := campaign.Send{Attempt: campaign.Attempt{Channel: "phone", Sender: "adviser li"}, At: ten.Add(-time.Hour)}
	if err := svc.Log(ctx, campaign.LogRequest{Key: "call-1", User: "u1", Send: call}); err != nil {
		panic(err)
	}
	r := get(svc.Reserve(ctx, campaign.ReserveRequest{
		Key: "m/u1", Person: campaign.Person{ID: "u1", Reachable: []campaign.Channel{"wecom"}},
		Message: campaign.Message{ID: "m", Channels: []campaign.Channel{"wecom"}},
	}))
	fmt.Println(r.Text(siyu.English, time.UTC))
	// Output: a frequency cap is reached (week) until 2026-06-10 01:00
}
