package ltv

import (
	"math"

	"github.com/siyu-go/siyu"
)

// Prediction is what one customer will do: unlike [Interval], it is about the
// number itself, not about its mean.
type Prediction struct {
	Mean      float64
	Low, High int    // between which the number lies with at least the confidence asked for
	Counts    Counts // the distribution
}

// Predict returns the prediction interval of a number whose distribution follows
// from the model, such as the purchases of one customer:
//
//	fit.Predict(0.9, func(m ltv.BGNBD) ltv.Counts { return m.Counts(s.History, 52) })
//
// It is the chance in what a customer does together with the uncertainty of the
// parameters: the distribution is averaged over eight points for four
// parameters, two for each, that have the mean and covariance of the estimate on
// the logarithms of the parameters (the third-degree cubature rule; Arasaratnam
// and Haykin, Cubature Kalman Filters, IEEE Transactions on Automatic Control 54,
// 2009). It is equal-tailed, and covers more than asked for because numbers are
// whole.
//
// A confidence outside (0, 1), and a distribution that does not sum to 1 within
// 1e-6, are [siyu.ErrInvalid].
func (f Fit[M]) Predict(confidence float64, distribution func(M) Counts) (Prediction, error) {
	if !(confidence > 0 && confidence < 1) {
		return Prediction{}, siyu.Invalid("confidence", "is not between 0 and 1")
	}
	root := cholesky(f.covariance)
	values := f.Model.values()
	n := len(values)
	var mixed Counts
	for i := range n {
		for _, sign := range []float64{1, -1} {
			at := make([]float64, n)
			for j, v := range values {
				at[j] = v * math.Exp(sign*math.Sqrt(float64(n))*root[j][i])
			}
			for k, p := range distribution(f.Model.with(at)) {
				if k == len(mixed) {
					mixed = append(mixed, 0)
				}
				mixed[k] += p / float64(2*n)
			}
		}
	}
	var sum float64
	for _, p := range mixed {
		sum += p
	}
	if !(math.Abs(sum-1) < 1e-6) {
		return Prediction{}, siyu.Invalid("distribution", "sums to %v", sum)
	}
	tail := (1 - confidence) / 2
	return Prediction{Mean: mixed.Mean(), Low: mixed.Quantile(tail), High: mixed.Quantile(1 - tail), Counts: mixed}, nil
}

// cholesky returns the lower triangle whose square is a covariance.
func cholesky(c [][]float64) [][]float64 {
	l := make([][]float64, len(c))
	for i := range c {
		l[i] = make([]float64, len(c))
		for j := range i + 1 {
			sum := c[i][j]
			for k := range j {
				sum -= l[i][k] * l[j][k]
			}
			switch {
			case i == j:
				l[i][i] = math.Sqrt(max(sum, 0))
			case l[j][j] > 0:
				l[i][j] = sum / l[j][j]
			}
		}
	}
	return l
}
