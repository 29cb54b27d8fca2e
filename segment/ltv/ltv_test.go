package ltv_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment/ltv"
)

// The papers' estimates, which most tests predict with.
var (
	bgnbd      = ltv.BGNBD{R: 0.243, Alpha: 4.414, A: 0.793, B: 2.426}
	mbgnbd     = ltv.MBGNBD{R: 0.525, Alpha: 6.183, A: 0.891, B: 1.614}
	pareto     = ltv.ParetoNBD{R: 0.553, Alpha: 10.578, S: 0.606, Beta: 11.669}
	bgbb       = ltv.BGBB{Alpha: 1.204, Beta: 0.750, Gamma: 0.657, Delta: 2.783}
	gammaGamma = ltv.GammaGamma{P: 6.25, Q: 3.74, Gamma: 15.44}
)

func near(t *testing.T, what string, got, want, slack float64) {
	t.Helper()
	if !(math.Abs(got-want) <= slack) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestPredictions_published(t *testing.T) {
	t.Parallel()
	// Fader, Hardie and Lee 2005, the worked customer of the sample.
	first := ltv.History{Frequency: 2, Recency: 30.43, T: 38.86}
	near(t, "BG/NBD expected in 39 weeks", bgnbd.Expected(first, 39), 1.226, 0.0005)
	// The walkthrough of the R package BTYD: a new customer in 52 weeks, and
	// customer 1516.
	near(t, "Pareto/NBD new", pareto.ExpectedNew(52), 1.473, 0.0005)
	best := ltv.History{Frequency: 26, Recency: 30.86, T: 31}
	near(t, "Pareto/NBD expected", pareto.Expected(best, 52), 25.46, 0.005)
	near(t, "Pareto/NBD alive", pareto.Alive(best), 0.998, 0.0005)
	// Fader, Hardie and Shang 2010, table 4: donations of 2002 to 2006.
	for _, tt := range []struct {
		x, tx int
		want  float64
	}{{0, 0, 0.07}, {1, 1, 0.09}, {1, 6, 1.15}, {4, 4, 0.58}, {5, 5, 1.81}, {6, 6, 3.75}} {
		got := bgbb.Expected(ltv.Chances{Frequency: tt.x, Recency: tt.tx, Periods: 6}, 5)
		near(t, "BG/BB expected", got, tt.want, 0.005)
	}
	// Fader and Hardie 2013: the mean over all customers is pγ/(q-1).
	near(t, "Gamma-Gamma mean", gammaGamma.Mean(), 6.25*15.44/2.74, 1e-9)
}

func drawHistory(t *rapid.T) ltv.History {
	h := ltv.History{Frequency: rapid.IntRange(0, 200).Draw(t, "x"), T: rapid.Float64Range(0.1, 1000).Draw(t, "T")}
	if h.Frequency > 0 {
		h.Recency = h.T * rapid.Float64Range(0.001, 1).Draw(t, "share")
	}
	return h
}

func drawModel(t *rapid.T) ltv.Purchases {
	v := make([]float64, 4)
	for i := range v {
		v[i] = math.Exp(rapid.Float64Range(-3, 3).Draw(t, "log"))
	}
	switch rapid.IntRange(0, 2).Draw(t, "model") {
	case 0:
		return ltv.BGNBD{R: v[0], Alpha: v[1], A: v[2], B: v[3]}
	case 1:
		return ltv.MBGNBD{R: v[0], Alpha: v[1], A: v[2], B: v[3]}
	}
	return ltv.ParetoNBD{R: v[0], Alpha: v[1], S: v[2], Beta: v[3]}
}

// Laws of every model of purchase times, for any parameters and customer.
func TestPurchases_laws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, h := drawModel(t), drawHistory(t)
		alive := m.Alive(h)
		if !(alive >= 0 && alive <= 1) {
			t.Fatalf("%+v: alive %v", m, alive)
		}
		if h.Frequency > 0 {
			later := h
			later.T *= 1.5
			if again := m.Alive(later); again > alive+1e-12 {
				t.Fatalf("%+v: more alive after a longer silence: %v, then %v", m, alive, again)
			}
		}
		t1 := rapid.Float64Range(0.01, 100).Draw(t, "t")
		soon, late := m.Expected(h, t1), m.Expected(h, 2*t1)
		if !(soon >= 0 && late >= soon*(1-1e-12) && late <= 2*soon*(1+1e-6)+1e-12) {
			t.Fatalf("%+v: expected %v in %v and %v in twice that", m, soon, t1, late)
		}
		if m.Expected(h, 0) != 0 || m.Expected(h, -1) != 0 {
			t.Fatal("something is expected in no time")
		}
		if fresh := m.ExpectedNew(t1); !(fresh > 0) || math.IsInf(fresh, 1) {
			t.Fatalf("%+v: a new customer is expected to buy %v times", m, fresh)
		}
	})
}

