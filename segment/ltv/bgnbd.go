package ltv

import "context"

// BGNBD is the beta-geometric/NBD model: while alive a customer buys at random
// at an own rate; after each repeat purchase the customer leaves for good with
// an own probability. Rates are gamma distributed over customers (shape R,
// rate Alpha, in the unit of time of the data), probabilities to leave beta
// (A, B).
//
// Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, Marketing
// Science 24 (2005). A customer who never came back is alive for certain; see
// [MBGNBD] for the variant without that.
type BGNBD struct{ R, Alpha, A, B float64 }

// FitBGNBD estimates the model by maximum likelihood.
//
// Invalid data, and data without a repeat purchase, are [siyu.ErrInvalid];
// data that leave a parameter open are [ErrNotIdentified]; cancelling ctx ends
// the fit.
func FitBGNBD(ctx context.Context, groups []Group, opts *FitOptions) (Fit[BGNBD], error) {
	customers, repeats, err := checkGroups(groups)
	if err != nil {
		return Fit[BGNBD]{}, err
	}
	sorted := byFrequency(groups)
	start := BGNBD{R: 1, Alpha: startAlpha(groups, repeats), A: 1, B: 2}
	return maximise(ctx, start, customers, func(m BGNBD, d []float64) float64 {
		return m.core().likelihood(sorted, d)
	}, opts)
}

// startAlpha makes the mean rate of the start that of the data.
func startAlpha(groups []Group, repeats int) float64 {
	var time float64
	for _, g := range groups {
		time += float64(g.Customers) * g.T
	}
	return min(max(time/float64(repeats), 1e-3), 1e4)
}

// LogLikelihood returns the log-likelihood of data under the model.
func (m BGNBD) LogLikelihood(groups []Group) float64 {
	return m.core().likelihood(byFrequency(groups), make([]float64, 4))
}

// Alive returns the probability that a customer is still one: P(alive).
func (m BGNBD) Alive(h History) float64 { return m.core().alive(h.clean()) }

// Expected returns the mean number of purchases of a customer in the time t
// after the end of observation.
func (m BGNBD) Expected(h History, t float64) float64 {
	h = h.clean()
	return m.core().alive(h) * m.core().posterior(h).expected(t)
}

// ExpectedNew returns the mean number of repeat purchases of a new customer in
// the time t after the first purchase.
func (m BGNBD) ExpectedNew(t float64) float64 { return m.core().fresh().expected(t) }

// DERT returns the discounted expected residual transactions of a customer
// over all time, at a continuous discount rate per unit of time above 0: 15 %
// a year over weeks is ln(1.15)/52.
func (m BGNBD) DERT(h History, rate float64) float64 {
	h = h.clean()
	return m.core().alive(h) * m.core().posterior(h).residual(rate)
}

// Validate refuses parameters that are not positive numbers.
func (m BGNBD) Validate() error { return checkModel(m) }

func (m BGNBD) core() geometric { return geometric{r: m.R, alpha: m.Alpha, a: m.A, b: m.B} }

func (BGNBD) name() string           { return "BG/NBD" }
func (BGNBD) names() []string        { return []string{"r", "alpha", "a", "b"} }
func (m BGNBD) values() []float64    { return []float64{m.R, m.Alpha, m.A, m.B} }
func (BGNBD) with(v []float64) BGNBD { return BGNBD{v[0], v[1], v[2], v[3]} }

var _ Purchases = BGNBD{}
