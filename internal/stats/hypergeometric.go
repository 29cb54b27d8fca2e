package stats

import "math"

// Hypergeometric returns Gauss's 2F1(a, b; c; z) for real a and b, c above 0
// and z in [0, 1); ok is false if the series has not settled after a million
// terms, which happens only next to z = 1.
//
// It sums the series of whichever side of Euler's transformation
// (Abramowitz and Stegun 15.3.3) has the smaller terms.
func Hypergeometric(a, b, c, z float64) (f float64, ok bool) {
	if s := c - a - b; s < 0 {
		f, ok = hypergeometricSeries(c-a, c-b, c, z)
		return f * math.Pow(1-z, s), ok
	}
	return hypergeometricSeries(a, b, c, z)
}

func hypergeometricSeries(a, b, c, z float64) (sum float64, ok bool) {
	term := 1.0
	sum = 1
	for k := range 1_000_000 {
		n := float64(k)
		term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z
		sum += term
		if math.Abs(term) <= 1e-16*math.Abs(sum) && n > math.Abs(a)+math.Abs(b) {
			return sum, true
		}
		if term == 0 {
			return sum, true
		}
	}
	return sum, false
}
