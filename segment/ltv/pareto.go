package ltv

import (
	"context"
	"math"

	"github.com/siyu-go/siyu/internal/stats"
)

// ParetoNBD is the Pareto/NBD model: while alive a customer buys at random at
// an own rate, and leaves at random at an own rate, at any time. Rates of
// buying are gamma distributed over customers (shape R, rate Alpha, in the
// unit of time of the data), rates of leaving too (S, Beta).
//
// Schmittlein, Morrison and Colombo, Counting Your Customers, Management
// Science 33 (1987); Fader, Hardie and Lee, RFM and CLV, Journal of Marketing
// Research 42 (2005).
type ParetoNBD struct{ R, Alpha, S, Beta float64 }

// FitParetoNBD estimates the model by maximum likelihood; see [FitBGNBD].
func FitParetoNBD(ctx context.Context, groups []Group, opts *FitOptions) (Fit[ParetoNBD], error) {
	customers, repeats, err := checkGroups(groups)
	if err != nil {
		return Fit[ParetoNBD]{}, err
	}
	sorted := byFrequency(groups)
	alpha := startAlpha(groups, repeats)
	start := ParetoNBD{R: 1, Alpha: alpha, S: 1, Beta: alpha}
	return maximise(ctx, start, customers, func(m ParetoNBD, d []float64) float64 {
		return m.likelihood(sorted, d)
	}, opts)
}

// LogLikelihood returns the log-likelihood of data under the model.
func (m ParetoNBD) LogLikelihood(groups []Group) float64 {
	return m.likelihood(byFrequency(groups), make([]float64, 4))
}

// likelihood returns the log-likelihood of groups sorted by frequency and adds
// the derivatives by r, alpha, s, beta to d.
func (m ParetoNBD) likelihood(groups []Group, d []float64) float64 {
	var (
		total           float64
		frequency       = -1
		rising, dRising float64
		logAlpha        = math.Log(m.Alpha)
		logBeta         = math.Log(m.Beta)
		logGammaR       = stats.LogGamma(m.R)
		psiR            = stats.Digamma(m.R)
	)
	for _, c := range groups {
		x := float64(c.Frequency)
		if c.Frequency != frequency {
			frequency = c.Frequency
			rising = stats.LogGamma(m.R+x) - logGammaR + m.R*logAlpha + m.S*logBeta
			dRising = stats.Digamma(m.R+x) - psiR + logAlpha
		}
		var (
			n        = float64(c.Customers)
			inv      = [2]float64{1 / (m.Alpha + c.T), 1 / (m.Beta + c.T)}
			logs     = [2]float64{-math.Log(inv[0]), -math.Log(inv[1])}
			stays    = -(m.R+x)*logs[0] - m.S*logs[1]
			gone, dg = m.left(x, c.Recency, c.T)
			ll       = stays
			w        = 1.0
		)
		if !math.IsInf(gone, -1) {
			ll = logSum(stays, gone)
			w = math.Exp(stays - ll)
		}
		total += n * (rising + ll)
		d[0] += n * (dRising - w*logs[0] + (1-w)*dg[0])
		d[1] += n * (m.R/m.Alpha - w*(m.R+x)*inv[0] + (1-w)*dg[1])
		d[2] += n * (logBeta - w*logs[1] + (1-w)*dg[2])
		d[3] += n * (m.S/m.Beta - w*m.S*inv[1] + (1-w)*dg[3])
	}
	return total
}

