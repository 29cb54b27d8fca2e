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

// refFirst finds, of the attempts among some events that get to a step (counted
// from 1), the one that ends first, and of those the one that began last.
type refFirst func(events []refEvent, goal int) (start, end int, ok bool)

// countTotals counts attempts as the comment of Totals says: how many get to
// each goal and no further.
func countTotals(events []refEvent, steps int, first refFirst) []int {
	ended := make([]int, steps)
	stretches := [][]refEvent{events}
	for goal := steps; goal > 0; goal-- {
		var left [][]refEvent
		for _, stretch := range stretches {
			for {
				start, end, ok := first(stretch, goal)
				if !ok {
					left = append(left, stretch)
					break
				}
				ended[goal-1]++
				left = append(left, slices.DeleteFunc(slices.Clone(stretch), func(e refEvent) bool { return e.at >= start }))
				stretch = slices.DeleteFunc(slices.Clone(stretch), func(e refEvent) bool { return e.at <= end })
			}
		}
		stretches = left
	}
	return ended
}

// byTime returns the events in the order of time.
func byTime(events []refEvent) []refEvent {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b refEvent) int { return a.at - b.at })
	return events
}

// refUnordered tries every pair of a first and a last event. Exclusions are
// events x.
func refUnordered(steps []refStep, window int, exclusion bool) refFirst {
	return func(events []refEvent, goal int) (int, int, bool) {
		events = byTime(events)
		spoils := func(e refEvent) bool { return exclusion && e.name == "x" }
		for i, last := range events {
			if i+1 < len(events) && events[i+1].at == last.at {
				continue
			}
			for f := i; f >= 0 && last.at-events[f].at <= window; f-- {
				spoiled := slices.ContainsFunc(events[f+1:i+1], spoils) ||
					goal < len(steps) && slices.ContainsFunc(events[i+1:], func(e refEvent) bool { return spoils(e) && e.at-events[f].at <= window })
				meets := slices.ContainsFunc(steps, func(s refStep) bool { return s.meets(events[f]) })
				if !spoiled && meets && mostSteps(events[f:i+1], steps, 0) >= goal {
					return events[f].at, last.at, true
				}
			}
		}
		return 0, 0, false
	}
}

// refOrders tries every order of the steps [from, to).
func refOrders(steps []refStep, from, to, window int) refFirst {
	var orders [][]refStep
	var permute func(k int)
	permute = func(k int) {
		if k == to {
			orders = append(orders, slices.Clone(steps))
			return
		}
		for i := k; i < to; i++ {
			steps[k], steps[i] = steps[i], steps[k]
			permute(k + 1)
			steps[k], steps[i] = steps[i], steps[k]
		}
	}
	permute(from)
	return func(events []refEvent, goal int) (start, end int, ok bool) {
		for _, order := range orders {
			s, e, found := refAttempt(events, order[:goal], window, false)
			if found && (!ok || e < end || e == end && s > start) {
				start, end, ok = s, e, true
			}
		}
		return start, end, ok
	}
}

// refOptional leaves out every set of the optional steps before the goal.
func refOptional(steps []refStep, window int) refFirst {
	return func(events []refEvent, goal int) (start, end int, ok bool) {
		for out := range 1 << goal {
			var kept []refStep
			possible := true
			for k := range goal {
				left := out>>k&1 != 0
				possible = possible && (!left || k < goal-1 && steps[k].step.Optional)
				if !left {
					kept = append(kept, steps[k])
				}
			}
			if !possible {
				continue
			}
			s, e, found := refAttempt(events, kept, window, false)
			if found && (!ok || e < end || e == end && s > start) {
				start, end, ok = s, e, true
			}
		}
		return start, end, ok
	}
}

// refClean follows every first step: each next step is the first event that
// meets it. The steps must not share an instant.
func refClean(steps []refStep, window int, exclusion funnel.Exclusion) refFirst {
	return func(events []refEvent, goal int) (int, int, bool) {
		events = byTime(events)
		for i, last := range events {
			for f := i; f >= 0 && last.at-events[f].at <= window; f-- {
				path := refGreedy(events, f, steps[:goal])
				if path == nil || path[goal-1] != i {
					continue
				}
				spoils := func(from, to int) bool {
					return slices.ContainsFunc(events[from+1:to+1], func(e refEvent) bool { return e.name == "x" && e.at-events[f].at <= window })
				}
				if goal > exclusion.ToStep && spoils(path[exclusion.FromStep], path[exclusion.ToStep]) {
					continue
				}
				if open := exclusion.FromStep < goal && goal <= exclusion.ToStep; open && spoils(path[exclusion.FromStep], i) {
					continue
				} else if open && spoils(i, len(events)-1) {
					break
				}
				return events[f].at, last.at, true
			}
		}
		return 0, 0, false
	}
}

func refGreedy(events []refEvent, first int, steps []refStep) (path []int) {
	for i := first; i < len(events) && len(path) < len(steps); i++ {
		switch {
		case steps[len(path)].meets(events[i]):
			path = append(path, i)
		case i == first:
			return nil
		}
	}
	if len(path) < len(steps) {
		return nil
	}
	return path
}

