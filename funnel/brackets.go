package funnel

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Limits of a [BracketRetention].
const (
	MaxBrackets = 100    // brackets
	MaxBracket  = 10_000 // greatest To of a bracket
)

// BracketRetention asks who comes back when, in brackets of the host's choice
// such as day 1, days 2-3, 4-7 and 8-14: users are put into cohorts by the
// calendar interval of a start event, and the time until they return is counted
// in units of the calendar from the one of that event.
type BracketRetention struct {
	Interval       Interval   `json:"interval"` // of the cohorts
	Brackets       []Bracket  `json:"brackets"`
	Unit           Interval   `json:"unit,omitempty"` // of the brackets; Day unless said
	Start          Step       `json:"start"`
	Return         Step       `json:"return"`
	Mode           CohortMode `json:"mode"`                      // Recurring: by the first start event of each interval
	Range          Range      `json:"range,omitzero"`            // of the start events; NewUsers looks before it as well
	MinOccurrences int        `json:"min_occurrences,omitempty"` // returns in one bracket; 1 unless said
	WeekStart      Weekday    `json:"week_start,omitempty"`      // Sunday unless said
	Timezone       string     `json:"timezone,omitempty"`        // UTC unless said
}

// Bracket is the units From to To after that of the start event, both
// inclusive. Unit 0 is that of the start event itself, of which only what is
// later than the event counts.
type Bracket struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// String returns the bracket as "1" or "2-3".
func (b Bracket) String() string {
	if b.From == b.To {
		return fmt.Sprint(b.From)
	}
	return fmt.Sprintf("%d-%d", b.From, b.To)
}

// BracketReport has a row for each cohort with anybody in it, by time, and the
// sum of them.
type BracketReport struct {
	Rows  []BracketRow  `json:"rows"`
	Total []BracketCell `json:"total"` // by bracket, over all rows
}

// BracketRow is what became of one cohort.
type BracketRow struct {
	Start time.Time     `json:"start"` // UTC
	Label string        `json:"label"`
	Users int           `json:"users"`
	Cells []BracketCell `json:"cells"` // by bracket
}

// BracketCell is one cohort in one bracket. Users whose bracket is not over yet
// may still come back, and are kept apart.
type BracketCell struct {
	Over  int `json:"over"`  // users whose bracket is over
	Seen  int `json:"seen"`  // of those, who came back in it
	Open  int `json:"open"`  // users whose bracket is not over, or not begun
	Early int `json:"early"` // of those, who came back in it already
}

// Mature reports whether the cell is final: the bracket is over for everybody.
func (c BracketCell) Mature() bool { return c.Open == 0 }

// Rate returns the share that came back of the users whose bracket is over. It
// means nothing where Over is 0.
func (c BracketCell) Rate() Rate { return NewRate(c.Seen, c.Over) }

// ParseBracketRetention reads a question from strict JSON and validates it.
func ParseBracketRetention(data []byte) (BracketRetention, error) {
	b, err := strictjson.Decode[BracketRetention](data, maxJSON)
	if err != nil {
		return b, err
	}
	return b, b.Validate()
}

// Validate refuses a question that means nothing; the error matches
// [siyu.ErrInvalid] and tells the path of the fault.
func (b BracketRetention) Validate() error {
	switch {
	case !calendar.Unit(b.Interval).Valid():
		return siyu.Invalid("interval", "%q is none of hour, day, week, month", string(b.Interval))
	case !calendar.Unit(b.unit()).Valid():
		return siyu.Invalid("unit", "%q is none of hour, day, week, month", string(b.Unit))
	case b.Mode != Recurring && b.Mode != NewUsers:
		return siyu.Invalid("mode", "%q is none of recurring, first_time", string(b.Mode))
	case b.MinOccurrences < 0:
		return siyu.Invalid("min_occurrences", "is negative")
	case len(b.Brackets) == 0 || len(b.Brackets) > MaxBrackets:
		return siyu.Invalid("brackets", "must be 1 to %d", MaxBrackets)
	}
	for i, bracket := range b.Brackets {
		if bracket.From < 0 || bracket.To < bracket.From || bracket.To > MaxBracket {
			return siyu.Invalid(fmt.Sprintf("brackets[%d]", i), "must have 0 <= from <= to <= %d", MaxBracket)
		}
	}
	count := 0
	if err := b.Start.check(0, &count); err != nil {
		return siyu.Within("start", err)
	}
	if err := b.Return.check(0, &count); err != nil {
		return siyu.Within("return", err)
	}
	return Definition{Steps: []Step{{Any: true}}, Window: 1, Range: b.Range, WeekStart: b.WeekStart, Timezone: b.Timezone}.Validate()
}

