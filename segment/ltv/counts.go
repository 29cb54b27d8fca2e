package ltv

import (
	"math"

	"github.com/siyu-go/siyu/internal/stats"
)

// Counts is the distribution of how often something will happen, such as the
// purchases of one customer in the year to come: Counts[k] is the probability
// of k times. What is missing to 1, if anything, lies beyond its end.
type Counts []float64

// Mean returns the expected number.
func (c Counts) Mean() float64 {
	var mean float64
	for k, p := range c {
		mean += float64(k) * p
	}
	return mean
}

// Quantile returns the smallest number that is not exceeded with a probability
// of at least p.
func (c Counts) Quantile(p float64) int {
	var sum float64
	for k, q := range c {
		if sum += q; sum >= p {
			return k
		}
	}
	return max(len(c)-1, 0)
}

const (
	mostCounts    = 1 << 16 // of a distribution of purchases
	countsBeyond  = 1e-10   // probability that may lie beyond its end
	mostChances   = 10_000
	countsPanels  = 12
	leastForecast = 1e-300
)

// counts adds up probabilities, asked for in order, to a distribution.
func counts(probability func(k int) float64) Counts {
	var c Counts
	for sum := 0.0; len(c) < mostCounts && sum < 1-countsBeyond; {
		p := probability(len(c))
		if math.IsNaN(p) {
			break
		}
		c = append(c, min(max(p, 0), 1))
		sum += c[len(c)-1]
	}
	return c
}

// negative is the negative binomial distribution of Poisson counts in the time
// t at a gamma distributed rate, asked for in order.
type negative struct {
	shape, log, logZ float64
	k                float64
}

func newNegative(shape, rate, t float64) *negative {
	past := math.Log1p(t / rate)
	return &negative{shape: shape, log: -shape * past, logZ: math.Log(t/rate) - past}
}

func (n *negative) next() float64 {
	p := math.Exp(n.log)
	n.log += math.Log((n.shape+n.k)/(n.k+1)) + n.logZ
	n.k++
	return p
}

// counts returns the distribution of the purchases in the time t of an alive
// customer with these distributions (Fader, Hardie and Lee 2005, equation 8).
func (g geometric) counts(t float64) func(k int) float64 {
	n, logBeta := newNegative(g.r, g.alpha, t), stats.LogBeta(g.a, g.b)
	below := 0.0 // chance of fewer purchases than k, did nobody leave
	return func(k int) float64 {
		x := float64(k)
		q := n.next()
		p := q * math.Exp(stats.LogBeta(g.a, g.b+x)-logBeta)
		if k > 0 {
			p += max(1-below, 0) * math.Exp(stats.LogBeta(g.a+1, g.b+x-1)-logBeta)
		}
		below += q
		return p
	}
}

// later returns the distribution of the purchases in the time t of a customer.
func (g geometric) later(h History, t float64) Counts {
	h = h.clean()
	if !(t > leastForecast) {
		return Counts{1}
	}
	return afterLeaving(g.alive(h), g.posterior(h).counts(t))
}

// afterLeaving takes into account that a customer may have left already.
func afterLeaving(alive float64, probability func(k int) float64) Counts {
	return counts(func(k int) float64 {
		p := alive * probability(k)
		if k == 0 {
			p += 1 - alive
		}
		return p
	})
}

// Counts returns the distribution of the purchases of a customer in the time t
// after the end of observation; its mean is Expected.
func (m BGNBD) Counts(h History, t float64) Counts { return m.core().later(h, t) }

// Counts returns the distribution of the purchases of a customer in the time t
// after the end of observation; its mean is Expected.
func (m MBGNBD) Counts(h History, t float64) Counts { return m.core().later(h, t) }

// Counts returns the distribution of the purchases of a customer in the time t
// after the end of observation; its mean is Expected. It integrates over when
// the customer leaves.
func (m ParetoNBD) Counts(h History, t float64) Counts {
	h = h.clean()
	if !(t > leastForecast) {
		return Counts{1}
	}
	shape, rate, beta := m.R+float64(h.Frequency), m.Alpha+h.T, m.Beta+h.T
	width := math.Log1p(t / beta)
	var (
		weights = []float64{math.Exp(-m.S * width)} // stays to the end
		parts   = []*negative{newNegative(shape, rate, t)}
		panel   = width / countsPanels
		total   = weights[0]
	)
	for i := range countsPanels {
		for j, node := range stats.GaussNodes {
			y := (float64(i) + node) * panel // ln(1+u/β) of the moment u of leaving
			w := stats.GaussWeights[j] * panel * m.S * math.Exp(-m.S*y)
			weights, total = append(weights, w), total+w
			parts = append(parts, newNegative(shape, rate, beta*math.Expm1(y)))
		}
	}
	return afterLeaving(m.Alive(h), func(int) float64 {
		var p float64
		for i, n := range parts {
			p += weights[i] * n.next()
		}
		return p / total
	})
}

// Counts returns the distribution of the actions of a person in the next
// chances, at most 10,000; its mean is Expected.
func (m BGBB) Counts(c Chances, next int) Counts {
	c = c.clean()
	next = min(max(next, 0), mostChances)
	log, _ := m.probability(c)
	alive := math.Exp(m.stays(c, 0, 0) - log)
	var (
		acts, quiet = m.Alpha + float64(c.Frequency), m.Beta + float64(c.Periods-c.Frequency)
		delta       = m.Delta + float64(c.Periods)
		logStay     = stats.LogBeta(m.Gamma, delta)
		out         = make(Counts, next+1)
		lives       = make([]float64, next+1) // logarithm of the chance to live for so many chances
		logs        = make([][3]float64, next+1)
	)
	for j := range lives {
		stayed := delta + float64(j)
		lives[j] = stats.LogBeta(m.Gamma+1, stayed) - logStay
		if j == next {
			lives[j] = stats.LogBeta(m.Gamma, stayed) - logStay
		}
		logs[j] = [3]float64{math.Log(float64(j)), math.Log(quiet + float64(j)), math.Log(acts + quiet + float64(j))}
	}
	for k := range out {
		// The beta-binomial chance of k actions in j chances, for j from k on.
		bb := stats.LogBeta(acts+float64(k), quiet) - stats.LogBeta(acts, quiet)
		for j := k; j <= next; j++ {
			out[k] += alive * math.Exp(lives[j]+bb)
			if j < next {
				bb += logs[j+1][0] - logs[j+1-k][0] + logs[j-k][1] - logs[j][2]
			}
		}
	}
	out[0] += 1 - alive
	return out
}

// Counts returns the distribution of the renewals to come of a customer who has
// renewed so many times, up to next of them.
func (m SBG) Counts(renewals, next int) Counts {
	next = min(max(next, 0), mostChances)
	out := make(Counts, next+1)
	stays := 1.0
	for k := range out {
		on := 0.0
		if k < next {
			on = stays * m.Retention(max(renewals, 0)+k+1)
		}
		out[k], stays = stays-on, on
	}
	return out
}
