package funnel_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// A bank's customers think for months: a window of half a year, how long the
// decision takes, whether a campaign made it shorter, and how many buy from
// another category next.
func ExampleConvert() {
	bought := func(user siyu.UserID, month time.Month, category string) siyu.Event {
		return did(user, "bought", on(month, 1), "category", category)
	}
	log := logOf([]siyu.Event{
		did("li", "consulted", on(1, 1), "advice", "letter"), bought("li", 5, "fund"), bought("li", 6, "insurance"),
		did("wang", "consulted", on(1, 1), "advice", "letter"), bought("wang", 4, "fund"), bought("wang", 7, "fund"),
		did("zhao", "consulted", on(2, 1), "advice", "1v1"), bought("zhao", 3, "fund"), bought("zhao", 4, "gold"),
		did("sun", "consulted", on(3, 1), "advice", "1v1"), bought("sun", 4, "insurance"),
	})
	report := get(funnel.Run(log, funnel.Definition{
		Steps: []funnel.Step{{Event: "consulted"}, {Event: "bought"}}, Window: 180 * 24 * time.Hour,
		Convert: &funnel.Convert{Bins: 2, ToStep: 1}, Breakdown: &funnel.Breakdown{By: []funnel.Dimension{{Prop: "advice"}}},
	}))
	const day = 24 * 60 * 60
	for _, b := range report.TimeToConvert.Bins {
		fmt.Printf("from day %d: %d\n", b.StartS/day, b.Count)
	}
	for _, g := range report.Groups {
		fmt.Printf("%s: median %.1f days\n", g.Value[0], g.Steps[1].Time.Median/day)
	}
	for _, f := range get(funnel.PropFlows(log, "category", funnel.Range{})) {
		fmt.Println(f.From, "then", f.To, f.Users)
	}
	// Output:
	// from day 28: 2
	// from day 74: 1
	// from day 120: 1
	// 1v1: median 29.5 days
	// letter: median 105.0 days
	// fund then gold 1
	// fund then insurance 1
}

// What a private domain is measured by: 留存, 转化, 成交, 复购, 转介绍.
func ExampleReport_metrics() {
	order := func(user siyu.UserID, day int, yuan siyu.Money) siyu.Event {
		e := did(user, "order", on(3, day), "shop", "s1")
		e.Value = yuan * 100
		return e
	}
	log := logOf([]siyu.Event{
		did("li", "added", on(3, 2)), order("li", 4, 100), order("li", 12, 50), did("li", "referral.bound", on(3, 13)),
		did("wang", "added", on(3, 2)), order("wang", 11, 200),
		did("zhao", "added", on(3, 3)), did("sun", "added", on(3, 3)),
	})
	weeks := get(funnel.RunCohorts(log, funnel.Cohorts{
		Interval: funnel.Week, WeekStart: "monday", Intervals: []string{"2026-03-02", "2026-03-09"},
		Start: funnel.Step{Event: "added"}, Return: funnel.Step{Any: true}, Mode: funnel.NewUsers,
	}))
	steps := get(funnel.Run(log, funnel.Definition{
		Steps: []funnel.Step{{Event: "added"}, {Event: "order"}, {Event: "referral.bound"}}, Window: 30 * 24 * time.Hour,
	})).Steps
	orders := get(funnel.RunPurchases(log, funnel.Purchases{Event: funnel.Step{Event: "order"}}))
	fmt.Printf("留存 %.0f %%\n", 100*weeks.Rows[0].Rate(1).Share)
	fmt.Printf("转化 %.0f %%\n", 100*steps[1].Rate.Share)
	fmt.Println("成交", orders.Total.Format(siyu.CNY))
	fmt.Printf("复购 %.0f %%\n", 100*orders.Repeat.Share)
	fmt.Printf("转介绍 %.0f %%\n", 100*steps[2].Next.Share)
	// Output:
	// 留存 50 %
	// 转化 50 %
	// 成交 350.00
	// 复购 50 %
	// 转介绍 50 %
}

// Courses that begin nearly every day: a cohort is named by its start date, and
// a person's way counts within one course.
func ExampleDefinition_cohorts() {
	in := func(user siyu.UserID, course string, names ...string) (events []siyu.Event) {
		for i, name := range names {
			events = append(events, did(user, name, on(3, 2).AddDate(0, 0, i), "course", course))
		}
		return events
	}
	report := get(funnel.Run(logOf(
		in("li", "2026-03-02", "enrolled", "checked in", "graduated", "bought"),
		in("wang", "2026-03-02", "enrolled", "checked in"),
		in("zhao", "2026-03-03", "enrolled", "checked in", "graduated"),
	), funnel.Definition{
		Steps:     []funnel.Step{{Event: "enrolled"}, {Event: "checked in"}, {Event: "graduated"}, {Event: "bought", Optional: true}},
		Window:    14 * 24 * time.Hour,
		Hold:      []funnel.Dimension{{Prop: "course"}},
		Breakdown: &funnel.Breakdown{By: []funnel.Dimension{{Prop: "course"}}},
	}))
	for _, g := range report.Groups {
		fmt.Printf("%s: %d enrolled, %.0f %% graduated, %d bought\n", g.Value[0], g.Steps[0].Count, 100*g.Steps[2].Rate.Share, g.Steps[3].Count)
	}
	// Output:
	// 2026-03-02: 2 enrolled, 50 % graduated, 1 bought
	// 2026-03-03: 1 enrolled, 100 % graduated, 0 bought
}

