package stats_test

import (
	"math"
	"testing"

	"github.com/siyu-go/siyu/internal/stats"
)

// The expected values are those of R's binom::binom.wilson.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		hits, n   int
		low, high float64
	}{
		{0, 0, 0, 1},
		{0, 10, 0, 0.2775},
		{10, 10, 0.7225, 1},
		{5, 10, 0.2366, 0.7634},
		{81, 263, 0.2553, 0.3662},
	} {
		low, high := stats.Wilson(c.hits, c.n, stats.Z95)
		if math.Abs(low-c.low) > 5e-5 || math.Abs(high-c.high) > 5e-5 {
			t.Errorf("Wilson(%d, %d) = [%.4f, %.4f], want [%.4f, %.4f]", c.hits, c.n, low, high, c.low, c.high)
		}
	}
}
