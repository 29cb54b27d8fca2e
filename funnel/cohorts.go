package funnel

import (
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// MaxIntervals is how many intervals a cohort report may have.
const MaxIntervals = 1000

// Cohorts asks who comes back: users are put into the calendar interval of a
// start event, and looked for in the later ones.
type Cohorts struct {
	Interval Interval `json:"interval"`
	// Intervals are the first days of the intervals in ascending order, as
	// "2006-01-02", or for hours "2006-01-02T15:04:05".
	Intervals      []string   `json:"intervals"`
	Start          Step       `json:"start"`
	Return         Step       `json:"return"`
	Mode           CohortMode `json:"mode"`
	Cumulative     bool       `json:"cumulative,omitempty"`      // seen k or more intervals later
	MinOccurrences int        `json:"min_occurrences,omitempty"` // returns in one interval; 1 unless said
	WeekStart      Weekday    `json:"week_start,omitempty"`      // Sunday unless said
	Timezone       string     `json:"timezone,omitempty"`        // UTC unless said
}

// CohortMode says who enters a cohort.
type CohortMode string

// The modes.
const (
	Recurring CohortMode = "recurring"  // whoever does the start event in the interval
	NewUsers  CohortMode = "first_time" // whoever does it for the first time ever
)

// CohortReport has a row for each interval.
type CohortReport struct {
	Rows []CohortRow `json:"rows"`
}

// CohortRow is what became of one cohort.
type CohortRow struct {
	Start time.Time `json:"start"` // UTC
	Label string    `json:"label"`
	// Seen has the size of the cohort first and then, for each later interval
	// of the report, how many of it were seen.
	Seen []int `json:"seen"`
}

// Rate returns the share of the cohort that was seen k intervals later.
func (r CohortRow) Rate(k int) Rate { return NewRate(r.Seen[k], r.Seen[0]) }

// Mature returns how many entries of Seen are final at an instant: the
// intervals that are over by then.
func (r CohortReport) Mature(row int, now time.Time) int {
	n := 0
	for k := range r.Rows[row].Seen {
		if next := row + k + 1; next < len(r.Rows) && !r.Rows[next].Start.After(now) {
			n++
		}
	}
	return n
}

// Matrix returns Seen of all rows, padded with 0 to a square.
func (r CohortReport) Matrix() [][]int {
	m := make([][]int, len(r.Rows))
	for i, row := range r.Rows {
		m[i] = append(slices.Clone(row.Seen), make([]int, len(r.Rows)-len(row.Seen))...)
	}
	return m
}

// ParseCohorts reads a question from strict JSON and validates it.
func ParseCohorts(data []byte) (Cohorts, error) {
	c, err := strictjson.Decode[Cohorts](data, maxJSON)
	if err != nil {
		return c, err
	}
	return c, c.Validate()
}

// Validate refuses a question that means nothing.
func (c Cohorts) Validate() error {
	if !slices.Contains([]Interval{Hour, Day, Week, Month}, c.Interval) {
		return siyu.Invalid("interval", "%q is none of hour, day, week, month", string(c.Interval))
	}
	if c.Mode != Recurring && c.Mode != NewUsers {
		return siyu.Invalid("mode", "%q is none of recurring, first_time", string(c.Mode))
	}
	if c.MinOccurrences < 0 {
		return siyu.Invalid("min_occurrences", "is negative")
	}
	if len(c.Intervals) == 0 || len(c.Intervals) > MaxIntervals {
		return siyu.Invalid("intervals", "must be 1 to %d", MaxIntervals)
	}
	if _, known := weekdays[c.WeekStart]; !known {
		return siyu.Invalid("week_start", "%q is no day of the week", string(c.WeekStart))
	}
	count := 0
	if err := c.Start.check(0, &count); err != nil {
		return siyu.Within("start", err)
	}
	if err := c.Return.check(0, &count); err != nil {
		return siyu.Within("return", err)
	}
	_, err := c.starts()
	return err
}

// starts returns the first instants of the intervals and the end of the last.
func (c Cohorts) starts() ([]time.Time, error) {
	loc, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return nil, siyu.Invalid("timezone", "%q is not known", c.Timezone)
	}
	unit, week := calendar.Unit(c.Interval), weekdays[c.WeekStart]
	var starts []time.Time
	for i, label := range c.Intervals {
		at, err := parseLabel(label, loc)
		if err != nil {
			return nil, siyu.Invalid(fmt.Sprintf("intervals[%d]", i), "is no date")
		}
		start := unit.Start(at, loc, week)
		if i > 0 && !start.After(starts[i-1]) {
			return nil, siyu.Invalid(fmt.Sprintf("intervals[%d]", i), "is not after the one before")
		}
		starts = append(starts, start)
	}
	return append(starts, unit.Add(starts[len(starts)-1], 1, loc, week)), nil
}

