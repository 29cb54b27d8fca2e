package funnel

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
)

// Purchases asks for repeat business (复购): how many buy again, how soon, and
// what the first, second and later purchases are worth.
type Purchases struct {
	Event Step  `json:"event"` // a purchase; its Value is the money
	Range Range `json:"range,omitzero"`
	Nth   int   `json:"nth,omitempty"` // how many purchases of a buyer to tell apart; 10 unless said
	// Interval asks for the value of cohorts by the calendar interval of the
	// first purchase in the range; empty for none.
	Interval  Interval `json:"interval,omitempty"`
	Timezone  string   `json:"timezone,omitempty"`
	WeekStart Weekday  `json:"week_start,omitempty"`
}

// PurchaseReport is the answer to [Purchases].
type PurchaseReport struct {
	Users    int        `json:"users"`  // of the log
	Buyers   int        `json:"buyers"` // users with a purchase
	Repeat   Rate       `json:"repeat"` // buyers with two purchases or more, of all buyers
	Total    siyu.Money `json:"total"`
	ARPU     siyu.Money `json:"arpu"`  // total per user, rounded half up
	ARPPU    siyu.Money `json:"arppu"` // total per buyer, rounded half up
	Interval Times      `json:"interval"`
	Nth      []Purchase `json:"nth"`
	Cohorts  []Cohort   `json:"cohorts,omitempty"`
}

// Purchase tells about the n-th purchase of the buyers.
type Purchase struct {
	N     int        `json:"n"`     // counted from 1; the last row has all later ones too
	Users int        `json:"users"` // who got that far
	Next  Rate       `json:"next"`  // of the buyers with the purchase before
	Value siyu.Money `json:"value"` // total
	Mean  siyu.Money `json:"mean"`  // per buyer of all, not of those who got that far: what pays back an acquisition
	Since Times      `json:"since"` // the purchase before
}

// Cohort is the value of the buyers whose first purchase fell into one interval.
type Cohort struct {
	Start  time.Time `json:"start"`
	Label  string    `json:"label"`
	Buyers int       `json:"buyers"`
	// Cumulative is the money up to the end of the k-th interval after the
	// first, k from 0.
	Cumulative []siyu.Money `json:"cumulative"`
}

const maxNth = 1000

// RunPurchases answers about repeat business from a log. Money that does not
// fit is [siyu.ErrOverflow]; a Value that is no whole number, which only a host
// that sets the property "$value" itself can have, is [siyu.ErrInvalid].
func RunPurchases(l *Log, q Purchases) (PurchaseReport, error) {
	d := Definition{Steps: []Step{q.Event}, Window: 1, Range: q.Range, Timezone: q.Timezone, WeekStart: q.WeekStart}
	if q.Interval != "" {
		d.Trend = &Trend{Interval: q.Interval, ToStep: 0}
		d.Steps = append(d.Steps, q.Event) // a trend has two steps
	}
	p, err := compile(l, d)
	if err != nil {
		return PurchaseReport{}, err
	}
	if q.Nth < 0 || q.Nth > maxNth {
		return PurchaseReport{}, siyu.Invalid("nth", "must be 1 to %d", maxNth)
	}
	if q.Nth == 0 {
		q.Nth = 10
	}
	money, err := l.money()
	if err != nil {
		return PurchaseReport{}, err
	}
	b := buyers{reader: reader{plan: p}, q: q, money: money, cohorts: map[int64]*Cohort{}}
	b.report = PurchaseReport{Users: len(l.order), Nth: make([]Purchase, q.Nth)}
	b.since = make([][]float64, q.Nth)
	l.userUnits(l.classes, func(_ int, u unit) {
		if err == nil {
			err = b.buy(b.read(u))
		}
	})
	if err != nil {
		return PurchaseReport{}, err
	}
	return b.finish()
}

// money returns the value of each code of the property $value.
func (l *Log) money() (func(place int) siyu.Money, error) {
	col := l.column(FromEvent, "$value")
	values := make([]siyu.Money, len(col.text))
	for code, text := range col.text[1:] {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, siyu.Invalid("$value", "of an event is no whole number of minor units")
		}
		values[code+1] = siyu.Money(n)
	}
	return func(place int) siyu.Money { return values[col.code[place]] }, nil
}

