package ltv

import (
	"context"
	"math"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// Spending is the repeat purchases of one customer and their mean amount, in
// any unit of money.
type Spending struct {
	Frequency int
	Mean      float64
}

// GammaGamma is the model of how much a purchase is worth: amounts vary around
// a customer's own mean, gamma distributed with shape P, and the means vary
// over customers so that the rate is gamma distributed with shape Q and rate
// Gamma (in the unit of money of the data). It supposes that amounts do not
// depend on how often a customer buys.
//
// Fader, Hardie and Lee, RFM and CLV, Journal of Marketing Research 42 (2005);
// Fader and Hardie, The Gamma-Gamma Model of Monetary Value, 2013.
type GammaGamma struct{ P, Q, Gamma float64 }

// Spendings takes the customers with repeat purchases of positive value; the
// others say nothing of amounts. Means are in minor units.
func Spendings(summaries []Summary) []Spending {
	var out []Spending
	for _, s := range summaries {
		if s.Frequency > 0 && s.Repeat > 0 {
			out = append(out, Spending{s.Frequency, s.Mean()})
		}
	}
	return out
}

// FitGammaGamma estimates the model by maximum likelihood.
//
// A customer without purchases or with a mean that is not positive, and less
// than two customers, are [siyu.ErrInvalid]; data that leave a parameter open,
// such as equal amounts, are [ErrNotIdentified].
func FitGammaGamma(ctx context.Context, spending []Spending, opts *FitOptions) (Fit[GammaGamma], error) {
	if len(spending) < 2 {
		return Fit[GammaGamma]{}, siyu.Invalid("spending", "is of fewer than 2 customers")
	}
	var sum, count float64
	for i, s := range spending {
		switch {
		case s.Frequency < 1:
			return Fit[GammaGamma]{}, siyu.Invalid(path("spending", i)+".frequency", "is below 1")
		case !(s.Mean > 0) || math.IsInf(s.Mean, 1):
			return Fit[GammaGamma]{}, siyu.Invalid(path("spending", i)+".mean", "is not a positive number")
		}
		sum += s.Mean * float64(s.Frequency)
		count += float64(s.Frequency)
	}
	// In units of the mean amount, all parameters are near 1.
	unit := sum / count
	scaled := make([]Spending, len(spending))
	var logs float64
	for i, s := range spending {
		scaled[i] = Spending{s.Frequency, s.Mean / unit}
		logs += math.Log(unit)
	}
	fit, err := maximise(ctx, GammaGamma{P: 2, Q: 3, Gamma: 1}, len(spending), func(m GammaGamma, d []float64) float64 {
		return m.likelihood(scaled, d) - logs
	}, opts)
	if err != nil {
		return fit, err
	}
	fit.Model.Gamma *= unit
	fit.Parameters[2].Value *= unit
	fit.Parameters[2].SE *= unit
	return fit, nil
}

// LogLikelihood returns the log-likelihood of data under the model.
func (m GammaGamma) LogLikelihood(spending []Spending) float64 {
	return m.likelihood(spending, make([]float64, 3))
}

// likelihood returns the log-likelihood and adds the derivatives by p, q and γ
// to d.
func (m GammaGamma) likelihood(spending []Spending, d []float64) float64 {
	var (
		logGammaQ = stats.LogGamma(m.Q)
		psiQ      = stats.Digamma(m.Q)
		log       = math.Log(m.Gamma)
		terms     = make(map[int]gammaTerms)
		total     float64
	)
	for _, s := range spending {
		x := float64(s.Frequency)
		t, known := terms[s.Frequency]
		if !known {
			px := m.P * x
			t = gammaTerms{
				log: stats.LogGamma(px+m.Q) - stats.LogGamma(px) - logGammaQ + m.Q*log + px*math.Log(x),
				p:   stats.Digamma(px+m.Q) - stats.Digamma(px) + math.Log(x),
				q:   stats.Digamma(px+m.Q) - psiQ + log,
			}
			terms[s.Frequency] = t
		}
		spent := m.Gamma + x*s.Mean
		logSpent, logMean := math.Log(spent), math.Log(s.Mean)
		total += t.log + (m.P*x-1)*logMean - (m.P*x+m.Q)*logSpent
		d[0] += x * (t.p + logMean - logSpent)
		d[1] += t.q - logSpent
		d[2] += m.Q/m.Gamma - (m.P*x+m.Q)/spent
	}
	return total
}

// gammaTerms are the parts of the likelihood that depend on the frequency.
type gammaTerms struct{ log, p, q float64 }

// Mean returns the mean amount of a purchase over all customers, which exists
// only for Q above 1; otherwise it is +Inf.
func (m GammaGamma) Mean() float64 { return m.Expected(Spending{}) }

// Expected returns the mean amount of the purchases to come of a customer with
// this spending: between the customer's own mean and that of all customers,
// nearer to the former the more purchases there are.
func (m GammaGamma) Expected(s Spending) float64 {
	x := float64(max(s.Frequency, 0))
	weight := m.P*x + m.Q - 1
	if weight <= 0 {
		return math.Inf(1)
	}
	return m.P * (m.Gamma + x*max(s.Mean, 0)) / weight
}

// Validate refuses parameters that are not positive numbers.
func (m GammaGamma) Validate() error { return checkModel(m) }

func (GammaGamma) name() string                { return "Gamma-Gamma" }
func (GammaGamma) names() []string             { return []string{"p", "q", "gamma"} }
func (m GammaGamma) values() []float64         { return []float64{m.P, m.Q, m.Gamma} }
func (GammaGamma) with(v []float64) GammaGamma { return GammaGamma{v[0], v[1], v[2]} }
