package funnel_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// Leads of a car dealer with several accounts: how many each brings in a month,
// how many in the group, and how many of them become a sale.
func ExampleTrend() {
	var events []siyu.Event
	for i := range 1500 {
		user := siyu.UserID(fmt.Sprint("u", i))
		place := "page"
		if i%5 == 0 {
			place = "group"
		}
		at := on(3, 1).Add(time.Duration(i) * time.Hour)
		events = append(events, did(user, "lead.created", at, "account", fmt.Sprint("account-", i%4), "place", place))
		if i%75 == 0 {
			events = append(events, did(user, "car.sold", at.AddDate(0, 0, 20)))
		}
	}
	report := get(funnel.Run(logOf(events), funnel.Definition{
		Steps: []funnel.Step{{Event: "lead.created"}, {Event: "car.sold"}}, Window: 90 * 24 * time.Hour,
		Breakdown: &funnel.Breakdown{By: []funnel.Dimension{{Prop: "account"}}},
		Trend:     &funnel.Trend{Interval: funnel.Month, ToStep: 1},
	}))
	fmt.Printf("%d leads, %d cars, %.1f %%\n", report.Steps[0].Count, report.Steps[1].Count, 100*report.Steps[1].Rate.Share)
	for _, p := range report.Trend {
		fmt.Println(p.Label, p.From, "leads,", p.To, "sold so far")
	}
	for _, g := range report.Groups {
		fmt.Println(g.Value[0], g.Steps[0].Count)
	}
	inGroup := funnel.Step{Event: "lead.created", Where: []funnel.Condition{{Prop: "place", Op: funnel.Equal, Value: "group"}}}
	fmt.Println("in the group:", get(funnel.Count(logOf(events), funnel.Definition{Steps: []funnel.Step{inGroup}, Window: 1})).Steps[0])
	// Output:
	// 1500 leads, 20 cars, 1.3 %
	// 2026-03-01 732 leads, 10 sold so far
	// 2026-04-01 720 leads, 10 sold so far
	// 2026-05-01 48 leads, 0 sold so far
	// account-0 375
	// account-1 375
	// account-2 375
	// account-3 375
	// in the group: 300
}

// From the shop's page to a deal: a page is seen, a lead card (立即预约) is filled
// in, the adviser talks 1v1, an event on the spot may follow, and the deal is
// made in the store.
func ExampleDefinition_leads() {
	at := func(day int) time.Time { return on(3, day) }
	log := logOf([]siyu.Event{
		did("li", "page.viewed", at(1)), did("li", "lead.created", at(1).Add(time.Minute)), did("li", "chat.1v1", at(2)),
		did("li", "event.signed_in", at(8), "place", "store"), did("li", "deal", at(9), "place", "store"),
		did("wang", "page.viewed", at(1)), did("wang", "lead.created", at(3)), did("wang", "chat.1v1", at(4)), did("wang", "deal", at(5), "place", "store"),
		did("zhao", "page.viewed", at(2)), did("zhao", "lead.created", at(2).Add(time.Hour)),
		did("sun", "page.viewed", at(2)),
	})
	report := get(funnel.Run(log, funnel.Definition{Window: 60 * 24 * time.Hour, Steps: []funnel.Step{
		{Event: "page.viewed"},
		{Event: "lead.created"},
		{Event: "chat.1v1", Within: 48 * time.Hour},
		{Event: "event.signed_in", Optional: true},
		{Event: "deal", Where: []funnel.Condition{{Prop: "place", Op: funnel.Equal, Value: "store"}}},
	}}))
	for _, s := range report.Steps {
		fmt.Println(s.Name, s.Count)
	}
	fmt.Println("nobody talked to", report.Dropped(2))
	// Output:
	// page.viewed 4
	// lead.created 3
	// chat.1v1 2
	// event.signed_in 1
	// deal 2
	// nobody talked to [zhao]
}
