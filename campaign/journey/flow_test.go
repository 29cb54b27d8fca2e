package journey_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/journey"
)

// genFlow draws a valid flow: jumps lead forwards only, so that it ends.
func genFlow(t *rapid.T) journey.Flow {
	f := journey.Flow{ID: "f", ExitOn: []string{"purchase"}}
	n := rapid.IntRange(1, 8).Draw(t, "steps")
	forward := func(i int) string {
		to := rapid.IntRange(i+1, n).Draw(t, "to")
		if to == n {
			return journey.End
		}
		return fmt.Sprint("s", to)
	}
	for i := range n {
		s := journey.Step{ID: fmt.Sprint("s", i), Do: rapid.SampledFrom([]journey.Do{
			journey.DoSend, journey.DoSend, journey.DoWait, journey.DoWaitUntil, journey.DoWaitEvent, journey.DoBranch,
		}).Draw(t, "do")}
		switch s.Do {
		case journey.DoSend:
			s.Message = fmt.Sprint("m", i)
		case journey.DoWait:
			s.Seconds = rapid.Int64Range(0, 100_000).Draw(t, "seconds")
		case journey.DoWaitUntil:
			s.Days, s.Time = rapid.IntRange(0, 2).Draw(t, "days"), siyu.HourMinute(rapid.IntRange(0, 23).Draw(t, "hour"), 0)
			s.IfPast = rapid.SampledFrom([]string{"", "next_day"}).Draw(t, "past")
			s.Weekdays = siyu.Weekdays(rapid.IntRange(0, 127).Draw(t, "weekdays"))
		case journey.DoWaitEvent:
			s.Event, s.Seconds = "reply", rapid.Int64Range(0, 100_000).Draw(t, "seconds")
			s.OnEvent, s.OnTimeout = forward(i), forward(i)
		case journey.DoBranch:
			s.Branches = []journey.Branch{{If: journey.Condition{Attr: "vip", Eq: true}, Then: forward(i)}}
			s.Else = forward(i)
		}
		f.Steps = append(f.Steps, s)
	}
	return f
}

// It does not matter when the clock is looked at, and a step that is run again
// from the same state sends under the same key.
func TestFlow_clock_does_not_matter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := genFlow(t)
		if err := f.Validate(); err != nil {
			t.Fatal(err)
		}
		attributes := journey.Attributes{"vip": rapid.Bool().Draw(t, "vip")}
		var inputs []journey.Input
		for range rapid.IntRange(0, 6).Draw(t, "inputs") {
			inputs = append(inputs, journey.Input{
				Event: rapid.SampledFrom([]string{"reply", "reply", "reply", "purchase"}).Draw(t, "event"),
				At:    entry.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "minute")) * time.Minute),
			})
		}
		slices.SortStableFunc(inputs, func(a, b journey.Input) int { return a.At.Compare(b.At) })
		run := func(ticks []time.Time, twice bool) (journey.Run, []journey.Send) {
			r, _ := f.Enter(nil, "u1", nil, entry, time.UTC)
			var sends []journey.Send
			advance := func(now time.Time) {
				next, more, err := f.Advance(r, now, attributes, time.UTC)
				if err != nil {
					t.Fatal(err)
				}
				if twice { // as after a crash before the state was recorded
					_, again, _ := f.Advance(r, now, attributes, time.UTC)
					if d := cmp.Diff(more, again); d != "" {
						t.Fatal(d)
					}
				}
				r, sends = next, append(sends, more...)
			}
			advance(entry)
			for _, in := range inputs {
				for len(ticks) > 0 && ticks[0].Before(in.At) {
					advance(ticks[0])
					ticks = ticks[1:]
				}
				advance(in.At.Add(-time.Microsecond))
				r = f.Hear(r, in, time.UTC)
			}
			advance(entry.AddDate(1, 0, 0))
			return r, sends
		}
		var ticks []time.Time
		for range rapid.IntRange(0, 20).Draw(t, "ticks") {
			ticks = append(ticks, entry.Add(time.Duration(rapid.IntRange(0, 6000).Draw(t, "tick"))*time.Minute))
		}
		slices.SortFunc(ticks, time.Time.Compare)
		r1, s1 := run(nil, false)
		r2, s2 := run(ticks, true)
		if d := cmp.Diff(s1, s2); d != "" {
			t.Fatal(d)
		}
		r1.Heard, r2.Heard = nil, nil
		if d := cmp.Diff(r1, r2); d != "" {
			t.Fatal(d)
		}
		keys := map[string]bool{}
		for _, s := range s1 {
			if keys[s.Key] {
				t.Fatalf("key %s twice", s.Key)
			}
			keys[s.Key] = true
		}
		if r1.State == journey.Active {
			t.Fatalf("still active: %+v", r1)
		}
	})
}