// The residual value is the sum of discounted small steps of the expectation.
func TestPurchases_DERT_isDiscountedSum(t *testing.T) {
	t.Parallel()
	const rate = 0.01
	for _, m := range []ltv.Purchases{bgnbd, mbgnbd, pareto} {
		for _, h := range []ltv.History{{}, {T: 38.86}, {Frequency: 2, Recency: 30.43, T: 38.86}, {Frequency: 26, Recency: 30.86, T: 31}} {
			var want, before float64
			const step = 0.5
			for at := step; at < 3000; at += step {
				now := m.Expected(h, at)
				want += (now - before) * math.Exp(-rate*(at-step/2))
				before = now
			}
			near(t, "DERT", m.DERT(h, rate), want, 1e-4*want)
		}
	}
}

// Over all histories of n chances the probabilities add up to 1: a history of
// x actions of which the last is at t_x stands for (t_x-1 over x-1) orders.
func TestBGBB_probabilitiesSumToOne(t *testing.T) {
	t.Parallel()
	const n = 6
	sum := 0.0
	for last := 0; last <= n; last++ {
		for x := min(last, 1); x <= last; x++ {
			orders := 1.0
			for k := 1; k < x; k++ {
				orders *= float64(last-k) / float64(k)
			}
			c := ltv.ChancesGroup{Chances: ltv.Chances{Frequency: x, Recency: last, Periods: n}, Customers: 1}
			sum += orders * math.Exp(bgbb.LogLikelihood([]ltv.ChancesGroup{c}))
		}
	}
	near(t, "sum of probabilities", sum, 1, 1e-12)
}

func TestBGBB_DERT(t *testing.T) {
	t.Parallel()
	c := ltv.Chances{Frequency: 3, Recency: 5, Periods: 6}
	var want, before float64
	for n := 1; n < 400; n++ {
		now := bgbb.Expected(c, n)
		want += (now - before) * math.Pow(1.1, -float64(n))
		before = now
	}
	near(t, "DERT", bgbb.DERT(c, 0.1), want, 1e-9)
	if bgbb.ExpectedNew(3) <= bgbb.ExpectedNew(2) {
		t.Error("three chances bring no more than two")
	}
}

func TestSBG_lifetime(t *testing.T) {
	t.Parallel()
	m := ltv.SBG{Alpha: 0.668, Beta: 3.806}
	var lifetime, residual float64
	for k := range 2000 {
		lifetime += m.Survival(k) * math.Pow(1.1, -float64(k))
		residual += m.Survival(k+4) / m.Survival(3) * math.Pow(1.1, -float64(k))
	}
	near(t, "DEL", m.DEL(0.1), lifetime, 1e-9)
	near(t, "DERL", m.DERL(3, 0.1), residual, 1e-9)
	near(t, "retention", m.Retention(1), m.Survival(1), 1e-12)
	near(t, "retention", m.Retention(5), m.Survival(5)/m.Survival(4), 1e-12)
}

