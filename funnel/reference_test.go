package funnel_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// A reference event: seconds, and the letter that it is.
type refEvent struct {
	at   int
	name string
	prop string
}

const unbound = 1 << 40

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func (e refEvent) event(user, id int) siyu.Event {
	return siyu.Event{
		ID: siyu.EventID(strconv.Itoa(id)), User: siyu.UserID("u" + strconv.Itoa(user)), Name: e.name,
		At: epoch.Add(time.Duration(e.at) * time.Second), Props: map[string]string{"p": e.prop},
	}
}

func genEvents(maxEvents, maxTime int) *rapid.Generator[[]refEvent] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) refEvent {
		return refEvent{
			rapid.IntRange(0, maxTime).Draw(t, "at"),
			rapid.SampledFrom([]string{"a", "b", "c", "x"}).Draw(t, "name"),
			rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "prop"),
		}
	}), 0, maxEvents)
}

// refStep is a step with its meaning, as code that shares nothing with the
// package.
type refStep struct {
	step   funnel.Step
	meets  func(refEvent) bool
	within int // seconds since the step before
}

func genStep() *rapid.Generator[refStep] {
	return rapid.Custom(func(t *rapid.T) refStep {
		name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name")
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return refStep{funnel.Step{Any: true}, func(refEvent) bool { return true }, unbound}
		case 1:
			other := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "other")
			return refStep{
				funnel.Step{AnyOf: []funnel.Step{{Event: name}, {Event: other}}},
				func(e refEvent) bool { return e.name == name || e.name == other }, unbound,
			}
		case 2:
			return refStep{
				funnel.Step{Event: name, Where: []funnel.Condition{{Prop: "p", Op: funnel.Equal, Value: "1"}}},
				func(e refEvent) bool { return e.name == name && e.prop == "1" }, unbound,
			}
		case 3:
			return refStep{
				funnel.Step{Event: name, Where: []funnel.Condition{{Prop: "p", Op: funnel.NotEqual, Value: "1"}}},
				func(e refEvent) bool { return e.name == name && e.prop != "1" }, unbound,
			}
		}
		return refStep{funnel.Step{Event: name}, func(e refEvent) bool { return e.name == name }, unbound}
	})
}

// exhaustive returns the deepest step by trying every choice of different
// events with times that never fall.
// With hold they all have the same property.
func exhaustive(events []refEvent, steps []refStep, window int, hold bool) int {
	best := 0
	used := make([]bool, len(events))
	var try func(step int, first, last refEvent)
	try = func(step int, first, last refEvent) {
		best = max(best, step)
		if step == len(steps) {
			return
		}
		for i, e := range events {
			if used[i] || !steps[step].meets(e) {
				continue
			}
			if step == 0 {
				first, last = e, e
			}
			if e.at < last.at || e.at-first.at > window || e.at-last.at > steps[step].within || hold && e.prop != first.prop {
				continue
			}
			used[i] = true
			try(step+1, first, e)
			used[i] = false
		}
	}
	try(0, refEvent{}, refEvent{})
	return best
}

// exhaustiveStrict allows nothing between two steps but repeats of the first.
func exhaustiveStrict(events []refEvent, steps []refStep, window int, hold bool) int {
	if hold {
		best := 0
		for _, prop := range []string{"", "1", "2"} {
			own := slices.DeleteFunc(slices.Clone(events), func(e refEvent) bool { return e.prop != prop })
			best = max(best, exhaustiveStrict(own, steps, window, false))
		}
		return best
	}
	best := 0
	var try func(step, start, last, from int)
	try = func(step, start, last, from int) {
		best = max(best, step)
		if step == len(steps) {
			return
		}
		for i := from; i < len(events); i++ {
			e := events[i]
			if steps[step].meets(e) && e.at-start <= window && e.at-last <= steps[step].within {
				try(step+1, start, e.at, i+1)
			}
			if !steps[step-1].meets(e) {
				return
			}
		}
	}
	for i, e := range events {
		if steps[0].meets(e) {
			try(1, e.at, e.at, i+1)
		}
	}
	return best
}

func levels(counts []int) string { return fmt.Sprint(counts) }

