package funnel_test

import (
	"fmt"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// Monthly active users (月活) of a bank with two apps: who opens both in a month
// is one person, so the sum of the apps is more than the bank has.
func ExampleCohorts_monthlyActive() {
	log := logOf([]siyu.Event{
		did("li", "open", on(3, 1), "app", "招商银行"), did("li", "open", on(3, 9), "app", "掌上生活"),
		did("wang", "open", on(3, 2), "app", "招商银行"), did("zhao", "open", on(3, 30), "app", "掌上生活"),
		did("zhao", "open", on(4, 2), "app", "掌上生活"),
	})
	for _, app := range []funnel.Text{"招商银行", "掌上生活", ""} {
		open := funnel.Step{Event: "open", Where: []funnel.Condition{{Prop: "app", Op: funnel.Contains, Value: app}}}
		report := get(funnel.RunCohorts(log, funnel.Cohorts{
			Interval: funnel.Month, Intervals: []string{"2026-03-01", "2026-04-01"}, Start: open, Return: open, Mode: funnel.Recurring,
		}))
		for _, row := range report.Rows {
			fmt.Printf("%s %q: %d active\n", row.Label, app, row.Seen[0])
		}
	}
	// Output:
	// 2026-03-01 "招商银行": 2 active
	// 2026-04-01 "招商银行": 0 active
	// 2026-03-01 "掌上生活": 2 active
	// 2026-04-01 "掌上生活": 1 active
	// 2026-03-01 "": 3 active
	// 2026-04-01 "": 1 active
}

// Daily activity of a fan group (粉丝群日活): who spoke or opened it, of its
// members.
func ExampleNewRate() {
	var events []siyu.Event
	for i := range 38 {
		events = append(events, did(siyu.UserID(fmt.Sprint("fan", i)), "group.opened", on(3, 1)))
	}
	active := funnel.Step{AnyOf: []funnel.Step{{Event: "group.opened"}, {Event: "group.spoke"}}}
	day := get(funnel.RunCohorts(logOf(events), funnel.Cohorts{
		Interval: funnel.Day, Intervals: []string{"2026-03-01"}, Start: active, Return: active, Mode: funnel.Recurring,
	}))
	rate := funnel.NewRate(day.Rows[0].Seen[0], 200)
	fmt.Printf("%.0f %% of 200 members, 95 %% interval %.0f to %.0f %%\n", 100*rate.Share, 100*rate.Low, 100*rate.High)
	// Output: 19 % of 200 members, 95 % interval 14 to 25 %
}

// How many users, institutions and products had a trade: the actor is what is
// counted, and a breakdown splits it by line of business.
func ExampleActor() {
	trade := func(user siyu.UserID, day int, line, institution, product string) siyu.Event {
		return did(user, "traded", on(3, day), "line", line, "institution", institution, "product", product)
	}
	log := logOf([]siyu.Event{
		trade("li", 1, "fund", "博时", "f1"), trade("li", 2, "fund", "博时", "f2"), trade("li", 3, "insurance", "平安", "i1"),
		trade("wang", 1, "fund", "南方", "f3"), trade("zhao", 4, "insurance", "平安", "i1"),
	})
	traded := funnel.Definition{Steps: []funnel.Step{{Event: "traded"}}, Window: 1}
	for _, prop := range []string{"institution", "product"} {
		traded.Actor = funnel.Actor{Prop: prop}
		fmt.Println(get(funnel.Count(log, traded)).Steps[0], prop)
	}
	traded.Actor = funnel.Actor{}
	traded.Breakdown = &funnel.Breakdown{By: []funnel.Dimension{{Prop: "line"}}, Attribution: funnel.AllEvents}
	report := get(funnel.Run(log, traded))
	fmt.Println(report.Steps[0].Count, "users")
	for _, g := range report.Groups {
		fmt.Println(g.Steps[0].Count, "users of", g.Value[0])
	}
	// Output:
	// 3 institution
	// 4 product
	// 3 users
	// 2 users of fund
	// 2 users of insurance
}

// Accounts with a million fans: +165 %; turnover of the shops: 50 times as
// much, which is not 50 %.
func ExampleGrowth() {
	accounts, _ := funnel.Growth{Before: 2_000, After: 5_300}.Rate()
	turnover, _ := funnel.Growth{Before: 1_000_000_00, After: 50_000_000_00}.Multiple()
	fmt.Printf("%+.0f %%, x%.0f\n", 100*accounts, turnover)
	_, ok := funnel.Growth{After: 8_000_000}.Rate()
	fmt.Println("from nothing:", ok)
	// Output:
	// +165 %, x50
	// from nothing: false
}
