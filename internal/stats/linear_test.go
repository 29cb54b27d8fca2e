package stats_test

import (
	"math"
	"testing"

	"github.com/siyu-go/siyu/internal/stats"
	"pgregory.net/rapid"
)

func TestSolve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "n")
		row := rapid.SliceOfN(rapid.Float64Range(-1, 1), n, n)
		a := rapid.SliceOfN(row, n, n).Draw(t, "a")
		for i := range a {
			a[i][i] += float64(n) + 1 // diagonally dominant, so regular
		}
		want := row.Draw(t, "x")
		b := make([][]float64, n)
		for i := range b {
			b[i] = []float64{0}
			for j := range n {
				b[i][0] += a[i][j] * want[j]
			}
		}
		got, ok := stats.Solve(a, b)
		if !ok {
			t.Fatal("singular")
		}
		for i := range want {
			if math.Abs(got[i][0]-want[i]) > 1e-9 {
				t.Fatalf("x[%d] = %v, want %v", i, got[i][0], want[i])
			}
		}
	})
}

func TestSolve_singular(t *testing.T) {
	if x, ok := stats.Solve([][]float64{{1, 2}, {2, 4}}, [][]float64{{1}, {2}}); ok {
		t.Fatalf("solved a singular system: %v", x)
	}
}