func countsOf(r funnel.Report) []int {
	var counts []int
	for _, s := range r.Steps {
		counts = append(counts, s.Count)
	}
	return counts
}

func newLog(t interface{ Fatal(...any) }, events []siyu.Event) *funnel.Log {
	log, err := funnel.NewLog(funnel.FromSlice(events), nil)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// distinct keeps one event of each instant.
func distinct(events []refEvent) []refEvent {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b refEvent) int { return cmp.Compare(a.at, b.at) })
	return slices.CompactFunc(events, func(a, b refEvent) bool { return a.at == b.at })
}

func TestRun_agreesWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(genStep(), 1, 4).Draw(t, "steps")
		window := rapid.IntRange(1, 12).Draw(t, "window")
		order := rapid.SampledFrom([]funnel.Order{funnel.Ordered, funnel.Strict}).Draw(t, "order")
		d := funnel.Definition{Order: order, Window: time.Duration(window) * time.Second}
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
		for user := range rapid.IntRange(1, 4).Draw(t, "users") {
			own := genEvents(8, 15).Draw(t, "events")
			reference := exhaustive
			if order == funnel.Strict {
				own = distinct(own)
				reference = exhaustiveStrict
			}
			for _, e := range own {
				events = append(events, e.event(user, len(events)))
			}
			for k := range reference(own, steps, window, hold) {
				want[k]++
			}
		}
		shuffled := rapid.Permutation(events).Draw(t, "order of arrival")
		shuffled = append(shuffled, shuffled[:len(shuffled)/2]...) // delivered twice
		log := newLog(t, shuffled)
		report, err := funnel.Run(log, d)
		if err != nil {
			t.Fatal(err)
		}
		if got := countsOf(report); levels(got) != levels(want) {
			t.Fatalf("Run: got %v, want %v", got, want)
		}
		counts, err := funnel.Count(log, d)
		if err != nil {
			t.Fatal(err)
		}
		if levels(counts.Steps) != levels(want) {
			t.Fatalf("Count: got %v, want %v", counts.Steps, want)
		}
		for k := range want {
			if g, w := fmt.Sprint(counts.Reached(k)), fmt.Sprint(report.Reached(k)); g != w {
				t.Fatalf("Reached(%d): Count has %s, Run has %s", k, g, w)
			}
			if g, w := fmt.Sprint(counts.Dropped(k)), fmt.Sprint(report.Dropped(k)); g != w {
				t.Fatalf("Dropped(%d): Count has %s, Run has %s", k, g, w)
			}
		}
	})
}

// In an unordered funnel whose steps are different events, the level is the
// greatest number of different steps in any window.
func TestRun_unorderedAgreesWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		window := rapid.IntRange(1, 12).Draw(t, "window")
		names := []string{"a", "b", "c"}[:rapid.IntRange(1, 3).Draw(t, "steps")]
		d := funnel.Definition{Order: funnel.Unordered, Window: time.Duration(window) * time.Second}
		for _, name := range names {
			d.Steps = append(d.Steps, funnel.Step{Event: name})
		}
		own := genEvents(12, 30).Draw(t, "events")
		want := make([]int, len(names))
		best := 0
		for _, first := range own {
			seen := map[string]bool{}
			for _, e := range own {
				if slices.Contains(names, e.name) && e.at >= first.at && e.at-first.at <= window {
					seen[e.name] = true
				}
			}
			best = max(best, len(seen))
		}
		for k := range best {
			want[k] = 1
		}
		var events []siyu.Event
		for i, e := range own {
			events = append(events, e.event(0, i))
		}
		report, err := funnel.Run(newLog(t, events), d)
		if err != nil {
			t.Fatal(err)
		}
		if got := countsOf(report); levels(got) != levels(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// A wider window never loses a unit, and a step more never gains one.
func TestRun_monotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(genStep(), 2, 4).Draw(t, "steps")
		order := rapid.SampledFrom([]funnel.Order{funnel.Ordered, funnel.Unordered}).Draw(t, "order")
		var events []siyu.Event
		for user := range 3 {
			for _, e := range genEvents(10, 20).Draw(t, "events") {
				events = append(events, e.event(user, len(events)))
			}
		}
		log := newLog(t, events)
		d := funnel.Definition{Order: order, Window: time.Duration(rapid.IntRange(1, 9).Draw(t, "window")) * time.Second}
		for _, s := range steps {
			d.Steps = append(d.Steps, s.step)
		}
		narrow, err := funnel.Count(log, d)
		if err != nil {
			t.Fatal(err)
		}
		d.Window += time.Duration(rapid.IntRange(1, 9).Draw(t, "more")) * time.Second
		wide, err := funnel.Count(log, d)
		if err != nil {
			t.Fatal(err)
		}
		for k := range narrow.Steps {
			if narrow.Steps[k] > wide.Steps[k] {
				t.Fatalf("step %d: %d in the narrow window, %d in the wide one", k, narrow.Steps[k], wide.Steps[k])
			}
			if k > 0 && wide.Steps[k] > wide.Steps[k-1] {
				t.Fatalf("step %d has more units than the one before: %v", k, wide.Steps)
			}
		}
	})
}

