package study

import "math"

// interval is a rate with its 95 % Wilson score interval (Wilson, 1927).
func interval(k, n int) (rate, low, high float64) {
	if n == 0 {
		return 0, 0, 0
	}
	const z = 1.959963984540054
	var (
		p      = float64(k) / float64(n)
		zz     = z * z / float64(n)
		middle = (p + zz/2) / (1 + zz)
		half   = z / (1 + zz) * math.Sqrt(p*(1-p)/float64(n)+zz/(4*float64(n)))
	)
	return p, max(0, middle-half), min(1, middle+half)
}
