package ltv_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment/ltv"
)

// What will one customer do? Not the mean with its error bar, but the number
// itself: this customer bought twice, and the papers' example expects 1.23 more.
func ExampleFit_Predict() {
	fit, err := ltv.FitBGNBD(context.Background(), ltv.Groups(cdnow()), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	h := ltv.History{Frequency: 2, Recency: 30.43, T: 38.86}
	p, err := fit.Predict(0.9, func(m ltv.BGNBD) ltv.Counts { return m.Counts(h, 39) })
	if err != nil {
		fmt.Println(err)
		return
	}
	mean, err := fit.Interval(0.9, func(m ltv.BGNBD) float64 { return m.Expected(h, 39) })
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d to %d purchases, none with %.0f %%; the mean is %.2f to %.2f\n", p.Low, p.High, 100*p.Counts[0], mean.Low, mean.High)
	// Output:
	// 0 to 4 purchases, none with 44 %; the mean is 1.15 to 1.30
}

// The distribution is one, and its mean is what the model expects.
func TestPurchases_Counts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, h := drawModel(t), drawHistory(t)
		after := rapid.Float64Range(0, 5).Draw(t, "t")
		c := m.Counts(h, after)
		var sum float64
		for k, p := range c {
			if !(p >= 0 && p <= 1) {
				t.Fatalf("%+v: %d times has the probability %v", m, k, p)
			}
			sum += p
		}
		want := m.Expected(h, after)
		if math.Abs(sum-1) > 1e-6 {
			if len(c) < 1<<16 {
				t.Fatalf("%+v %+v %v: probabilities sum to %v", m, h, after, sum)
			}
			return // so many purchases that the end is cut off
		}
		if math.Abs(c.Mean()-want) > 1e-4*(1+want) {
			t.Fatalf("%+v %+v: mean %v, expected %v", m, h, c.Mean(), want)
		}
		if low, high := c.Quantile(0.05), c.Quantile(0.95); low > high || c.Quantile(0) != 0 {
			t.Fatalf("quantiles %d and %d", low, high)
		}
	})
}

func TestBGBB_Counts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := func(label string) float64 { return math.Exp(rapid.Float64Range(-2, 3).Draw(t, label)) }
		m := ltv.BGBB{Alpha: v("alpha"), Beta: v("beta"), Gamma: v("gamma"), Delta: v("delta")}
		c := ltv.Chances{Periods: rapid.IntRange(1, 12).Draw(t, "n")}
		c.Recency = rapid.IntRange(0, c.Periods).Draw(t, "last")
		if c.Recency > 0 {
			c.Frequency = rapid.IntRange(1, c.Recency).Draw(t, "x")
		}
		next := rapid.IntRange(0, 60).Draw(t, "next")
		counts := m.Counts(c, next)
		var sum float64
		for _, p := range counts {
			sum += p
		}
		if len(counts) != next+1 || math.Abs(sum-1) > 1e-9 || math.Abs(counts.Mean()-m.Expected(c, next)) > 1e-9*(1+float64(next)) {
			t.Fatalf("%+v %+v: sum %v, mean %v, expected %v", m, c, sum, counts.Mean(), m.Expected(c, next))
		}
		if far := m.Discounted(c, 40_000, 0.1); math.Abs(far-m.Discounted(c, 0, 0.1)) > 1e-9*(1+far) || m.Discounted(c, next, 0) != m.Expected(c, next) {
			t.Fatalf("discounted %v over 40,000 periods, %v for ever", far, m.DERT(c, 0.1))
		}
		s := ltv.SBG{Alpha: m.Alpha, Beta: m.Beta}
		renewals := s.Counts(c.Periods, next)
		if sum = 0; len(renewals) != next+1 {
			t.Fatalf("%d renewals of %d", len(renewals)-1, next)
		}
		for _, p := range renewals {
			sum += p
		}
		if math.Abs(sum-1) > 1e-9 || math.Abs(renewals.Mean()-s.Discounted(c.Periods, next, 0)) > 1e-9*(1+float64(next)) {
			t.Fatalf("%+v: sum %v, mean %v", s, sum, renewals.Mean())
		}
		if far := s.Discounted(3, 2000, 0.1); math.Abs(far-s.DERL(3, 0.1)) > 1e-9*(1+far) {
			t.Fatalf("%+v: %v over 2000 periods, %v for ever", s, far, s.DERL(3, 0.1))
		}
	})
}

// Of customers made by a model of which a sample was seen, the intervals cover
// as many as they say, or more.
func TestFit_Predict_covers(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 5))
	const customers, seen, ahead = 1200, 40.0, 20.0
	var (
		summaries []ltv.History
		came      []int
	)
	for range customers {
		rate, leave := gamma(random, 0.8, 6), beta(random, 0.8, 2.5)
		h, later, at, here := ltv.History{T: seen}, 0, 0.0, true
		for here {
			if at += random.ExpFloat64() / rate; at > seen+ahead {
				break
			}
			if at <= seen {
				h.Frequency++
				h.Recency = at
			} else {
				later++
			}
			here = random.Float64() > leave
		}
		summaries, came = append(summaries, h), append(came, later)
	}
	var groups []ltv.Group
	for _, h := range summaries {
		groups = append(groups, ltv.Group{History: h, Customers: 1})
	}
	fit, err := ltv.FitBGNBD(context.Background(), groups, nil)
	if err != nil {
		t.Fatal(err)
	}
	covered, above := 0, 0
	for i, h := range summaries {
		p, err := fit.Predict(0.8, func(m ltv.BGNBD) ltv.Counts { return m.Counts(h, ahead) })
		if err != nil {
			t.Fatal(err)
		}
		if came[i] >= p.Low && came[i] <= p.High {
			covered++
		}
		if came[i] > p.High {
			above++
		}
	}
	if share := float64(covered) / customers; share < 0.8 {
		t.Errorf("80%% intervals cover %.1f%%", 100*share)
	}
	if share := float64(above) / customers; share > 0.1+0.02 {
		t.Errorf("%.1f%% lie above, at most 10%% should", 100*share)
	}
}

func TestFit_Predict_refuses(t *testing.T) {
	t.Parallel()
	fit, err := ltv.FitBGNBD(context.Background(), ltv.Groups(cdnow()), nil)
	if err != nil {
		t.Fatal(err)
	}
	half := func(ltv.BGNBD) ltv.Counts { return ltv.Counts{0.5} }
	for _, confidence := range []float64{0, 1, math.NaN(), 0.9} {
		if _, err := fit.Predict(confidence, half); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%v: got %v", confidence, err)
		}
	}
}