// kinds draws a definition of Totals of a kind, and its reference.
func totalsOf(t *rapid.T, kind string) (d funnel.Definition, steps []refStep, first refFirst) {
	steps = rapid.SliceOfN(genStep(), 2, 4).Draw(t, "steps")
	window := rapid.IntRange(1, 12).Draw(t, "window")
	d = funnel.Definition{Window: time.Duration(window) * time.Second, Counting: funnel.Totals}
	exclusion := funnel.Exclusion{Event: "x", ToStep: len(steps) - 1}
	switch kind {
	case "unordered", "unordered with exclusion":
		d.Order = funnel.Unordered
		if kind != "unordered" {
			d.Exclusions = []funnel.Exclusion{exclusion}
		}
		first = refUnordered(steps, window, kind != "unordered")
	case "groups":
		from := rapid.IntRange(0, len(steps)-2).Draw(t, "from")
		to := rapid.IntRange(from+2, len(steps)).Draw(t, "to")
		for i := from; i < to; i++ {
			steps[i].step.Group = "g"
		}
		first = refOrders(slices.Clone(steps), from, to, window)
	case "optional":
		for i := range steps[1:] {
			steps[i+1].step.Optional = rapid.Bool().Draw(t, "optional")
		}
		first = refOptional(steps, window)
	case "exclusion":
		exclusion.FromStep = rapid.IntRange(0, len(steps)-2).Draw(t, "from")
		exclusion.ToStep = rapid.IntRange(exclusion.FromStep+1, len(steps)-1).Draw(t, "to")
		d.Exclusions = []funnel.Exclusion{exclusion}
		first = refClean(steps, window, exclusion)
	}
	for _, s := range steps {
		d.Steps = append(d.Steps, s.step)
	}
	onlyDefined(t, d)
	return d, steps, first
}

// drawUser draws the events of one user; with exclusions no two at one instant.
func drawUser(t *rapid.T, d funnel.Definition, most, span int) []refEvent {
	own := genEvents(most, span).Draw(t, "events")
	if len(d.Exclusions) > 0 || d.Order == funnel.Strict {
		own = distinct(own)
	}
	return own
}

func testTotals(t *testing.T, kind string) {
	rapid.Check(t, func(t *rapid.T) {
		d, steps, first := totalsOf(t, kind)
		want := make([]int, len(steps))
		var events []siyu.Event
		for user := range rapid.IntRange(1, 2).Draw(t, "users") {
			own := drawUser(t, d, 9, 20)
			for _, e := range own {
				events = append(events, e.event(user, len(events)))
			}
			for goal, n := range countTotals(own, len(steps), first) {
				for k := range goal + 1 {
					if k == goal || !steps[k].step.Optional {
						want[k] += n
					}
				}
			}
		}
		log := newLog(t, rapid.Permutation(events).Draw(t, "order of arrival"))
		report, err := funnel.Run(log, d)
		if err != nil {
			t.Fatal(err)
		}
		got := countsOf(report)
		for k := range steps {
			if got[k] != want[k] && (!steps[k].step.Optional || got[k] < want[k] || got[k] > got[0]) {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
		counts, err := funnel.Count(log, d)
		if err != nil || levels(counts.Steps) != levels(got) {
			t.Fatalf("Count: got %v, %v, want %v", counts.Steps, err, got)
		}
		d.Counting = funnel.Uniques
		unique, err := funnel.Run(log, d)
		if err != nil {
			t.Fatal(err)
		}
		for k := range steps {
			reached := report.Reached(k)
			for _, u := range unique.Reached(k) {
				if !steps[k].step.Optional && !slices.Contains(reached, u) {
					t.Fatalf("step %d is reached by %s as uniques, by %v in total", k, u, reached)
				}
			}
		}
	})
}

func TestTotals_unordered(t *testing.T)              { testTotals(t, "unordered") }
func TestTotals_unorderedWithExclusion(t *testing.T) { testTotals(t, "unordered with exclusion") }
func TestTotals_groups(t *testing.T)                 { testTotals(t, "groups") }
func TestTotals_optional(t *testing.T)               { testTotals(t, "optional") }
func TestTotals_exclusion(t *testing.T)              { testTotals(t, "exclusion") }

// With attribution to a step every attempt that did the step is in the group of
// that event, and nothing else is in a group.
func TestTotals_stepAttribution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDefinition(t)
		d.Counting, d.SessionGap = funnel.Totals, 0
		for i := range d.Steps {
			d.Steps[i].Group = "" // attribution to a step does not go with groups
		}
		step := rapid.IntRange(0, len(d.Steps)-1).Draw(t, "step")
		if d.Order == funnel.Unordered {
			step = 0
		}
		d.Breakdown = &funnel.Breakdown{By: []funnel.Dimension{{Prop: "p"}}, Attribution: funnel.StepAttribution(step)}
		onlyDefined(t, d)
		var events []siyu.Event
		prop := map[siyu.EventID]string{}
		for user := range 2 {
			for _, e := range drawUser(t, d, 9, 20) {
				event := e.event(user, len(events))
				events, prop[event.ID] = append(events, event), e.prop
			}
		}
		report, err := funnel.Run(newLog(t, events), d)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string][]int{}
		for path := range report.Paths() {
			for _, at := range path.Done {
				if at.Step != step {
					continue
				}
				value := prop[at.Event]
				if want[value] == nil {
					want[value] = make([]int, len(d.Steps))
				}
				for _, done := range path.Done {
					want[value][done.Step]++
				}
			}
		}
		got := map[string][]int{}
		for _, g := range report.Groups {
			for _, s := range g.Steps {
				got[g.Value[0]] = append(got[g.Value[0]], s.Count)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}