// buyers adds up one user after the other.
type buyers struct {
	reader
	q       Purchases
	money   func(place int) siyu.Money
	report  PurchaseReport
	repeat  int
	between []float64
	since   [][]float64 // by purchase
	cohorts map[int64]*Cohort
}

func (b *buyers) buy(hits []hit) (err error) {
	var cohort *Cohort
	last := int64(0)
	for i, h := range hits {
		value := b.money(int(h.place))
		nth := &b.report.Nth[min(i, b.q.Nth-1)]
		if i < b.q.Nth {
			nth.Users++
		}
		if nth.Value, err = nth.Value.Add(value); err != nil {
			return err
		}
		if b.report.Total, err = b.report.Total.Add(value); err != nil {
			return err
		}
		if i == 0 {
			b.report.Buyers++
			cohort = b.cohort(h.at)
		} else {
			seconds := b.log.seconds(h.at - last)
			b.between = append(b.between, seconds)
			if i < b.q.Nth {
				b.since[i] = append(b.since[i], seconds)
			}
		}
		if i == 1 {
			b.repeat++
		}
		if cohort != nil {
			if err := b.add(cohort, h.at, value); err != nil {
				return err
			}
		}
		last = h.at
	}
	return nil
}

// cohort returns the cohort of a first purchase.
func (b *buyers) cohort(at int64) *Cohort {
	if b.q.Interval == "" {
		return nil
	}
	loc, _ := b.def.location() // validated
	unit := calendar.Unit(b.q.Interval)
	start := unit.Start(b.log.instant(at), loc, weekdays[b.q.WeekStart])
	c := b.cohorts[start.UnixMicro()]
	if c == nil {
		c = &Cohort{Start: start, Label: label(start, unit, loc)}
		b.cohorts[start.UnixMicro()] = c
	}
	c.Buyers++
	return c
}

// add puts money into the interval of a purchase; finish sums up over time.
func (b *buyers) add(c *Cohort, at int64, value siyu.Money) (err error) {
	loc, _ := b.def.location() // validated
	unit, week := calendar.Unit(b.q.Interval), weekdays[b.q.WeekStart]
	t := b.log.instant(at)
	k := 0
	for !unit.Add(c.Start, k+1, loc, week).After(t) {
		k++
	}
	for len(c.Cumulative) <= k {
		c.Cumulative = append(c.Cumulative, 0)
	}
	c.Cumulative[k], err = c.Cumulative[k].Add(value)
	return err
}

func (b *buyers) finish() (PurchaseReport, error) {
	r := b.report
	r.Repeat = NewRate(b.repeat, r.Buyers)
	r.Interval = newTimes(b.between)
	var err error
	if r.ARPU, err = per(r.Total, r.Users); err != nil {
		return r, err
	}
	if r.ARPPU, err = per(r.Total, r.Buyers); err != nil {
		return r, err
	}
	before := r.Buyers
	for i := range r.Nth {
		n := &r.Nth[i]
		n.N = i + 1
		n.Next = NewRate(n.Users, before)
		before = n.Users
		n.Since = newTimes(b.since[i])
		if n.Mean, err = per(n.Value, r.Buyers); err != nil {
			return r, err
		}
	}
	for _, start := range slices.Sorted(maps.Keys(b.cohorts)) {
		c := b.cohorts[start]
		for k := 1; k < len(c.Cumulative); k++ {
			if c.Cumulative[k], err = c.Cumulative[k].Add(c.Cumulative[k-1]); err != nil {
				return r, err
			}
		}
		r.Cohorts = append(r.Cohorts, *c)
	}
	return r, nil
}

// per divides money by a count; nothing by nobody is 0.
func per(m siyu.Money, n int) (siyu.Money, error) {
	if n == 0 {
		return 0, nil
	}
	return m.MulDiv(1, int64(n), siyu.HalfUp)
}
