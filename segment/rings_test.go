package segment_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"pgregory.net/rapid"
)

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestClassifier_missing(t *testing.T) {
	rings, err := segment.CompileRings(segment.BankRings(), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := rings.Assign(map[string]any{"app": true}, clock)
	if p.Ring != "outer" || p.Next != "middle" || len(p.Missing) != 2 {
		t.Fatalf("got %+v", p)
	}
	if a, b := p.Missing[0][0].Attr, p.Missing[1][0].Attr; a != segment.BankOwnCredit || b != segment.BankOther {
		t.Fatalf("missing %s or %s", a, b)
	}
	// Each set that is missing suffices: with it the person is in the next ring.
	for _, set := range p.Missing {
		who := map[string]any{"app": true}
		for _, fact := range set {
			who[fact.Attr] = true
		}
		if got := rings.Assign(who, clock).Ring; got != p.Next {
			t.Errorf("with %v: %s", who, got)
		}
	}
}

func TestCompileRings_refusals(t *testing.T) {
	good := segment.BankRings()
	for _, tc := range []struct {
		field  string
		change func(r *segment.Rings)
	}{
		{"rings", func(r *segment.Rings) { r.Rings = nil }},
		{"rings[1].name", func(r *segment.Rings) { r.Rings[1].Name = "inner" }},
		{"rings[0].rule.any", func(r *segment.Rings) { r.Rings[0].Rule = segment.Any() }},
		{"outside", func(r *segment.Rings) { r.Outside = "" }},
		{"outside", func(r *segment.Rings) { r.Outside = "outer" }},
	} {
		rings := segment.Rings{Rings: append([]segment.Ring(nil), good.Rings...), Outside: good.Outside}
		tc.change(&rings)
		_, err := segment.CompileRings(rings, nil)
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != tc.field {
			t.Errorf("got %v, want field %s", err, tc.field)
		}
	}
}

func TestClassifier_changesMeetSnapshots(t *testing.T) {
	rings, err := segment.CompileRings(segment.BankRings(), nil)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{segment.BankApp, segment.BankOwnDebit, segment.BankOwnCredit, segment.BankOther}
	rapid.Check(t, func(t *rapid.T) {
		at := func(label string) time.Time {
			return clock.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, label)) * time.Hour)
		}
		var held []segment.Holding
		for range rapid.IntRange(0, 6).Draw(t, "holdings") {
			h := segment.Holding{Name: rapid.SampledFrom(names).Draw(t, "name")}
			h.Start, h.End = at("start"), at("end")
			held = append(held, h)
		}
		from, to := clock.Add(2*time.Hour), clock.Add(18*time.Hour)
		moves := rings.Changes(segment.Person{Profiles: segment.HeldProfiles(held)}, from, to)
		// Asking every hour must show the same ring as following the moves.
		level := rings.Assign(segment.HeldAt(held, from), from).Ring
		for now := from; !now.After(to); now = now.Add(time.Hour) {
			for _, m := range moves {
				if m.At.Equal(now) {
					if m.From != level || m.To == level || len(m.Gained)+len(m.Lost) == 0 || len(m.Facts) == 0 {
						t.Fatalf("move %+v from %s", m, level)
					}
					level = m.To
				}
			}
			if got := rings.Assign(segment.HeldAt(held, now), now).Ring; got != level {
				t.Fatalf("at %s: %s, by the moves %s", now, got, level)
			}
		}
	})
}

func TestMigrate_counts(t *testing.T) {
	states := []string{"inner", "middle", "outer", "outside"}
	rapid.Check(t, func(t *rapid.T) {
		snapshot := rapid.MapOf(rapid.Map(rapid.StringMatching("[a-f]"), func(s string) siyu.UserID { return siyu.UserID(s) }), rapid.SampledFrom(states))
		before, after := snapshot.Draw(t, "before"), snapshot.Draw(t, "after")
		m, err := segment.Migrate(states, before, after)
		if err != nil {
			t.Fatal(err)
		}
		for j, state := range states[:3] {
			var was, is, in, out int64
			for _, s := range before {
				if s == state {
					was++
				}
			}
			for _, s := range after {
				if s == state {
					is++
				}
			}
			for i := range states {
				if i != j {
					in += m.Counts[i][j]
					out += m.Counts[j][i]
				}
			}
			if was-out+in != is {
				t.Fatalf("%s: %d - %d + %d is not %d", state, was, out, in, is)
			}
		}
	})
	if _, err := segment.Migrate(states, map[siyu.UserID]string{"a": "core"}, nil); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("unknown state: got %v", err)
	}
}

func TestChain_forecast(t *testing.T) {
	states := []string{"inner", "outer", "outside"}
	chain, err := segment.NewChain(states, [][]float64{{0.9, 0.1, 0}, {0.2, 0.7, 0.1}, {0.1, 0, 0.9}})
	if err != nil {
		t.Fatal(err)
	}
	long, err := chain.Forecast([]float64{0, 0, 1}, 2000)
	if err != nil {
		t.Fatal(err)
	}
	still, err := chain.Stationary()
	if err != nil {
		t.Fatal(err)
	}
	for i := range states {
		if math.Abs(long[i].Value-still[i]) > 1e-9 {
			t.Errorf("%s: %v after 2000 periods, %v stationary", states[i], long[i], still[i])
		}
	}
	better, err := chain.With(segment.WhatIf{State: "outer", To: "inner", Instead: "outer", Delta: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	more, err := better.Stationary()
	if err != nil || more[0] <= still[0] {
		t.Errorf("moving more people inward gives %v, not above %v (%v)", more[0], still[0], err)
	}
	if _, err := chain.With(segment.WhatIf{State: "outer", To: "inner", Instead: "outer", Delta: 0.9}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("more than stay: got %v", err)
	}
}

// A customer who stays with probability p stays 1/(1-p) periods on average.
func TestChain_Until(t *testing.T) {
	chain, err := segment.NewChain([]string{"in", "between", "out"}, [][]float64{{0.9, 0.1, 0}, {0, 0.5, 0.5}, {0.3, 0, 0.7}})
	if err != nil {
		t.Fatal(err)
	}
	way, err := chain.Until("out")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{12, 2} {
		if math.Abs(way.Steps[i].Value-want) > 1e-9 {
			t.Errorf("from %s: %v periods, want %v", way.From[i], way.Steps[i], want)
		}
	}
	if _, err := chain.Until("gone"); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("unknown state: got %v", err)
	}
}

func TestChain_refusals(t *testing.T) {
	two := []string{"in", "out"}
	for name, p := range map[string][][]float64{
		"negative":     {{1.1, -0.1}, {0, 1}},
		"not a number": {{math.NaN(), 1}, {0, 1}},
		"sum":          {{0.5, 0.4}, {0, 1}},
		"rows":         {{1, 0}},
		"columns":      {{1, 0}, {1}},
	} {
		if _, err := segment.NewChain(two, p); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	apart, err := segment.NewChain(two, [][]float64{{1, 0}, {0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := apart.Stationary(); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("two closed classes: got %v", err)
	}
	if _, err := apart.Until("out"); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("never reached: got %v", err)
	}
}
