package stats

import "math"

// LogBeta returns the logarithm of the beta function of positive a and b.
func LogBeta(a, b float64) float64 {
	return LogGamma(a) + LogGamma(b) - LogGamma(a+b)
}

// LogGamma returns the logarithm of the gamma function of positive x.
func LogGamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// Digamma returns the derivative of [LogGamma] at positive x, to about 1e-14.
// The recurrence lifts x to where the asymptotic series holds (Abramowitz and
// Stegun 6.3.5, 6.3.18).
func Digamma(x float64) float64 {
	var shift float64
	for x < 10 {
		shift -= 1 / x
		x++
	}
	inv := 1 / x
	sq := inv * inv
	series := sq * (1./12 - sq*(1./120-sq*(1./252-sq*(1./240-sq*(1./132-sq*(691./32760-sq/12))))))
	return shift + math.Log(x) - inv/2 - series
}