// left returns the logarithm of
//
//	s ∫ (α+t)^-(r+x) (β+t)^-(s+1) dt  over [recency, T]
//
// with its derivatives by r, α, s, β. It is the part of the likelihood that
// the customer left, which the papers write as a difference of two
// hypergeometric functions; as an integral of a positive function it has no
// cancellation. Integrating over the logarithm of (min(α,β)+t) makes both
// factors smooth on panels of up to three units, and what is below e^-45 of the
// start is cut off.
func (m ParetoNBD) left(x, recency, end float64) (log float64, d [4]float64) {
	var (
		p, q   = m.R + x, m.S + 1
		a0, b0 = m.Alpha + recency, m.Beta + recency
		low    = min(m.Alpha, m.Beta)
		l0     = low + recency
	)
	const cut = 45
	end = min(end, recency+a0*math.Expm1(cut/p), recency+b0*math.Expm1(cut/q))
	if !(end > recency) {
		return math.Inf(-1), d
	}
	// On one side the logarithm is the variable itself.
	onAlpha := m.Alpha <= m.Beta
	other, power, otherPower := m.Beta-low, p, q
	if !onAlpha {
		other, power, otherPower = m.Alpha-low, q, p
	}
	var (
		width            = math.Log((low + end) / l0)
		logOther         = math.Log(other + l0)
		change           = math.Abs(power-1)*width + otherPower*(math.Log(other+low+end)-logOther)
		panels           = 1 + int(max(change/8, width/3))
		nodes, weights   = stats.GaussNodes[:], stats.GaussWeights[:]
		sum, byLog, byOL float64 // of f, f y and f ln(other+u)
		byInv, byOInv    float64 // of f/u and f/(other+u)
	)
	if change < 2.5 && width < 1.5 {
		nodes, weights = stats.Gauss6Nodes[:], stats.Gauss6Weights[:]
	}
	width /= float64(panels)
	for panel := range panels {
		for i, node := range nodes {
			y := (float64(panel) + node) * width
			u := l0 * math.Exp(y)
			o := math.Log(other+u) - logOther
			f := weights[i] * math.Exp(-(power-1)*y-otherPower*o)
			sum += f
			byLog += f * y
			byOL += f * o
			byInv += f / u
			byOInv += f / (other + u)
		}
	}
	logLow := math.Log(l0)
	byLog, byOL = byLog/sum+logLow, byOL/sum+logOther
	byInv, byOInv = power*byInv/sum, otherPower*byOInv/sum
	log = math.Log(m.S*sum*width) - (power-1)*logLow - otherPower*logOther
	if !onAlpha {
		byLog, byOL, byInv, byOInv = byOL, byLog, byOInv, byInv
	}
	return log, [4]float64{-byLog, -byInv, 1/m.S - byOL, -byOInv}
}

// Alive returns the probability that a customer is still one: P(alive).
func (m ParetoNBD) Alive(h History) float64 {
	h = h.clean()
	x := float64(h.Frequency)
	gone, _ := m.left(x, h.Recency, h.T)
	stays := -(m.R+x)*math.Log(m.Alpha+h.T) - m.S*math.Log(m.Beta+h.T)
	return 1 / (1 + math.Exp(gone-stays))
}

// Expected returns the mean number of purchases of a customer in the time t
// after the end of observation.
func (m ParetoNBD) Expected(h History, t float64) float64 {
	h = h.clean()
	rate := (m.R + float64(h.Frequency)) / (m.Alpha + h.T)
	return m.Alive(h) * rate * lifetime(m.S, m.Beta+h.T, t)
}

// ExpectedNew returns the mean number of repeat purchases of a new customer in
// the time t after the first purchase.
func (m ParetoNBD) ExpectedNew(t float64) float64 {
	return m.R / m.Alpha * lifetime(m.S, m.Beta, t)
}

// lifetime returns the mean time alive within t of somebody whose rate of
// leaving is gamma distributed: β (1 - (β/(β+t))^(s-1)) / (s-1), with its limit
// at s = 1.
func lifetime(s, beta, t float64) float64 {
	if !(t > 0) {
		return 0
	}
	log := math.Log1p(t / beta)
	k := (1 - s) * log
	if math.Abs(k) < 1e-9 {
		return beta * log
	}
	return beta * log * math.Expm1(k) / k
}

// DERT returns the discounted expected residual transactions of a customer;
// see [BGNBD.DERT]. It is Fader, Hardie and Lee's (2005) equation with the
// confluent hypergeometric function written as the integral it stands for:
// the discounted time that the customer stays.
func (m ParetoNBD) DERT(h History, rate float64) float64 {
	h = h.clean()
	beta := m.Beta + h.T
	stay := stats.IntegrateDecaying(func(t float64) float64 {
		return math.Exp(-rate*t - m.S*math.Log1p(t/beta))
	}, min(1/rate, beta))
	return m.Alive(h) * (m.R + float64(h.Frequency)) / (m.Alpha + h.T) * stay
}

// Validate refuses parameters that are not positive numbers.
func (m ParetoNBD) Validate() error { return checkModel(m) }

func (ParetoNBD) name() string               { return "Pareto/NBD" }
func (ParetoNBD) names() []string            { return []string{"r", "alpha", "s", "beta"} }
func (m ParetoNBD) values() []float64        { return []float64{m.R, m.Alpha, m.S, m.Beta} }
func (ParetoNBD) with(v []float64) ParetoNBD { return ParetoNBD{v[0], v[1], v[2], v[3]} }

var _ Purchases = ParetoNBD{}
