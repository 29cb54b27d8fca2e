package segment_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

type madeUp struct{}

func (madeUp) Name() string       { return "made up" }
func (madeUp) Type() segment.Type { return "float" }

func TestNewSchema_refusals(t *testing.T) {
	for name, fields := range map[string][]segment.Field{
		"none":                       nil,
		"twice":                      {segment.Int("a"), segment.Text("a")},
		"no name":                    {segment.Int("")},
		"empty part":                 {segment.Int("a..b")},
		"a type of no field of ours": {madeUp{}},
		"too many": func() []segment.Field {
			var out []segment.Field
			for i := range segment.MaxFields + 1 {
				out = append(out, segment.Int(fmt.Sprint("f", i)))
			}
			return out
		}(),
	} {
		if _, err := segment.NewSchema(fields...); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v, want siyu.ErrInvalid", name, err)
		}
	}
}

// Schemas with the same fields are one schema, wherever they were made.
func TestSchema_equalByFields(t *testing.T) {
	first, err := segment.NewSchema(follow, age)
	if err != nil {
		t.Fatal(err)
	}
	again, err := segment.NewSchema(follow, age)
	if err != nil {
		t.Fatal(err)
	}
	turned, err := segment.NewSchema(age, follow)
	if err != nil {
		t.Fatal(err)
	}
	bound, err := compiled(t, age.AtLeast(18)).Bind(first)
	if err != nil {
		t.Fatal(err)
	}
	for schema, want := range map[*segment.Schema]bool{first: true, again: true, turned: false} {
		r := schema.NewRecord()
		r.SetInt(age, 20)
		if got := bound.Match(r, clock); got != want {
			t.Errorf("record of %v: got %v", schema.Fields(), got)
		}
		if _, err := segment.NewTableBuilder(schema).Table().Plan(bound, clock); (err == nil) != want {
			t.Errorf("table of %v: got %v", schema.Fields(), err)
		}
	}
}

func TestForecast_refusals(t *testing.T) {
	m, err := segment.NewMigration([]string{"in", "out"})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Add("in", "out", -1); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("fewer than nobody: got %v", err)
	}
	chain, err := m.Chain()
	if err != nil {
		t.Fatal(err)
	}
	for name, start := range map[string][]float64{
		"too few": {1}, "negative": {1, -1}, "not a number": {1, math.NaN()}, "infinite": {math.Inf(1), 0},
	} {
		if _, err := chain.Forecast(start, 1); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := chain.Forecast([]float64{1, 2}, -1); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("backwards: got %v", err)
	}
}
