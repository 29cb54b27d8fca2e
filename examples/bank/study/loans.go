package study

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/report"
	"github.com/siyu-go/siyu/examples/bank/source"
	"github.com/siyu-go/siyu/funnel"
)

const loanPrefix = "loan."

// loanWindow is the time that a lead has to become a loan.
const loanWindow = 90 * 24 * time.Hour

// LoanFunnel is the definition of the loan funnel.
func LoanFunnel() funnel.Definition {
	return funnel.Definition{
		Steps: []funnel.Step{
			{Name: "Lead", Event: source.Lead},
			{Name: "Application", Event: source.Application},
			{Name: "Offer call", Event: source.OfferCall},
			{Name: "Validation", Event: source.Validation},
		},
		Window:   loanWindow,
		Timezone: source.LoanZone,
		Convert:  &funnel.Convert{FromStep: 0, ToStep: 3},
	}
}

// Loans runs the loan funnel over the loan log.
func Loans(events []siyu.Event) (report.Loans, error) {
	log, err := funnel.NewLog(funnel.FromSlice(events), nil)
	if err != nil {
		return report.Loans{}, err
	}
	answer, err := funnel.Run(log, LoanFunnel())
	if err != nil {
		return report.Loans{}, err
	}
	loans := report.Loans{Cases: log.Users(), Items: log.Events(), Window: loanWindow}
	stops, err := stopsBefore(log, events)
	if err != nil {
		return report.Loans{}, err
	}
	last := lastEvents(events)
	for i, step := range answer.Steps {
		loans.Steps = append(loans.Steps, funnelStep(step))
		if i == 0 {
			continue
		}
		before := answer.Steps[i-1].Name
		loans.Times = append(loans.Times, stepTime(before+" to "+strings.ToLower(step.Name), step.Time))
		d := dropped(before, answer.Dropped(i), last)
		d.Why = stops[i]
		loans.Dropped = append(loans.Dropped, d)
	}
	if convert := answer.TimeToConvert; convert != nil && convert.Times.N > 0 {
		whole := stepTime("Lead to validation", convert.Times)
		whole.Overall = true
		loans.Times = append(loans.Times, whole)
		for q := 0.0; q <= 100; q++ {
			loans.Converted = append(loans.Converted, report.Share{After: seconds(convert.Times.Percentile(q)), Share: q / 100})
		}
	}
	return loans, nil
}

func funnelStep(s funnel.StepReport) report.Step {
	return report.Step{Name: s.Name, Users: s.Count, Rate: s.Next.Share, Low: s.Next.Low, High: s.Next.High}
}

func stepTime(name string, t funnel.Times) report.StepTime {
	return report.StepTime{
		Name: name, People: t.N,
		Median: seconds(t.Median), P75: seconds(t.Percentile(75)), P90: seconds(t.P90),
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

var workWords = map[string]string{
	source.Lead: "lead handled", source.Fraud: "fraud check", source.Application: "application completed",
	source.Dossier: "call for missing papers", source.OfferCall: "offer call", source.Validation: "validation",
}

// dropped counts what the people did last who went no further than a step.
func dropped(step string, users []siyu.UserID, last map[siyu.UserID]string) report.Drop {
	counts := map[string]int{}
	for _, user := range users {
		counts[last[user]]++
	}
	d := report.Drop{After: step, Users: len(users)}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		d.Last = append(d.Last, report.Named{Name: workWords[name], Count: counts[name]})
	}
	slices.SortStableFunc(d.Last, func(a, b report.Named) int { return cmp.Compare(b.Count, a.Count) })
	return d
}

// stopsBefore counts why the cases that reached a step did not reach the next,
// as the log stands at its end: some may yet.
func stopsBefore(log *funnel.Log, events []siyu.Event) (map[int][]report.Named, error) {
	var end time.Time
	for _, e := range events {
		if e.At.After(end) {
			end = e.At
		}
	}
	counts, err := funnel.Stops(log, LoanFunnel(), end)
	if err != nil {
		return nil, err
	}
	stops := map[int][]report.Named{}
	for _, c := range counts {
		stops[c.Step] = append(stops[c.Step], report.Named{Name: c.Stop.Text(siyu.English), Count: c.Users})
	}
	return stops, nil
}

func lastEvents(events []siyu.Event) map[siyu.UserID]string {
	at, last := map[siyu.UserID]time.Time{}, map[siyu.UserID]string{}
	for _, e := range events {
		if !e.At.Before(at[e.User]) {
			at[e.User], last[e.User] = e.At, e.Name
		}
	}
	return last
}
