package ltv

import "context"

// MBGNBD is the modified beta-geometric/NBD model: as [BGNBD], but a customer
// can leave right after the first purchase too, so that those who never came
// back are not taken for alive.
//
// Batislam, Denizel and Filiztekin, Empirical validation and comparison of
// models for customer base analysis, Int. J. of Research in Marketing 24
// (2007).
type MBGNBD struct{ R, Alpha, A, B float64 }

// FitMBGNBD estimates the model by maximum likelihood; see [FitBGNBD].
func FitMBGNBD(ctx context.Context, groups []Group, opts *FitOptions) (Fit[MBGNBD], error) {
	customers, repeats, err := checkGroups(groups)
	if err != nil {
		return Fit[MBGNBD]{}, err
	}
	sorted := byFrequency(groups)
	start := MBGNBD{R: 1, Alpha: startAlpha(groups, repeats), A: 1, B: 2}
	return maximise(ctx, start, customers, func(m MBGNBD, d []float64) float64 {
		return m.core().likelihood(sorted, d)
	}, opts)
}

// LogLikelihood returns the log-likelihood of data under the model.
func (m MBGNBD) LogLikelihood(groups []Group) float64 {
	return m.core().likelihood(byFrequency(groups), make([]float64, 4))
}

// Alive returns the probability that a customer is still one: P(alive).
func (m MBGNBD) Alive(h History) float64 { return m.core().alive(h.clean()) }

// Expected returns the mean number of purchases of a customer in the time t
// after the end of observation.
func (m MBGNBD) Expected(h History, t float64) float64 {
	h = h.clean()
	return m.core().alive(h) * m.core().posterior(h).expected(t)
}

// ExpectedNew returns the mean number of repeat purchases of a new customer in
// the time t after the first purchase.
func (m MBGNBD) ExpectedNew(t float64) float64 {
	return m.B / (m.A + m.B) * m.core().fresh().expected(t)
}

// DERT returns the discounted expected residual transactions of a customer;
// see [BGNBD.DERT].
func (m MBGNBD) DERT(h History, rate float64) float64 {
	h = h.clean()
	return m.core().alive(h) * m.core().posterior(h).residual(rate)
}

// Validate refuses parameters that are not positive numbers.
func (m MBGNBD) Validate() error { return checkModel(m) }

func (m MBGNBD) core() geometric {
	return geometric{r: m.R, alpha: m.Alpha, a: m.A, b: m.B, extra: 1}
}

func (MBGNBD) name() string            { return "MBG/NBD" }
func (MBGNBD) names() []string         { return []string{"r", "alpha", "a", "b"} }
func (m MBGNBD) values() []float64     { return []float64{m.R, m.Alpha, m.A, m.B} }
func (MBGNBD) with(v []float64) MBGNBD { return MBGNBD{v[0], v[1], v[2], v[3]} }

var _ Purchases = MBGNBD{}
