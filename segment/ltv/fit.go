package ltv

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// ErrNotIdentified is matched by [*NotIdentifiedError].
var ErrNotIdentified = errors.New("ltv: the data do not determine the model")

// NotIdentifiedError says that no finite, unique estimate exists: the
// likelihood keeps growing as a parameter runs away, or is flat. It is what
// data without repeat purchases, without anybody lost, or with equal customers
// lead to.
type NotIdentifiedError struct {
	Model     string
	Parameter string // that ran to 0 or infinity; "" if the likelihood is flat
	Value     float64
}

// Error writes what ran away.
func (e *NotIdentifiedError) Error() string {
	if e.Parameter == "" {
		return fmt.Sprintf("ltv: %s: the data do not determine the model: the likelihood is flat at its maximum", e.Model)
	}
	return fmt.Sprintf("ltv: %s: the data do not determine the model: parameter %s runs away (%.3g)", e.Model, e.Parameter, e.Value)
}

// Is reports whether target is [ErrNotIdentified].
func (e *NotIdentifiedError) Is(target error) bool { return target == ErrNotIdentified }

// Parameter is one estimated number.
type Parameter struct {
	Name  string
	Value float64
	SE    float64 // standard error, from the curvature of the likelihood
}

// model is what the estimator needs to know of a family with positive
// parameters.
type model[M any] interface {
	name() string
	names() []string
	values() []float64
	with(values []float64) M
}

// Fit is a model estimated by maximum likelihood.
type Fit[M model[M]] struct {
	Model         M
	LogLikelihood float64
	Customers     int
	Parameters    []Parameter
	Iterations    int
	covariance    [][]float64 // of the logarithms of the parameters
}

// Progress is a look at a running fit.
type Progress struct {
	Iteration     int
	LogLikelihood float64
}

// FitOptions are the settings of a fit.
type FitOptions struct {
	// Progress is called after every iteration, from the goroutine of the fit.
	Progress func(Progress)
}

const (
	maxIterations = 500
	tolerance     = 1e-8 // of the gradient of the mean log-likelihood
	bound         = 14.  // of the logarithm of a parameter: 8e-7 to 1.2e6
	open          = 10.  // standard error of a logarithm that says nothing is known
)

// likelihood returns the log-likelihood of all customers at a model and adds
// its derivatives by the parameters to gradient.
type likelihood[M any] func(m M, gradient []float64) float64

// maximise estimates a model from a start, over the logarithms of the
// parameters.
func maximise[M model[M]](ctx context.Context, start M, customers int, f likelihood[M], opts *FitOptions) (Fit[M], error) {
	if err := ctx.Err(); err != nil {
		return Fit[M]{}, err
	}
	n := float64(customers)
	values := make([]float64, len(start.values()))
	objective := func(x, gradient []float64) float64 {
		for i, v := range x {
			values[i] = math.Exp(v)
		}
		clear(gradient)
		ll := f(start.with(values), gradient)
		for i := range gradient {
			gradient[i] *= -values[i] / n
		}
		if math.IsNaN(ll) {
			return math.Inf(1)
		}
		return -ll / n
	}
	x := start.values()
	for i, v := range x {
		x[i] = math.Log(v)
	}
	o := stats.MinimiseOptions{Tolerance: tolerance, Iterations: maxIterations, Bound: bound}
	if opts != nil && opts.Progress != nil {
		o.Progress = func(iteration int, value float64) bool {
			opts.Progress(Progress{iteration, -value * n})
			return true
		}
	}
	found, err := stats.Minimise(ctx, objective, x, o)
	if err != nil && !errors.Is(err, stats.ErrNoMinimum) {
		return Fit[M]{}, fmt.Errorf("ltv: %s: %w", start.name(), err)
	}
	for i, v := range found.X {
		if math.Abs(v) > bound-1 {
			return Fit[M]{}, &NotIdentifiedError{start.name(), start.names()[i], math.Exp(v)}
		}
	}
	covariance, ok := stats.Invert(hessian(objective, found.X, n))
	if err != nil || !ok {
		return Fit[M]{}, &NotIdentifiedError{Model: start.name()}
	}
	for i, v := range found.X {
		if values[i] = math.Exp(v); covariance[i][i] > open*open {
			return Fit[M]{}, &NotIdentifiedError{start.name(), start.names()[i], values[i]}
		}
	}
	fit := Fit[M]{
		Model: start.with(values), LogLikelihood: -found.Value * n, Customers: customers,
		Iterations: found.Iterations, covariance: covariance,
	}
	for i, name := range start.names() {
		se := values[i] * math.Sqrt(covariance[i][i])
		fit.Parameters = append(fit.Parameters, Parameter{name, values[i], se})
	}
	return fit, nil
}

