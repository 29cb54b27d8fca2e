package funnel_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// The group of a value is the funnel in which the attribution step asks for that
// value, without those who do not reach it.
func TestStepAttribution_agreesWithFilteredStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := funnel.Definition{Window: time.Duration(rapid.IntRange(1, 15).Draw(t, "window")) * time.Second}
		for _, s := range rapid.SliceOfN(genStep(), 2, 4).Draw(t, "steps") {
			d.Steps = append(d.Steps, s.step)
		}
		if rapid.Bool().Draw(t, "plain") {
			for i := range d.Steps {
				d.Steps[i] = funnel.Step{Event: []string{"a", "b", "c", "x"}[i]}
			}
		}
		step := rapid.IntRange(0, len(d.Steps)-1).Draw(t, "step")
		var events []siyu.Event
		for user := range 2 {
			for _, e := range genEvents(14, 20).Draw(t, "events") {
				events = append(events, e.event(user, len(events)))
			}
		}
		log := newLog(t, events)
		by := d
		by.Breakdown = &funnel.Breakdown{By: []funnel.Dimension{{Prop: "p"}}, Attribution: funnel.StepAttribution(step)}
		report, err := funnel.Run(log, by)
		if err != nil {
			t.Fatal(err)
		}
		got, want := map[string]string{}, map[string]string{}
		for _, g := range report.Groups {
			got[g.Value[0]] = levels(countsOf(funnel.Report{Summary: g.Summary}))
		}
		for _, value := range []string{"", "1", "2"} {
			asked := d
			asked.Steps = append([]funnel.Step(nil), d.Steps...)
			asked.Steps[step].Where = append([]funnel.Condition{{Prop: "p", Op: funnel.Equal, Value: funnel.Text(value)}}, d.Steps[step].Where...)
			filtered, err := funnel.Run(log, asked)
			if err != nil {
				t.Fatal(err)
			}
			counts := countsOf(filtered)
			for k := range step {
				counts[k] = counts[step]
			}
			if counts[step] > 0 {
				want[value] = levels(counts)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// A user with as many groups as events is counted in each of them, in one pass:
// a pass for every value would not come to an end here.
func TestStepAttribution_heavyUser(t *testing.T) {
	events := make([]siyu.Event, 1<<16)
	groups, begun := 0, false
	for i := range events {
		name := []string{"a", "b", "c"}[mix(3, uint64(i))%3]
		begun = begun || name == "a"
		if begun && name == "b" {
			groups++
		}
		events[i] = siyu.Event{
			ID: siyu.EventID(strconv.Itoa(i)), User: "u", Name: name,
			At: epoch.Add(time.Duration(i) * time.Second), Props: map[string]string{"p": strconv.Itoa(i)},
		}
	}
	report, err := funnel.Run(newLog(t, events), funnel.Definition{
		Steps: []funnel.Step{{Event: "a"}, {Event: "b"}, {Event: "c"}, {Event: "d"}}, Window: time.Hour,
		Breakdown: &funnel.Breakdown{By: []funnel.Dimension{{Prop: "p"}}, Attribution: funnel.StepAttribution(1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Groups) != groups {
		t.Errorf("%d groups, want %d", len(report.Groups), groups)
	}
	for _, g := range report.Groups {
		if g.Summary.Steps[1].Count != 1 || g.Summary.Steps[3].Count != 0 {
			t.Fatalf("%s: %+v", g.Value, g.Summary.Steps)
		}
	}
}
