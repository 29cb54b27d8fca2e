package ltv_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/siyu-go/siyu/segment/ltv"
)

// What the sample's customers will bring in the next 39 weeks, all together.
func ExampleValueInterval() {
	customers := cdnow()
	buys, err := ltv.FitBGNBD(context.Background(), ltv.Groups(customers), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	amounts, err := ltv.FitGammaGamma(context.Background(), ltv.Spendings(customers), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	total, err := ltv.ValueInterval(buys, amounts, customers, ltv.ValueOptions{Horizon: 39}, 0.95)
	fmt.Printf("$%.0f, 95 %% between $%.0f and $%.0f %v\n", total.Estimate/100, total.Low/100, total.High/100, err)
	// Output:
	// $59932, 95 % between $54486 and $65377 <nil>
}

// One customer's interval is that of Value, and its error that of both models
// put together by hand.
func TestValueInterval_oneCustomer(t *testing.T) {
	t.Parallel()
	buys, amounts := fits(t)
	s := ltv.Summary{History: ltv.History{Frequency: 3, Recency: 25, T: 30}, Repeat: 3 * 4200}
	for _, o := range []ltv.ValueOptions{{Horizon: 52}, {Rate: 0.003}, {Horizon: 52, Margin: 2500}} {
		got, err := ltv.ValueInterval(buys, amounts, []ltv.Summary{s}, o, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		want, err := ltv.Value(buys.Model, amounts.Model, s, o)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "estimate", got.Estimate, float64(want), 1)

		margin := 1.0
		if o.Margin > 0 {
			margin = float64(o.Margin) / 10_000
		}
		count := func(m ltv.BGNBD) float64 {
			if o.Rate > 0 {
				return margin * m.DERT(s.History, o.Rate)
			}
			return margin * m.Expected(s.History, o.Horizon)
		}
		mean := func(m ltv.GammaGamma) float64 { return m.Expected(ltv.Spending{Frequency: 3, Mean: 4200}) }
		n, err := buys.Interval(0.9, count)
		if err != nil {
			t.Fatal(err)
		}
		each, err := amounts.Interval(0.9, mean)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "standard error", got.SE, math.Hypot(n.SE*each.Estimate, n.Estimate*each.SE), 1e-6*got.SE)
		near(t, "high", got.High-got.Estimate, got.SE*1.6448536, 1e-6*got.SE)
		near(t, "low", got.Estimate-got.Low, got.SE*1.6448536, 1e-6*got.SE)
	}
}

// The total of many is the sum of each, its error less than that of errors that
// all go one way, and nobody is worth nothing.
func TestValueInterval_total(t *testing.T) {
	t.Parallel()
	buys, amounts := fits(t)
	customers, year := cdnow()[1000:1600], ltv.ValueOptions{Horizon: 52}
	total, err := ltv.ValueInterval(buys, amounts, customers, year, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	var sum, errors float64
	for _, s := range customers {
		one, err := ltv.ValueInterval(buys, amounts, []ltv.Summary{s}, year, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		sum, errors = sum+one.Estimate, errors+one.SE
	}
	near(t, "total", total.Estimate, sum, 1e-9*sum)
	if !(total.SE > 0 && total.SE <= errors) {
		t.Errorf("standard error %v of the total, %v of all added", total.SE, errors)
	}
	if none, err := ltv.ValueInterval(buys, amounts, nil, year, 0.95); err != nil || none != (ltv.Interval{}) {
		t.Errorf("nobody is worth %+v %v", none, err)
	}
}

func TestValueInterval_refuses(t *testing.T) {
	t.Parallel()
	buys, amounts := fits(t)
	good, bad := ltv.Summary{History: ltv.History{T: 10}}, ltv.Summary{History: ltv.History{T: -1}}
	year := ltv.ValueOptions{Horizon: 52}
	for field, call := range map[string]func() (ltv.Interval, error){
		"options": func() (ltv.Interval, error) { return ltv.ValueInterval(buys, amounts, nil, ltv.ValueOptions{}, 0.95) },
		"customers[1].t": func() (ltv.Interval, error) {
			return ltv.ValueInterval(buys, amounts, []ltv.Summary{good, bad}, year, 0.95)
		},
		"confidence": func() (ltv.Interval, error) { return ltv.ValueInterval(buys, amounts, []ltv.Summary{good}, year, 1) },
	} {
		_, err := call()
		checkField(t, err, field)
	}
}

func fits(t *testing.T) (buys ltv.Fit[ltv.BGNBD], amounts ltv.Fit[ltv.GammaGamma]) {
	t.Helper()
	buys, err := ltv.FitBGNBD(context.Background(), ltv.Groups(cdnow()), nil)
	if err != nil {
		t.Fatal(err)
	}
	amounts, err = ltv.FitGammaGamma(context.Background(), ltv.Spendings(cdnow()), nil)
	if err != nil {
		t.Fatal(err)
	}
	return buys, amounts
}
