package main

import (
	"context"

	"github.com/siyu-go/siyu/segment/ltv"
)

const (
	weeks      = 39.0 // the time ahead; the models saw as much
	confidence = 0.95
)

// study is the fitted models and what follows from them.
type study struct {
	cohort
	bg        ltv.Fit[ltv.BGNBD]
	pareto    ltv.Fit[ltv.ParetoNBD]
	amounts   ltv.Fit[ltv.GammaGamma]
	forecasts []forecast // by class
	total     forecast
	alive     []standing
}

// forecast is the coming 39 weeks of one class of customers.
type forecast struct {
	Bought    string
	Customers int
	Came      float64      // purchases a customer, as they really came
	BG        ltv.Interval // purchases a customer, expected
	Pareto    float64
	Worth     ltv.Interval // dollars a customer, expected
}

// standing is whether a customer with this history is still one.
type standing struct {
	Who    string
	BG     ltv.Interval
	Pareto ltv.Interval
}

func newStudy(ctx context.Context, c cohort) (*study, error) {
	s := &study{cohort: c}
	var err error
	if s.bg, err = ltv.FitBGNBD(ctx, c.groups, nil); err != nil {
		return nil, err
	}
	if s.pareto, err = ltv.FitParetoNBD(ctx, c.groups, nil); err != nil {
		return nil, err
	}
	if s.amounts, err = ltv.FitGammaGamma(ctx, ltv.Spendings(c.summaries), nil); err != nil {
		return nil, err
	}
	for class := range classes {
		f, err := s.forecast(className(class), func(h ltv.History) bool { return classOf(h) == class })
		if err != nil {
			return nil, err
		}
		f.Came = float64(c.came[class]) / float64(f.Customers)
		s.forecasts = append(s.forecasts, f)
	}
	if s.total, err = s.forecast("all", func(ltv.History) bool { return true }); err != nil {
		return nil, err
	}
	for _, came := range c.came {
		s.total.Came += float64(came) / float64(s.total.Customers)
	}
	return s, s.standings()
}

// forecast is of the customers that in chooses.
func (s *study) forecast(name string, in func(ltv.History) bool) (f forecast, err error) {
	f.Bought = name
	var groups []ltv.Group
	for _, g := range s.groups {
		if in(g.History) {
			groups = append(groups, g)
			f.Customers += g.Customers
		}
	}
	n := float64(f.Customers)
	mean := func(m ltv.Purchases) (sum float64) {
		for _, g := range groups {
			sum += float64(g.Customers) * m.Expected(g.History, weeks)
		}
		return sum / n
	}
	f.Pareto = mean(s.pareto.Model)
	if f.BG, err = s.bg.Interval(confidence, func(m ltv.BGNBD) float64 { return mean(m) }); err != nil {
		return f, err
	}
	var customers []ltv.Summary
	for _, c := range s.summaries {
		if in(c.History) {
			customers = append(customers, c)
		}
	}
	worth, err := ltv.ValueInterval(s.bg, s.amounts, customers, ltv.ValueOptions{Horizon: weeks}, confidence)
	f.Worth = ltv.Interval{Estimate: worth.Estimate / n / 100, SE: worth.SE / n / 100, Low: worth.Low / n / 100, High: worth.High / n / 100}
	return f, err
}

// standings asks of a few histories whether the customer is still one.
func (s *study) standings() error {
	for _, c := range []struct {
		who string
		ltv.History
	}{
		{"never came back", ltv.History{T: weeks}},
		{"1 repeat, 9 weeks ago", ltv.History{Frequency: 1, Recency: 30, T: weeks}},
		{"2 repeats, 9 weeks ago", ltv.History{Frequency: 2, Recency: 30, T: weeks}},
		{"7 repeats, 3 weeks ago", ltv.History{Frequency: 7, Recency: 36, T: weeks}},
		{"7 repeats, 13 weeks ago", ltv.History{Frequency: 7, Recency: 26, T: weeks}},
		{"12 repeats, 30 weeks ago", ltv.History{Frequency: 12, Recency: 9, T: weeks}},
	} {
		bg, err := s.bg.Interval(confidence, func(m ltv.BGNBD) float64 { return m.Alive(c.History) })
		if err != nil {
			return err
		}
		pareto, err := s.pareto.Interval(confidence, func(m ltv.ParetoNBD) float64 { return m.Alive(c.History) })
		if err != nil {
			return err
		}
		s.alive = append(s.alive, standing{c.who, bg, pareto})
	}
	return nil
}
