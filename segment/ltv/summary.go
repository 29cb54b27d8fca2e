package ltv

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
)

// Purchase is one payment of one customer.
type Purchase struct {
	User   siyu.UserID
	At     time.Time
	Amount siyu.Money
}

// Summary is a customer's history and the money of the repeat purchases.
type Summary struct {
	User siyu.UserID
	History
	Repeat siyu.Money // total of the repeat purchases
}

// Mean returns the average repeat purchase in minor units, 0 without one.
func (s Summary) Mean() float64 {
	if s.Frequency == 0 {
		return 0
	}
	return float64(s.Repeat) / float64(s.Frequency)
}

// SummaryOptions are the settings of [Summarize].
type SummaryOptions struct {
	Unit      string         // purchases in one unit count as one: "day" (default), "week" or "month"
	PerUnit   float64        // units that make one of the model's; 7 with days gives weeks. 0 means 1
	WeekStart time.Weekday   // first day of a week; the zero is Sunday
	Location  *time.Location // whose calendar; nil is UTC
}

// Summarize sums purchases up to and including the unit that contains asOf,
// one summary a customer in order of id. Purchases after that are ignored, and
// so is who first bought then.
func Summarize(purchases []Purchase, asOf time.Time, opts *SummaryOptions) ([]Summary, error) {
	o := SummaryOptions{}
	if opts != nil {
		o = *opts
	}
	unit, err := o.complete()
	if err != nil {
		return nil, err
	}
	type row struct {
		Purchase
		unit int
	}
	end := unit.Index(asOf, o.Location, o.WeekStart)
	rows := make([]row, 0, len(purchases))
	for i, p := range purchases {
		if err := siyu.CheckID("user", string(p.User)); err != nil {
			return nil, siyu.Within("purchases["+strconv.Itoa(i)+"]", err)
		}
		if at := unit.Index(p.At, o.Location, o.WeekStart); at <= end {
			rows = append(rows, row{p, at})
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.unit, b.unit))
	})
	var out []Summary
	first := 0
	for i, r := range rows {
		if i == 0 || rows[i-1].User != r.User {
			first = r.unit
			out = append(out, Summary{User: r.User, History: History{T: float64(end-first) / o.PerUnit}})
		}
		s := &out[len(out)-1]
		if r.unit == first {
			continue
		}
		if rows[i-1].unit != r.unit {
			s.Frequency++
		}
		s.Recency = float64(r.unit-first) / o.PerUnit
		if s.Repeat, err = s.Repeat.Add(r.Amount); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (o *SummaryOptions) complete() (calendar.Unit, error) {
	if o.PerUnit == 0 {
		o.PerUnit = 1
	}
	if !(o.PerUnit > 0) || math.IsInf(o.PerUnit, 1) {
		return "", siyu.Invalid("per_unit", "is not a positive number")
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	switch unit := calendar.Unit(o.Unit); unit {
	case "":
		return calendar.Day, nil
	case calendar.Day, calendar.Week, calendar.Month:
		return unit, nil
	}
	return "", siyu.Invalid("unit", "%q is none of day, week, month", o.Unit)
}
