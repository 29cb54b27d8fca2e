package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/siyu-go/siyu/segment/ltv"
)

// table is one table of the output, for the terminal and the page.
type table struct {
	Title, Note string
	Head        []string
	Rows        [][]string
}

func (s *study) tables() []table {
	return []table{s.parameters(), s.purchases(), s.standing()}
}

func (s *study) parameters() table {
	t := table{
		Title: "The models, by maximum likelihood",
		Note:  "Time is in weeks. The closer a log-likelihood is to 0, the better the fit.",
		Head:  []string{"model", "parameter", "estimate", "standard error"},
	}
	add := func(name string, parameters []ltv.Parameter, logLikelihood float64) {
		for _, p := range parameters {
			t.Rows = append(t.Rows, []string{name, p.Name, fmt.Sprintf("%.3f", p.Value), fmt.Sprintf("%.3f", p.SE)})
		}
		t.Rows = append(t.Rows, []string{name, "log-likelihood", fmt.Sprintf("%.1f", logLikelihood), ""})
	}
	add("BG/NBD", s.bg.Parameters, s.bg.LogLikelihood)
	add("Pareto/NBD", s.pareto.Parameters, s.pareto.LogLikelihood)
	return t
}

func (s *study) purchases() table {
	t := table{
		Title: "Purchases a customer in the next 39 weeks",
		Note: "By repeat purchases so far. The 95 % intervals speak of the parameters alone, not of chance, nor of a model that is wrong: " +
			"\"came\" is what the models had not seen. Worth is purchases of the BG/NBD model times amounts of the Gamma-Gamma model.",
		Head: []string{"bought", "customers", "came", "BG/NBD", "95 %", "Pareto/NBD", "worth", "95 %"},
	}
	for _, f := range append(s.forecasts, s.total) {
		t.Rows = append(t.Rows, []string{
			f.Bought, strconv.Itoa(f.Customers), fmt.Sprintf("%.2f", f.Came),
			fmt.Sprintf("%.2f", f.BG.Estimate), span("%.2f to %.2f", f.BG), fmt.Sprintf("%.2f", f.Pareto),
			fmt.Sprintf("$%.2f", f.Worth.Estimate), span("$%.2f to $%.2f", f.Worth),
		})
	}
	return t
}

func (s *study) standing() table {
	t := table{
		Title: "Still a customer? P(alive) after 39 weeks",
		Note:  "The BG/NBD model lets customers leave only after a repeat purchase: whoever never came back is alive for certain. The Pareto/NBD model does not.",
		Head:  []string{"history", "BG/NBD", "95 %", "Pareto/NBD", "95 %"},
	}
	for _, a := range s.alive {
		t.Rows = append(t.Rows, []string{
			a.Who, fmt.Sprintf("%.2f", a.BG.Estimate), span("%.2f to %.2f", within(a.BG)),
			fmt.Sprintf("%.2f", a.Pareto.Estimate), span("%.2f to %.2f", within(a.Pareto)),
		})
	}
	return t
}

// verdict says how good the forecast of all customers was.
func (s *study) verdict() string {
	n := float64(s.total.Customers)
	came, low, high := s.total.Came*n, s.total.BG.Low*n, s.total.BG.High*n
	words := "within the interval."
	if came < low || came > high {
		words = "outside the interval: the model misses something that no error bar of its parameters can show."
	}
	return fmt.Sprintf("BG/NBD expects %.0f purchases (95 %%: %.0f to %.0f), Pareto/NBD %.0f. %.0f came, %s", s.total.BG.Estimate*n, low, high, s.total.Pareto*n, came, words)
}

func (s *study) print(w io.Writer) {
	for _, t := range s.tables() {
		fmt.Fprintln(w, t.Title)
		columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, row := range append([][]string{t.Head}, t.Rows...) {
			fmt.Fprintln(columns, "  "+strings.Join(row, "\t"))
		}
		columns.Flush() //nolint:errcheck,gosec // the writer's error is the terminal's
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, s.verdict())
}

func span(format string, i ltv.Interval) string { return fmt.Sprintf(format, i.Low, i.High) }

// within keeps the interval of a probability between 0 and 1.
func within(i ltv.Interval) ltv.Interval {
	i.Low, i.High = max(0, i.Low), min(1, i.High)
	return i
}
