package ltv_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/siyu-go/siyu/segment/ltv"
)

// gamma draws from the gamma distribution (Marsaglia and Tsang 2000).
func gamma(random *rand.Rand, shape, rate float64) float64 {
	if shape < 1 {
		return gamma(random, shape+1, rate) * math.Pow(random.Float64(), 1/shape)
	}
	d := shape - 1./3
	for {
		x := random.NormFloat64()
		v := math.Pow(1+x/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(random.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v / rate
		}
	}
}

func beta(random *rand.Rand, a, b float64) float64 {
	x, y := gamma(random, a, 1), gamma(random, b, 1)
	return x / (x + y)
}

// live runs one customer who buys at a rate until the end, and asks after each
// purchase and at the start whether the customer has left by then.
func live(random *rand.Rand, rate, end float64, left func(purchases int, at float64) bool) ltv.History {
	h := ltv.History{T: end}
	at := 0.0
	for !left(h.Frequency, at) {
		next := at + random.ExpFloat64()/rate
		if next > end || left(-1, next) {
			break
		}
		at = next
		h.Frequency++
		h.Recency = at
	}
	return h
}

// Customers made by a model lead back to its parameters, within four standard
// errors, whatever the unit of time.
func TestFit_recovers(t *testing.T) {
	t.Parallel()
	const customers = 3000
	for i, truth := range [][4]float64{{0.6, 8, 0.8, 2.5}, {1.5, 0.05, 2, 3}, {0.3, 900, 0.4, 1.2}} {
		random := rand.New(rand.NewPCG(uint64(i), 11))
		observed := 8 * truth[1]
		population := func(draw func(rate, end float64) ltv.History) []ltv.Group {
			var groups []ltv.Group
			for range customers {
				end := observed * (0.5 + random.Float64()/2)
				groups = append(groups, ltv.Group{History: draw(gamma(random, truth[0], truth[1]), end), Customers: 1})
			}
			return groups
		}
		leaving := func(first int) []ltv.Group {
			return population(func(rate, end float64) ltv.History {
				p := beta(random, truth[2], truth[3])
				return live(random, rate, end, func(purchases int, _ float64) bool {
					return purchases >= first && random.Float64() < p
				})
			})
		}
		check := func(name string, parameters []ltv.Parameter, err error, want [4]float64) {
			t.Helper()
			if err != nil {
				t.Errorf("%s %v: %v", name, want, err)
			}
			for k, p := range parameters {
				if math.Abs(p.Value-want[k]) > 4*p.SE {
					t.Errorf("%s %v: %s = %.4g ± %.2g", name, want, p.Name, p.Value, p.SE)
				}
			}
		}
		bg, err := ltv.FitBGNBD(context.Background(), leaving(1), nil)
		check("BG/NBD", bg.Parameters, err, truth)
		mbg, err := ltv.FitMBGNBD(context.Background(), leaving(0), nil)
		check("MBG/NBD", mbg.Parameters, err, truth)
		want := [4]float64{truth[0], truth[1], truth[2], 3 * truth[1]}
		pareto, err := ltv.FitParetoNBD(context.Background(), population(func(rate, end float64) ltv.History {
			death := random.ExpFloat64() / gamma(random, want[2], want[3])
			return live(random, rate, end, func(_ int, at float64) bool { return at > death })
		}), nil)
		check("Pareto/NBD", pareto.Parameters, err, want)
	}
}

func TestFitGammaGamma_recovers(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 3))
	truth := []float64{4, 3.5, 2500}
	var spending []ltv.Spending
	for range 4000 {
		rate := gamma(random, truth[1], truth[2])
		s := ltv.Spending{Frequency: 1 + random.IntN(6)}
		for range s.Frequency {
			s.Mean += gamma(random, truth[0], rate) / float64(s.Frequency)
		}
		spending = append(spending, s)
	}
	fit, err := ltv.FitGammaGamma(context.Background(), spending, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range fit.Parameters {
		if math.Abs(p.Value-truth[i]) > 4*p.SE {
			t.Errorf("%s = %v ± %v, want %v", p.Name, p.Value, p.SE, truth[i])
		}
	}
}

func ExampleGammaGamma_Expected() {
	m := ltv.GammaGamma{P: 6.25, Q: 3.74, Gamma: 1544} // cents
	for _, s := range []ltv.Spending{{}, {Frequency: 1, Mean: 9000}, {Frequency: 10, Mean: 9000}} {
		fmt.Printf("after %2d purchases of %.0f: %.0f\n", s.Frequency, s.Mean, m.Expected(s))
	}
	// Output:
	// after  0 purchases of 0: 3522
	// after  1 purchases of 9000: 7330
	// after 10 purchases of 9000: 8770
}
