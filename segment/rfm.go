package segment

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
)

// Purchase is one payment of one person.
type Purchase struct {
	User   siyu.UserID
	At     time.Time
	Amount siyu.Money
}

// RFM is how recently, how often and for how much a person has bought
// (最近一次消费、消费频率、消费金额).
type RFM struct {
	User      siyu.UserID
	Recency   int        // whole units from the last purchase to the moment of asking
	Frequency int        // units with a purchase, at least 1
	Total     siyu.Money // of all purchases
}

// Mean returns the average total per unit with a purchase, in minor units.
func (r RFM) Mean() float64 { return float64(r.Total) / float64(r.Frequency) }

// RFMOptions are the settings of [RFMOf].
type RFMOptions struct {
	Unit      string         // what purchases are grouped by: "day" (default), "week" or "month"
	WeekStart time.Weekday   // first day of a week; the zero is Sunday
	Location  *time.Location // whose calendar; nil is UTC
}

// RFMOf sums purchases up to and including the unit that contains asOf, one
// row a person in order of id. Later purchases are ignored, so a person who
// first bought later is left out. Several purchases in one unit count as one.
func RFMOf(purchases []Purchase, asOf time.Time, opts *RFMOptions) ([]RFM, error) {
	o := RFMOptions{}
	if opts != nil {
		o = *opts
	}
	count, err := o.counter()
	if err != nil {
		return nil, err
	}
	type row struct {
		Purchase
		unit int
	}
	end := count(asOf)
	rows := make([]row, 0, len(purchases))
	for i, p := range purchases {
		if err := siyu.CheckID("user", string(p.User)); err != nil {
			return nil, siyu.Within("purchases["+strconv.Itoa(i)+"]", err)
		}
		if unit := count(p.At); unit <= end {
			rows = append(rows, row{p, unit})
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.unit, b.unit))
	})
	var out []RFM
	for i, r := range rows {
		first := i == 0 || rows[i-1].User != r.User
		if first {
			out = append(out, RFM{User: r.User})
		}
		last := &out[len(out)-1]
		if first || rows[i-1].unit != r.unit {
			last.Frequency++
		}
		last.Recency = end - r.unit
		if last.Total, err = last.Total.Add(r.Amount); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// counter numbers the units of the calendar.
func (o RFMOptions) counter() (func(time.Time) int, error) {
	loc, unit := o.Location, calendar.Unit(o.Unit)
	if loc == nil {
		loc = time.UTC
	}
	switch unit {
	case "":
		unit = calendar.Day
	case calendar.Day, calendar.Week, calendar.Month:
	default:
		return nil, siyu.Invalid("unit", "%q is none of day, week, month", o.Unit)
	}
	return func(t time.Time) int { return unit.Index(t, loc, o.WeekStart) }, nil
}
