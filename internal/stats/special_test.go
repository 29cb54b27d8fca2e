package stats_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu/internal/stats"
)

func close(a, b, relative float64) bool { return math.Abs(a-b) <= relative*max(1, math.Abs(b)) }

func TestDigamma(t *testing.T) {
	t.Parallel()
	const euler = 0.57721566490153286
	for x, want := range map[float64]float64{1: -euler, 2: 1 - euler, 0.5: -euler - 2*math.Ln2, 10: 2.251752589066721} {
		if got := stats.Digamma(x); !close(got, want, 1e-14) {
			t.Errorf("ψ(%v) = %v, want %v", x, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		x := math.Exp(rapid.Float64Range(-8, 12).Draw(t, "log"))
		if got, want := stats.Digamma(x+1), stats.Digamma(x)+1/x; !close(got, want, 1e-12) {
			t.Fatalf("ψ(%v+1) = %v, want %v", x, got, want)
		}
	})
}

// Special cases that are elementary functions (Abramowitz and Stegun 15.1).
func TestHypergeometric(t *testing.T) {
	t.Parallel()
	for _, z := range []float64{0, 1e-6, 0.1, 0.5, 0.9, 0.99} {
		for _, tt := range []struct{ a, b, c, want float64 }{
			{0.7, 2, 2, math.Pow(1-z, -0.7)},
			{3, 1.5, 1.5, math.Pow(1-z, -3)},
			{0, 4, 2, 1},
			{-2, 1, 1, (1 - z) * (1 - z)},
		} {
			got, ok := stats.Hypergeometric(tt.a, tt.b, tt.c, z)
			if !ok || !close(got, tt.want, 1e-10) {
				t.Errorf("F(%v, %v; %v; %v) = %v %v, want %v", tt.a, tt.b, tt.c, z, got, ok, tt.want)
			}
		}
		if z > 0 {
			got, _ := stats.Hypergeometric(1, 1, 2, z)
			if want := -math.Log1p(-z) / z; !close(got, want, 1e-10) {
				t.Errorf("F(1,1;2;%v) = %v, want %v", z, got, want)
			}
		}
	}
}

func TestIntegrate(t *testing.T) {
	t.Parallel()
	if got, want := stats.Integrate(math.Exp, 0, 3, 1), math.Expm1(3); !close(got, want, 1e-13) {
		t.Errorf("exp: got %v, want %v", got, want)
	}
	for name, tt := range map[string]struct {
		f     func(float64) float64
		scale float64
		want  float64
	}{
		"exponential": {func(t float64) float64 { return math.Exp(-t / 7) }, 7, 7},
		"other scale": {func(t float64) float64 { return math.Exp(-t / 7) }, 1, 7},
		"power":       {func(t float64) float64 { return math.Pow(1+t, -3) }, 1, 0.5},
	} {
		if got := stats.IntegrateDecaying(tt.f, tt.scale); !close(got, tt.want, 1e-9) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
	sum := 0.0
	for i, w := range stats.Gauss6Weights {
		sum += w * math.Exp(stats.Gauss6Nodes[i])
	}
	if !close(sum, math.E-1, 1e-13) {
		t.Errorf("six points: got %v", sum)
	}
}

func TestMinimise(t *testing.T) {
	t.Parallel()
	rosenbrock := func(x, g []float64) float64 {
		a, b := 1-x[0], x[1]-x[0]*x[0]
		g[0], g[1] = -2*a-400*x[0]*b, 200*b
		return a*a + 100*b*b
	}
	o := stats.MinimiseOptions{Tolerance: 1e-9, Iterations: 500, Bound: 100}
	m, err := stats.Minimise(context.Background(), rosenbrock, []float64{-1.2, 1}, o)
	if err != nil || !close(m.X[0], 1, 1e-6) || !close(m.X[1], 1, 1e-6) {
		t.Errorf("got %+v %v", m, err)
	}
	away := func(x, g []float64) float64 { g[0] = -1; return -x[0] }
	if m, err = stats.Minimise(context.Background(), away, []float64{0}, o); err != nil || m.X[0] != o.Bound {
		t.Errorf("without a minimum: got %+v %v", m, err)
	}
	o.Iterations = 3
	if _, err = stats.Minimise(context.Background(), rosenbrock, []float64{-1.2, 1}, o); !errors.Is(err, stats.ErrNoMinimum) {
		t.Errorf("too few iterations: got %v", err)
	}
}

func TestInvert(t *testing.T) {
	t.Parallel()
	m := [][]float64{{4, 2, 0.6}, {2, 5, 1}, {0.6, 1, 3}}
	inverse, ok := stats.Invert(m)
	if !ok {
		t.Fatal("refused")
	}
	for i := range m {
		for j := range m {
			var sum, want float64
			for k := range m {
				sum += m[i][k] * inverse[k][j]
			}
			if i == j {
				want = 1
			}
			if !close(sum, want, 1e-12) {
				t.Errorf("product at %d, %d is %v", i, j, sum)
			}
		}
	}
	if _, ok := stats.Invert([][]float64{{1, 2}, {2, 1}}); ok {
		t.Error("an indefinite matrix has an inverse by Cholesky")
	}
}