// Every path is one that the definition allows: different events in the order of
// time, the steps without a gap, all inside the window; and there are as many as
// the report counts.
func TestSummary_Paths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		window := time.Duration(rapid.IntRange(1, 12).Draw(t, "window")) * time.Second
		d := funnel.Definition{Order: rapid.SampledFrom([]funnel.Order{funnel.Ordered, funnel.Strict, funnel.Unordered}).Draw(t, "order"), Window: window}
		steps := rapid.SliceOfN(genStep(), 1, 4).Draw(t, "steps")
		for _, s := range steps {
			d.Steps = append(d.Steps, s.step)
		}
		var events []siyu.Event
		byID := map[siyu.EventID]refEvent{}
		for user := range 3 {
			for _, e := range genEvents(8, 15).Draw(t, "events") {
				event := e.event(user, len(events))
				byID[event.ID] = e
				events = append(events, event)
			}
		}
		report, err := funnel.Run(newLog(t, events), d)
		if err != nil {
			t.Fatal(err)
		}
		counted := make([]int, len(steps))
		for path := range report.Paths() {
			used := map[siyu.EventID]bool{}
			for k, passed := range path.Done {
				counted[passed.Step]++
				before := path.Done[max(k-1, 0)]
				switch e := byID[passed.Event]; {
				case used[passed.Event], passed.Step != k, passed.At.Before(before.At), passed.At.Sub(path.Done[0].At) > window,
					!passed.At.Equal(epoch.Add(time.Duration(e.at) * time.Second)):
					t.Fatalf("path %+v", path)
				case d.Order != funnel.Unordered && !steps[k].meets(e):
					t.Fatalf("step %d of %+v is %+v", k, path, e)
				}
				used[passed.Event] = true
			}
		}
		if levels(counted) != levels(countsOf(report)) {
			t.Fatalf("paths count %v, the report %v", counted, countsOf(report))
		}
	})
}

// The counts of a log are the sums of those of its parts by user.
func TestCount_addsUpOverUsers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := funnel.Definition{
			Order:  rapid.SampledFrom([]funnel.Order{funnel.Ordered, funnel.Strict, funnel.Unordered}).Draw(t, "order"),
			Window: time.Duration(rapid.IntRange(1, 12).Draw(t, "window")) * time.Second,
		}
		for _, s := range rapid.SliceOfN(genStep(), 1, 4).Draw(t, "steps") {
			d.Steps = append(d.Steps, s.step)
		}
		var all []siyu.Event
		parts := make([][]siyu.Event, 3)
		for user := range 9 {
			for _, e := range genEvents(6, 15).Draw(t, "events") {
				event := e.event(user, len(all))
				all = append(all, event)
				parts[user%3] = append(parts[user%3], event)
			}
		}
		whole, err := funnel.Count(newLog(t, all), d)
		if err != nil {
			t.Fatal(err)
		}
		sum := make([]int, len(d.Steps))
		for _, part := range parts {
			counts, err := funnel.Count(newLog(t, part), d)
			if err != nil {
				t.Fatal(err)
			}
			for k, n := range counts.Steps {
				sum[k] += n
			}
		}
		if levels(whole.Steps) != levels(sum) {
			t.Fatalf("whole %v, parts %v", whole.Steps, sum)
		}
	})
}
