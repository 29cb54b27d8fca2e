package ltv

import (
	"math"

	"github.com/siyu-go/siyu"
)

// ValueOptions are the settings of [Value].
type ValueOptions struct {
	Margin  siyu.BPS // share of an amount that is earned; 0 means the whole
	Rate    float64  // continuous discount rate per unit of time; 0 means none, and needs a Horizon
	Horizon float64  // units of time to look ahead; 0 means for ever, and needs a Rate
}

func (o ValueOptions) validate() error {
	if !(o.Rate >= 0) || !(o.Horizon >= 0) || math.IsInf(o.Rate, 1) || math.IsInf(o.Horizon, 1) {
		return siyu.Invalid("options", "hold a rate or horizon that is not a number at or above 0")
	}
	if (o.Rate > 0) == (o.Horizon > 0) {
		return siyu.Invalid("options", "need either a rate or a horizon")
	}
	return nil
}

// count returns the purchases to come, discounted or up to the horizon.
func (o ValueOptions) count(purchases Purchases, h History) float64 {
	if o.Rate > 0 {
		return purchases.DERT(h, o.Rate)
	}
	return purchases.Expected(h, o.Horizon)
}

// Value returns the money that a customer is expected to bring from now on, in
// minor units: purchases to come times the mean amount of one, as the two
// models expect them of this customer. The amounts must have been fitted in
// minor units, as [Spendings] gives them. It is an estimate, not an amount that
// anybody owes.
//
// Neither or both of rate and horizon, a spending without a mean (Q at or
// below 1 and no purchases), and a value beyond 64 bits are errors.
func Value(purchases Purchases, amounts GammaGamma, s Summary, o ValueOptions) (siyu.Money, error) {
	if err := purchases.Validate(); err != nil {
		return 0, siyu.Within("purchases", err)
	}
	if err := amounts.Validate(); err != nil {
		return 0, siyu.Within("amounts", err)
	}
	if err := s.Validate(); err != nil {
		return 0, siyu.Within("summary", err)
	}
	if err := o.validate(); err != nil {
		return 0, err
	}
	mean := amounts.Expected(Spending{s.Frequency, s.Mean()})
	if math.IsInf(mean, 1) {
		return 0, siyu.Invalid("amounts", "have no mean for this customer: q is too small")
	}
	value := math.Round(o.count(purchases, s.History) * mean)
	if !(math.Abs(value) < math.MaxInt64) {
		return 0, siyu.ErrOverflow
	}
	if o.Margin == 0 {
		return siyu.Money(value), nil
	}
	return siyu.Money(value).Rate(o.Margin, siyu.HalfUp)
}
