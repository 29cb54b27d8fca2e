package experiment

import (
	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// MismatchLevel is the p-value below which a split counts as broken.
const MismatchLevel = 0.001

// Mismatch is the test for a sample ratio mismatch.
type Mismatch struct {
	ChiSquared float64 `json:"chi_squared"`
	Freedom    int     `json:"degrees_of_freedom"`
	P          float64 `json:"p"` // chance of a split at least as uneven
}

// Broken reports whether the arms have sizes that chance does not explain:
// something in assignment or logging is wrong, and so is every comparison.
func (m Mismatch) Broken() bool { return m.P < MismatchLevel }

// SRM tests the sizes of the arms against their weights by Pearson's
// chi-squared. Arms of weight 0 are left out. Without data, or with less than
// two arms, P is 1. Counts and weights must be as many, and not negative.
func SRM(counts []int64, weights []float64) (Mismatch, error) {
	if len(counts) != len(weights) {
		return Mismatch{}, siyu.Invalid("weights", "are %d for %d counts", len(weights), len(counts))
	}
	var total, sum float64
	arms := 0
	for i, w := range weights {
		if counts[i] < 0 || !(w >= 0) {
			return Mismatch{}, siyu.Invalid("counts", "or weights hold a negative number")
		}
		if w > 0 {
			total += float64(counts[i])
			sum += w
			arms++
		}
	}
	m := Mismatch{Freedom: max(0, arms-1), P: 1}
	if total == 0 || arms < 2 {
		return m, nil
	}
	for i, w := range weights {
		if w > 0 {
			want := total * w / sum
			m.ChiSquared += (float64(counts[i]) - want) * (float64(counts[i]) - want) / want
		}
	}
	m.P = stats.ChiSquaredTail(m.ChiSquared, float64(m.Freedom))
	return m, nil
}
