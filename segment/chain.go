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
type Chain struct {
	states []string
	p      [][]float64
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

// With returns the chain in which a share of delta more of those in one state
// goes to another each period, taken from those who stay: a what-if. It is
// siyu.ErrInvalid if fewer than that stay.
func (c *Chain) With(from, to string, delta float64) (*Chain, error) {
	i, j, err := c.pair(from, to)
	if err != nil {
		return nil, err
	}
	if i == j {
		return nil, siyu.Invalid("to", "is the same state")
	}
	p := make([][]float64, len(c.p))
	for k := range p {
		p[k] = slices.Clone(c.p[k])
	}
	p[i][j] += delta
	p[i][i] -= delta
	return NewChain(c.states, p)
}

// Forecast returns the expected number of people in each state after a number
// of periods, from the numbers at the start.
func (c *Chain) Forecast(start []float64, steps int) ([]float64, error) {
	if len(start) != len(c.states) {
		return nil, siyu.Invalid("start", "has %d entries for %d states", len(start), len(c.states))
	}
	if steps < 0 || steps > 1_000_000 {
		return nil, siyu.Invalid("steps", "must be 0 to 1000000")
	}
	for i, n := range start {
		if !(n >= 0 && n <= math.MaxFloat64) {
			return nil, siyu.Invalid(elem("start", i), "%v is not a number of people", n)
		}
	}
	now := slices.Clone(start)
	for range steps {
		next := make([]float64, len(now))
		for i, n := range now {
			for j, p := range c.p[i] {
				next[j] += n * p
			}
		}
		now = next
	}
	return now, nil
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

// Absorption is what happens on the way to a state that ends the story.
type Absorption struct {
	From   []string    // the other states, in order
	Steps  []float64   // expected periods until the end, from each
	Visits [][]float64 // expected periods spent in each (column) from each (row)
}

// Until returns the expected way from every other state to the target, which is
// taken as final: the fundamental matrix (I-Q)⁻¹. It is siyu.ErrInvalid if some
// state never gets there.
func (c *Chain) Until(target string) (*Absorption, error) {
	end := slices.Index(c.states, target)
	if end < 0 {
		return nil, siyu.Invalid("target", "%q is not a state", target)
	}
	var rest []int
	reach := c.reach()
	out := &Absorption{}
	for i, name := range c.states {
		if i == end {
			continue
		}
		if !reach[i][end] {
			return nil, siyu.Invalid("target", "%q is never reached from %q", target, name)
		}
		rest, out.From = append(rest, i), append(out.From, name)
	}
	a, identity := c.leaving(rest)
	visits, ok := stats.Solve(a, identity)
	if !ok {
		return nil, siyu.Invalid("p", "the way to %q is too long to compute", target)
	}
	out.Visits = visits
	for _, row := range visits {
		var sum float64
		for _, v := range row {
			sum += v
		}
		out.Steps = append(out.Steps, sum)
	}
	return out, nil
}

// leaving returns I-Q over some states, and the identity.
func (c *Chain) leaving(states []int) (a, identity [][]float64) {
	a, identity = make([][]float64, len(states)), make([][]float64, len(states))
	for row, i := range states {
		a[row], identity[row] = make([]float64, len(states)), make([]float64, len(states))
		for col, j := range states {
			a[row][col] = -c.p[i][j]
		}
		a[row][row]++
		identity[row][row] = 1
	}
	return a, identity
}

// Before returns for every other state the probability to reach one state
// before another: the inner ring before being lost.
func (c *Chain) Before(target, avoid string) (map[string]float64, error) {
	goal, lost, err := c.pair(target, avoid)
	if err != nil {
		return nil, err
	}
	if goal == lost {
		return nil, siyu.Invalid("avoid", "is the target")
	}
	stop := &Chain{c.states, slices.Clone(c.p)}
	for _, end := range []int{goal, lost} {
		stop.p[end] = make([]float64, len(c.states))
		stop.p[end][end] = 1
	}
	reach := stop.reach()
	out := map[string]float64{}
	var rest []int
	for i, name := range c.states {
		switch {
		case i == goal || i == lost:
		case reach[i][goal] || reach[i][lost]:
			rest = append(rest, i)
		default:
			out[name] = 0 // stays elsewhere for ever
		}
	}
	a, _ := c.leaving(rest)
	b := make([][]float64, len(rest))
	for row, i := range rest {
		b[row] = []float64{c.p[i][goal]}
	}
	x, ok := stats.Solve(a, b)
	if !ok {
		return nil, siyu.Invalid("p", "the way to %q is too long to compute", target)
	}
	for row, i := range rest {
		out[c.states[i]] = x[row][0]
	}
	return out, nil
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
