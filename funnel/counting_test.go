package funnel_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// refAttempt finds, by trying every choice of events, an attempt that does all
// steps: the one that ends first, and of those the one that began last.
func refAttempt(events []refEvent, steps []refStep, window int, strict bool) (start, end int, ok bool) {
	used := make([]bool, len(events))
	var try func(step, from, first, last int)
	try = func(step, from, first, last int) {
		if step == len(steps) {
			if !ok || last < end || last == end && first > start {
				start, end, ok = first, last, true
			}
			return
		}
		for i := from; i < len(events); i++ {
			e := events[i]
			begun := first
			if step == 0 {
				begun = e.at
			}
			if !used[i] && steps[step].meets(e) && e.at-begun <= window &&
				(step == 0 || e.at >= last && e.at-last <= steps[step].within) {
				used[i] = true
				next := 0
				if strict {
					next = i + 1
				}
				try(step+1, next, begun, e.at)
				used[i] = false
			}
			if strict && step > 0 && !steps[step-1].meets(e) {
				return
			}
		}
	}
	try(0, 0, 0, 0)
	return start, end, ok
}

// refTotals counts the attempts at each step as the comment of Totals says.
func refTotals(events []refEvent, steps []refStep, window int, strict bool) []int {
	counts := make([]int, len(steps))
	stretches := [][]refEvent{events}
	for n := len(steps); n > 0; n-- {
		var left [][]refEvent
		for _, stretch := range stretches {
			for {
				start, end, ok := refAttempt(stretch, steps[:n], window, strict)
				if !ok {
					left = append(left, stretch)
					break
				}
				for k := range n {
					counts[k]++
				}
				left = append(left, slices.DeleteFunc(slices.Clone(stretch), func(e refEvent) bool { return e.at >= start }))
				stretch = slices.DeleteFunc(slices.Clone(stretch), func(e refEvent) bool { return e.at <= end })
			}
		}
		stretches = left
	}
	return counts
}

func TestTotals_agreeWithReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(genStep(), 1, 4).Draw(t, "steps")
		window := rapid.IntRange(1, 12).Draw(t, "window")
		strict := rapid.Bool().Draw(t, "strict")
		d := funnel.Definition{Window: time.Duration(window) * time.Second, Counting: funnel.Totals}
		if strict {
			d.Order = funnel.Strict
		}
		hold := rapid.IntRange(0, 3).Draw(t, "hold") == 0
		if hold {
			d.Hold = []funnel.Dimension{{Prop: "p"}}
		}
		for i := range steps {
			if i > 0 && rapid.IntRange(0, 3).Draw(t, "bound") == 0 {
				steps[i].within = rapid.IntRange(1, 6).Draw(t, "within")
				steps[i].step.Within = time.Duration(steps[i].within) * time.Second
			}
			d.Steps = append(d.Steps, steps[i].step)
		}
		want := make([]int, len(steps))
		var events []siyu.Event
		for user := range rapid.IntRange(1, 3).Draw(t, "users") {
			own := genEvents(9, 20).Draw(t, "events")
			if strict {
				own = distinct(own)
			}
			for _, e := range own {
				events = append(events, e.event(user, len(events)))
			}
			parts := [][]refEvent{own}
			if hold {
				parts = nil
				for _, prop := range []string{"", "1", "2"} {
					parts = append(parts, slices.DeleteFunc(slices.Clone(own), func(e refEvent) bool { return e.prop != prop }))
				}
			}
			for _, part := range parts {
				for k, n := range refTotals(part, steps, window, strict) {
					want[k] += n
				}
			}
		}
		log := newLog(t, events)
		report, err := funnel.Run(log, d)
		if err != nil {
			t.Fatal(err)
		}
		if got := countsOf(report); levels(got) != levels(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		counts, err := funnel.Count(log, d)
		if err != nil || levels(counts.Steps) != levels(want) {
			t.Fatalf("Count: got %v, %v, want %v", counts.Steps, err, want)
		}
		d.Counting = funnel.Uniques
		unique, err := funnel.Run(log, d)
		if err != nil {
			t.Fatal(err)
		}
		for k := range steps {
			if got, want := fmt.Sprint(report.Reached(k)), fmt.Sprint(unique.Reached(k)); got != want {
				t.Fatalf("step %d is reached by %s in total, by %s as uniques", k, got, want)
			}
		}
	})
}