// Every fit of data that cannot say anything ends in an error with the reason,
// and never in NaN.
func TestFit_degenerate(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	one := []ltv.Group{{History: ltv.History{Frequency: 1, Recency: 5, T: 10}, Customers: 1000}}
	loyal := []ltv.Group{
		{History: ltv.History{Frequency: 10, Recency: 10, T: 10}, Customers: 500},
		{History: ltv.History{Frequency: 20, Recency: 10, T: 10}, Customers: 500},
	}
	for _, tt := range []struct {
		name string
		want error
		fit  func() error
	}{
		{"no data", siyu.ErrInvalid, func() error { _, err := ltv.FitBGNBD(ctx, nil, nil); return err }},
		{"no repeat", siyu.ErrInvalid, func() error {
			_, err := ltv.FitParetoNBD(ctx, []ltv.Group{{History: ltv.History{T: 9}, Customers: 5}}, nil)
			return err
		}},
		{"recency beyond T", siyu.ErrInvalid, func() error {
			_, err := ltv.FitBGNBD(ctx, []ltv.Group{{History: ltv.History{Frequency: 1, Recency: 11, T: 10}, Customers: 5}}, nil)
			return err
		}},
		{"not a number", siyu.ErrInvalid, func() error {
			_, err := ltv.FitMBGNBD(ctx, []ltv.Group{{History: ltv.History{Frequency: 1, Recency: 1, T: math.NaN()}, Customers: 5}}, nil)
			return err
		}},
		{"all equal, BG/NBD", ltv.ErrNotIdentified, func() error { _, err := ltv.FitBGNBD(ctx, one, nil); return err }},
		{"all equal, MBG/NBD", ltv.ErrNotIdentified, func() error { _, err := ltv.FitMBGNBD(ctx, one, nil); return err }},
		{"all equal, Pareto/NBD", ltv.ErrNotIdentified, func() error { _, err := ltv.FitParetoNBD(ctx, one, nil); return err }},
		{"nobody leaves, BG/NBD", ltv.ErrNotIdentified, func() error { _, err := ltv.FitBGNBD(ctx, loyal, nil); return err }},
		{"nobody leaves, Pareto/NBD", ltv.ErrNotIdentified, func() error { _, err := ltv.FitParetoNBD(ctx, loyal, nil); return err }},
		{"one history, BG/BB", ltv.ErrNotIdentified, func() error {
			_, err := ltv.FitBGBB(ctx, []ltv.ChancesGroup{{Chances: ltv.Chances{Frequency: 2, Recency: 3, Periods: 6}, Customers: 9}}, nil)
			return err
		}},
		{"no action, BG/BB", siyu.ErrInvalid, func() error {
			_, err := ltv.FitBGBB(ctx, []ltv.ChancesGroup{{Chances: ltv.Chances{Periods: 6}, Customers: 9}}, nil)
			return err
		}},
		{"nobody left, sBG", siyu.ErrInvalid, func() error { _, err := ltv.FitSBG(ctx, []int{9, 9, 9}, nil); return err }},
		{"rising, sBG", siyu.ErrInvalid, func() error { _, err := ltv.FitSBG(ctx, []int{9, 8, 10}, nil); return err }},
		{"one renewal, sBG", ltv.ErrNotIdentified, func() error { _, err := ltv.FitSBG(ctx, []int{100, 50}, nil); return err }},
		{"all leave, sBG", ltv.ErrNotIdentified, func() error { _, err := ltv.FitSBG(ctx, []int{100, 0}, nil); return err }},
		{"equal amounts, Gamma-Gamma", ltv.ErrNotIdentified, func() error {
			_, err := ltv.FitGammaGamma(ctx, slices.Repeat([]ltv.Spending{{Frequency: 2, Mean: 30}}, 50), nil)
			return err
		}},
		{"zero amount, Gamma-Gamma", siyu.ErrInvalid, func() error {
			_, err := ltv.FitGammaGamma(ctx, []ltv.Spending{{Frequency: 1, Mean: 3}, {Frequency: 1}}, nil)
			return err
		}},
	} {
		err := tt.fit()
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
			continue
		}
		if strings.Contains(err.Error(), "NaN") {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// Whatever valid data a fit gets, it ends with finite numbers or an error.
func TestFit_neverNaN(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var groups []ltv.Group
		for range rapid.IntRange(1, 6).Draw(t, "groups") {
			groups = append(groups, ltv.Group{History: drawHistory(t), Customers: rapid.IntRange(1, 50).Draw(t, "n")})
		}
		check := func(parameters []ltv.Parameter, err error) {
			if err != nil && !errors.Is(err, ltv.ErrNotIdentified) && !errors.Is(err, siyu.ErrInvalid) {
				t.Fatal(err)
			}
			for _, p := range parameters {
				if !(p.Value > 0) || !(p.SE > 0) || math.IsInf(p.Value+p.SE, 1) {
					t.Fatalf("%+v", p)
				}
			}
		}
		bg, err := ltv.FitBGNBD(context.Background(), groups, nil)
		check(bg.Parameters, err)
		p, err := ltv.FitParetoNBD(context.Background(), groups, nil)
		check(p.Parameters, err)
	})
}

