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

// A user with as many groups as events costs no more than his events.
func TestStepAttribution_heavyUser(t *testing.T) {
	if cpuSeconds() == 0 {
		t.Skip("this system does not tell CPU time")
	}
	mode := heavyMode{"attribution to a step", func(log *funnel.Log, _ []funnel.Row) error {
		_, err := funnel.Run(log, funnel.Definition{
			Steps: []funnel.Step{{Event: "a"}, {Event: "b"}, {Event: "c"}, {Event: "d"}}, Window: time.Hour,
			Breakdown: &funnel.Breakdown{By: []funnel.Dimension{{Prop: "p"}}, Attribution: funnel.StepAttribution(1)},
		})
		return err
	}}
	manyGroups := func(n int) *funnel.Log {
		events := make([]siyu.Event, n)
		for i := range events {
			events[i] = siyu.Event{
				ID: siyu.EventID(strconv.Itoa(i)), User: "u", Name: []string{"a", "b", "c"}[mix(3, uint64(i))%3],
				At: epoch.Add(time.Duration(i) * time.Second), Props: map[string]string{"p": strconv.Itoa(i)},
			}
		}
		return newLog(t, events)
	}
	few, many := manyGroups(1<<11), manyGroups(1<<14)
	growth := 0.0
	for range 6 {
		one := cpuOf(t, mode, few, nil)
		if growth = cpuOf(t, mode, many, nil) / one; growth < 24 {
			return
		}
	}
	t.Errorf("8 times the events cost %.0f times the CPU", growth)
}
