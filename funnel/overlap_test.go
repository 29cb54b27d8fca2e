package funnel_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// mostSteps returns how many steps the events can fill, each one, by trying
// every choice.
func mostSteps(events []refEvent, steps []refStep, filled int) int {
	if len(events) == 0 {
		return 0
	}
	best := mostSteps(events[1:], steps, filled)
	for s, step := range steps {
		if filled>>s&1 == 0 && step.meets(events[0]) {
			best = max(best, 1+mostSteps(events[1:], steps, filled|1<<s))
		}
	}
	return best
}

// In an unordered funnel the level is the greatest number of steps that the
// events of any window can fill.
func TestRun_overlappingUnorderedAgreesWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(genStep(), 1, 4).Draw(t, "steps")
		window := rapid.IntRange(1, 12).Draw(t, "window")
		d := funnel.Definition{
			Order: funnel.Unordered, Window: time.Duration(window) * time.Second,
			Trend: &funnel.Trend{Interval: funnel.Hour},
		}
		if len(steps) == 1 {
			d.Trend = nil
		}
		for _, s := range steps {
			d.Steps = append(d.Steps, s.step)
		}
		own := genEvents(9, 25).Draw(t, "events")
		var events []siyu.Event
		level := 0
		for i, first := range own {
			events = append(events, first.event(0, i))
			var inside []refEvent
			for _, e := range own {
				if e.at >= first.at && e.at-first.at <= window {
					inside = append(inside, e)
				}
			}
			level = max(level, mostSteps(inside, steps, 0))
		}
		want := make([]int, len(steps))
		for k := range level {
			want[k] = 1
		}
		report, err := funnel.Run(newLog(t, events), d)
		if err != nil {
			t.Fatal(err)
		}
		if got := countsOf(report); levels(got) != levels(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		if len(report.Trend) > 0 && fmt.Sprint(report.Trend[0].From, report.Trend[0].To) != fmt.Sprint(want[0], want[len(want)-1]) {
			t.Fatalf("trend %v, want %v", report.Trend, want)
		}
		for path := range report.Paths() {
			last := path.Done[len(path.Done)-1].At
			if len(path.Done) != level || last.Sub(path.Done[0].At) > d.Window {
				t.Fatalf("path %v of level %d", path, level)
			}
		}
	})
}
