package clickhouse_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"github.com/siyu-go/siyu/store/clickhouse"
)

func TestOpenRefuses(t *testing.T) {
	for _, address := range []string{"", "127.0.0.1:8123", "tcp://127.0.0.1:9000", "http://", "http://%zz"} {
		if _, err := clickhouse.Open(address, nil); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%q: err = %v, want ErrInvalid", address, err)
		}
	}
}

var twoSteps = funnel.Definition{Steps: []funnel.Step{{Event: "a\tb\\c"}, {Event: "d'"}}, Window: time.Hour}

// What is asked, and how: credentials in headers, texts as parameters, never in
// the SQL.
func TestRequest(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		body, _ := io.ReadAll(r.Body)
		for name, want := range map[string]string{
			"database": "bank", "max_threads": "2", "param_p0": `a\tb\\c`, "param_p1": "d'", "wait_end_of_query": "1",
		} {
			if got := q.Get(name); got != want {
				t.Errorf("%s = %q, want %q", name, got, want)
			}
		}
		if user, key := r.Header.Get("X-ClickHouse-User"), r.Header.Get("X-ClickHouse-Key"); user != "ann" || key != "secret" {
			t.Errorf("credentials %q, %q", user, key)
		}
		if strings.Contains(r.URL.String(), "secret") || strings.Contains(string(body), "d'") {
			t.Errorf("the secret or a text is in %s %s", r.URL, body)
		}
		_, _ = io.WriteString(w, `["12", 3]`+"\n")
	}))
	defer server.Close()
	db, err := clickhouse.Open(server.URL, &clickhouse.Options{
		Database: "bank", User: "ann", Password: "secret", Settings: map[string]string{"max_threads": "2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	result, err := db.Funnel(t.Context(), clickhouse.Events{Table: "events"}, twoSteps)
	if err != nil || len(result.Counts) != 2 || result.Counts[0] != 12 || result.Counts[1] != 3 || result.Rates[1].Share != 0.25 {
		t.Errorf("result = %v, %v", result, err)
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var status *clickhouse.ServerError
	tests := []struct {
		name, body string
		code       int
		ctx        context.Context
		check      func(error) bool
	}{
		{"refused", "Code: 60. DB::Exception: no table", 404, t.Context(), func(err error) bool {
			return errors.As(err, &status) && status.Status == 404 && strings.Contains(status.Message, "Code: 60")
		}},
		{"no JSON", "<html>", 200, t.Context(), func(err error) bool { return err != nil }},
		{"no number", `["x", 1]`, 200, t.Context(), func(err error) bool { return err != nil }},
		{"too few counts", `[1]`, 200, t.Context(), func(err error) bool { return err != nil }},
		{"no row", ``, 200, t.Context(), func(err error) bool { return err != nil }},
		{"cancelled", `[1, 1]`, 200, ctx, func(err error) bool { return errors.Is(err, context.Canceled) }},
	}
	for _, tt := range tests {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(tt.code)
			_, _ = io.WriteString(w, tt.body)
		}))
		db, err := clickhouse.Open(server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if result, err := db.Funnel(tt.ctx, clickhouse.Events{Table: "events"}, twoSteps); !tt.check(err) {
			t.Errorf("%s: %v, %v", tt.name, result, err)
		}
		server.Close()
	}
}

func TestRefusedNames(t *testing.T) {
	for field, events := range map[string]clickhouse.Events{
		"events.table": {Table: "events; DROP TABLE x"},
		"events.user":  {Table: "events", User: "a`b"},
		"events.props": {Table: "events", Props: "1x"},
	} {
		var invalid *siyu.InvalidError
		if _, err := clickhouse.CompileFunnel(events, twoSteps); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("err = %v, want invalid %s", err, field)
		}
	}
	if _, err := clickhouse.CompileFunnel(clickhouse.Events{Table: ""}, twoSteps); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no table: err = %v", err)
	}
}

func TestUnsupportedByName(t *testing.T) {
	base := func(edit func(*funnel.Definition)) funnel.Definition {
		d := funnel.Definition{Steps: []funnel.Step{{Event: "a"}, {Event: "b"}, {Event: "c"}}, Window: time.Hour}
		edit(&d)
		return d
	}
	tests := map[string]funnel.Definition{
		"order":               base(func(d *funnel.Definition) { d.Order = funnel.Strict }),
		"steps":               base(func(d *funnel.Definition) { d.Steps = make33() }),
		"exclusions":          base(func(d *funnel.Definition) { d.Exclusions = []funnel.Exclusion{{Event: "x", FromStep: 0, ToStep: 1}} }),
		"actor.user_prop":     base(func(d *funnel.Definition) { d.Actor.UserProp = "household" }),
		"breakdown":           base(func(d *funnel.Definition) { d.Breakdown = &funnel.Breakdown{By: []funnel.Dimension{{Prop: "p"}}} }),
		"trend":               base(func(d *funnel.Definition) { d.Trend = &funnel.Trend{Interval: funnel.Day, ToStep: 2} }),
		"time_to_convert":     base(func(d *funnel.Definition) { d.Convert = &funnel.Convert{ToStep: 1} }),
		"steps[1].optional":   base(func(d *funnel.Definition) { d.Steps[1].Optional = true }),
		"steps[1].group":      base(func(d *funnel.Definition) { d.Steps[1].Group = "any" }),
		"steps[1].within_s":   base(func(d *funnel.Definition) { d.Steps[1].Within = time.Second }),
		"counting":            base(func(d *funnel.Definition) { d.Counting = funnel.Totals }),
		"hold":                base(func(d *funnel.Definition) { d.Hold = []funnel.Dimension{{Prop: "p"}} }),
		"steps[0].first_time": base(func(d *funnel.Definition) { d.Steps[0].FirstTime = funnel.FirstEvent }),
		"steps[2].where[0].source": base(func(d *funnel.Definition) {
			d.Steps[2].Where = []funnel.Condition{{Prop: "p", Op: funnel.IsSet, Source: funnel.FromUser}}
		}),
		"filter.or[1].and[0].source": base(func(d *funnel.Definition) { d.Filter = userFilter() }),
	}
	for part, d := range tests {
		var unsupported *clickhouse.UnsupportedError
		_, err := clickhouse.CompileFunnel(clickhouse.Events{Table: "events"}, d)
		if !errors.As(err, &unsupported) || unsupported.Part != part || !errors.Is(err, clickhouse.ErrUnsupported) {
			t.Errorf("err = %v, want %s refused", err, part)
		}
	}
	if _, err := clickhouse.CompileFunnel(clickhouse.Events{Table: "events"}, funnel.Definition{}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("an empty definition: err = %v, want ErrInvalid", err)
	}
}

func userFilter() *funnel.Condition {
	known := funnel.Condition{Prop: "p", Op: funnel.IsSet}
	user := funnel.Condition{Prop: "p", Op: funnel.IsSet, Source: funnel.FromUser}
	return &funnel.Condition{Or: []funnel.Condition{known, {And: []funnel.Condition{user}}}}
}

func make33() []funnel.Step {
	steps := make([]funnel.Step, 33)
	for i := range steps {
		steps[i].Event = string(rune('A' + i))
	}
	return steps
}
