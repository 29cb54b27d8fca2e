package funnel_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// Which channel brings people who bind a card? The first channel of a person is
// his group.
func ExampleBreakdown() {
	event := func(id siyu.EventID, user siyu.UserID, name, channel string, at int) siyu.Event {
		return siyu.Event{ID: id, User: user, Name: name, Channel: channel, At: minute(at)}
	}
	log, err := funnel.NewLog(funnel.FromSlice([]siyu.Event{
		event("1", "li", "follow", "wecom", 0), event("2", "li", "card.bound", "app", 9),
		event("3", "wang", "follow", "wecom", 1),
		event("4", "zhao", "follow", "ads", 2),
	}), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := funnel.Run(log, funnel.Definition{
		Steps:     []funnel.Step{{Event: "follow"}, {Event: "card.bound"}},
		Window:    time.Hour,
		Breakdown: &funnel.Breakdown{By: []funnel.Dimension{{Prop: "$channel"}}, Attribution: funnel.FirstTouch},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range report.Groups {
		fmt.Println(g.Value, g.Steps[0].Count, g.Steps[1].Count)
	}
	// Output:
	// [ads] 1 0
	// [wecom] 2 1
}

// A log of integers, for hosts with many events and their own numbering.
func ExampleBuilder() {
	b := funnel.NewBuilder(3, []string{"lead", "application"}, nil)
	b.Add(0, 1000, 0) // user, second, index of the name
	b.Add(1, 1005, 0)
	b.Add(0, 1060, 1)
	log, err := b.Log()
	if err != nil {
		fmt.Println(err)
		return
	}
	counts, err := funnel.Count(log, funnel.Definition{
		Steps: []funnel.Step{{Event: "lead"}, {Event: "application"}}, Window: time.Hour,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(counts.Units, counts.Steps, counts.Dropped(1))
	// Output:
	// 3 [2 1] [1]
}

// Of those who came on a day, how many were seen on the days after?
func ExampleRunCohorts() {
	visit := func(id siyu.EventID, user siyu.UserID, day int) siyu.Event {
		return siyu.Event{ID: id, User: user, Name: "visit", At: time.Date(2026, 3, day, 12, 0, 0, 0, time.UTC)}
	}
	log, err := funnel.NewLog(funnel.FromSlice([]siyu.Event{
		visit("1", "li", 2), visit("2", "li", 3), visit("3", "li", 4), visit("4", "wang", 2), visit("5", "zhao", 3),
	}), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := funnel.RunCohorts(log, funnel.Cohorts{
		Interval: funnel.Day, Intervals: []string{"2026-03-02", "2026-03-03", "2026-03-04"},
		Start: funnel.Step{Event: "visit"}, Return: funnel.Step{Any: true}, Mode: funnel.NewUsers,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, row := range report.Rows {
		fmt.Println(row.Label, row.Seen, "final on the 4th:", report.Mature(i, time.Date(2026, 3, 4, 18, 0, 0, 0, time.UTC)))
	}
	// Output:
	// 2026-03-02 [2 1 1] final on the 4th: 2
	// 2026-03-03 [1 0] final on the 4th: 1
	// 2026-03-04 [0] final on the 4th: 0
}

// The same answer as SELECT windowFunnel(10, 'strict_once')(t, c1, c2, c3).
func ExampleWindowFunnel() {
	rows := []funnel.Row{
		{At: 1, Met: funnel.Met(1, 2)}, // one row may fill one step only
		{At: 4, Met: funnel.Met(2)},
		{At: 9, Met: funnel.Met(3)},
		{At: 12, Met: funnel.Met(3)},
	}
	for _, modes := range [][]funnel.Mode{{funnel.StrictOnce}, {funnel.StrictOrder, funnel.StrictIncrease}} {
		w, err := funnel.NewWindowFunnel(3, 10, modes...)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(modes, w.Level(rows))
	}
	// Output:
	// [strict_once] 3
	// [strict_order strict_increase] 3
}

// Who looked, and within an hour bought, with nothing between?
func ExamplePattern() {
	pattern, err := funnel.ParsePattern("(?1)(?t<=3600)(?2)", 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	rows := []funnel.Row{
		{At: 0, Met: funnel.Met(1)},
		{At: 5000, Met: funnel.Met(1)},
		{At: 6000, Met: funnel.Met(2)},
		{At: 9000, Met: funnel.Met(1)},
		{At: 9100, Met: funnel.Met(2)},
	}
	fmt.Println(pattern.Match(rows))
	fmt.Println(pattern.Count(rows))
	// Output:
	// true
	// 2
}

// The plain rate calls everybody lost who has not come yet; Closed leaves out
// those whose window is open.
func ExampleSummary_Closed() {
	log, err := funnel.NewLog(funnel.FromSlice([]siyu.Event{
		{ID: "1", User: "li", Name: "lead", At: minute(0)},
		{ID: "2", User: "li", Name: "apply", At: minute(5)},
		{ID: "3", User: "wang", Name: "lead", At: minute(0)},
		{ID: "4", User: "zhao", Name: "lead", At: minute(100)},
	}), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := funnel.Run(log, funnel.Definition{Steps: []funnel.Step{{Event: "lead"}, {Event: "apply"}}, Window: time.Hour})
	if err != nil {
		fmt.Println(err)
		return
	}
	rate, open := report.Closed(1, minute(120))
	fmt.Printf("%.0f %% of all, %.0f %% of those that can be judged, %d open\n", 100*report.Steps[1].Rate.Share, 100*rate.Share, open)
	// Output:
	// 33 % of all, 50 % of those that can be judged, 1 open
}
