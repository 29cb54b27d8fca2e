package stats

import "math"

// Z95 is the two-sided 95 % point of the normal distribution.
const Z95 = 1.959963984540054

// Wilson returns the score interval of a proportion of hits in n trials at the
// normal quantile z (E. B. Wilson, 1927). With n of 0 nothing is known and the
// interval is [0, 1]. Unlike the textbook interval it never leaves [0, 1].
func Wilson(hits, n int, z float64) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	total := float64(n)
	p := float64(hits) / total
	z2 := z * z
	center := (p + z2/(2*total)) / (1 + z2/total)
	half := z / (1 + z2/total) * math.Sqrt(p*(1-p)/total+z2/(4*total*total))
	low, high = max(0, center-half), min(1, center+half)
	if hits == 0 {
		low = 0
	}
	if hits == n {
		high = 1
	}
	return low, high
}
