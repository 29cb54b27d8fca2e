package ltv_test

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment/ltv"
)

// rows reads a file of whole numbers below testdata; it panics without it.
func rows(name string) [][]int {
	f, err := os.Open("testdata/" + name)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic(err)
	}
	var out [][]int
	for _, record := range records[1:] {
		row := make([]int, len(record))
		for i, field := range record {
			if row[i], err = strconv.Atoi(field); err != nil {
				panic(err)
			}
		}
		out = append(out, row)
	}
	return out
}

// cdnow returns the sample of 2,357 customers, in weeks.
func cdnow() []ltv.Summary {
	var out []ltv.Summary
	for _, r := range rows("cdnow_sample.csv") {
		for range r[4] {
			out = append(out, ltv.Summary{
				History: ltv.History{Frequency: r[0], Recency: float64(r[1]) / 7, T: float64(r[2]) / 7},
				Repeat:  siyu.Money(r[3]),
			})
		}
	}
	return out
}

func donations() []ltv.ChancesGroup {
	var out []ltv.ChancesGroup
	for _, r := range rows("donations.csv") {
		out = append(out, ltv.ChancesGroup{Chances: ltv.Chances{Frequency: r[0], Recency: r[1], Periods: r[2]}, Customers: r[3]})
	}
	return out
}

// published compares estimates with those of a paper, to the digits printed.
func published(t *testing.T, parameters []ltv.Parameter, ll, wantLL float64, want ...float64) {
	t.Helper()
	for i, p := range parameters {
		if math.Abs(p.Value-want[i]) > 0.00051 {
			t.Errorf("%s = %.4f, want %.3f", p.Name, p.Value, want[i])
		}
		if !(p.SE > 0) || math.IsInf(p.SE, 1) {
			t.Errorf("standard error of %s is %v", p.Name, p.SE)
		}
	}
	if wantLL != 0 && math.Abs(ll-wantLL) > 0.051 {
		t.Errorf("log-likelihood %.3f, want %.1f", ll, wantLL)
	}
}

// Fader, Hardie and Lee 2005 (Marketing Science), table 2.
func TestFitBGNBD_published(t *testing.T) {
	t.Parallel()
	fit, err := ltv.FitBGNBD(context.Background(), ltv.Groups(cdnow()), nil)
	if err != nil {
		t.Fatal(err)
	}
	published(t, fit.Parameters, fit.LogLikelihood, -9582.4, 0.243, 4.414, 0.793, 2.426)
	t.Logf("%+v %v", fit.Parameters, fit.Iterations)
}

// The estimates that the R package BTYDplus and the Python package lifetimes
// agree on.
func TestFitMBGNBD_published(t *testing.T) {
	t.Parallel()
	fit, err := ltv.FitMBGNBD(context.Background(), ltv.Groups(cdnow()), nil)
	if err != nil {
		t.Fatal(err)
	}
	published(t, fit.Parameters, fit.LogLikelihood, 0, 0.525, 6.183, 0.891, 1.614)
	t.Logf("%+v %v", fit.Parameters, fit.LogLikelihood)
}

// Fader, Hardie and Lee 2005 (Marketing Science), table 2.
func TestFitParetoNBD_published(t *testing.T) {
	t.Parallel()
	fit, err := ltv.FitParetoNBD(context.Background(), ltv.Groups(cdnow()), nil)
	if err != nil {
		t.Fatal(err)
	}
	published(t, fit.Parameters, fit.LogLikelihood, -9595.0, 0.553, 10.578, 0.606, 11.669)
	t.Logf("%+v %v", fit.Parameters, fit.Iterations)
}

// Fader, Hardie and Shang 2010, table 2.
func TestFitBGBB_published(t *testing.T) {
	t.Parallel()
	fit, err := ltv.FitBGBB(context.Background(), donations(), nil)
	if err != nil {
		t.Fatal(err)
	}
	published(t, fit.Parameters, fit.LogLikelihood, -33225.6, 1.204, 0.750, 0.657, 2.783)
}

// Fader and Hardie 2007: two cohorts of 1,000 over seven years.
func TestFitSBG_published(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		survivors   []int
		alpha, beta float64
		ll          float64
	}{
		{"high end", []int{1000, 869, 743, 653, 593, 551, 517, 491}, 0.668, 3.806, -1611.2},
		{"regular", []int{1000, 631, 468, 382, 326, 289, 262, 241}, 0.704, 1.182, -1680.3},
	} {
		fit, err := ltv.FitSBG(context.Background(), tt.survivors, nil)
		if err != nil {
			t.Fatal(err)
		}
		published(t, fit.Parameters, fit.LogLikelihood, tt.ll, tt.alpha, tt.beta)
	}
}

// Fader and Hardie 2013: 946 customers of the sample with repeat purchases, in
// dollars.
func TestFitGammaGamma_published(t *testing.T) {
	t.Parallel()
	var dollars []ltv.Spending
	for _, s := range ltv.Spendings(cdnow()) {
		dollars = append(dollars, ltv.Spending{Frequency: s.Frequency, Mean: s.Mean / 100})
	}
	fit, err := ltv.FitGammaGamma(context.Background(), dollars, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{6.25, 3.74, 15.44} {
		if got := fit.Parameters[i].Value; math.Abs(got-want) > 0.0051 {
			t.Errorf("%s = %.4f, want %.2f", fit.Parameters[i].Name, got, want)
		}
	}
	if fit.Customers != 946 {
		t.Errorf("%d customers, want 946", fit.Customers)
	}
}
