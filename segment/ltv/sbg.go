package ltv

import (
	"context"
	"math"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// SBG is the shifted beta-geometric model of a contract that is renewed or not
// once a period: a customer leaves at each renewal with an own probability,
// beta distributed over customers (Alpha, Beta). Retention rises with time
// because those likely to leave go first.
//
// Fader and Hardie, How to Project Customer Retention, Journal of Interactive
// Marketing 21 (2007).
type SBG struct{ Alpha, Beta float64 }

// FitSBG estimates the model from the numbers of customers of one cohort who
// are still there: survivors[0] at the start, survivors[t] after t renewals.
//
// Numbers that rise, and a cohort of which nobody left, are
// [siyu.ErrInvalid]; data that leave a parameter open are [ErrNotIdentified].
func FitSBG(ctx context.Context, survivors []int, opts *FitOptions) (Fit[SBG], error) {
	if len(survivors) < 2 {
		return Fit[SBG]{}, siyu.Invalid("survivors", "are fewer than 2 numbers")
	}
	for t, n := range survivors {
		if n < 0 || t > 0 && n > survivors[t-1] {
			return Fit[SBG]{}, siyu.Invalid(path("survivors", t), "is negative or above the number before")
		}
	}
	if survivors[0] == survivors[len(survivors)-1] {
		return Fit[SBG]{}, siyu.Invalid("survivors", "hold nobody who left")
	}
	return maximise(ctx, SBG{Alpha: 1, Beta: 1}, survivors[0], func(m SBG, d []float64) float64 {
		return m.likelihood(survivors, d)
	}, opts)
}

// likelihood adds up, over the renewals, the chance to leave at it or to stay:
// the hazard α/(α+β+t) applies to those who stood at the renewal t.
func (m SBG) likelihood(survivors []int, d []float64) float64 {
	var total float64
	for t := 1; t < len(survivors); t++ {
		var (
			stay  = float64(survivors[t])
			leave = float64(survivors[t-1]) - stay
			past  = m.Beta + float64(t-1)
			all   = m.Alpha + past
		)
		total += leave*math.Log(m.Alpha/all) + stay*math.Log(past/all)
		d[0] += leave/m.Alpha - (leave+stay)/all
		d[1] += stay/past - (leave+stay)/all
	}
	return total
}

// LogLikelihood returns the log-likelihood of data under the model.
func (m SBG) LogLikelihood(survivors []int) float64 {
	return m.likelihood(survivors, make([]float64, 2))
}

// Survival returns the share of a cohort still there after t renewals.
func (m SBG) Survival(t int) float64 {
	return math.Exp(stats.LogBeta(m.Alpha, m.Beta+float64(max(t, 0))) - stats.LogBeta(m.Alpha, m.Beta))
}

// Retention returns the share of those there after t-1 renewals who renew the
// t-th time, t from 1.
func (m SBG) Retention(t int) float64 {
	past := m.Beta + float64(max(t, 1)-1)
	return past / (m.Alpha + past)
}

// DEL returns the discounted expected lifetime of a new customer in periods,
// the first paid at once, at a rate per period above 0.
func (m SBG) DEL(rate float64) float64 {
	return m.discounted(m.Beta, rate)
}

// DERL returns the discounted expected residual lifetime of a customer who has
// renewed so many times, standing right before the next renewal; that renewal
// is not discounted (Fader and Hardie, Customer-Base Valuation in a Contractual
// Setting, Marketing Science 29, 2010, equation 6).
func (m SBG) DERL(renewals int, rate float64) float64 {
	past := m.Beta + float64(max(renewals, 0))
	return past / (m.Alpha + past) * m.discounted(past+1, rate)
}

// discounted is 2F1(1, β; α+β; 1/(1+rate)), the sum of discounted survival.
func (m SBG) discounted(beta, rate float64) float64 {
	f, _ := stats.Hypergeometric(1, beta, m.Alpha+beta, 1/(1+rate))
	return f
}

// Validate refuses parameters that are not positive numbers.
func (m SBG) Validate() error { return checkModel(m) }

func (SBG) name() string         { return "sBG" }
func (SBG) names() []string      { return []string{"alpha", "beta"} }
func (m SBG) values() []float64  { return []float64{m.Alpha, m.Beta} }
func (SBG) with(v []float64) SBG { return SBG{v[0], v[1]} }
