package funnel_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// With hold or groups a user is in an interval if he is by one value of the held
// property, or by one order of the group: the union of plain funnels.
func TestRun_trendWithHoldAndGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(genStep(), 3, 3).Draw(t, "steps")
		d := funnel.Definition{
			Window: time.Duration(rapid.IntRange(1, 12).Draw(t, "window")) * time.Minute,
			Trend:  &funnel.Trend{Interval: funnel.Hour, FromStep: rapid.IntRange(0, 1).Draw(t, "from")},
			Range:  funnel.Range{From: epoch, To: epoch.Add(4 * time.Hour)},
		}
		for _, s := range steps {
			d.Steps = append(d.Steps, s.step)
		}
		var parts [][]siyu.Event
		orders := [][]funnel.Step{d.Steps}
		hold, group := rapid.Bool().Draw(t, "hold"), rapid.Bool().Draw(t, "group")
		props := []string{"", "1", "2"}
		all := make([]siyu.Event, 0)
		for i, e := range genEvents(12, 200).Draw(t, "events") {
			event := e.event(0, i)
			event.At = epoch.Add(time.Duration(e.at) * time.Minute)
			all = append(all, event)
		}
		parts = append(parts, all)
		united := d
		if hold {
			d.Hold = []funnel.Dimension{{Prop: "p"}}
			parts = nil
			for _, prop := range props {
				parts = append(parts, slices.DeleteFunc(slices.Clone(all), func(e siyu.Event) bool { return e.Props["p"] != prop }))
			}
		}
		if group {
			d.Steps = slices.Clone(d.Steps)
			d.Steps[0].Group, d.Steps[1].Group = "g", "g"
			orders = append(orders, []funnel.Step{united.Steps[1], united.Steps[0], united.Steps[2]})
		}
		want := make([][2]int, 5)
		for _, part := range parts {
			for _, united.Steps = range orders {
				report, err := funnel.Run(newLog(t, part), united)
				if err != nil {
					t.Fatal(err)
				}
				for i, point := range report.Trend {
					want[i] = [2]int{max(want[i][0], point.From), max(want[i][1], point.To)}
				}
			}
		}
		report, err := funnel.Run(newLog(t, all), d)
		if err != nil {
			t.Fatal(err)
		}
		got := make([][2]int, 5)
		for i, point := range report.Trend {
			got[i] = [2]int{point.From, point.To}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}
