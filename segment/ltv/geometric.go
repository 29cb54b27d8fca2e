package ltv

import (
	"math"
	"slices"

	"github.com/siyu-go/siyu/internal/stats"
)

// geometric is what BG/NBD and MBG/NBD share: purchases at a rate that is
// gamma distributed over customers, and a chance to leave at each, beta
// distributed. The one difference is the number of chances to leave: x in
// BG/NBD, x+1 in MBG/NBD, where one comes with the first purchase too.
type geometric struct {
	r, alpha, a, b float64
	extra          int // chances to leave beside x
}

// likelihood returns the log-likelihood of groups sorted by frequency and adds
// the derivatives by r, alpha, a, b to d.
func (g geometric) likelihood(groups []Group, d []float64) float64 {
	var (
		total                 float64
		frequency             = -1
		rising, dRising       float64 // ln Γ(r+x)/Γ(r) + r ln α
		alive, dead           float64 // ln B(a, b+m)/B(a,b), ln B(a+1, b+m-1)/B(a,b)
		aliveA, aliveB        float64
		deadA, deadB          float64
		logAlpha              = math.Log(g.alpha)
		logBeta               = stats.LogBeta(g.a, g.b)
		psiR, psiA, psiB      = stats.Digamma(g.r), stats.Digamma(g.a), stats.Digamma(g.b)
		psiAB                 = stats.Digamma(g.a + g.b)
		logGammaR             = stats.LogGamma(g.r)
		leaves                bool
		sumR, sumAl, sumA, sB float64
	)
	for _, c := range groups {
		x := float64(c.Frequency)
		if c.Frequency != frequency {
			frequency = c.Frequency
			m := float64(frequency + g.extra)
			leaves = m > 0
			rising = stats.LogGamma(g.r+x) - logGammaR + g.r*logAlpha
			dRising = stats.Digamma(g.r+x) - psiR + logAlpha
			psiABM := stats.Digamma(g.a + g.b + m)
			alive = stats.LogBeta(g.a, g.b+m) - logBeta
			aliveA, aliveB = psiAB-psiABM, stats.Digamma(g.b+m)-psiABM-psiB+psiAB
			if leaves {
				dead = stats.LogBeta(g.a+1, g.b+m-1) - logBeta
				deadA = stats.Digamma(g.a+1) - psiABM - psiA + psiAB
				deadB = stats.Digamma(g.b+m-1) - psiABM - psiB + psiAB
			}
		}
		var (
			n      = float64(c.Customers)
			logEnd = math.Log(g.alpha + c.T)
			stays  = alive - (g.r+x)*logEnd
			ll     = stays
			w      = 1.0 // weight of being alive
			mixLog = logEnd
			mixInv = 1 / (g.alpha + c.T)
		)
		if leaves {
			logLast := math.Log(g.alpha + c.Recency)
			gone := dead - (g.r+x)*logLast
			ll = logSum(stays, gone)
			w = math.Exp(stays - ll)
			mixLog = w*logEnd + (1-w)*logLast
			mixInv = w*mixInv + (1-w)/(g.alpha+c.Recency)
		}
		total += n * (rising + ll)
		sumR += n * (dRising - mixLog)
		sumAl += n * (g.r/g.alpha - (g.r+x)*mixInv)
		sumA += n * (w*aliveA + (1-w)*deadA)
		sB += n * (w*aliveB + (1-w)*deadB)
	}
	d[0], d[1], d[2], d[3] = d[0]+sumR, d[1]+sumAl, d[2]+sumA, d[3]+sB
	return total
}

func logSum(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	return a + math.Log1p(math.Exp(b-a))
}

func byFrequency(groups []Group) []Group {
	sorted := slices.Clone(groups)
	slices.SortStableFunc(sorted, func(a, b Group) int { return a.Frequency - b.Frequency })
	return sorted
}

// alive returns the probability that the customer has not left.
func (g geometric) alive(h History) float64 {
	m := float64(h.Frequency + g.extra)
	if m == 0 {
		return 1
	}
	odds := math.Log(g.a/(g.b+m-1)) + (g.r+float64(h.Frequency))*math.Log((g.alpha+h.T)/(g.alpha+h.Recency))
	return 1 / (1 + math.Exp(odds))
}

