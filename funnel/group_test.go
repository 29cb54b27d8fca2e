package funnel_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// A group is done when some order of its steps is.
func TestRun_groupsAgreeWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(genStep(), 4, 4).Draw(t, "steps")
		from := rapid.IntRange(0, 2).Draw(t, "from")
		to := rapid.IntRange(from+2, 4).Draw(t, "to")
		window := rapid.IntRange(1, 12).Draw(t, "window")
		d := funnel.Definition{Window: time.Duration(window) * time.Second}
		for i, s := range steps {
			if i >= from && i < to {
				s.step.Group = "g"
			}
			d.Steps = append(d.Steps, s.step)
		}
		own := genEvents(7, 12).Draw(t, "events")
		want := 0
		var permute func(k int)
		permute = func(k int) {
			if k == to {
				want = max(want, exhaustive(own, steps, window, false))
				return
			}
			for i := k; i < to; i++ {
				steps[k], steps[i] = steps[i], steps[k]
				permute(k + 1)
				steps[k], steps[i] = steps[i], steps[k]
			}
		}
		permute(from)
		var events []siyu.Event
		for i, e := range own {
			events = append(events, e.event(0, i))
		}
		report, err := funnel.Run(newLog(t, events), d)
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, n := range countsOf(report) {
			got += n
		}
		if got != want {
			t.Fatalf("level %d, want %d", got, want)
		}
	})
}

// A follow, then a visit and a call in any order, then a card.
func ExampleStep_group() {
	log, err := funnel.NewLog(funnel.FromSlice(append(
		sequence("li", "follow", "call", "visit", "card"), sequence("wang", "follow", "visit", "card")...)), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := funnel.Run(log, funnel.Definition{
		Steps:  []funnel.Step{{Event: "follow"}, {Event: "visit", Group: "contact"}, {Event: "call", Group: "contact"}, {Event: "card"}},
		Window: time.Hour,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range report.Steps {
		fmt.Println(s.Name, s.Count)
	}
	// Output:
	// follow 2
	// 1 of visit, call 2
	// 2 of visit, call 1
	// card 1
}
