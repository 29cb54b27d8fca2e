package stats

import "math"

// Quantile returns the q-quantile (0 to 1) of ascending values by linear
// interpolation between closest ranks (type 7 of Hyndman and Fan, 1996, the
// default of R, NumPy and ClickHouse's quantileInterpolated); NaN of none.
func Quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	rank := q * float64(len(sorted)-1)
	low := int(rank)
	if low >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return sorted[low] + (rank-float64(low))*(sorted[low+1]-sorted[low])
}

// Mean returns the arithmetic mean of values, or NaN of none.
func Mean(values []float64) float64 {
	var sum float64
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}
