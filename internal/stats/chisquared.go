package stats

import "math"

// ChiSquaredTail returns the probability that a chi-squared variable with df
// degrees of freedom is at least x: the p-value of Pearson's test. It is 1 for
// x <= 0 or df <= 0, and NaN where x is.
func ChiSquaredTail(x, df float64) float64 {
	if math.IsNaN(x) || math.IsNaN(df) {
		return math.NaN()
	}
	if x <= 0 || df <= 0 {
		return 1
	}
	return GammaQ(df/2, x/2)
}

// GammaQ returns the upper regularised incomplete gamma function Q(a, x) for
// a > 0 and x >= 0, to about 14 digits. Below a+1 the power series of its
// complement converges fast, above it the continued fraction (Abramowitz and
// Stegun 6.5.29 and 6.5.31, the latter evaluated by Lentz's method).
func GammaQ(a, x float64) float64 {
	switch {
	case math.IsNaN(a) || math.IsNaN(x) || a <= 0 || x < 0:
		return math.NaN()
	case x == 0:
		return 1
	case math.IsInf(x, 1):
		return 0
	}
	lg, _ := math.Lgamma(a)
	front := math.Exp(a*math.Log(x) - x - lg)
	if x < a+1 {
		return 1 - front*lowerSeries(a, x)
	}
	return front * upperFraction(a, x)
}

// Both expansions take about 5*sqrt(a) terms around x = a.
func gammaTerms(a float64) int { return 200 + int(10*math.Sqrt(a)) }

func lowerSeries(a, x float64) float64 {
	term := 1 / a
	sum := term
	for n := 1; n < gammaTerms(a); n++ {
		term *= x / (a + float64(n))
		sum += term
		if term < sum*1e-16 {
			break
		}
	}
	return sum
}

func upperFraction(a, x float64) float64 {
	const tiny = 1e-300
	b := x + 1 - a
	c := 1 / tiny
	d := 1 / b
	h := d
	for n := 1; n < gammaTerms(a); n++ {
		an := -float64(n) * (float64(n) - a)
		b += 2
		if d = an*d + b; math.Abs(d) < tiny {
			d = tiny
		}
		if c = b + an/c; math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		delta := d * c
		h *= delta
		if math.Abs(delta-1) < 1e-16 {
			break
		}
	}
	return h
}
