package experiment

// Range is the stretch [Lo, Hi) of buckets that belongs to an arm.
type Range struct {
	Lo, Hi float64
}

// NoArm is the arm of a unit that is not in the experiment.
const NoArm = -1

// Ranges returns the stretches of the arms. Coverage is the share of units in
// the experiment, clamped to [0, 1]. Weights that are missing, not one per arm
// or not adding up to 1 (within 0.01) become [EqualWeights]. Arm i covers the
// first part of its full share, so raising the coverage moves nobody.
func Ranges(arms int, coverage float64, weights []float64) []Range {
	coverage = min(1, max(0, coverage))
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	if len(weights) != arms || !(sum >= 0.99 && sum <= 1.01) {
		weights = EqualWeights(arms)
	}
	ranges := make([]Range, 0, len(weights))
	start := 0.0
	for _, w := range weights {
		ranges = append(ranges, Range{start, start + coverage*w})
		start += w
	}
	return ranges
}

// EqualWeights returns the same weight for each arm; none for less than one.
func EqualWeights(arms int) []float64 {
	if arms < 1 {
		return nil
	}
	w := make([]float64, arms)
	for i := range w {
		w[i] = 1 / float64(arms)
	}
	return w
}

// Choose returns the first arm whose range holds the bucket, or [NoArm].
func Choose(bucket float64, ranges []Range) int {
	for i, r := range ranges {
		if bucket >= r.Lo && bucket < r.Hi {
			return i
		}
	}
	return NoArm
}