// Skipping what a pause made overdue leaves the calendar as it would have been:
// what comes after the pause is sent when it would have been sent without one.
func TestFlow_Resume_keeps_the_calendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := genFlow(t)
		f.OnResume = journey.SkipOverdue
		from := entry.Add(time.Duration(rapid.IntRange(1, 3000).Draw(t, "pause")) * time.Minute)
		to := from.Add(time.Duration(rapid.IntRange(1, 3000).Draw(t, "for")) * time.Minute)
		end := entry.AddDate(1, 0, 0)
		plain, _ := f.Enter(nil, "u1", nil, entry, time.UTC)
		_, want, err := f.Advance(plain, end, nil, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		r, before, err := f.Advance(plain, from.Add(-time.Microsecond), nil, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		r, resumed, err := f.Resume(r, to, nil, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		_, after, err := f.Advance(r, end, nil, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.Concat(before, resumed, after)
		if len(got) != len(want) {
			t.Fatalf("%d messages, want %d", len(got), len(want))
		}
		for i, s := range got {
			overdue := !want[i].At.Before(from) && want[i].At.Before(to)
			if s.Message != want[i].Message || (s.Skip == journey.Overdue) != overdue || !overdue && !s.At.Equal(want[i].At) {
				t.Fatalf("message %d: got %+v, want %+v, overdue %v", i, s, want[i], overdue)
			}
		}
	})
}

func TestFlow_Validate(t *testing.T) {
	send := func(id string) journey.Step { return journey.Step{ID: id, Do: journey.DoSend, Message: "m"} }
	for field, f := range map[string]journey.Flow{
		"steps":                      {},
		"steps[1].id":                {Steps: []journey.Step{send("a"), send("a")}},
		"steps[0].do":                {Steps: []journey.Step{{ID: "a", Do: "dance"}}},
		"steps[0]":                   {Steps: []journey.Step{{ID: "a", Do: journey.DoSend, Message: "m", Then: "a"}}}, // a circle in no time
		"steps[0].event":             {Steps: []journey.Step{{ID: "a", Do: journey.DoWaitEvent}}},
		"steps[0].branches[0].if":    {Steps: []journey.Step{{ID: "a", Do: journey.DoBranch, Branches: []journey.Branch{{If: journey.Condition{Attr: "x"}}}}}},
		"steps[0].branches[0].if.eq": {Steps: []journey.Step{{ID: "a", Do: journey.DoBranch, Branches: []journey.Branch{{If: journey.Condition{Attr: "x", Eq: []int{1}}}}}}},
		"re_entry":                   {Steps: []journey.Step{send("a")}, ReEntry: "often"},
		"on_resume":                  {Steps: []journey.Step{send("a")}, OnResume: "flood"},
	} {
		var invalid *siyu.InvalidError
		if err := f.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
	nowhere := journey.Flow{Steps: []journey.Step{{ID: "a", Do: journey.DoSend, Message: "m", Then: "b"}}}
	if err := nowhere.Validate(); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a jump to nowhere: got %v", err)
	}
	daily := journey.Flow{Steps: []journey.Step{send("a"), {ID: "w", Do: journey.DoWaitUntil, Days: 1, Then: "a"}}}
	if err := daily.Validate(); err != nil {
		t.Errorf("a circle in which time passes: %v", err)
	}
}

func TestFlow_Advance_wrong_version(t *testing.T) {
	f := journey.Flow{ID: "f", Version: 1, Steps: []journey.Step{{ID: "a", Do: journey.DoSend, Message: "m"}}}
	r, _ := f.Enter(nil, "u1", nil, entry, time.UTC)
	f.Version = 2
	if _, _, err := f.Advance(r, entry, nil, time.UTC); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("got %v, want invalid", err)
	}
}

