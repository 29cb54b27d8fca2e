package funnel_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// How fast groups of 200 fill: the unit is the group, from its first member to
// its last seat.
func ExampleTimes() {
	var events []siyu.Event
	for g, hours := range []int{3, 5, 30} {
		group := fmt.Sprint("福利群", g+1)
		for seat := range 200 {
			name := "group.joined"
			switch seat {
			case 0:
				name = "group.opened"
			case 199:
				name = "group.full"
			}
			at := on(3, 1).Add(time.Duration(seat*hours) * time.Hour / 199)
			events = append(events, did(siyu.UserID(fmt.Sprint("u", seat)), name, at, "group", group))
		}
	}
	report := get(funnel.Run(logOf(events), funnel.Definition{
		Steps: []funnel.Step{{Event: "group.opened"}, {Event: "group.full"}}, Window: 7 * 24 * time.Hour, Actor: funnel.Actor{Prop: "group"},
	}))
	fill := report.Steps[1].Time
	fmt.Printf("%d groups, median %.0f h, slowest %.0f h\n", fill.N, fill.Median/3600, fill.Max/3600)
	// Output: 3 groups, median 5 h, slowest 30 h
}

// Whom a campaign brought beyond those who would have come: group by group, the
// customers that it reached beside those held out (对照组).
func ExampleComparison() {
	var events []siyu.Event
	for i := range 1000 {
		user, arm := siyu.UserID(fmt.Sprint("u", i)), "reached"
		if i%10 == 0 {
			arm = "held out"
		}
		events = append(events, did(user, "selected", on(3, 1), "arm", arm))
		if i%10 == 0 && i%250 == 0 || i%10 != 0 && i%9 == 0 { // 4 of 100, 100 of 900
			events = append(events, did(user, "bought", on(3, 5)))
		}
	}
	report := get(funnel.Run(logOf(events), funnel.Definition{
		Steps: []funnel.Step{{Event: "selected"}, {Event: "bought"}}, Window: 14 * 24 * time.Hour,
		Breakdown: &funnel.Breakdown{By: []funnel.Dimension{{Prop: "arm"}}},
	}))
	for _, c := range get(report.Compare(0, 1)) {
		fmt.Printf("%s: %.1f %%, the others %.1f %%, p %.3f\n", c.Value[0], 100*c.Rate.Share, 100*c.Others.Share, c.P)
	}
	// Output:
	// held out: 4.0 %, the others 11.1 %, p 0.027
	// reached: 11.1 %, the others 4.0 %, p 0.027
}
