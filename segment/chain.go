package segment

import (
	"math"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// Chain is a Markov chain over the states of rings: what happens to a
// population if every period is like the one observed. It is immutable. See
// Kemeny and Snell, Finite Markov Chains (1960), for the formulas.
//
// A chain of a [Migration] knows how many people its shares were counted on, and
// gives the standard errors that follow from that.
type Chain struct {
	states   []string
	p        [][]float64
	observed *observed // nil if the probabilities are given, not counted
}

// Expected is an expected number, or a probability, and its standard error:
// how far it is off because the chain was counted on so many people only. It
// is 0 for a chain that was given. What will really happen scatters further,
// as people decide one by one.
type Expected struct {
	Value  float64 `json:"value"`
	StdErr float64 `json:"std_err"`
}

// NewChain checks and copies a transition matrix: square in the states, no
// negative probability, and rows that sum to 1 within 1e-9.
func NewChain(states []string, p [][]float64) (*Chain, error) {
	if err := checkStates(states); err != nil {
		return nil, err
	}
	if len(p) != len(states) {
		return nil, siyu.Invalid("p", "has %d rows for %d states", len(p), len(states))
	}
	c := &Chain{states: slices.Clone(states), p: make([][]float64, len(p))}
	for i, row := range p {
		if len(row) != len(states) {
			return nil, siyu.Invalid(elem("p", i), "has %d entries for %d states", len(row), len(states))
		}
		var sum float64
		for j, v := range row {
			if !(v >= 0 && v <= 1) {
				return nil, siyu.Invalid(elem(elem("p", i), j), "%v is not a probability", v)
			}
			sum += v
		}
		if math.Abs(sum-1) > 1e-9 {
			return nil, siyu.Invalid(elem("p", i), "sums to %v, not 1", sum)
		}
		c.p[i] = slices.Clone(row)
	}
	return c, nil
}

// States returns the states in order.
func (c *Chain) States() []string { return slices.Clone(c.states) }

// WhatIf is a change of one transition: each period Delta more of those in
// State, as a share of them, go to To instead of Instead. To and Instead may be
// State itself: those who stay. An empty Instead takes them from all other
// destinations in proportion. A negative Delta turns it round.
type WhatIf struct {
	State   string  `json:"state"`
	To      string  `json:"to"`
	Instead string  `json:"instead,omitempty"`
	Delta   float64 `json:"delta"`
}

// With returns the chain under a what-if. It is siyu.ErrInvalid if fewer than
// that go there. Standard errors are those of the chain that was counted: the
// change itself is taken as certain.
func (c *Chain) With(w WhatIf) (*Chain, error) {
	i, j, err := c.pair(w.State, w.To)
	if err != nil {
		return nil, err
	}
	p := make([][]float64, len(c.p))
	for k := range p {
		p[k] = slices.Clone(c.p[k])
	}
	row := p[i]
	if w.Instead == "" {
		rest := 1 - row[j]
		if rest <= 0 {
			return nil, siyu.Invalid("delta", "everybody in %q goes to %q already", w.State, w.To)
		}
		for k := range row {
			if k != j {
				row[k] -= w.Delta * row[k] / rest
			}
		}
	} else {
		_, from, err := c.pair(w.State, w.Instead)
		switch {
		case err != nil:
			return nil, err
		case from == j:
			return nil, siyu.Invalid("instead", "is the same state")
		}
		row[from] -= w.Delta
	}
	row[j] += w.Delta
	for k, v := range row {
		if !(v >= -1e-12 && v <= 1+1e-12) {
			return nil, siyu.Invalid("delta", "a share of %v of %q would go to %q", v, w.State, c.states[k])
		}
		row[k] = min(max(v, 0), 1)
	}
	out, err := NewChain(c.states, p)
	if err == nil {
		out.observed = c.observed
	}
	return out, err
}

// Forecast returns the expected number of people in each state after a number
// of periods, from the numbers at the start. A chain of a migration looks at
// most 10,000 periods ahead.
func (c *Chain) Forecast(start []float64, steps int) ([]Expected, error) {
	if len(start) != len(c.states) {
		return nil, siyu.Invalid("start", "has %d entries for %d states", len(start), len(c.states))
	}
	most := 1_000_000
	if c.observed != nil {
		most = 10_000
	}
	if steps < 0 || steps > most {
		return nil, siyu.Invalid("steps", "must be 0 to %d", most)
	}
	for i, n := range start {
		if !(n >= 0 && n <= math.MaxFloat64) {
			return nil, siyu.Invalid(elem("start", i), "%v is not a number of people", n)
		}
	}
	now := slices.Clone(start)
	var before [][]float64 // the numbers of each period, for the errors
	for range steps {
		if c.observed != nil {
			before = append(before, now)
		}
		next := make([]float64, len(now))
		for i, n := range now {
			for j, p := range c.p[i] {
				next[j] += n * p
			}
		}
		now = next
	}
	out := make([]Expected, len(now))
	for i, n := range now {
		out[i] = Expected{n, c.forecastError(before, i)}
	}
	return out, nil
}

// Stationary returns the shares at which the population stays as it is. It is
// siyu.ErrInvalid if they depend on the start, because the chain has several
// sets of states that are never left.
func (c *Chain) Stationary() ([]float64, error) {
	reach := c.reach()
	var closed []int // one set of states that is never left
	for i := range c.states {
		if slices.Contains(closed, i) || !c.returns(i, reach) {
			continue
		}
		if closed != nil {
			return nil, siyu.Invalid("p", "both %q and %q are never left: there is no single stationary state",
				c.states[closed[0]], c.states[i])
		}
		for j := range c.states {
			if reach[i][j] {
				closed = append(closed, j)
			}
		}
	}
	// π(P - I) = 0 with Σπ = 1 in place of the last equation.
	n := len(closed)
	a, b := make([][]float64, n), make([][]float64, n)
	for row, j := range closed {
		a[row], b[row] = make([]float64, n), []float64{0}
		for col, i := range closed {
			a[row][col] = c.p[i][j]
		}
		a[row][row]--
	}
	for col := range n {
		a[n-1][col] = 1
	}
	b[n-1][0] = 1
	x, ok := stats.Solve(a, b)
	if !ok {
		return nil, siyu.Invalid("p", "has no stationary state to working precision")
	}
	out := make([]float64, len(c.states))
	for k, i := range closed {
		out[i] = x[k][0]
	}
	return out, nil
}

// reach tells from which state which can be reached in one step or more.
func (c *Chain) reach() [][]bool {
	r := make([][]bool, len(c.p))
	for i, row := range c.p {
		r[i] = make([]bool, len(row))
		for j, p := range row {
			r[i][j] = p > 0
		}
	}
	for k := range r {
		for i := range r {
			for j := range r {
				r[i][j] = r[i][j] || (r[i][k] && r[k][j])
			}
		}
	}
	return r
}

// returns reports whether state i can be reached from all that it reaches.
func (c *Chain) returns(i int, reach [][]bool) bool {
	for j, can := range reach[i] {
		if can && !reach[j][i] {
			return false
		}
	}
	return true
}

func (c *Chain) pair(from, to string) (i, j int, err error) {
	i, j = slices.Index(c.states, from), slices.Index(c.states, to)
	if i < 0 {
		return 0, 0, siyu.Invalid("state", "%q is not a state", from)
	}
	if j < 0 {
		return 0, 0, siyu.Invalid("state", "%q is not a state", to)
	}
	return i, j, nil
}
