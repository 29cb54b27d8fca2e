package funnel

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/siyu-go/siyu"
)

// Amounts asks how much of something a user has, group by group: the watch
// time (观看时长) of fans and of others, their interactions, the time spent in an
// app.
type Amounts struct {
	Event Step `json:"event"`
	// Of is the event property to add up, a whole number such as "seconds";
	// empty counts the events. An event without it adds nothing.
	Of    string    `json:"of,omitempty"`
	By    Dimension `json:"by"`
	Range Range     `json:"range,omitzero"`
}

// Amount is what the users of one group have. A user with events in several
// groups is one of each.
type Amount struct {
	Value  string `json:"value"`
	Users  int    `json:"users"`
	Events int    `json:"events"`
	Sum    int64  `json:"sum"`
	// Mean is Sum per user, and Lift how far it is above that of all other
	// groups together: 5 is +500 %. Lift is 0 if the others have nothing.
	Mean float64 `json:"mean"`
	Lift float64 `json:"lift"`
}

// RunAmounts adds up by group, sorted by value. A sum beyond 64 bits is
// [siyu.ErrOverflow], a property that is no whole number [siyu.ErrInvalid].
func RunAmounts(l *Log, q Amounts) ([]Amount, error) {
	p, err := compile(l, Definition{Steps: []Step{q.Event}, Window: 1, Range: q.Range, Breakdown: &Breakdown{By: []Dimension{q.By}}})
	if err != nil {
		return nil, err
	}
	number, err := l.wholeNumbers(q.Of)
	if err != nil {
		return nil, err
	}
	groups := map[int32]*Amount{}
	lastUser := map[int32]uint32{}
	var all Amount
	r := reader{plan: p}
	l.userUnits(l.classes, func(_ int, u unit) {
		for _, h := range r.read(u) {
			a := groups[h.group]
			if a == nil {
				a = &Amount{Value: p.group.values[h.group][0]}
				groups[h.group] = a
			}
			if last, seen := lastUser[h.group]; !seen || last != u.number {
				lastUser[h.group] = u.number
				a.Users++
				all.Users++
			}
			a.Events++
			var errs [2]error
			a.Sum, errs[0] = plus(a.Sum, number(int(h.place)))
			all.Sum, errs[1] = plus(all.Sum, number(int(h.place)))
			err = cmp.Or(err, errs[0], errs[1])
		}
	})
	if err != nil {
		return nil, err
	}
	rows := make([]Amount, 0, len(groups))
	for _, a := range groups {
		a.Mean = float64(a.Sum) / float64(a.Users)
		if others := all.Users - a.Users; others > 0 && all.Sum != a.Sum {
			a.Lift = a.Mean/(float64(all.Sum-a.Sum)/float64(others)) - 1
		}
		rows = append(rows, *a)
	}
	slices.SortFunc(rows, func(a, b Amount) int { return cmp.Compare(a.Value, b.Value) })
	return rows, nil
}

// wholeNumbers returns the number that an event property holds, or 1 without one.
func (l *Log) wholeNumbers(prop string) (func(place int) int64, error) {
	if prop == "" {
		return func(int) int64 { return 1 }, nil
	}
	col := l.column(FromEvent, prop)
	values := make([]int64, len(col.text))
	for code, text := range col.text[1:] {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, siyu.Invalid(prop, "of an event is no whole number")
		}
		values[code+1] = n
	}
	return func(place int) int64 { return values[col.code[place]] }, nil
}

func plus(a, b int64) (int64, error) {
	sum, err := siyu.Money(a).Add(siyu.Money(b))
	return int64(sum), err
}