// hessian differentiates the gradient of the negative log-likelihood.
func hessian(f stats.Objective, x []float64, n float64) [][]float64 {
	const h = 1e-4
	h2 := make([][]float64, len(x))
	up, down := make([]float64, len(x)), make([]float64, len(x))
	for i := range x {
		h2[i] = make([]float64, len(x))
		at := x[i]
		x[i] = at + h
		f(x, up)
		x[i] = at - h
		f(x, down)
		x[i] = at
		for j := range x {
			h2[i][j] = n * (up[j] - down[j]) / (2 * h)
		}
	}
	for i := range x {
		for j := range i {
			mean := (h2[i][j] + h2[j][i]) / 2
			h2[i][j], h2[j][i] = mean, mean
		}
	}
	return h2
}

// Interval is an estimate with its error bar.
type Interval struct {
	Estimate  float64
	SE        float64
	Low, High float64
}

// Interval returns the error bar of any number that follows from the model,
// such as the purchases expected of one customer or of all, at a confidence
// such as 0.95. It is by the delta method: it speaks of the uncertainty of the
// parameters, not of the chance in what a customer does. A quantity that is
// positive by nature can have a Low below 0 when little is known.
//
// A confidence outside (0, 1), and a quantity that is not a number near the
// estimate, are [siyu.ErrInvalid].
func (f Fit[M]) Interval(confidence float64, quantity func(M) float64) (Interval, error) {
	if !(confidence > 0 && confidence < 1) {
		return Interval{}, siyu.Invalid("confidence", "is not between 0 and 1")
	}
	const h = 1e-4
	values := f.Model.values()
	slope := make([]float64, len(values))
	for i, v := range values {
		values[i] = v * math.Exp(h)
		up := quantity(f.Model.with(values))
		values[i] = v * math.Exp(-h)
		slope[i] = (up - quantity(f.Model.with(values))) / (2 * h)
		values[i] = v
	}
	var variance float64
	for i := range slope {
		for j := range slope {
			variance += slope[i] * f.covariance[i][j] * slope[j]
		}
	}
	e := Interval{Estimate: quantity(f.Model), SE: math.Sqrt(max(variance, 0))}
	if math.IsNaN(e.Estimate) || math.IsNaN(variance) || math.IsInf(e.Estimate, 0) || math.IsInf(variance, 0) {
		return Interval{}, siyu.Invalid("quantity", "is not a finite number at the estimate")
	}
	z := math.Sqrt2 * math.Erfinv(confidence)
	e.Low, e.High = e.Estimate-z*e.SE, e.Estimate+z*e.SE
	return e, nil
}

// checkGroups validates data and returns the number of customers and of repeat
// purchases.
func checkGroups(groups []Group) (customers, repeats int, err error) {
	for i, g := range groups {
		if err := g.Validate(); err != nil {
			return 0, 0, siyu.Within(path("groups", i), err)
		}
		if g.Customers < 1 {
			return 0, 0, siyu.Invalid(path("groups", i)+".customers", "is below 1")
		}
		customers += g.Customers
		repeats += g.Customers * g.Frequency
	}
	switch {
	case customers == 0:
		return 0, 0, siyu.Invalid("groups", "are none")
	case repeats == 0:
		return 0, 0, siyu.Invalid("groups", "hold no repeat purchase")
	}
	return customers, repeats, nil
}

// checkModel refuses parameters that are not positive finite numbers.
func checkModel[M model[M]](m M) error {
	for i, v := range m.values() {
		if !(v > 0) || math.IsInf(v, 1) {
			return siyu.Invalid(m.names()[i], "is not a positive number")
		}
	}
	return nil
}

func path(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
