package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/siyu-go/siyu/segment/ltv"
)

// The program writes the page that its tables say.
func TestRun(t *testing.T) {
	name := filepath.Join(t.TempDir(), "value.html")
	var out bytes.Buffer
	if err := run(t.Context(), name, &out); err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"BG/NBD r 0.243 0.013", "BG/NBD alpha 4.414 0.378", "BG/NBD a 0.793 0.186", "BG/NBD b 2.426 0.705",
		"BG/NBD log-likelihood -9582.4",
		"Pareto/NBD log-likelihood -9595.0",
		"7+ 64 6.36 6.16 5.29 to 7.03 6.40 $236.72 $203.95 to $269.50",
		"BG/NBD expects 1653 purchases (95 %: 1508 to 1799), Pareto/NBD 1666. 1882 came, outside the interval",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("the output lacks %q:\n%s", want, &out)
		}
	}
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"chart-forecast", "chart-alive"} {
		checkDrawing(t, string(page), id)
	}
	if n := strings.Count(string(page), "<svg "); n != 2 {
		t.Errorf("%d drawings, want 2", n)
	}
	if n := strings.Count(string(page), "<table>"); n != 3 {
		t.Errorf("%d tables, want 3", n)
	}
	for _, bad := range []string{`src="http`, `href="http`, "@import", "url(", "<script", "NaN"} {
		if strings.Contains(string(page), bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
}

// The estimates are those of the papers: Fader, Hardie and Lee 2005 (Marketing
// Science, table 2) for both models.
func TestStudy_published(t *testing.T) {
	s := newTestStudy(t)
	checkFit(t, s.bg.Parameters, s.bg.LogLikelihood, -9582.4, 0.243, 4.414, 0.793, 2.426)
	checkFit(t, s.pareto.Parameters, s.pareto.LogLikelihood, -9595.0, 0.553, 10.578, 0.606, 11.669)
}

// The classes together are all customers, and every error bar holds its
// estimate.
func TestStudy_forecasts(t *testing.T) {
	s := newTestStudy(t)
	var customers int
	var came, expected, worth float64
	for i, f := range s.forecasts {
		n := float64(f.Customers)
		customers += f.Customers
		came += n * f.Came
		expected += n * f.BG.Estimate
		worth += n * f.Worth.Estimate
		for _, bar := range []ltv.Interval{f.BG, f.Worth} {
			if !(0 < bar.Low && bar.Low < bar.Estimate && bar.Estimate < bar.High) {
				t.Errorf("class %s: error bar %+v", f.Bought, bar)
			}
		}
		if i > 0 && f.BG.Estimate <= s.forecasts[i-1].BG.Estimate {
			t.Errorf("class %s is expected to buy no more than the one before", f.Bought)
		}
	}
	if customers != 2357 || math.Round(came) != 1882 {
		t.Errorf("%d customers and %.0f purchases, want 2357 and 1882", customers, came)
	}
	n := float64(s.total.Customers)
	if math.Abs(expected-n*s.total.BG.Estimate) > 1e-6 || math.Abs(worth-n*s.total.Worth.Estimate) > 1e-6 {
		t.Errorf("classes expect %v worth %v, all %v worth %v", expected, worth, n*s.total.BG.Estimate, n*s.total.Worth.Estimate)
	}
}

func newTestStudy(t *testing.T) *study {
	t.Helper()
	c, err := readCohort()
	if err != nil {
		t.Fatal(err)
	}
	s, err := newStudy(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checkFit compares with a paper, to the digits that it prints.
func checkFit(t *testing.T, parameters []ltv.Parameter, ll, wantLL float64, want ...float64) {
	t.Helper()
	for i, p := range parameters {
		if math.Abs(p.Value-want[i]) > 0.00051 || !(p.SE > 0) {
			t.Errorf("%s = %.4f ± %v, want %.3f", p.Name, p.Value, p.SE, want[i])
		}
	}
	if math.Abs(ll-wantLL) > 0.051 {
		t.Errorf("log-likelihood %.3f, want %.1f", ll, wantLL)
	}
}

// checkDrawing wants a well-formed drawing with its name and description, in
// the theme's colours only.
func checkDrawing(t *testing.T, page, id string) {
	t.Helper()
	_, svg, found := strings.Cut(page, `<svg id="`+id+`"`)
	svg, _, closed := strings.Cut(svg, "</svg>")
	if !found || !closed {
		t.Errorf("%s is missing", id)
		return
	}
	svg = "<svg " + svg + "</svg>"
	for _, want := range []string{"viewBox=", `role="img"`, "aria-label=", "<title>", "<desc>", "<text", "var(--brand)"} {
		if !strings.Contains(svg, want) {
			t.Errorf("%s has no %s", id, want)
		}
	}
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%s: %v", id, err)
			return
		}
	}
}