func parseLabel(label string, loc *time.Location) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, label); err == nil {
		return at, nil
	}
	for _, layout := range []string{time.DateOnly, time.DateTime, "2006-01-02T15:04:05"} {
		if at, err := time.ParseInLocation(layout, label, loc); err == nil {
			return at, nil
		}
	}
	return time.Time{}, siyu.ErrInvalid
}

// RunCohorts answers a question about cohorts from a log.
func RunCohorts(l *Log, c Cohorts) (CohortReport, error) {
	if err := c.Validate(); err != nil {
		return CohortReport{}, err
	}
	starts, err := c.starts()
	if err != nil {
		return CohortReport{}, err
	}
	p, err := compile(l, Definition{Steps: []Step{c.Start, c.Return}, Window: 1})
	if err != nil {
		return CohortReport{}, err
	}
	n := len(c.Intervals)
	report := CohortReport{Rows: make([]CohortRow, n)}
	for i := range report.Rows {
		report.Rows[i] = CohortRow{Start: starts[i], Label: c.Intervals[i], Seen: make([]int, n-i)}
	}
	v := visits{reader: reader{plan: p}, c: c}
	loc, _ := time.LoadLocation(c.Timezone) // validated
	for _, start := range starts[:n] {
		v.starts = append(v.starts, start.UnixMicro())
		v.ends = append(v.ends, calendar.Unit(c.Interval).Add(start, 1, loc, weekdays[c.WeekStart]).UnixMicro())
	}
	l.userUnits(l.classes, func(_ int, u unit) { v.count(u, report.Rows) })
	return report, nil
}

// visits finds the intervals of one user after the other.
type visits struct {
	reader
	c       Cohorts
	starts  []int64 // of the intervals, microseconds since 1970
	ends    []int64
	entered []int // intervals with a start event
	back    []int // intervals with enough returns
}

func (v *visits) count(u unit, rows []CohortRow) {
	v.find(v.read(u))
	for _, i := range v.entered {
		rows[i].Seen[0]++
		seen := 0
		for _, j := range v.back {
			if j <= i {
				continue
			}
			first := j - i
			if v.c.Cumulative {
				first = seen + 1
			}
			for k := first; k <= j-i; k++ {
				rows[i].Seen[k]++
			}
			seen = j - i
		}
	}
}

func (v *visits) find(hits []hit) {
	v.entered, v.back = v.entered[:0], v.back[:0]
	enough := max(v.c.MinOccurrences, 1)
	returns, last, started := 0, -1, false
	for _, h := range hits {
		i := v.interval(v.log.micro(h.at))
		if h.steps&1 != 0 {
			if i >= 0 && (v.c.Mode == Recurring || !started) && (len(v.entered) == 0 || v.entered[len(v.entered)-1] != i) {
				v.entered = append(v.entered, i)
			}
			started = true
		}
		if h.steps&2 == 0 || i < 0 {
			continue
		}
		if i != last {
			returns, last = 0, i
		}
		if returns++; returns == enough {
			v.back = append(v.back, i)
		}
	}
}

// interval returns the index of the interval that contains an instant, or -1.
func (v *visits) interval(at int64) int {
	i, exact := slices.BinarySearch(v.starts, at)
	if !exact {
		i--
	}
	if i < 0 || at >= v.ends[i] {
		return -1
	}
	return i
}
