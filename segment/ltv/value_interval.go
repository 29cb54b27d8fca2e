package ltv

import (
	"math"
	"strconv"

	"github.com/siyu-go/siyu"
)

// purchasesModel is a model of purchases that was fitted.
type purchasesModel[M any] interface {
	model[M]
	Purchases
}

// ValueInterval returns the money that customers are expected to bring
// together, in minor units, with its error bar: [Value] of one customer or the
// total of many, at a confidence such as 0.95. Both fits add to the error. They
// are independent, because the amounts are supposed not to depend on how often
// a customer buys; beyond that it speaks of the parameters only, as
// [Fit.Interval] does.
//
// Errors are those of Value and of Fit.Interval.
func ValueInterval[M purchasesModel[M]](purchases Fit[M], amounts Fit[GammaGamma], customers []Summary, o ValueOptions, confidence float64) (Interval, error) {
	if err := o.validate(); err != nil {
		return Interval{}, err
	}
	// The total is linear in the counts, one for each history, and in the
	// means, one for each spending.
	var means tally[History]
	var counts tally[Spending]
	for i, s := range customers {
		if err := s.Validate(); err != nil {
			return Interval{}, siyu.Within("customers["+strconv.Itoa(i)+"]", err)
		}
		spending := Spending{s.Frequency, s.Mean()}
		means.add(s.History, amounts.Model.Expected(spending))
		counts.add(spending, o.count(purchases.Model, s.History))
	}
	scale := 1.0
	if o.Margin != 0 {
		scale = float64(o.Margin) / 10_000
	}
	byPurchases, err := purchases.Interval(confidence, func(m M) float64 {
		var total float64
		for i, h := range means.keys {
			total += o.count(m, h) * means.sums[i]
		}
		return total * scale
	})
	if err != nil {
		return Interval{}, err
	}
	byAmounts, err := amounts.Interval(confidence, func(m GammaGamma) float64 {
		var total float64
		for i, s := range counts.keys {
			total += counts.sums[i] * m.Expected(s)
		}
		return total * scale
	})
	if err != nil {
		return Interval{}, err
	}
	e := byPurchases
	half := math.Hypot(e.High-e.Estimate, byAmounts.High-byAmounts.Estimate)
	e.SE = math.Hypot(e.SE, byAmounts.SE)
	e.Low, e.High = e.Estimate-half, e.Estimate+half
	return e, nil
}

// tally adds up by key and keeps the order of the keys, so that equal data give
// equal bits.
type tally[K comparable] struct {
	keys  []K
	sums  []float64
	place map[K]int
}

func (t *tally[K]) add(key K, v float64) {
	i, ok := t.place[key]
	if !ok {
		if t.place == nil {
			t.place = map[K]int{}
		}
		i = len(t.keys)
		t.place[key] = i
		t.keys, t.sums = append(t.keys, key), append(t.sums, 0)
	}
	t.sums[i] += v
}
