package segment_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

func counted(states []string, counts [][]int64) (*segment.Migration, error) {
	m, err := segment.NewMigration(states)
	if err != nil {
		return nil, err
	}
	for i, row := range counts {
		for j, n := range row {
			if err := m.Add(states[i], states[j], n); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// The errors of the delta method are those of counting again: a parametric
// bootstrap with 2,000 migrations drawn from the chain.
func TestChain_errorsMeetBootstrap(t *testing.T) {
	t.Parallel()
	states := []string{"inner", "middle", "outer", "outside"}
	m := get(counted(states, [][]int64{{900, 60, 30, 10}, {80, 600, 90, 30}, {20, 100, 700, 180}, {0, 10, 90, 900}}))
	change := segment.WhatIf{State: "outer", To: "middle", Instead: "outside", Delta: 0.05}
	results := func(c *segment.Chain) []segment.Expected {
		c = get(c.With(change))
		out := get(c.Forecast([]float64{100, 200, 300, 400}, 6))
		way := get(c.Until("outside"))
		out = append(append(out, way.Steps...), way.Visits[0]...)
		before := get(c.Before("inner", "outside"))
		return append(out, before["outer"], before["middle"])
	}
	chain := get(m.Chain())
	want := results(chain)
	random := rand.New(rand.NewPCG(7, 9))
	const draws = 2000
	sum, squares := make([]float64, len(want)), make([]float64, len(want))
	for range draws {
		again := get(segment.NewMigration(states))
		for i, state := range states {
			p, _ := m.Probabilities(i)
			for range m.Total(i) {
				get(0, again.Add(state, states[draw(random, p)], 1))
			}
		}
		for k, e := range results(get(again.Chain())) {
			sum[k] += e.Value
			squares[k] += e.Value * e.Value
		}
	}
	for k, e := range want {
		mean := sum[k] / draws
		sd := math.Sqrt(squares[k]/draws - mean*mean)
		if e.StdErr < 0.9*sd || e.StdErr > 1.1*sd || math.Abs(mean-e.Value) > sd {
			t.Errorf("result %d: %v±%v, bootstrap %v±%v", k, e.Value, e.StdErr, mean, sd)
		}
	}
}

func draw(random *rand.Rand, p []float64) int {
	u := random.Float64()
	for j, share := range p {
		if u -= share; u < 0 {
			return j
		}
	}
	return len(p) - 1
}

// Errors shrink with the root of the people counted, and a chain that is given
// has none.
func TestChain_errorsScale(t *testing.T) {
	t.Parallel()
	states := []string{"in", "out", "gone"}
	rapid.Check(t, func(t *rapid.T) {
		counts := make([][]int64, 3)
		more := make([][]int64, 3)
		for i := range counts {
			counts[i] = rapid.SliceOfN(rapid.Int64Range(1, 50), 3, 3).Draw(t, "row")
			for _, n := range counts[i] {
				more[i] = append(more[i], 100*n)
			}
		}
		few, many := get(get(counted(states, counts)).Chain()), get(get(counted(states, more)).Chain())
		steps := rapid.IntRange(0, 30).Draw(t, "steps")
		start := []float64{10, 20, 30}
		a, b := get(few.Forecast(start, steps)), get(many.Forecast(start, steps))
		for i := range a {
			if math.Abs(a[i].Value-b[i].Value) > 1e-9 || math.Abs(a[i].StdErr-10*b[i].StdErr) > 1e-9 || a[i].StdErr != a[i].StdErr {
				t.Fatalf("%v of few, %v of many", a[i], b[i])
			}
		}
		if steps == 0 && slices.ContainsFunc(a, func(e segment.Expected) bool { return e.StdErr != 0 }) {
			t.Fatal("the start has an error")
		}
	})
	given := get(segment.NewChain(states, [][]float64{{0.5, 0.5, 0}, {0.2, 0.5, 0.3}, {0, 0, 1}}))
	for _, e := range get(given.Forecast([]float64{1, 1, 1}, 5)) {
		if e.StdErr != 0 {
			t.Errorf("a chain that is given has the error %v", e.StdErr)
		}
	}
	if alone := get(get(counted(states, [][]int64{{5, 5, 0}, {1, 1, 1}, {0, 0, 0}})).Chain()); !slices.Equal(alone.Assumed(), []string{"gone"}) || given.Assumed() != nil {
		t.Errorf("assumed %v", alone.Assumed())
	}
}

func TestChain_With(t *testing.T) {
	t.Parallel()
	states := []string{"in", "out", "gone"}
	c := get(segment.NewChain(states, [][]float64{{0.8, 0.1, 0.1}, {0.2, 0.5, 0.3}, {0, 0, 1}}))
	for _, tt := range []struct {
		w    segment.WhatIf
		want []float64 // of row out; nil if it is refused
	}{
		{segment.WhatIf{State: "out", To: "in", Instead: "out", Delta: 0.1}, []float64{0.3, 0.4, 0.3}},
		{segment.WhatIf{State: "out", To: "in", Instead: "gone", Delta: 0.3}, []float64{0.5, 0.5, 0}},
		{segment.WhatIf{State: "out", To: "out", Instead: "gone", Delta: 0.1}, []float64{0.2, 0.6, 0.2}},
		{segment.WhatIf{State: "out", To: "in", Delta: 0.4}, []float64{0.6, 0.25, 0.15}},
		{segment.WhatIf{State: "out", To: "in", Instead: "gone", Delta: -0.2}, []float64{0, 0.5, 0.5}},
		{segment.WhatIf{State: "out", To: "in", Instead: "gone", Delta: 0.31}, nil},
		{segment.WhatIf{State: "out", To: "in", Instead: "gone", Delta: -0.21}, nil},
		{segment.WhatIf{State: "out", To: "in", Instead: "in", Delta: 0.1}, nil},
		{segment.WhatIf{State: "gone", To: "gone", Delta: 0.1}, nil},
		{segment.WhatIf{State: "out", To: "nowhere", Delta: 0.1}, nil},
		{segment.WhatIf{State: "out", To: "in", Instead: "nowhere", Delta: 0.1}, nil},
		{segment.WhatIf{State: "out", To: "in", Delta: math.NaN()}, nil},
	} {
		got, err := c.With(tt.w)
		if tt.want == nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Errorf("%+v: got %v", tt.w, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%+v: %v", tt.w, err)
			continue
		}
		next := get(got.Forecast([]float64{0, 1, 0}, 1))
		for j, want := range tt.want {
			if math.Abs(next[j].Value-want) > 1e-12 {
				t.Errorf("%+v: got %v, want %v", tt.w, next, tt.want)
				break
			}
		}
	}
}
