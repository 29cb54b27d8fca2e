package segment

import (
	"math"
	"slices"
)

// observed is what a chain was counted on.
type observed struct {
	p       [][]float64
	people  []float64 // in each state; 0 where the row is assumed
	assumed []string
}

// Assumed returns the states that nobody was in when the chain was counted.
// People there are taken to stay, and that counts as certain in standard
// errors.
func (c *Chain) Assumed() []string {
	if c.observed == nil {
		return nil
	}
	return append([]string(nil), c.observed.assumed...)
}

// The errors are those of the delta method: the rows of the matrix are
// independent multinomial shares (Anderson and Goodman, Statistical inference
// about Markov chains, Annals of Mathematical Statistics 28, 1957), so that a
// result with the gradient g has the variance
//
//	Σ_i (Σ_j p_ij g_ij² - (Σ_j p_ij g_ij)²) / n_i.

// rowVariance returns the share of one row in the sum, but for n_i.
func (o *observed) rowVariance(i int, gradient []float64) float64 {
	var mean, square float64
	for j, p := range o.p[i] {
		mean += p * gradient[j]
		square += p * gradient[j] * gradient[j]
	}
	return max(square-mean*mean, 0)
}

// forecastError returns the error of a state's number after so many periods as
// there are numbers before. The gradient is Σ_s u_s[i] (P^(k-1-s))[j][state].
func (c *Chain) forecastError(before [][]float64, state int) float64 {
	if c.observed == nil {
		return 0
	}
	n := len(c.states)
	gradient := make([][]float64, n)
	for i := range gradient {
		gradient[i] = make([]float64, n)
	}
	ahead := make([]float64, n) // chance to be in the state later, from each
	ahead[state] = 1
	for _, numbers := range slices.Backward(before) {
		for i, people := range numbers {
			for j, chance := range ahead {
				gradient[i][j] += people * chance
			}
		}
		earlier := make([]float64, n)
		for i, row := range c.p {
			for j, p := range row {
				earlier[i] += p * ahead[j]
			}
		}
		ahead = earlier
	}
	var variance float64
	for i, people := range c.observed.people {
		if people > 0 {
			variance += c.observed.rowVariance(i, gradient[i]) / people
		}
	}
	return math.Sqrt(variance)
}

// wayError returns the error of what a way is worth that spends so many periods
// in the states of rest, where being in a state is worth onward. The gradient
// is visits[i] onward[j].
func (c *Chain) wayError(rest []int, visits, onward []float64) float64 {
	if c.observed == nil {
		return 0
	}
	var variance float64
	for k, i := range rest {
		if people := c.observed.people[i]; people > 0 {
			variance += visits[k] * visits[k] * c.observed.rowVariance(i, onward) / people
		}
	}
	return math.Sqrt(variance)
}
