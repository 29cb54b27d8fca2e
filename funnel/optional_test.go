package funnel_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// Optional steps change nothing for the others: as many reach them as without.
func TestRun_optionalStepsHoldNobodyUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(genStep(), 2, 5).Draw(t, "steps")
		window := rapid.IntRange(1, 12).Draw(t, "window")
		with := funnel.Definition{Window: time.Duration(window) * time.Second}
		var required []refStep
		var places []int
		for i, s := range steps {
			if s.step.Optional = i > 0 && rapid.Bool().Draw(t, "optional"); !s.step.Optional {
				required = append(required, s)
				places = append(places, i)
			}
			with.Steps = append(with.Steps, s.step)
		}
		onlyDefined(t, with)
		own := genEvents(9, 15).Draw(t, "events")
		var events []siyu.Event
		for i, e := range own {
			events = append(events, e.event(0, i))
		}
		report, err := funnel.Run(newLog(t, events), with)
		if err != nil {
			t.Fatal(err)
		}
		want := exhaustive(own, required, window, false)
		for k, step := range places {
			if got := report.Steps[step].Count == 1; got != (k < want) {
				t.Fatalf("step %d reached: %v, want %v", step, got, k < want)
			}
		}
	})
}

// Who calls twice and visits once: the visit is counted, and the second call
// does not cost him the card.
func ExampleStep_optional() {
	log, err := funnel.NewLog(funnel.FromSlice(sequence("li", "call", "visit", "call", "apply", "card")), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	d := funnel.Definition{
		Steps:  []funnel.Step{{Event: "call"}, {Event: "visit", Optional: true}, {Event: "apply"}, {Event: "card"}},
		Window: time.Hour,
	}
	for _, d.Window = range []time.Duration{time.Hour, 2 * time.Minute} {
		report, err := funnel.Run(log, d)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(d.Window, countsOf(report))
	}
	// Output:
	// 1h0m0s [1 1 1 1]
	// 2m0s [1 0 1 1]
}

// A trend looks at the steps that it asks for and at those that must be done:
// the other optional steps might as well not be there.
func TestRun_trendWithOptionalSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(genStep(), 3, 5).Draw(t, "steps")
		from := rapid.IntRange(0, len(steps)-2).Draw(t, "from")
		to := rapid.IntRange(from+1, len(steps)-1).Draw(t, "to")
		d := funnel.Definition{
			Window: time.Duration(rapid.IntRange(1, 60).Draw(t, "window")) * time.Minute,
			Trend:  &funnel.Trend{Interval: funnel.Hour, FromStep: from, ToStep: to},
			Range:  funnel.Range{From: epoch, To: epoch.Add(4 * time.Hour)},
		}
		reduced := d
		reduced.Trend = &funnel.Trend{Interval: funnel.Hour}
		for i, s := range steps {
			s.step.Optional = i > 0 && rapid.Bool().Draw(t, "optional")
			d.Steps = append(d.Steps, s.step)
			asked := i == from || i == to
			if i == from {
				reduced.Trend.FromStep = len(reduced.Steps)
			}
			if s.step.Optional = false; i <= to && (asked || !d.Steps[i].Optional) {
				reduced.Steps = append(reduced.Steps, s.step)
			}
		}
		onlyDefined(t, d)
		var events []siyu.Event
		for i, e := range genEvents(12, 200).Draw(t, "events") {
			event := e.event(i%2, i)
			event.At = epoch.Add(time.Duration(e.at) * time.Minute)
			events = append(events, event)
		}
		log := newLog(t, events)
		got, err := funnel.Run(log, d)
		if err != nil {
			t.Fatal(err)
		}
		want, err := funnel.Run(log, reduced)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got.Trend) != fmt.Sprint(want.Trend) {
			t.Fatalf("got  %v\nwant %v", got.Trend, want.Trend)
		}
	})
}