// Group messages are read more often than the benchmark of 40 %; personal ones
// and links in Moments beside theirs of 80 % and 31 %.
func ExampleRunTouches() {
	var events []siyu.Event
	add := func(channel string, sent, read int) {
		for i := range sent {
			user := siyu.UserID(fmt.Sprint("u", i))
			e := siyu.Event{ID: siyu.EventID(fmt.Sprint("s", channel, i)), User: user, Name: "sent", At: on(3, 1), Channel: channel}
			events = append(events, e)
			if e.ID, e.Name, e.At = "r"+e.ID, "read", on(3, 2); i < read {
				events = append(events, e)
			}
		}
	}
	add("group", 200, 120)
	add("personal", 50, 41)
	add("moments", 100, 30)
	for _, r := range get(funnel.RunTouches(logOf(events), funnel.Touches{Sent: "sent", Read: "read"})) {
		fmt.Printf("%s: %.0f %% of %d, benchmark %.0f %%, above it: %t\n", r.Channel, 100*r.Read.Rate.Share, r.Sent.Users, 100*r.Benchmark, r.Above)
	}
	// Output:
	// group: 60 % of 200, benchmark 40 %, above it: true
	// moments: 30 % of 100, benchmark 31 %, above it: false
	// personal: 82 % of 50, benchmark 80 %, above it: false
}

// Users of a broker's app leave to read research elsewhere: which apps they go
// to, how many come back, and how long they stay since there is a news flow.
func ExamplePropFlows() {
	seen := func(user siyu.UserID, hour int, app, feed, seconds string) siyu.Event {
		return did(user, "screen", on(3, 1).Add(time.Duration(hour)*time.Hour), "app", app, "feed", feed, "seconds", seconds)
	}
	log := logOf([]siyu.Event{
		seen("li", 0, "broker", "without", "60"), seen("li", 1, "research", "", "900"), seen("li", 2, "broker", "without", "40"),
		seen("wang", 0, "broker", "without", "80"), seen("wang", 1, "research", "", "600"),
		seen("zhao", 0, "broker", "with news", "240"),
	})
	for _, f := range get(funnel.PropFlows(log, "app", funnel.Range{})) {
		fmt.Println(f.From, "to", f.To+":", f.Users)
	}
	broker := funnel.Step{Event: "screen", Where: []funnel.Condition{{Prop: "app", Op: funnel.Equal, Value: "broker"}}}
	for _, a := range get(funnel.RunAmounts(log, funnel.Amounts{Event: broker, Of: "seconds", By: funnel.Dimension{Prop: "feed"}})) {
		fmt.Printf("%s: %.0f s a user\n", a.Value, a.Mean)
	}
	// Output:
	// broker to research: 2
	// research to broker: 1
	// with news: 240 s a user
	// without: 90 s a user
}

// From a stall to the mini-program, from face pay to the merchant's members:
// both are steps from offline to online, shop by shop, and only those who agreed
// are members.
func ExampleCondition() {
	log := logOf([]siyu.Event{
		did("li", "stall.paid", minute(0), "shop", "east"), did("li", "miniprogram.opened", minute(1), "shop", "east"),
		did("li", "member.joined", minute(2), "shop", "east", "consent", "yes"), did("li", "takeaway", minute(3), "shop", "east"),
		did("wang", "face.paid", minute(0), "shop", "west"), did("wang", "miniprogram.opened", minute(1), "shop", "west"),
		did("wang", "member.joined", minute(2), "shop", "west", "consent", "no"),
		did("zhao", "stall.paid", minute(0), "shop", "east"),
	})
	report := get(funnel.Run(log, funnel.Definition{Window: time.Hour, Steps: []funnel.Step{
		{Name: "paid", AnyOf: []funnel.Step{{Event: "stall.paid"}, {Event: "face.paid"}}},
		{Event: "miniprogram.opened"},
		{Event: "member.joined", Where: []funnel.Condition{{Prop: "consent", Op: funnel.Equal, Value: "yes"}}},
		{Name: "ordered", AnyOf: []funnel.Step{{Event: "takeaway"}, {Event: "delivery"}}},
	}, Breakdown: &funnel.Breakdown{By: []funnel.Dimension{{Prop: "shop"}}}}))
	for _, g := range report.Groups {
		fmt.Println(g.Value[0], countsOf(funnel.Report{Summary: g.Summary}))
	}
	// Output:
	// east [2 1 1 1]
	// west [1 1 0 0]
}
