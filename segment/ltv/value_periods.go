package ltv

import (
	"math"

	"github.com/siyu-go/siyu"
)

// PeriodOptions are the settings of values counted by periods: of [BGBB.Value]
// and [SBG.Value].
type PeriodOptions struct {
	Amount  siyu.Money // of one action, or of one period of the contract; above 0
	Margin  siyu.BPS   // share of an amount that is earned; 0 means the whole
	Rate    float64    // discount rate per period, such as 0.1; 0 means none, and needs Periods
	Periods int        // periods to look ahead; 0 means for ever, and needs a Rate
}

func (o PeriodOptions) validate() error {
	switch {
	case o.Amount <= 0:
		return siyu.Invalid("amount", "is not above 0")
	case o.Margin < 0 || o.Margin > 10_000:
		return siyu.Invalid("margin", "is not 0 to 10000 basis points")
	case !(o.Rate >= 0) || math.IsInf(o.Rate, 1):
		return siyu.Invalid("rate", "is not a number at or above 0")
	case o.Periods < 0 || o.Periods > mostPeriods:
		return siyu.Invalid("periods", "must be 0 to %d", mostPeriods)
	case o.Rate == 0 && o.Periods == 0:
		return siyu.Invalid("options", "need a rate or a number of periods")
	}
	return nil
}

const mostPeriods = 1_000_000

// money makes expected times into minor units, rounded once.
func (o PeriodOptions) money(times float64) (siyu.Money, error) {
	share := 1.0
	if o.Margin != 0 {
		share = float64(o.Margin) / 10_000
	}
	value := math.Round(times * float64(o.Amount) * share)
	if !(math.Abs(value) < math.MaxInt64) {
		return 0, siyu.ErrOverflow
	}
	return siyu.Money(value), nil
}

// Discounted returns the expected number of actions in the next periods, 0 for
// all to come, the first discounted once at a rate per period: between
// [BGBB.Expected] (a rate of 0) and [BGBB.DERT]. Without periods and rate it is
// 0.
func (m BGBB) Discounted(c Chances, periods int, rate float64) float64 {
	switch {
	case periods > 0:
		return m.sum(c.clean(), periods, 1/(1+max(rate, 0)))
	case rate > 0:
		return m.DERT(c, rate)
	}
	return 0
}

// Value returns the money that a person is expected to bring from the next
// chance on, in minor units: the actions to come, discounted, times the amount of
// one. It is an estimate, not an amount that anybody owes. For its error bar give
// [BGBB.Discounted] to [Fit.Interval].
func (m BGBB) Value(c Chances, o PeriodOptions) (siyu.Money, error) {
	if err := m.Validate(); err != nil {
		return 0, siyu.Within("model", err)
	}
	if err := c.Validate(); err != nil {
		return 0, siyu.Within("chances", err)
	}
	if err := o.validate(); err != nil {
		return 0, err
	}
	return o.money(m.Discounted(c, o.Periods, o.Rate))
}

// Discounted returns the expected number of the next periods, 0 for all to come,
// that a customer who has renewed so many times and stands right before the next
// renewal will pay: that renewal is not discounted, as in [SBG.DERL]. Without
// periods and rate it is 0.
func (m SBG) Discounted(renewals, periods int, rate float64) float64 {
	if periods <= 0 {
		if rate > 0 {
			return m.DERL(renewals, rate)
		}
		return 0
	}
	var sum float64
	paid := 1.0
	for t := range min(periods, mostPeriods) {
		paid *= m.Retention(max(renewals, 0) + t + 1)
		sum += paid
		paid /= 1 + max(rate, 0)
	}
	return sum
}

// Value returns the money that a customer who has renewed so many times is
// expected to bring from the next renewal on, in minor units. It is an estimate,
// not an amount that anybody owes. For its error bar give [SBG.Discounted] to
// [Fit.Interval].
func (m SBG) Value(renewals int, o PeriodOptions) (siyu.Money, error) {
	if err := m.Validate(); err != nil {
		return 0, siyu.Within("model", err)
	}
	if renewals < 0 {
		return 0, siyu.Invalid("renewals", "is negative")
	}
	if err := o.validate(); err != nil {
		return 0, err
	}
	return o.money(m.Discounted(renewals, o.Periods, o.Rate))
}

// ValueNew returns the money that a new customer is expected to bring: the first
// period, which is paid at once, and what is expected of the renewals after it.
func (m SBG) ValueNew(o PeriodOptions) (siyu.Money, error) {
	if err := m.Validate(); err != nil {
		return 0, siyu.Within("model", err)
	}
	if err := o.validate(); err != nil {
		return 0, err
	}
	if o.Periods == 1 {
		return o.money(1)
	}
	return o.money(1 + m.Discounted(0, max(o.Periods-1, 0), o.Rate)/(1+o.Rate))
}
