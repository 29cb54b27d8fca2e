package stats

import (
	"context"
	"errors"
	"math"
	"slices"
)

// ErrNoMinimum is returned by [Minimise] if the function does not come to rest.
var ErrNoMinimum = errors.New("stats: no minimum found")

// Objective returns the value of a function at x and writes its gradient.
type Objective func(x, gradient []float64) float64

// Minimum is what [Minimise] found.
type Minimum struct {
	X           []float64
	Value       float64
	Gradient    []float64
	Iterations  int
	Evaluations int
}

// MinimiseOptions are the settings of [Minimise].
type MinimiseOptions struct {
	Tolerance  float64                                 // of every gradient component
	Iterations int                                     // at most
	Bound      float64                                 // of the absolute value of every component of X
	Progress   func(iteration int, value float64) bool // called every iteration; false stops
}

// Minimise follows the quasi-Newton method of Broyden, Fletcher, Goldfarb and
// Shanno with a backtracking line search (Nocedal and Wright, Numerical
// Optimization, 2006, chapters 3 and 6). A component that runs into the bound
// stays there, so the caller sees which one has no finite optimum. It checks
// ctx before every evaluation.
func Minimise(ctx context.Context, f Objective, start []float64, o MinimiseOptions) (Minimum, error) {
	n := len(start)
	m := Minimum{X: slices.Clone(start), Gradient: make([]float64, n)}
	eval := func(x, g []float64) (float64, error) {
		m.Evaluations++
		return f(x, g), ctx.Err()
	}
	var err error
	if m.Value, err = eval(m.X, m.Gradient); err != nil {
		return m, err
	}
	var (
		inverse = identity(n)
		dir     = make([]float64, n)
		next    = make([]float64, n)
		grad    = make([]float64, n)
		moved   = make([]float64, n)
		turned  = make([]float64, n)
	)
	for ; m.Iterations < o.Iterations; m.Iterations++ {
		if o.Progress != nil && !o.Progress(m.Iterations, m.Value) {
			return m, context.Canceled
		}
		if norm(free(m.X, m.Gradient, o.Bound)) < o.Tolerance {
			return m, nil
		}
		multiply(inverse, m.Gradient, dir)
		slope := -dot(dir, m.Gradient)
		if !(slope < 0) {
			inverse = identity(n)
			copy(dir, m.Gradient)
			slope = -dot(dir, m.Gradient)
		}
		step := min(1, 2/norm(dir)) // no more than a factor e^2 at once
		value := math.Inf(1)
		for range 60 {
			for i := range next {
				next[i] = min(max(m.X[i]-step*dir[i], -o.Bound), o.Bound)
			}
			if value, err = eval(next, grad); err != nil {
				return m, err
			}
			if value <= m.Value+1e-4*step*slope {
				break
			}
			step /= 2
		}
		if !(value < m.Value) {
			if norm(free(m.X, m.Gradient, o.Bound)) < 1e3*o.Tolerance {
				return m, nil // as near as rounding lets it come
			}
			return m, ErrNoMinimum
		}
		for i := range next {
			moved[i] = next[i] - m.X[i]
			turned[i] = grad[i] - m.Gradient[i]
		}
		copy(m.X, next)
		copy(m.Gradient, grad)
		m.Value = value
		update(inverse, moved, turned)
	}
	return m, ErrNoMinimum
}

// free returns the gradient without the components that press against the
// bound.
func free(x, gradient []float64, bound float64) []float64 {
	out := slices.Clone(gradient)
	for i, v := range x {
		if v >= bound && out[i] < 0 || v <= -bound && out[i] > 0 {
			out[i] = 0
		}
	}
	return out
}

// update makes inverse the next approximation of the inverse Hessian.
func update(inverse [][]float64, s, y []float64) {
	sy := dot(s, y)
	if sy <= 1e-14*math.Sqrt(dot(s, s)*dot(y, y)) {
		return
	}
	hy := make([]float64, len(s))
	multiply(inverse, y, hy)
	scale := (1 + dot(y, hy)/sy) / sy
	for i := range s {
		for j := range s {
			inverse[i][j] += scale*s[i]*s[j] - (hy[i]*s[j]+s[i]*hy[j])/sy
		}
	}
}

func identity(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
		m[i][i] = 1
	}
	return m
}

func multiply(m [][]float64, v, out []float64) {
	for i, row := range m {
		out[i] = dot(row, v)
	}
}

func dot(a, b []float64) float64 {
	var sum float64
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func norm(v []float64) float64 {
	var most float64
	for _, x := range v {
		if math.IsNaN(x) {
			return math.Inf(1)
		}
		most = max(most, math.Abs(x))
	}
	return most
}

// Invert returns the inverse of a symmetric positive definite matrix by
// Cholesky's method; ok is false if it is not one.
func Invert(m [][]float64) (inverse [][]float64, ok bool) {
	n := len(m)
	l := identity(n)
	for i := range n {
		for j := 0; j <= i; j++ {
			sum := m[i][j]
			for k := range j {
				sum -= l[i][k] * l[j][k]
			}
			switch {
			case i != j:
				l[i][j] = sum / l[j][j]
			case sum > 1e-13*math.Abs(m[i][i]):
				l[i][i] = math.Sqrt(sum)
			default:
				return nil, false
			}
		}
	}
	inverse = identity(n)
	for c := range n { // solve L Lᵀ x = e_c
		x := inverse[c]
		for i := range n {
			for k := range i {
				x[i] -= l[i][k] * x[k]
			}
			x[i] /= l[i][i]
		}
		for i := n - 1; i >= 0; i-- {
			for k := i + 1; k < n; k++ {
				x[i] -= l[k][i] * x[k]
			}
			x[i] /= l[i][i]
		}
	}
	return inverse, true
}
