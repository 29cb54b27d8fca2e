package funnel_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// anyDefinition draws a definition with any of what a definition may have.
func anyDefinition(t *rapid.T) funnel.Definition {
	d := funnel.Definition{
		Order:    rapid.SampledFrom([]funnel.Order{funnel.Ordered, funnel.Ordered, funnel.Strict, funnel.Unordered}).Draw(t, "order"),
		Window:   time.Duration(rapid.IntRange(1, 12).Draw(t, "window")) * time.Second,
		Counting: rapid.SampledFrom([]funnel.Counting{funnel.Uniques, funnel.Totals, funnel.Sessions}).Draw(t, "counting"),
	}
	if d.Counting == funnel.Sessions {
		d.SessionGap = time.Duration(rapid.IntRange(1, 5).Draw(t, "gap")) * time.Second
	}
	chance := func(name string, of int) bool { return rapid.IntRange(1, of).Draw(t, name) == 1 }
	for i, s := range rapid.SliceOfN(genStep(), 2, 4).Draw(t, "steps") {
		if i > 0 && d.Order != funnel.Unordered {
			s.step.Optional = chance("optional", 4)
			if chance("bound", 5) {
				s.step.Within = time.Duration(rapid.IntRange(1, 6).Draw(t, "within")) * time.Second
			}
		}
		d.Steps = append(d.Steps, s.step)
	}
	if last := len(d.Steps) - 1; chance("exclusion", 4) {
		x := funnel.Exclusion{Event: "x", ToStep: last}
		if d.Order != funnel.Unordered {
			x.FromStep = rapid.IntRange(0, last-1).Draw(t, "exclusion from")
			x.ToStep = rapid.IntRange(x.FromStep+1, last).Draw(t, "exclusion to")
		}
		d.Exclusions = append(d.Exclusions, x)
	} else if d.Order == funnel.Ordered && chance("group", 3) {
		from := rapid.IntRange(0, last-1).Draw(t, "group from")
		for i := from; i < from+2; i++ {
			d.Steps[i].Group, d.Steps[i].Optional, d.Steps[i].Within = "g", false, 0
		}
	}
	if chance("hold", 4) {
		d.Hold = []funnel.Dimension{{Prop: "p"}}
	}
	if chance("filter", 5) {
		d.Filter = &funnel.Condition{Prop: "p", Op: funnel.NotEqual, Value: "2"}
	}
	if chance("trend", 3) {
		d.Trend = &funnel.Trend{Interval: funnel.Hour}
	}
	return d
}

// onlyDefined draws again where an optional step can never be done, which a drawn
// definition may hold. Any other refusal is a fault.
func onlyDefined(t *rapid.T, d funnel.Definition) {
	t.Helper()
	err := d.Validate()
	if err != nil && !strings.Contains(err.Error(), "is never done") {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip(err)
	}
}

// drawLaw draws a definition and what three users did, no two events of one at
// the same instant.
func drawLaw(t *rapid.T) (d funnel.Definition, users [][]siyu.Event) {
	d = anyDefinition(t)
	onlyDefined(t, d)
	n := 0
	for user := range 3 {
		var own []siyu.Event
		for _, e := range distinct(genEvents(12, 24).Draw(t, "events")) {
			own = append(own, e.event(user, n))
			n++
		}
		users = append(users, own)
	}
	return d, users
}

// The order in which events arrive, and how often, changes nothing.
func TestLaw_permute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, users := drawLaw(t)
		events := slices.Concat(users...)
		shuffled := rapid.Permutation(events).Draw(t, "order of arrival")
		shuffled = append(shuffled, shuffled[:len(shuffled)/2]...)
		want, err := funnel.Run(newLog(t, events), d)
		if err != nil {
			t.Fatal(err)
		}
		got, err := funnel.Run(newLog(t, shuffled), d)
		if err != nil {
			t.Fatal(err)
		}
		if g, w := fmt.Sprint(got.Steps, got.Trend), fmt.Sprint(want.Steps, want.Trend); g != w {
			t.Fatalf("got  %s\nwant %s", g, w)
		}
		counts, err := funnel.Count(newLog(t, shuffled), d)
		if err != nil || levels(counts.Steps) != levels(countsOf(want)) {
			t.Fatalf("Count: got %v, %v, want %v", counts.Steps, err, countsOf(want))
		}
	})
}

// What users did in logs of their own adds up to the answer of one log.
func TestLaw_splitAndMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, users := drawLaw(t)
		whole, err := funnel.Run(newLog(t, slices.Concat(users...)), d)
		if err != nil {
			t.Fatal(err)
		}
		sum := make([]int, len(d.Steps))
		trend := map[string][2]int{}
		for _, own := range users {
			part, err := funnel.Run(newLog(t, own), d)
			if err != nil {
				t.Fatal(err)
			}
			for k, s := range part.Steps {
				sum[k] += s.Count
			}
			for _, p := range part.Trend {
				trend[p.Label] = [2]int{trend[p.Label][0] + p.From, trend[p.Label][1] + p.To}
			}
		}
		if levels(countsOf(whole)) != levels(sum) {
			t.Fatalf("whole %v, parts %v", countsOf(whole), sum)
		}
		for _, p := range whole.Trend {
			if got := [2]int{p.From, p.To}; got != trend[p.Label] {
				t.Fatalf("trend %s: whole %v, parts %v", p.Label, got, trend[p.Label])
			}
		}
	})
}

// A wider window never loses: as uniques and by session nobody at a required
// step, in total no complete attempt. With exclusions it may: they are seen
// while the window is open.
func TestLaw_widenTheWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, users := drawLaw(t)
		d.Exclusions = nil
		log := newLog(t, slices.Concat(users...))
		narrow, err := funnel.Run(log, d)
		if err != nil {
			t.Fatal(err)
		}
		d.Window += time.Duration(rapid.IntRange(1, 9).Draw(t, "more")) * time.Second
		wide, err := funnel.Run(log, d)
		if err != nil {
			t.Fatal(err)
		}
		for k, step := range d.Steps {
			if step.Optional || d.Counting == funnel.Totals && k < len(d.Steps)-1 {
				continue
			}
			if wide.Steps[k].Count < narrow.Steps[k].Count {
				t.Fatalf("step %d: %v in the narrow window, %v in the wide one", k, countsOf(narrow), countsOf(wide))
			}
		}
	})
}
