package ltv_test

import (
	"context"
	"fmt"
	"time"

	"github.com/siyu-go/siyu/segment/ltv"
)

// The sample of the papers: 2,357 customers of a music shop, observed for 39
// weeks. How many will the coming 39 weeks bring, and who is still there?
func ExampleFitBGNBD() {
	summaries := cdnow()
	fit, err := ltv.FitBGNBD(context.Background(), ltv.Groups(summaries), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range fit.Parameters {
		fmt.Printf("%-5s %.3f ± %.3f\n", p.Name, p.Value, p.SE)
	}
	fmt.Printf("log-likelihood %.1f\n", fit.LogLikelihood)

	regular := ltv.History{Frequency: 2, Recency: 30.43, T: 38.86}
	silent := ltv.History{Frequency: 12, Recency: 9, T: 38.86}
	fmt.Printf("two purchases, the last 8 weeks ago: alive %.2f, expected %.2f\n", fit.Model.Alive(regular), fit.Model.Expected(regular, 39))
	fmt.Printf("twelve purchases, then silence:      alive %.2f, expected %.2f\n", fit.Model.Alive(silent), fit.Model.Expected(silent, 39))
	// Output:
	// r     0.243 ± 0.013
	// alpha 4.414 ± 0.378
	// a     0.793 ± 0.186
	// b     2.426 ± 0.705
	// log-likelihood -9582.4
	// two purchases, the last 8 weeks ago: alive 0.73, expected 1.23
	// twelve purchases, then silence:      alive 0.00, expected 0.00
}

// An error bar for what all customers together will buy. It is the error of the
// estimated parameters; that customers change (1,882 purchases came) is not in
// it.
func ExampleFit_Interval() {
	groups := ltv.Groups(cdnow())
	fit, err := ltv.FitBGNBD(context.Background(), groups, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	total, err := fit.Interval(0.95, func(m ltv.BGNBD) float64 {
		var sum float64
		for _, g := range groups {
			sum += float64(g.Customers) * m.Expected(g.History, 39)
		}
		return sum
	})
	fmt.Printf("%.0f purchases, 95 %% between %.0f and %.0f %v\n", total.Estimate, total.Low, total.High, err)
	// Output:
	// 1653 purchases, 95 % between 1508 and 1799 <nil>
}

func ExampleSummarize() {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 12, 0, 0, 0, time.UTC) }
	summaries, err := ltv.Summarize([]ltv.Purchase{
		{User: "li", At: day(2), Amount: 1500},
		{User: "li", At: day(16), Amount: 2000},
		{User: "li", At: day(16), Amount: 500}, // the same day: one purchase
		{User: "wu", At: day(23), Amount: 900},
	}, day(30), &ltv.SummaryOptions{PerUnit: 7})
	for _, s := range summaries {
		fmt.Println(s.User, "repeats", s.Frequency, "recency", s.Recency, "T", s.T, "mean", s.Mean())
	}
	fmt.Println(err)
	// Output:
	// li repeats 1 recency 2 T 4 mean 2500
	// wu repeats 0 recency 0 T 1 mean 0
	// <nil>
}

// A subscription lost 37 % in the first year and fewer each year after. How
// long will those who are left stay?
func ExampleFitSBG() {
	fit, err := ltv.FitSBG(context.Background(), []int{1000, 631, 468, 382, 326, 289, 262, 241}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	m := fit.Model
	fmt.Printf("alpha %.3f beta %.3f\n", m.Alpha, m.Beta)
	fmt.Printf("year 12: %.1f %% (it was 17.3 %%)\n", 100*m.Survival(12))
	fmt.Printf("renewals to come after 7, at 10 %%: %.2f\n", m.DERL(7, 0.1))
	// Output:
	// alpha 0.704 beta 1.182
	// year 12: 17.0 % (it was 17.3 %)
	// renewals to come after 7, at 10 %: 6.84
}

// What the best and the ordinary customer are worth over a year, at a margin
// of 30 %.
func ExampleValue() {
	summaries := cdnow()
	ctx := context.Background()
	buys, err := ltv.FitParetoNBD(ctx, ltv.Groups(summaries), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	amounts, err := ltv.FitGammaGamma(ctx, ltv.Spendings(summaries), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range []ltv.Summary{
		{User: "once", History: ltv.History{T: 30}},
		{User: "regular", History: ltv.History{Frequency: 9, Recency: 28, T: 30}, Repeat: 9 * 4200},
	} {
		value, err := ltv.Value(buys.Model, amounts.Model, s, ltv.ValueOptions{Horizon: 52, Margin: 3000})
		fmt.Println(s.User, value.Format("USD"), err)
	}
	// Output:
	// once 2.04 <nil>
	// regular 112.65 <nil>
}
