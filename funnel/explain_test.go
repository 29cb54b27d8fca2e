package funnel_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

func minute(n int) time.Time { return epoch.Add(time.Duration(n) * time.Minute) }

var explained = funnel.Definition{
	Steps: []funnel.Step{
		{Event: "lead"},
		{Event: "apply", Where: []funnel.Condition{{Prop: "kind", Op: funnel.Equal, Value: "loan"}}},
		{Event: "paid"},
	},
	Window:     time.Hour,
	Range:      funnel.Range{From: minute(0), To: minute(1000)},
	Exclusions: []funnel.Exclusion{{Event: "complaint", FromStep: 0, ToStep: 1}},
}

func explainedLog(t testing.TB) *funnel.Log {
	var events []siyu.Event
	add := func(user siyu.UserID, name string, at int, kind string) {
		events = append(events, siyu.Event{
			ID: siyu.EventID(fmt.Sprint(len(events))), User: user, Name: name, At: minute(at), Props: map[string]string{"kind": kind},
		})
	}
	add("done", "lead", 1, "")
	add("done", "apply", 2, "loan")
	add("done", "paid", 61, "")
	add("late", "lead", 1, "")
	add("late", "apply", 2, "loan")
	add("late", "paid", 64, "")
	add("early", "paid", 1, "")
	add("early", "lead", 2, "")
	add("early", "apply", 3, "loan")
	add("unmet", "lead", 1, "")
	add("unmet", "apply", 3, "card")
	add("spoiled", "lead", 1, "")
	add("spoiled", "complaint", 2, "")
	add("spoiled", "apply", 3, "loan")
	add("open", "lead", 990, "")
	add("gone", "lead", 100, "")
	add("stranger", "apply", 100, "loan")
	add("before", "lead", -5, "")
	log, err := funnel.NewLog(funnel.FromSlice(events), nil)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestExplain(t *testing.T) {
	log := explainedLog(t)
	for user, want := range map[siyu.UserID]string{
		"done":     "3 completed",
		"late":     "2 too_late paid 3m0s",
		"early":    "2 too_early paid 0s",
		"unmet":    "1 unmet apply 0s",
		"spoiled":  "0 spoiled complaint 0s",
		"open":     "1 still_open",
		"gone":     "1 not_done",
		"stranger": "0 never_began",
		"before":   "0 out_of_range lead 0s",
	} {
		e, err := funnel.Explain(log, explained, user, minute(1000))
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%d %s", len(e.Done), e.Stop)
		if e.Event != "" {
			got += fmt.Sprintf(" %s %s", e.Event, e.Late)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", user, got, want)
		}
		if e.Stop.Text(siyu.Chinese) == "" || e.Stop.Text(siyu.English) == "" {
			t.Errorf("%s has no text", e.Stop)
		}
	}
	if _, err := funnel.Explain(log, explained, "nobody", minute(0)); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("unknown user: %v", err)
	}
}

// Every user, attempt or session is explained once, and as many stop at each step
// as the report drops.
func TestStops_sumToReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, users := drawLaw(t)
		for i := range d.Steps {
			d.Steps[i].Optional = false
		}
		if rapid.Bool().Draw(t, "by property") {
			d.Actor.Prop = "p"
		}
		log := newLog(t, slices.Concat(users...))
		report, err := funnel.Run(log, d)
		if err != nil {
			t.Fatal(err)
		}
		now := epoch.Add(12 * time.Second)
		stops, err := funnel.Stops(log, d, now)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]int, len(d.Steps))
		want := map[funnel.Stop]int{}
		for _, s := range stops {
			want[s.Stop] += s.Users
			for k := range s.Step {
				got[k] += s.Users
			}
		}
		if levels(got) != levels(countsOf(report)) {
			t.Fatalf("stops %v, report %v", stops, countsOf(report))
		}
		units := []siyu.UserID{"u0", "u1", "u2"}
		if d.Actor.Prop != "" {
			units = []siyu.UserID{"1", "2"}
		}
		told := map[funnel.Stop]int{}
		for _, unit := range units {
			all, err := funnel.ExplainAll(log, d, unit, now)
			if errors.Is(err, siyu.ErrNotFound) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range all {
				told[e.Stop]++
				if (e.Stop == funnel.Completed) != (len(e.Done) == len(d.Steps)) {
					t.Fatalf("%+v", e)
				}
			}
		}
		if fmt.Sprint(told) != fmt.Sprint(want) {
			t.Fatalf("explained %v, stops %v", told, want)
		}
	})
}

// Whoever looks, looks again and buys did not go on the first time because he
// began again; and at the end of a session all is over.
func TestExplainAll(t *testing.T) {
	var events []siyu.Event
	for i, e := range []struct {
		minute int
		name   string
	}{{0, "view"}, {5, "view"}, {7, "buy"}, {100, "view"}, {104, "other"}, {200, "view"}, {290, "buy"}} {
		events = append(events, siyu.Event{ID: siyu.EventID(fmt.Sprint(i)), User: "li", Name: e.name, At: minute(e.minute)})
	}
	log := newLog(t, events)
	d := funnel.Definition{Steps: []funnel.Step{{Event: "view"}, {Event: "buy"}}, Window: time.Hour}
	for _, c := range []struct {
		counting funnel.Counting
		want     string
	}{
		{funnel.Uniques, "completed 5"},
		{funnel.Totals, "began_again 0, completed 5, not_done 100, too_late 200"},
		{funnel.Sessions, "completed 5, session_over 100, session_over 200, never_began"},
	} {
		d.Counting = c.counting
		all, err := funnel.ExplainAll(log, d, "li", minute(1000))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range all {
			text := string(e.Stop)
			if len(e.Done) > 0 {
				text += fmt.Sprintf(" %.0f", e.Done[0].At.Sub(minute(0)).Minutes())
			}
			got = append(got, text)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: got %s, want %s", c.counting, strings.Join(got, ", "), c.want)
		}
	}
}

// An operator asks why a customer did not convert.
func ExampleExplain() {
	log, err := funnel.NewLog(funnel.FromSlice([]siyu.Event{
		{ID: "1", User: "li", Name: "lead", At: minute(0)},
		{ID: "2", User: "li", Name: "application", At: minute(30)},
		{ID: "3", User: "li", Name: "paid", At: minute(90)},
	}), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := funnel.Explain(log, funnel.Definition{
		Steps:  []funnel.Step{{Event: "lead"}, {Event: "application"}, {Event: "paid"}},
		Window: time.Hour,
	}, "li", minute(120))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range e.Done {
		fmt.Println(step.At.Format(time.TimeOnly), step.Name, "by event", step.Event)
	}
	fmt.Println(e.Missed+":", e.Stop.Text(siyu.English)+", by", e.Late)
	// Output:
	// 00:00:00 lead by event 1
	// 00:30:00 application by event 2
	// paid: the event came after the window had closed, by 30m0s
}
