package segment

import (
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// Absorption is what happens on the way to a state that ends the story.
type Absorption struct {
	From   []string     // the other states, in order
	Steps  []Expected   // periods until the end, from each
	Visits [][]Expected // periods spent in each (column) from each (row)
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
	steps := make([]float64, len(c.states)) // from each state; 0 at the end
	for row, i := range rest {
		for _, v := range visits[row] {
			steps[i] += v
		}
	}
	out.Visits = make([][]Expected, len(rest))
	for row, i := range rest {
		out.Steps = append(out.Steps, Expected{steps[i], c.wayError(rest, visits[row], steps)})
		out.Visits[row] = make([]Expected, len(rest))
		for col := range rest {
			onward := make([]float64, len(c.states)) // visits of col from each state
			for k, j := range rest {
				onward[j] = visits[k][col]
			}
			out.Visits[row][col] = Expected{visits[row][col], c.wayError(rest, visits[row], onward)}
		}
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
func (c *Chain) Before(target, avoid string) (map[string]Expected, error) {
	goal, lost, err := c.pair(target, avoid)
	if err != nil {
		return nil, err
	}
	if goal == lost {
		return nil, siyu.Invalid("avoid", "is the target")
	}
	stop := &Chain{states: c.states, p: slices.Clone(c.p)}
	for _, end := range []int{goal, lost} {
		stop.p[end] = make([]float64, len(c.states))
		stop.p[end][end] = 1
	}
	reach := stop.reach()
	out := map[string]Expected{}
	var rest []int
	for i, name := range c.states {
		switch {
		case i == goal || i == lost:
		case reach[i][goal] || reach[i][lost]:
			rest = append(rest, i)
		default:
			out[name] = Expected{} // stays elsewhere for ever
		}
	}
	visits, ok := stats.Solve(c.leaving(rest))
	if !ok {
		return nil, siyu.Invalid("p", "the way to %q is too long to compute", target)
	}
	chance := make([]float64, len(c.states)) // from each state
	chance[goal] = 1
	for row, i := range rest {
		for col, j := range rest {
			chance[i] += visits[row][col] * c.p[j][goal]
		}
	}
	for row, i := range rest {
		out[c.states[i]] = Expected{chance[i], c.wayError(rest, visits[row], chance)}
	}
	return out, nil
}
