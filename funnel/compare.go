package funnel

import (
	"cmp"
	"math"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// Comparison tells whether one group converts otherwise than the others do.
type Comparison struct {
	Value  []string `json:"value"`
	Rate   Rate     `json:"rate"`   // of the group
	Others Rate     `json:"others"` // of all other groups together
	Lift   float64  `json:"lift"`   // Rate / Others - 1; 0 with nothing to divide by
	// P is the chance of a difference this large if there were none: Pearson's
	// chi-squared test with one degree of freedom, without correction.
	P float64 `json:"p"`
	// Adjusted is P corrected for the number of groups by Holm's method (1979):
	// of all groups below 0.05 the chance that any is there by accident is 5 %.
	Adjusted float64 `json:"adjusted"`
}

// Compare tests the groups of a breakdown against each other, by their
// conversion from one step to a later one, both counted from 0; smallest P
// first. With groups that share units (AllEvents, StepAttribution) the test is
// only a hint.
func (r Report) Compare(from, to int) ([]Comparison, error) {
	if from < 0 || to >= len(r.Steps) || from >= to {
		return nil, siyu.Invalid("to", "must be a later step than from")
	}
	hits, all := 0, 0
	for _, g := range r.Groups {
		hits, all = hits+g.Steps[to].Count, all+g.Steps[from].Count
	}
	var rows []Comparison
	for _, g := range r.Groups {
		a, n := g.Steps[to].Count, g.Steps[from].Count
		c := Comparison{Value: g.Value, Rate: NewRate(a, n), Others: NewRate(hits-a, all-n), P: twoProportions(a, n, hits-a, all-n)}
		if c.Others.Share > 0 {
			c.Lift = c.Rate.Share/c.Others.Share - 1
		}
		rows = append(rows, c)
	}
	slices.SortStableFunc(rows, func(a, b Comparison) int { return cmp.Compare(a.P, b.P) })
	worst := 0.0
	for i := range rows {
		worst = max(worst, min(1, rows[i].P*float64(len(rows)-i)))
		rows[i].Adjusted = worst
	}
	return rows, nil
}

// twoProportions is Pearson's test of a of n against b of m; 1 where there is
// nothing to tell apart.
func twoProportions(a, n, b, m int) float64 {
	if n == 0 || m == 0 || a+b == 0 || a+b == n+m {
		return 1
	}
	pooled := float64(a+b) / float64(n+m)
	difference := float64(a)/float64(n) - float64(b)/float64(m)
	variance := pooled * (1 - pooled) * (1/float64(n) + 1/float64(m))
	return stats.ChiSquaredTail(difference*difference/variance, 1)
}

// Contribution is the part of one factor in a change.
type Contribution struct {
	Name   string  `json:"name"`   // of the step
	Before float64 `json:"before"` // units for the first step, the rate from the step before for others
	After  float64 `json:"after"`
	Units  float64 `json:"units"` // how many of the units gained or lost at the last step it explains
}

// Contributions divides the change in units at the last step between two
// periods among what multiplies to it: the units at the first step, and the
// rate of every step from the required one before. The parts sum to the change
// exactly (logarithmic mean Divisia index, B. W. Ang, 2005). Optional steps are
// left out. With a zero among the counts there is no such division, and the
// whole change is put to the first step whose count is or was 0.
func Contributions(before, after Summary) ([]Contribution, error) {
	if before.plan == nil || after.plan == nil {
		return nil, siyu.Invalid("before", "and after must come from Run")
	}
	if len(before.Steps) != len(after.Steps) || before.plan.optional != after.plan.optional {
		return nil, siyu.Invalid("after", "has other steps")
	}
	var parts []Contribution
	zero := -1
	for i := range before.Steps {
		if before.plan.optional>>i&1 != 0 {
			continue
		}
		c := Contribution{Name: after.Steps[i].Name, Before: before.Steps[i].Next.Share, After: after.Steps[i].Next.Share}
		if i == 0 {
			c.Before, c.After = float64(before.Steps[0].Count), float64(after.Steps[0].Count)
		}
		if zero < 0 && (before.Steps[i].Count == 0 || after.Steps[i].Count == 0) {
			zero = len(parts)
		}
		parts = append(parts, c)
	}
	last := len(before.Steps) - 1
	for before.plan.optional>>last&1 != 0 {
		last--
	}
	x, y := float64(before.Steps[last].Count), float64(after.Steps[last].Count)
	if zero >= 0 {
		parts[zero].Units = y - x
		return parts, nil
	}
	mean := x // the logarithmic mean of equal numbers
	if x != y {
		mean = (y - x) / math.Log(y/x)
	}
	for i := range parts {
		parts[i].Units = mean * math.Log(parts[i].After/parts[i].Before)
	}
	return parts, nil
}