func TestFit_cancelAndProgress(t *testing.T) {
	t.Parallel()
	groups := ltv.Groups(cdnow())
	ctx, cancel := context.WithCancel(context.Background())
	var seen []ltv.Progress
	_, err := ltv.FitParetoNBD(ctx, groups, &ltv.FitOptions{Progress: func(p ltv.Progress) {
		if seen = append(seen, p); len(seen) == 3 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the context's error", err)
	}
	if len(seen) != 3 || seen[2].Iteration != 2 || !(seen[2].LogLikelihood > seen[0].LogLikelihood) {
		t.Errorf("progress %+v", seen)
	}
}

func TestFit_Interval(t *testing.T) {
	t.Parallel()
	fit, err := ltv.FitBGNBD(context.Background(), ltv.Groups(cdnow()), nil)
	if err != nil {
		t.Fatal(err)
	}
	// Of a parameter itself, the delta method gives its standard error.
	r, err := fit.Interval(0.95, func(m ltv.BGNBD) float64 { return m.R })
	if err != nil {
		t.Fatal(err)
	}
	near(t, "standard error of r", r.SE, fit.Parameters[0].SE, 1e-6)
	near(t, "half width", r.High-r.Estimate, 1.959964*r.SE, 1e-6)
	near(t, "symmetry", r.High-r.Estimate, r.Estimate-r.Low, 1e-12)
	// All customers together, in the 39 weeks held out; 1,882 purchases came.
	summaries := cdnow()
	total, err := fit.Interval(0.95, func(m ltv.BGNBD) float64 {
		var sum float64
		for _, g := range ltv.Groups(summaries) {
			sum += float64(g.Customers) * m.Expected(g.History, 39)
		}
		return sum
	})
	if err != nil {
		t.Fatal(err)
	}
	if !(total.Low < 1882 && total.Estimate > 1600) {
		t.Errorf("expected %+v purchases, and 1882 came", total)
	}
	if _, err := fit.Interval(1, func(m ltv.BGNBD) float64 { return m.R }); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("confidence 1: got %v", err)
	}
	if _, err := fit.Interval(0.9, func(ltv.BGNBD) float64 { return math.NaN() }); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("NaN: got %v", err)
	}
}

// A fit does not depend on how customers are grouped or ordered, nor on the
// unit of time but for the scale of alpha.
func TestFitBGNBD_invariance(t *testing.T) {
	t.Parallel()
	groups := ltv.Groups(cdnow())
	a, err := ltv.FitBGNBD(context.Background(), groups, nil)
	if err != nil {
		t.Fatal(err)
	}
	var days []ltv.Group
	for _, g := range slices.Backward(groups) {
		g.Recency, g.T = g.Recency*7, g.T*7
		for range g.Customers {
			days = append(days, ltv.Group{History: g.History, Customers: 1})
		}
	}
	b, err := ltv.FitBGNBD(context.Background(), days, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "r", b.Model.R, a.Model.R, 1e-5)
	near(t, "alpha", b.Model.Alpha/7, a.Model.Alpha, 1e-4)
	near(t, "a", b.Model.A, a.Model.A, 1e-3)
}

