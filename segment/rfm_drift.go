package segment

import (
	"math"

	"github.com/siyu-go/siyu"
)

// Drift is how far a population has moved between two periods under one and
// the same scale.
type Drift struct {
	// PSI is the population stability index, the sum of
	// (after-before)*ln(after/before) over the shares. By custom below 0.1 is
	// stable, 0.1 to 0.25 worth a look, and above 0.25 calls for new cuts.
	PSI           float64
	Before, After []float64 // shares, in the order of the counts
	Worst         int       // index that adds most to PSI
}

// DriftOf compares the numbers of customers per level, cell or named box in
// two periods. Score both with the scale of the first: a scale made anew each
// time hides the drift. Half a customer is added to each count, so that an
// empty level is no infinity.
//
// Counts of different lengths, negative ones, and a period without customers
// are [siyu.ErrInvalid].
func DriftOf(before, after []int) (Drift, error) {
	if len(before) != len(after) {
		return Drift{}, siyu.Invalid("after", "has %d counts, before %d", len(after), len(before))
	}
	var n, m int
	for i := range before {
		if before[i] < 0 || after[i] < 0 {
			return Drift{}, siyu.Invalid("counts", "count %d is negative", i)
		}
		n += before[i]
		m += after[i]
	}
	if n == 0 || m == 0 {
		return Drift{}, siyu.Invalid("counts", "a period has no customers")
	}
	d := Drift{Before: make([]float64, len(before)), After: make([]float64, len(after))}
	half, most := float64(len(before))/2, -1.0
	for i := range before {
		d.Before[i], d.After[i] = float64(before[i])/float64(n), float64(after[i])/float64(m)
		p, q := (float64(before[i])+0.5)/(float64(n)+half), (float64(after[i])+0.5)/(float64(m)+half)
		part := (q - p) * math.Log(q/p)
		d.PSI += part
		if part > most {
			most, d.Worst = part, i
		}
	}
	return d, nil
}
