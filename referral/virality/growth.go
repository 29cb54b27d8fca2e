package virality

import (
	"math/big"
	"slices"

	"github.com/siyu-go/siyu"
)

// MaxCycles limits [Growth.Forecast]: exact fractions grow with every cycle.
const MaxCycles = 1000

// Growth is a cohort model: every cohort invites once, a cycle after it came.
type Growth struct {
	Seeds      int64
	K          *big.Rat
	Population *int64 // how many there are to be won, the seeds included; nil means no end
}

// Forecast is where a growth stands after some cycles.
type Forecast struct {
	New        []*big.Rat // by cycle, the seeds first
	Cumulative *big.Rat
	Limit      *big.Rat // seeds/(1-K) if K < 1, else nil; the population is not counted in
}

// Forecast lets the model run: new[i+1] = new[i]*K, cut to what is left of the
// population.
func (g Growth) Forecast(cycles int) (Forecast, error) {
	switch {
	case g.Seeds < 0:
		return Forecast{}, siyu.Invalid("seeds", "is negative")
	case g.K == nil || g.K.Sign() < 0:
		return Forecast{}, siyu.Invalid("k", "is missing or negative")
	case cycles < 0 || cycles > MaxCycles:
		return Forecast{}, siyu.Invalid("cycles", "is outside 0..%d", MaxCycles)
	case g.Population != nil && *g.Population < g.Seeds:
		return Forecast{}, siyu.Invalid("population", "is less than the seeds")
	}
	cohort := new(big.Rat).SetInt64(g.Seeds)
	f := Forecast{New: []*big.Rat{cohort}, Cumulative: new(big.Rat).Set(cohort)}
	for range cycles {
		cohort = new(big.Rat).Mul(cohort, g.K)
		if g.Population != nil {
			left := new(big.Rat).Sub(new(big.Rat).SetInt64(*g.Population), f.Cumulative)
			if cohort.Cmp(left) > 0 {
				cohort = left
			}
		}
		f.New = append(f.New, cohort)
		f.Cumulative = new(big.Rat).Add(f.Cumulative, cohort)
	}
	one := big.NewRat(1, 1)
	if g.K.Cmp(one) < 0 {
		f.Limit = new(big.Rat).Quo(new(big.Rat).SetInt64(g.Seeds), one.Sub(one, g.K))
	}
	return f, nil
}

// Offspring is the law of a Galton-Watson process: the probability that one
// member brings 0, 1, 2, … others.
type Offspring struct {
	pmf []*big.Rat
	f   []float64
}

// NewOffspring takes the probabilities, which are not negative and add up to 1.
func NewOffspring(pmf ...*big.Rat) (Offspring, error) {
	o := Offspring{pmf: make([]*big.Rat, len(pmf)), f: make([]float64, len(pmf))}
	sum := new(big.Rat)
	for i, p := range pmf {
		if p == nil || p.Sign() < 0 {
			return Offspring{}, siyu.Invalid("pmf", "probability %d is missing or negative", i)
		}
		o.pmf[i] = new(big.Rat).Set(p)
		o.f[i], _ = p.Float64()
		sum.Add(sum, p)
	}
	if sum.Cmp(big.NewRat(1, 1)) != 0 {
		return Offspring{}, siyu.Invalid("pmf", "adds up to %s, not to 1", sum)
	}
	return o, nil
}

// Mean returns the expected number brought by one member.
func (o Offspring) Mean() *big.Rat {
	mean := new(big.Rat)
	for j, p := range o.pmf {
		mean.Add(mean, new(big.Rat).Mul(p, new(big.Rat).SetInt64(int64(j))))
	}
	return mean
}

// Extinction returns the probability that the line of one seed dies out: the
// smallest root of q = f(q) with f(q) = sum of p[j]*q^j (Harris, The Theory of
// Branching Processes, 1963). It is within 1e-12 unless the mean is within
// 1e-6 of 1.
func (o Offspring) Extinction() float64 {
	switch {
	case len(o.pmf) == 0 || o.pmf[0].Sign() == 0:
		return 0
	case o.Mean().Cmp(big.NewRat(1, 1)) <= 0:
		return 1
	}
	// f(q) - q is convex and above 0 at 0, so Newton's method from 0 climbs to the
	// smallest root and does not pass it.
	q := 0.0
	for range 200 {
		value, slope := 0.0, 0.0
		for _, p := range slices.Backward(o.f) {
			slope = slope*q + value
			value = value*q + p
		}
		next := q + (value-q)/(1-slope)
		if next <= q || next >= 1 {
			break
		}
		q = next
	}
	return q
}

// ExpectedTotal returns the expected size of the whole line of one seed,
// itself included: 1/(1-mean), or nil if the mean is 1 or more.
func (o Offspring) ExpectedTotal() *big.Rat {
	one := big.NewRat(1, 1)
	mean := o.Mean()
	if mean.Cmp(one) >= 0 {
		return nil
	}
	return new(big.Rat).Inv(one.Sub(one, mean))
}