func TestSummarize(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(1997, 1, d, 15, 0, 0, 0, time.UTC) }
	purchases := []ltv.Purchase{
		{"b", day(9), 100},
		{"a", day(15), 500},
		{"a", day(1), 200},
		{"a", day(1), 50},
		{"a", day(15), 100},
		{"a", day(8), 300},
		{"c", day(30), 100},
	}
	got, err := ltv.Summarize(purchases, day(22), &ltv.SummaryOptions{PerUnit: 7})
	if err != nil {
		t.Fatal(err)
	}
	want := []ltv.Summary{
		{User: "a", History: ltv.History{Frequency: 2, Recency: 2, T: 3}, Repeat: 900},
		{User: "b", History: ltv.History{T: 13. / 7}},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got[0].Mean() != 450 || got[1].Mean() != 0 {
		t.Errorf("means %v and %v", got[0].Mean(), got[1].Mean())
	}
	for _, bad := range []ltv.SummaryOptions{{Unit: "year"}, {PerUnit: -1}, {PerUnit: math.NaN()}} {
		if _, err := ltv.Summarize(purchases, day(22), &bad); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%+v: got %v", bad, err)
		}
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	amounts := ltv.GammaGamma{P: 6.25, Q: 3.74, Gamma: 1544}
	s := ltv.Summary{History: ltv.History{Frequency: 2, Recency: 30.43, T: 38.86}, Repeat: 4470}
	year, err := ltv.Value(bgnbd, amounts, s, ltv.ValueOptions{Horizon: 52})
	if err != nil {
		t.Fatal(err)
	}
	want := bgnbd.Expected(s.History, 52) * amounts.Expected(ltv.Spending{Frequency: 2, Mean: 2235})
	near(t, "value", float64(year), want, 0.5)
	margin, err := ltv.Value(bgnbd, amounts, s, ltv.ValueOptions{Horizon: 52, Margin: 3000})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "margin", float64(margin), 0.3*want, 1)
	for name, o := range map[string]ltv.ValueOptions{"neither": {}, "both": {Rate: 0.1, Horizon: 1}, "NaN": {Rate: math.NaN()}} {
		if _, err := ltv.Value(bgnbd, amounts, s, o); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := ltv.Value(ltv.BGNBD{}, amounts, s, ltv.ValueOptions{Horizon: 1}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no model: got %v", err)
	}
}

func BenchmarkFitBGNBD_customers_2357(b *testing.B) {
	groups := ltv.Groups(cdnow())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ltv.FitBGNBD(context.Background(), groups, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFitParetoNBD_customers_2357(b *testing.B) {
	groups := ltv.Groups(cdnow())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ltv.FitParetoNBD(context.Background(), groups, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// large is as many customers as all of CDNOW has, alike in what they do, in days.
func large() []ltv.Group {
	random := rand.New(rand.NewPCG(1, 2))
	var customers []ltv.Summary
	for range 23570 {
		leave := beta(random, 0.72, 2.16)
		h := live(random, gamma(random, 0.25, 4.8), float64(189+random.IntN(84))/7, func(n int, _ float64) bool {
			return n > 0 && random.Float64() < leave
		})
		h.Recency = min(math.Ceil(h.Recency*7)/7, h.T)
		customers = append(customers, ltv.Summary{History: h})
	}
	return ltv.Groups(customers)
}

func BenchmarkFitBGNBD_customers_23570(b *testing.B) {
	groups := large()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ltv.FitBGNBD(context.Background(), groups, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFitMBGNBD_customers_23570(b *testing.B) {
	groups := large()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ltv.FitMBGNBD(context.Background(), groups, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFitParetoNBD_customers_23570(b *testing.B) {
	groups := large()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ltv.FitParetoNBD(context.Background(), groups, nil); err != nil {
			b.Fatal(err)
		}
	}
}
