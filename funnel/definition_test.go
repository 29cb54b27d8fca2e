package funnel_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

const wholeDefinition = `{
	"steps": [
		{"event": "lead", "where": [{"prop": "source", "op": "eq", "value": "wecom"}]},
		{"any_of": [{"event": "call"}, {"event": "visit"}], "optional": true, "name": "contact"},
		{"event": "apply", "first_time": "filtered", "within_s": 86400},
		{"any": true, "where": [{"or": [{"prop": "amount", "op": "ne", "value": 0}, {"and": [{"prop": "ring", "op": "set", "source": "user"}]}]}]}
	],
	"order": "ordered", "window_s": 1209600,
	"range": {"from": "2026-01-01T00:00:00Z", "to": "2026-01-31T23:59:59Z"},
	"exclusions": [{"event": "complaint", "from_step": 0, "to_step": 2}],
	"hold": [{"prop": "product"}],
	"filter": {"prop": "test", "op": "ne", "value": true},
	"actor": {"user_prop": "household"},
	"breakdown": {"by": [{"prop": "$channel"}, {"source": "actor"}], "attribution": "step:2"},
	"counting": "sessions", "session_gap_s": 600,
	"timezone": "Asia/Shanghai", "week_start": "monday",
	"time_to_convert": {"from_step": 0, "to_step": 3, "bins": 5}
}`

func TestParseDefinition_roundTrip(t *testing.T) {
	d, err := funnel.ParseDefinition([]byte(wholeDefinition))
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := funnel.ParseDefinition(data)
	if err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	if !reflect.DeepEqual(d, again) {
		t.Errorf("got %+v, want %+v", again, d)
	}
}

func TestParseDefinition_tellsThePathOfTheFault(t *testing.T) {
	steps := `"steps": [{"event": "a"}, {"event": "b"}]`
	for _, c := range []struct{ json, field string }{
		{`{"steps": [], "window_s": 1}`, "steps"},
		{`{` + steps + `}`, "window_s"},
		{`{` + steps + `, "window_s": 9223372036854775807}`, "window_s"},
		{`{` + steps + `, "window_s": 1, "order": "any"}`, "order"},
		{`{` + steps + `, "window_s": 1, "counting": "visits"}`, "counting"},
		{`{` + steps + `, "window_s": 1, "session_gap_s": 60}`, "session_gap_s"},
		{`{` + steps + `, "window_s": 1, "counting": "sessions", "session_gap_s": -1}`, "session_gap_s"},
		{`{` + steps + `, "window_s": 1, "colour": 1}`, "colour"},
		{`{"steps": [{"event": "a"}, {}], "window_s": 1}`, "steps[1]"},
		{`{"steps": [{"event": "a", "any": true}], "window_s": 1}`, "steps[0]"},
		{`{"steps": [{"event": "a", "where": [{"prop": "p", "op": "like"}]}], "window_s": 1}`, "steps[0].where[0].op"},
		{`{"steps": [{"event": "a", "where": [{"op": "set"}]}], "window_s": 1}`, "steps[0].where[0].prop"},
		{`{` + steps + `, "window_s": 1, "filter": {"and": []}}`, "filter"},
		{`{` + steps + `, "window_s": 1, "filter": {"or": [{"prop": "p", "op": "set"}], "prop": "q"}}`, "filter"},
		{`{"steps": [{"event": "a", "group": "g"}, {"event": "b", "group": "g"}], "window_s": 1, "order": "strict"}`, "order"},
		{`{"steps": [{"event": "a", "group": "g"}, {"event": "b", "group": "g", "optional": true}], "window_s": 1}`, "steps[1]"},
		{`{` + steps + `, "window_s": 1, "hold": [{"prop": "p", "source": "actor"}]}`, "hold[0].source"},
		{`{"steps": [{"any_of": [{"event": "a", "optional": true}]}], "window_s": 1}`, "steps[0].any_of[0]"},
		{`{"steps": [{"event": "a", "optional": true}], "window_s": 1}`, "steps[0].optional"},
		{`{"steps": [{"event": "a"}, {"event": "b", "optional": true}, {"event": "b"}], "window_s": 1}`, "steps[1].optional"},
		{`{"steps": [{"event": "a", "within_s": 5}], "window_s": 1}`, "steps[0].within_s"},
		{`{` + steps + `, "window_s": 1, "exclusions": [{"event": "x", "from_step": 1, "to_step": 1}]}`, "exclusions[0]"},
		{`{` + steps + `, "window_s": 1, "exclusions": [{"event": "b", "from_step": 0, "to_step": 1}]}`, "exclusions[0]"},
		{`{` + steps + `, "window_s": 1, "breakdown": {"by": []}}`, "breakdown.by"},
		{`{` + steps + `, "window_s": 1, "breakdown": {"by": [{"source": "event"}]}}`, "breakdown.by[0].prop"},
		{`{` + steps + `, "window_s": 1, "breakdown": {"by": [{"prop": "p"}], "attribution": "step:2"}}`, "breakdown.attribution"},
		{`{` + steps + `, "window_s": 1, "breakdown": {"by": [{"prop": "p"}], "attribution": "middle"}}`, "breakdown.attribution"},
		{`{` + steps + `, "window_s": 1, "order": "unordered", "breakdown": {"by": [{"prop": "p"}], "attribution": "step:1"}}`, "breakdown.attribution"},
		{`{` + steps + `, "window_s": 1, "trend": {"interval": "year"}}`, "trend.interval"},
		{`{` + steps + `, "window_s": 1, "trend": {"interval": "day", "from_step": 1}}`, "trend"},
		{`{` + steps + `, "window_s": 1, "time_to_convert": {"from_step": 1, "to_step": 0}}`, "time_to_convert"},
		{`{` + steps + `, "window_s": 1, "timezone": "Mars/Base"}`, "timezone"},
		{`{` + steps + `, "window_s": 1, "week_start": "funday"}`, "week_start"},
		{`{` + steps + `, "window_s": 1, "range": {"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}}`, "range.to"},
		{`{` + steps + `, "window_s": 1, "actor": {"prop": "p", "user_prop": "q"}}`, "actor"},
		{`{` + steps + `, "window_s": 1} {}`, ""},
		{`[`, ""},
	} {
		_, err := funnel.ParseDefinition([]byte(c.json))
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != c.field {
			t.Errorf("%s: got %v, want the field %q", c.json, err, c.field)
		}
	}
	deep := strings.Repeat(`{"and":[`, 40) + `{"prop":"p","op":"set"}` + strings.Repeat(`]}`, 40)
	if _, err := funnel.ParseDefinition([]byte(`{` + steps + `, "window_s": 1, "filter": ` + deep + `}`)); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("deep filter: %v", err)
	}
}

// Whatever is accepted can be written, read again and run.
func FuzzParseDefinition(f *testing.F) {
	f.Add(wholeDefinition)
	f.Add(`{"steps": [{"event": "a"}], "window_s": 1, "order": "strict", "trend": {"interval": "week"}}`)
	f.Add(`{"steps": [{"event": "a"}, {"event": "b"}], "window_s": 3, "order": "unordered", "actor": {"prop": "p"}}`)
	log, err := funnel.NewLog(funnel.FromSlice(sequence("u", "a", "b", "lead", "call", "apply")), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := funnel.ParseDefinition([]byte(text))
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := funnel.ParseDefinition(data); err != nil {
			t.Fatalf("%v in %s", err, data)
		}
		if _, err := funnel.Run(log, d); err != nil && d.Trend == nil { // a trend may have too many points
			t.Fatal(err)
		}
	})
}