func TestCondition_Holds(t *testing.T) {
	a := journey.Attributes{"s": "x", "b": true, "i": 5, "f": 5.0, "n": json.Number("5"), "m": siyu.Money(7), "nil": nil, "list": []int{1}}
	for name, tt := range map[string]struct {
		c    journey.Condition
		want bool
	}{
		"text":                     {journey.Condition{Attr: "s", Eq: "x"}, true},
		"other text":               {journey.Condition{Attr: "s", Eq: "y"}, false},
		"not text":                 {journey.Condition{Attr: "s", Ne: "y"}, true},
		"missing is not unequal":   {journey.Condition{Attr: "?", Ne: "y"}, false},
		"nil is missing":           {journey.Condition{Attr: "nil", Ne: "y"}, false},
		"bool":                     {journey.Condition{Attr: "b", Eq: true}, true},
		"bool is not text":         {journey.Condition{Attr: "b", Eq: "true"}, false},
		"int and float":            {journey.Condition{Attr: "i", Eq: 5.0}, true},
		"float and JSON number":    {journey.Condition{Attr: "f", Gte: json.Number("5.00")}, true},
		"JSON number, greater":     {journey.Condition{Attr: "n", Gt: 5}, false},
		"money, less":              {journey.Condition{Attr: "m", Lt: 8}, true},
		"money, at most":           {journey.Condition{Attr: "m", Lte: 6}, false},
		"text has no order":        {journey.Condition{Attr: "s", Gt: 1}, false},
		"one of":                   {journey.Condition{Attr: "i", In: []any{"x", 5}}, true},
		"none of":                  {journey.Condition{Attr: "i", In: []any{"x", 6}}, false},
		"a list equals nothing":    {journey.Condition{Attr: "list", Eq: "x"}, false},
		"a big whole number":       {journey.Condition{Attr: "n", Lt: int64(1) << 62}, true},
		"no comparison never does": {journey.Condition{Attr: "s"}, false},
	} {
		if got := tt.c.Holds(a); got != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func FuzzParseFlow(f *testing.F) {
	f.Add([]byte(`{"id":"f","steps":[{"id":"b","do":"branch","branches":[{"if":{"attr":"x","gte":1e9},"then":"end"}]},{"id":"w","do":"wait_until","days":1,"time":"09:00"},{"id":"s","do":"send","message":"m","then":"w"}]}`))
	f.Add([]byte(`{"id":"f","steps":[{"id":"e","do":"wait_event","event":"r","seconds":1,"on_event":"e","on_timeout":"end"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		flow, err := journey.ParseFlow(data)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatalf("error %v is not invalid", err)
			}
			return
		}
		r, _ := flow.Enter(nil, "u", nil, entry, time.UTC)
		r = flow.Hear(r, journey.Input{Event: "r", At: entry}, time.UTC)
		if _, _, err := flow.Advance(r, entry.Add(time.Hour), journey.Attributes{"x": 1}, time.UTC); err != nil {
			t.Fatalf("accepted %s, and then %v", data, err)
		}
	})
}

func ExampleFlow() {
	f := journey.Flow{ID: "nurture", Steps: []journey.Step{
		{ID: "hi", Do: journey.DoSend, Message: "hi"},
		{ID: "wait", Do: journey.DoWaitEvent, Event: "reply", Seconds: 3600, OnEvent: "thanks", OnTimeout: "nudge"},
		{ID: "thanks", Do: journey.DoSend, Message: "thanks", Then: journey.End},
		{ID: "nudge", Do: journey.DoSend, Message: "nudge"},
	}}
	r, _ := f.Enter(nil, "u1", nil, entry, time.UTC)
	r, sends, err := f.Advance(r, entry, nil, time.UTC)
	fmt.Println(sends[0].Message, err)
	r = f.Hear(r, journey.Input{ID: "e1", Event: "reply", At: entry.Add(time.Minute)}, time.UTC)
	r, sends, err = f.Advance(r, entry.Add(time.Minute), nil, time.UTC)
	fmt.Println(sends[0].Message, r.State, err)
	// Output:
	// hi <nil>
	// thanks completed <nil>
}

func ExampleTrigger_Fire() {
	alert := journey.Trigger{Event: "card_spend", Message: "alert", Rider: &journey.Rider{
		Message: "group_invite", Unless: &journey.Condition{Attr: "in_group", Eq: true},
		Cap: &journey.RiderCap{Limit: 1, Window: campaign.RollingWindow(7 * 24 * time.Hour)},
	}}
	first, _ := alert.Fire("card_spend", nil, nil, entry, time.UTC)
	second, _ := alert.Fire("card_spend", nil, []time.Time{entry}, entry.Add(time.Hour), time.UTC)
	fmt.Println(first, second)
	// Output: {alert group_invite} {alert }
}
