package stats_test

import (
	"math"
	"testing"

	"github.com/siyu-go/siyu/internal/stats"
)

// With 2 degrees of freedom the tail is exp(-x/2), with 1 it is erfc(sqrt(x/2)):
// both are known without this code.
func TestChiSquaredTail_closed_forms(t *testing.T) {
	for _, x := range []float64{0.001, 0.5, 1, 2, 3.84, 10, 50, 300} {
		for df, want := range map[float64]float64{
			1: math.Erfc(math.Sqrt(x / 2)),
			2: math.Exp(-x / 2),
			4: math.Exp(-x/2) * (1 + x/2),
		} {
			if got := stats.ChiSquaredTail(x, df); math.Abs(got-want) > 1e-12*math.Max(want, 1e-3) {
				t.Errorf("tail(%v, %v) = %v, want %v", x, df, got, want)
			}
		}
	}
}

// Critical values of the usual tables.
func TestChiSquaredTail_tables(t *testing.T) {
	for _, tt := range []struct{ x, df, p float64 }{
		{3.841458820694124, 1, 0.05},
		{18.307038053275146, 10, 0.05},
		{124.34211340400407, 100, 0.05},
		{1074.679, 1000, 0.05},
	} {
		if got := stats.ChiSquaredTail(tt.x, tt.df); math.Abs(got-tt.p) > 1e-5 {
			t.Errorf("tail(%v, %v) = %v, want %v", tt.x, tt.df, got, tt.p)
		}
	}
}

func TestChiSquaredTail_edges(t *testing.T) {
	if stats.ChiSquaredTail(0, 3) != 1 || stats.ChiSquaredTail(5, 0) != 1 || stats.ChiSquaredTail(math.Inf(1), 2) != 0 {
		t.Error("0, no degree of freedom and infinity must give 1, 1 and 0")
	}
	if !math.IsNaN(stats.ChiSquaredTail(math.NaN(), 1)) {
		t.Error("NaN must stay NaN")
	}
}