// A session is what a user of his own would be who did its events only.
func TestSessions_areLikeUsers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gap := rapid.IntRange(1, 5).Draw(t, "gap")
		d := funnel.Definition{
			Order:    rapid.SampledFrom([]funnel.Order{funnel.Ordered, funnel.Strict, funnel.Unordered}).Draw(t, "order"),
			Window:   time.Duration(rapid.IntRange(1, 12).Draw(t, "window")) * time.Second,
			Trend:    &funnel.Trend{Interval: funnel.Hour},
			Counting: funnel.Sessions, SessionGap: time.Duration(gap) * time.Second,
		}
		for _, s := range rapid.SliceOfN(genStep(), 2, 4).Draw(t, "steps") {
			d.Steps = append(d.Steps, s.step)
		}
		var events, cut []siyu.Event
		sessions := 0
		for user := range rapid.IntRange(1, 3).Draw(t, "users") {
			own := genEvents(12, 30).Draw(t, "events")
			slices.SortStableFunc(own, func(a, b refEvent) int { return a.at - b.at })
			for i, e := range own {
				if i == 0 || e.at-own[i-1].at >= gap {
					sessions++
				}
				events = append(events, e.event(user, len(events)))
				cut = append(cut, e.event(100+sessions, len(cut)))
			}
		}
		got, err := funnel.Run(newLog(t, events), d)
		if err != nil {
			t.Fatal(err)
		}
		d.Counting, d.SessionGap = funnel.Uniques, 0
		want, err := funnel.Run(newLog(t, cut), d)
		if err != nil {
			t.Fatal(err)
		}
		if levels(countsOf(got)) != levels(countsOf(want)) || fmt.Sprint(got.Trend) != fmt.Sprint(want.Trend) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestCounting_isRefusedWhereItHasNoMeaning(t *testing.T) {
	d := funnel.Definition{Steps: []funnel.Step{{Event: "a"}, {Event: "b"}}, Window: time.Minute, Counting: funnel.Totals}
	refused := func(err error) {
		t.Helper()
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != "counting" {
			t.Errorf("got %v", err)
		}
	}
	log := newLog(t, nil)
	_, err := funnel.Explain(log, d, "u", epoch)
	refused(err)
	_, err = funnel.NewTracker(d, []string{"a", "b"}, nil)
	refused(err)
}

// One customer looks twice and buys once, comes back and buys, and looks again.
func ExampleCounting() {
	var events []siyu.Event
	for i, e := range []struct {
		minute int
		name   string
	}{{0, "view"}, {5, "view"}, {7, "buy"}, {100, "view"}, {104, "buy"}, {200, "view"}} {
		events = append(events, siyu.Event{
			ID: siyu.EventID(fmt.Sprint(i)), User: "li", Name: e.name,
			At: time.Date(2026, 3, 1, 9, e.minute, 0, 0, time.UTC),
		})
	}
	log, err := funnel.NewLog(funnel.FromSlice(events), nil)
	if err != nil {
		panic(err)
	}
	d := funnel.Definition{Steps: []funnel.Step{{Event: "view"}, {Event: "buy"}}, Window: time.Hour}
	for _, d.Counting = range []funnel.Counting{funnel.Uniques, funnel.Totals, funnel.Sessions} {
		counts, err := funnel.Count(log, d)
		if err != nil {
			panic(err)
		}
		fmt.Println(d.Counting, counts.Steps)
	}
	// Output:
	// uniques [1 1]
	// totals [4 2]
	// sessions [3 2]
}
