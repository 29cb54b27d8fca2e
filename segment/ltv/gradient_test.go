package ltv

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu/internal/stats"
)

// agree compares a gradient with differences of the function.
func agree(t *rapid.T, at []float64, f func(v, d []float64) float64) {
	d, unused := make([]float64, len(at)), make([]float64, len(at))
	ll := f(at, d)
	for i := range at {
		h := 1e-5 * at[i]
		up, down := append([]float64(nil), at...), append([]float64(nil), at...)
		up[i] += h
		down[i] -= h
		want := (f(up, unused) - f(down, unused)) / (2 * h)
		slack := 1e-5*math.Abs(want) + 1e-9*math.Abs(ll)/h + 1e-7
		if math.Abs(d[i]-want) > slack {
			t.Fatalf("at %v: derivative %d is %v, differences give %v", at, i, d[i], want)
		}
	}
}

func drawHistory(t *rapid.T) History {
	h := History{Frequency: rapid.IntRange(0, 60).Draw(t, "x"), T: rapid.Float64Range(0.5, 300).Draw(t, "T")}
	if h.Frequency > 0 {
		h.Recency = h.T * rapid.Float64Range(0.01, 1).Draw(t, "share")
	}
	return h
}

func drawParameters(t *rapid.T, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Exp(rapid.Float64Range(-2.5, 3).Draw(t, "log"))
	}
	return v
}

func TestGradients(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		groups := []Group{{drawHistory(t), 3}, {drawHistory(t), 1}}
		v := drawParameters(t, 4)
		agree(t, v, func(v, d []float64) float64 { return (BGNBD{}).with(v).core().likelihood(byFrequency(groups), d) })
		agree(t, v, func(v, d []float64) float64 { return (MBGNBD{}).with(v).core().likelihood(byFrequency(groups), d) })
		agree(t, v, func(v, d []float64) float64 { return (ParetoNBD{}).with(v).likelihood(byFrequency(groups), d) })
		n := rapid.IntRange(1, 9).Draw(t, "n")
		last := rapid.IntRange(1, n).Draw(t, "last")
		chances := []ChancesGroup{{Chances{rapid.IntRange(1, last).Draw(t, "acts"), last, n}, 2}, {Chances{Periods: n}, 1}}
		agree(t, v, func(v, d []float64) float64 { return (BGBB{}).with(v).likelihood(chances, d) })
		survivors := []int{100, rapid.IntRange(50, 100).Draw(t, "s1"), rapid.IntRange(0, 50).Draw(t, "s2")}
		agree(t, v[:2], func(v, d []float64) float64 { return (SBG{}).with(v).likelihood(survivors, d) })
		spending := []Spending{{3, rapid.Float64Range(0.1, 50).Draw(t, "m1")}, {1, rapid.Float64Range(0.1, 50).Draw(t, "m2")}}
		agree(t, v[:3], func(v, d []float64) float64 { return (GammaGamma{}).with(v).likelihood(spending, d) })
	})
}

// The closed form and the integral of the purchase rate are the same number.
func TestGeometric_expected_twoWays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := drawParameters(t, 4)
		g := geometric{r: v[0], alpha: v[1], a: v[2], b: v[3] + 1, extra: 0}
		at := rapid.Float64Range(0.01, 500).Draw(t, "t")
		got, want := g.expected(at), g.integral(at, 0)
		if !(math.Abs(got-want) <= 1e-6*want+1e-12) {
			t.Fatalf("%+v at %v: closed form %v, integral %v", g, at, got, want)
		}
	})
}

// The residual is the same number as the discounted integral of the rate of
// purchases over all time.
func TestGeometric_residual_twoWays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := drawParameters(t, 4)
		g := geometric{r: v[0], alpha: v[1], a: v[2], b: v[3]}
		delta := math.Exp(rapid.Float64Range(-5, 0).Draw(t, "log delta")) / g.alpha
		got, want := g.residual(delta), g.integral(40/delta, delta)
		if !(math.Abs(got-want) <= 1e-6*want) {
			t.Fatalf("%+v at %v: got %v, want %v", g, delta, got, want)
		}
	})
}

// The part of those who left is exact wherever the parameters lie: it is the
// integral that many small panels give.
func TestParetoNBD_left_exact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, h := (ParetoNBD{}).with(drawParameters(t, 4)), drawHistory(t)
		got, _ := m.left(float64(h.Frequency), h.Recency, h.T)
		p, q := m.R+float64(h.Frequency), m.S+1
		low := min(m.Alpha, m.Beta) + h.Recency
		peak := -p*math.Log(m.Alpha+h.Recency) - q*math.Log(m.Beta+h.Recency)
		sum := stats.Integrate(func(y float64) float64 {
			at := h.Recency + low*math.Expm1(y)
			return low * math.Exp(y-peak-p*math.Log(m.Alpha+at)-q*math.Log(m.Beta+at))
		}, 0, math.Log1p((h.T-h.Recency)/low), 200)
		if want := peak + math.Log(m.S*sum); sum > 0 && !(math.Abs(got-want) <= 1e-9) {
			t.Fatalf("%+v %+v: got %v, want %v", m, h, got, want)
		}
	})
}

// The part of the likelihood of those who left, as the papers have it: a
// difference of hypergeometric functions (Fader, Hardie and Lee 2005, appendix).
func TestParetoNBD_left_hypergeometric(t *testing.T) {
	t.Parallel()
	m := ParetoNBD{R: 0.553, Alpha: 10.578, S: 0.606, Beta: 11.669}
	for _, mirrored := range []bool{false, true} {
		if mirrored {
			m.Alpha, m.Beta = m.Beta, m.Alpha
		}
		for x := range 8 {
			h := History{Frequency: x, Recency: 1.5 * float64(x), T: 38.86}
			c := m.R + m.S + float64(x)
			term := func(t float64) float64 {
				high, low, second := m.Alpha, m.Beta, m.S+1
				if high < low {
					high, low, second = low, high, m.R+float64(x)
				}
				f, _ := stats.Hypergeometric(c, second, c+1, (high-low)/(high+t))
				return f * math.Pow(high+t, -c)
			}
			want := math.Log(m.S / c * (term(h.Recency) - term(h.T)))
			if got, _ := m.left(float64(x), h.Recency, h.T); math.Abs(got-want) > 1e-9 {
				t.Errorf("x=%d: got %v, want %v", x, got, want)
			}
		}
	}
}
