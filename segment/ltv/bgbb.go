package ltv

import (
	"context"
	"math"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// Chances is the history of somebody who can act once a period, such as a
// donor asked every year or a member invited to every annual event.
type Chances struct {
	Frequency int // x: periods in which it happened
	Recency   int // t_x: the last of them, 0 if none
	Periods   int // n: chances so far
}

// Validate refuses what cannot have happened.
func (c Chances) Validate() error {
	switch {
	case c.Periods < 1:
		return siyu.Invalid("periods", "is below 1")
	case c.Recency < 0 || c.Recency > c.Periods:
		return siyu.Invalid("recency", "is not between 0 and periods")
	case c.Frequency < 0 || c.Frequency > c.Recency:
		return siyu.Invalid("frequency", "is not between 0 and recency")
	case c.Frequency == 0 && c.Recency > 0:
		return siyu.Invalid("recency", "is not 0 without an action")
	}
	return nil
}

// ChancesGroup is a number of people with one history.
type ChancesGroup struct {
	Chances
	Customers int
}

// BGBB is the beta-geometric/beta-Bernoulli model: at each chance a person who
// is alive acts with an own probability, beta distributed over people (Alpha,
// Beta), and before each chance leaves with an own probability, beta
// distributed (Gamma, Delta).
//
// Fader, Hardie and Shang, Customer-Base Analysis in a Discrete-Time
// Noncontractual Setting, Marketing Science 29 (2010).
type BGBB struct{ Alpha, Beta, Gamma, Delta float64 }

// FitBGBB estimates the model by maximum likelihood; errors as with
// [FitBGNBD].
func FitBGBB(ctx context.Context, groups []ChancesGroup, opts *FitOptions) (Fit[BGBB], error) {
	customers, actions := 0, 0
	for i, g := range groups {
		if err := g.Validate(); err != nil {
			return Fit[BGBB]{}, siyu.Within(path("groups", i), err)
		}
		if g.Customers < 1 {
			return Fit[BGBB]{}, siyu.Invalid(path("groups", i)+".customers", "is below 1")
		}
		customers += g.Customers
		actions += g.Customers * g.Frequency
	}
	switch {
	case customers == 0:
		return Fit[BGBB]{}, siyu.Invalid("groups", "are none")
	case actions == 0:
		return Fit[BGBB]{}, siyu.Invalid("groups", "hold no action")
	}
	start := BGBB{Alpha: 1, Beta: 1, Gamma: 1, Delta: 2}
	return maximise(ctx, start, customers, func(m BGBB, d []float64) float64 {
		return m.likelihood(groups, d)
	}, opts)
}

// LogLikelihood returns the log-likelihood of data under the model.
func (m BGBB) LogLikelihood(groups []ChancesGroup) float64 {
	return m.likelihood(groups, make([]float64, 4))
}

func (m BGBB) likelihood(groups []ChancesGroup, d []float64) float64 {
	var total float64
	for _, g := range groups {
		n := float64(g.Customers)
		log, slope := m.probability(g.Chances)
		total += n * log
		for i := range slope {
			d[i] += n * slope[i]
		}
	}
	return total
}

// probability returns the logarithm of the probability of a history and its
// derivatives: the sum over the chances after the last action at which the
// person may have left, and the end if not at all.
func (m BGBB) probability(c Chances) (log float64, slope [4]float64) {
	logBase := stats.LogBeta(m.Alpha, m.Beta) + stats.LogBeta(m.Gamma, m.Delta)
	x := float64(c.Frequency)
	log = math.Inf(-1)
	term := func(last int, left float64) {
		quiet, stayed := float64(last)-x, float64(last)
		add := stats.LogBeta(m.Alpha+x, m.Beta+quiet) + stats.LogBeta(m.Gamma+left, m.Delta+stayed) - logBase
		sum := add
		if !math.IsInf(log, -1) {
			sum = logSum(log, add)
		}
		keep, w := math.Exp(log-sum), math.Exp(add-sum)
		psiAB, psiGD := stats.Digamma(m.Alpha+m.Beta+stayed), stats.Digamma(m.Gamma+m.Delta+left+stayed)
		for i, v := range [4]float64{
			stats.Digamma(m.Alpha+x) - psiAB, stats.Digamma(m.Beta+quiet) - psiAB,
			stats.Digamma(m.Gamma+left) - psiGD, stats.Digamma(m.Delta+stayed) - psiGD,
		} {
			slope[i] = keep*slope[i] + w*v
		}
		log = sum
	}
	for last := c.Recency; last < c.Periods; last++ {
		term(last, 1)
	}
	term(c.Periods, 0)
	psiAB, psiGD := stats.Digamma(m.Alpha+m.Beta), stats.Digamma(m.Gamma+m.Delta)
	for i, v := range [4]float64{
		stats.Digamma(m.Alpha) - psiAB, stats.Digamma(m.Beta) - psiAB,
		stats.Digamma(m.Gamma) - psiGD, stats.Digamma(m.Delta) - psiGD,
	} {
		slope[i] -= v
	}
	return log, slope
}

// Alive returns the probability that a person is alive at the next chance.
func (m BGBB) Alive(c Chances) float64 {
	c = c.clean()
	log, _ := m.probability(c)
	return math.Exp(m.stays(c, 0, 1) - log)
}

// stays returns the logarithm of the probability of the history, of acts
// actions more, and of being alive for ahead more chances.
func (m BGBB) stays(c Chances, acts, ahead int) float64 {
	return stats.LogBeta(m.Alpha+float64(c.Frequency+acts), m.Beta+float64(c.Periods-c.Frequency)) -
		stats.LogBeta(m.Alpha, m.Beta) +
		stats.LogBeta(m.Gamma, m.Delta+float64(c.Periods+ahead)) - stats.LogBeta(m.Gamma, m.Delta)
}

// Expected returns the mean number of actions in the next chances.
func (m BGBB) Expected(c Chances, next int) float64 {
	return m.sum(c.clean(), next, 1)
}

// ExpectedNew returns the mean number of actions of a new person in the first
// chances.
func (m BGBB) ExpectedNew(chances int) float64 {
	return m.sum(Chances{}, chances, 1)
}

// DERT returns the discounted expected residual transactions: the mean number
// of actions in all chances to come, the next one discounted once, at a rate
// per period above 0 such as 0.1.
func (m BGBB) DERT(c Chances, rate float64) float64 {
	const nothing = 1e-12
	discount := 1 / (1 + rate)
	chances := math.Log(nothing) / math.Log(discount)
	return m.sum(c.clean(), int(min(chances, 1e6)), discount)
}

// sum adds up the probabilities of an action at each of the next chances,
// discounted. The chance of staying follows from the one before by a ratio of
// beta functions.
func (m BGBB) sum(c Chances, chances int, discount float64) float64 {
	log, _ := m.probability(c)
	p := math.Exp(m.stays(c, 1, 1) - log)
	total, factor := 0.0, discount
	for j := range chances {
		total += p * factor
		factor *= discount
		stayed := m.Delta + float64(c.Periods+j+1)
		p *= stayed / (m.Gamma + stayed)
	}
	return total
}

// Validate refuses parameters that are not positive numbers.
func (m BGBB) Validate() error { return checkModel(m) }

func (c Chances) clean() Chances {
	c.Periods = max(c.Periods, 0)
	c.Recency = min(max(c.Recency, 0), c.Periods)
	c.Frequency = min(max(c.Frequency, 0), c.Recency)
	if c.Frequency == 0 {
		c.Recency = 0
	}
	return c
}

func (BGBB) name() string          { return "BG/BB" }
func (BGBB) names() []string       { return []string{"alpha", "beta", "gamma", "delta"} }
func (m BGBB) values() []float64   { return []float64{m.Alpha, m.Beta, m.Gamma, m.Delta} }
func (BGBB) with(v []float64) BGBB { return BGBB{v[0], v[1], v[2], v[3]} }