// posterior returns the distributions of one customer's rate and chance to
// leave, given that the customer is alive.
func (g geometric) posterior(h History) geometric {
	return geometric{r: g.r + float64(h.Frequency), alpha: g.alpha + h.T, a: g.a, b: g.b + float64(h.Frequency+g.extra)}
}

// fresh is the posterior of somebody about whom nothing is known but the first
// purchase.
func (g geometric) fresh() geometric { return g.posterior(History{}) }

// expected returns the mean number of purchases in (0, t] of an alive customer
// with these distributions (Fader, Hardie and Lee 2005, equation 9 with the
// conditional parameters).
func (g geometric) expected(t float64) float64 {
	if !(t > 0) {
		return 0
	}
	c := g.a + g.b - 1
	if math.Abs(g.a-1) > 1e-3 && c > 1e-3 {
		z := t / (g.alpha + t)
		if f, ok := stats.Hypergeometric(g.r, g.b, c, z); ok && !math.IsInf(f, 0) {
			return c / (g.a - 1) * (1 - math.Exp(-g.r*math.Log1p(t/g.alpha))*f)
		}
	}
	return g.integral(t, 0)
}

// integral returns the same as expected, discounted at a rate, by integrating
// the rate of purchases: all terms are positive and no parameter is singular.
func (g geometric) integral(t, delta float64) float64 {
	width := math.Log1p(t / g.alpha)
	panels := 1 + int(width)
	if delta > 0 {
		panels = 1 + int(3*width)
	}
	return stats.Integrate(func(y float64) float64 {
		at := g.alpha * math.Expm1(y)
		return g.rate(at) * math.Exp(-delta*at) * g.alpha * math.Exp(y)
	}, 0, width, panels)
}

// rate returns the expected purchases per unit of time at t from now:
// E[λ exp(-λ p t)] = r/α 2F1(r+1, a; a+b; -t/α), by Pfaff's transformation.
func (g geometric) rate(t float64) float64 {
	z := t / (g.alpha + t)
	f, ok := stats.Hypergeometric(g.a, g.a+g.b-g.r-1, g.a+g.b, z)
	if !ok {
		return 0 // beyond 10^5 times α, where nothing is left
	}
	return g.r / g.alpha * math.Pow(1-z, g.a) * f
}

// residual returns the discounted expected purchases of an alive customer over
// all time, at a continuous rate per unit of time: E[λ/(λp+δ)], by the double
// exponential rule in both directions. Steps are at most three quarters of a
// standard deviation of the logarithm (of λ, of the odds of p), and weights are
// kept as logarithms, since much of them can lie where p is next to 0.
func (g geometric) residual(delta float64) float64 {
	const coarse, reach, nothing = 1. / 8, 5.4, 1e-18
	rates, weights := make([]float64, 0, 96), make([]float64, 0, 96)
	step := min(coarse, 0.75/math.Sqrt(g.r))
	base := g.r*math.Log(g.alpha) - stats.LogGamma(g.r)
	for y := -reach; y <= reach+math.Log1p(g.r); y += step { // λ = exp(y - exp(-y))/α
		log := y - math.Exp(-y) - math.Log(g.alpha)
		w := math.Exp(base+g.r*log-g.alpha*math.Exp(log)) * (1 + math.Exp(-y)) * step
		if w > nothing {
			rates, weights = append(rates, math.Exp(log)), append(weights, w)
		}
	}
	step = min(coarse, 0.75/math.Pi*math.Sqrt(1/g.a+1/g.b))
	logBeta := stats.LogBeta(g.a, g.b)
	var sum float64
	for y := -reach; y <= reach; y += step { // p = 1/(1+exp(-π sinh y))
		u := math.Pi * math.Sinh(y)
		logP, logQ := -softplus(-u), -softplus(u)
		w := math.Exp(g.a*logP+g.b*logQ-logBeta) * math.Pi * math.Cosh(y) * step
		if w < nothing {
			continue
		}
		p, inner := math.Exp(logP), 0.0
		for i, rate := range rates {
			inner += weights[i] * rate / (rate*p + delta)
		}
		sum += w * inner
	}
	return sum
}

// softplus returns ln(1+exp(x)).
func softplus(x float64) float64 {
	if x > 0 {
		return x + math.Log1p(math.Exp(-x))
	}
	return math.Log1p(math.Exp(x))
}
