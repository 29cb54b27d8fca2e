package ltv_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment/ltv"
)

// What a contract of 99.00 a year is worth right before its third renewal: over
// five years, and for ever, at 10 % a year and a margin of 30 %.
func ExampleSBG_Value() {
	fit, err := ltv.FitSBG(context.Background(), []int{1000, 869, 743, 653, 593, 551, 517, 491}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	o := ltv.PeriodOptions{Amount: 99_00, Margin: 3000, Rate: 0.1}
	for _, o.Periods = range []int{5, 0} {
		value, err := fit.Model.Value(2, o)
		if err != nil {
			fmt.Println(err)
			return
		}
		bar, err := fit.Interval(0.95, func(m ltv.SBG) float64 { return m.Discounted(2, o.Periods, o.Rate) * 99 * 0.3 })
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s (%.1f to %.1f)\n", value.Format(siyu.CNY), bar.Low, bar.High)
	}
	// Output:
	// 96.03 (93.5 to 98.5)
	// 186.93 (173.9 to 199.9)
}

func TestPeriodValues(t *testing.T) {
	t.Parallel()
	donors := ltv.BGBB{Alpha: 1.204, Beta: 0.750, Gamma: 0.657, Delta: 2.783} // the paper's
	donor := ltv.Chances{Frequency: 4, Recency: 6, Periods: 6}
	got, err := donors.Value(donor, ltv.PeriodOptions{Amount: 50_00, Rate: 0.1})
	if err != nil || math.Abs(float64(got)-5000*donors.DERT(donor, 0.1)) > 0.5 {
		t.Errorf("for ever: got %v %v", got, err)
	}
	got, err = donors.Value(donor, ltv.PeriodOptions{Amount: 50_00, Periods: 5, Margin: 5000})
	if err != nil || math.Abs(float64(got)-2500*donors.Expected(donor, 5)) > 0.5 {
		t.Errorf("five years: got %v %v", got, err)
	}
	contract := ltv.SBG{Alpha: 0.668, Beta: 3.806}
	got, err = contract.ValueNew(ltv.PeriodOptions{Amount: 100_000, Rate: 0.1})
	if err != nil || math.Abs(float64(got)-100_000*contract.DEL(0.1)) > 0.5 {
		t.Errorf("a new contract: got %v %v, want %v", got, err, 100_000*contract.DEL(0.1))
	}
	if got, err = contract.ValueNew(ltv.PeriodOptions{Amount: 700, Periods: 1}); got != 700 || err != nil {
		t.Errorf("the first period: got %v %v", got, err)
	}
	if _, err := contract.Value(0, ltv.PeriodOptions{Amount: math.MaxInt64, Periods: 100}); !errors.Is(err, siyu.ErrOverflow) {
		t.Errorf("too much money: got %v", err)
	}
}

// A longer look ahead is worth more, a higher rate less.
func TestPeriodValues_monotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := ltv.SBG{Alpha: math.Exp(rapid.Float64Range(-2, 2).Draw(t, "alpha")), Beta: math.Exp(rapid.Float64Range(-2, 2).Draw(t, "beta"))}
		n, periods := rapid.IntRange(0, 20).Draw(t, "renewals"), rapid.IntRange(1, 50).Draw(t, "periods")
		rate := rapid.Float64Range(0.01, 0.5).Draw(t, "rate")
		short, long, forever := m.Discounted(n, periods, rate), m.Discounted(n, periods+1, rate), m.Discounted(n, 0, rate)
		// Far ahead a period may be worth less than the last digit.
		if !(short > 0 && long >= short*(1-1e-12) && forever >= long*(1-1e-12) && m.Discounted(n, periods, rate+0.1) < short*(1+1e-12)) {
			t.Fatalf("%+v: %v, %v, %v", m, short, long, forever)
		}
	})
}

func TestPeriodOptions_refuses(t *testing.T) {
	t.Parallel()
	contract, donors := ltv.SBG{Alpha: 1, Beta: 1}, ltv.BGBB{Alpha: 1, Beta: 1, Gamma: 1, Delta: 1}
	for field, o := range map[string]ltv.PeriodOptions{
		"amount":  {Rate: 0.1},
		"margin":  {Amount: 1, Rate: 0.1, Margin: 10_001},
		"rate":    {Amount: 1, Rate: math.NaN(), Periods: 1},
		"periods": {Amount: 1, Periods: -1},
		"options": {Amount: 1},
	} {
		_, byContract := contract.Value(0, o)
		_, byNew := contract.ValueNew(o)
		_, byDonor := donors.Value(ltv.Chances{Periods: 1}, o)
		for _, err := range []error{byContract, byNew, byDonor} {
			var invalid *siyu.InvalidError
			if !errors.As(err, &invalid) || invalid.Field != field {
				t.Errorf("got %v, want a fault in %s", err, field)
			}
		}
	}
	good := ltv.PeriodOptions{Amount: 1, Periods: 1}
	for field, err := range map[string]error{
		"renewals":        func() error { _, err := contract.Value(-1, good); return err }(),
		"model.alpha":     func() error { _, err := (ltv.SBG{Beta: 1}).Value(0, good); return err }(),
		"chances.periods": func() error { _, err := donors.Value(ltv.Chances{}, good); return err }(),
	} {
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault in %s", err, field)
		}
	}
}