func (b BracketRetention) unit() Interval { return cmp.Or(b.Unit, Day) }

// RunBracketRetention answers from a log, as of an instant: events later than
// now are not seen, and a bracket is over when its last unit is.
func RunBracketRetention(l *Log, b BracketRetention, now time.Time) (BracketReport, error) {
	if err := b.Validate(); err != nil {
		return BracketReport{}, err
	}
	p, err := compile(l, Definition{Steps: []Step{b.Start, b.Return}, Window: 1, Range: Range{To: now}, Timezone: b.Timezone})
	if err != nil {
		return BracketReport{}, err
	}
	v := newBracketer(p, b, now)
	l.userUnits(l.classes, func(_ int, u unit) { v.count(v.read(u)) })
	report := BracketReport{Total: make([]BracketCell, len(b.Brackets))}
	for _, start := range slices.Sorted(maps.Keys(v.rows)) {
		row := v.rows[start]
		report.Rows = append(report.Rows, *row)
		for i, c := range row.Cells {
			report.Total[i].add(c)
		}
	}
	return report, nil
}

func (c *BracketCell) add(d BracketCell) {
	c.Over, c.Seen, c.Open, c.Early = c.Over+d.Over, c.Seen+d.Seen, c.Open+d.Open, c.Early+d.Early
}

// bracketer puts one user after the other into cells.
type bracketer struct {
	reader
	b        BracketRetention
	loc      *time.Location
	week     time.Weekday
	from, to int64 // of the start events, in ticks
	now      int   // index of the unit of now
	rows     map[int64]*BracketRow
}

func newBracketer(p *plan, b BracketRetention, now time.Time) *bracketer {
	loc, _ := p.def.location() // validated
	v := &bracketer{reader: reader{plan: p}, b: b, loc: loc, week: weekdays[b.WeekStart], rows: map[int64]*BracketRow{}}
	ranged := *p
	ranged.def.Range = b.Range
	ranged.from, ranged.to = p.from, p.to
	ranged.bound()
	v.from, v.to = ranged.from, ranged.to
	v.now = v.index(now)
	return v
}

func (v *bracketer) index(at time.Time) int {
	return calendar.Unit(v.b.unit()).Index(at, v.loc, v.week)
}

func (v *bracketer) count(hits []hit) {
	last := (*BracketRow)(nil)
	for i := range hits {
		h := &hits[i]
		if h.steps&1 == 0 {
			continue
		}
		if h.at >= v.from && h.at <= v.to {
			if row := v.row(h.at); row != last {
				last = row
				row.Users++
				v.place(row, h.at, hits)
			}
		}
		if v.b.Mode == NewUsers {
			return
		}
	}
}

// row returns the cohort of an instant.
func (v *bracketer) row(at int64) *BracketRow {
	unit := calendar.Unit(v.b.Interval)
	start := unit.Start(v.log.instant(at), v.loc, v.week)
	row := v.rows[start.UnixMicro()]
	if row == nil {
		row = &BracketRow{Start: start, Label: label(start, unit, v.loc), Cells: make([]BracketCell, len(v.b.Brackets))}
		v.rows[start.UnixMicro()] = row
	}
	return row
}

// place counts a user who began at an instant in every bracket.
func (v *bracketer) place(row *BracketRow, start int64, hits []hit) {
	first := v.index(v.log.instant(start))
	returns := make([]int, len(v.b.Brackets))
	for i := range hits {
		if hits[i].steps&2 == 0 || hits[i].at <= start {
			continue
		}
		after := v.index(v.log.instant(hits[i].at)) - first
		for k, bracket := range v.b.Brackets {
			if after >= bracket.From && after <= bracket.To {
				returns[k]++
			}
		}
	}
	for k, bracket := range v.b.Brackets {
		cell, back := BracketCell{Open: 1}, returns[k] >= max(v.b.MinOccurrences, 1)
		if v.now > first+bracket.To {
			cell = BracketCell{Over: 1}
		}
		if back {
			cell.Seen, cell.Early = cell.Over, cell.Open
		}
		row.Cells[k].add(cell)
	}
}
