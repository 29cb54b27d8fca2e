package segment

import (
	"slices"
	"sort"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/fixed"
)

// History is what a [BehaviourCondition] needs to know of one person: the
// events that count, in order, with running totals. It answers for any moment
// in O(log n) and knows every moment at which the answer changes, so that
// nobody has to poll. A definition that changes is back-filled by a new
// History over the stored events.
//
// A History is not safe for concurrent use while it is added to.
type History struct {
	c     *BehaviourCondition
	marks []mark
}

// mark is an event that counts; total includes it and all before it.
type mark struct {
	at    time.Time
	id    siyu.EventID
	value fixed.Num
	total fixed.Num
}

// History takes up one person's events, in any order.
func (c *BehaviourCondition) History(events []siyu.Event) *History {
	h := &History{c: c}
	for i := range events {
		if v, ok := c.measure(&events[i]); ok {
			h.marks = append(h.marks, mark{at: siyu.Instant(events[i].At), id: events[i].ID, value: v})
		}
	}
	slices.SortStableFunc(h.marks, func(a, b mark) int { return a.at.Compare(b.at) })
	h.marks = slices.CompactFunc(h.marks, func(a, b mark) bool { return a.id != "" && a.id == b.id && a.at.Equal(b.at) })
	h.sumFrom(0)
	return h
}

// Add takes up one more event and reports whether it counts. It may be late:
// events are placed by their own time. An event at the same instant with the
// same ID as a known one is ignored, so a stream may be delivered twice.
func (h *History) Add(e siyu.Event) bool {
	v, ok := h.c.measure(&e)
	if !ok {
		return false
	}
	at := siyu.Instant(e.At)
	i := h.upTo(at)
	for j := i - 1; e.ID != "" && j >= 0 && h.marks[j].at.Equal(at); j-- {
		if h.marks[j].id == e.ID {
			return false
		}
	}
	h.marks = slices.Insert(h.marks, i, mark{at: at, id: e.ID, value: v})
	h.sumFrom(i)
	return true
}

// Forget drops the events that no rolling window reaches any more when asked
// at or after t, and returns how many. Absolute and open windows keep theirs.
func (h *History) Forget(t time.Time) int {
	if h.c.span.n == 0 {
		return 0
	}
	lo := h.c.span.before(siyu.Instant(t))
	if h.c.span.months {
		lo = lo.AddDate(0, 0, -1) // clamped months can step back within a day
	}
	n := h.upTo(lo)
	h.marks = slices.Delete(h.marks, 0, n)
	h.sumFrom(0)
	return n
}

// Holds answers as of t; events after t are ignored.
func (h *History) Holds(t time.Time) bool {
	lo, hi := h.c.window(siyu.Instant(t))
	var total fixed.Num
	if i, j := h.upTo(lo), h.upTo(hi); i < j {
		total = h.marks[j-1].total
		if i > 0 {
			total = total.Sub(h.marks[i-1].total)
		}
	}
	return ordered(h.c.def.Cmp, total.Cmp(h.c.threshold))
}

// Flips lists every moment in (from, to] at which the answer changes, given
// the events known now, in order of time.
func (h *History) Flips(from, to time.Time) []Flip { return flips(h, from, to) }

// Next returns the first change after t that will come without any further
// event; ok is false if there is none. It is when to look at this person
// again.
func (h *History) Next(t time.Time) (flip Flip, ok bool) { return next(h, t) }

// moments lists every instant in (from, to] at which the answer can change: an
// event comes in, an event leaves, a calendar unit begins. Only events that
// reach beyond from are looked at.
func (h *History) moments(from, to time.Time) []time.Time {
	var all []time.Time
	add := func(t time.Time) {
		if t.After(from) && !t.After(to) {
			all = append(all, t)
		}
	}
	for _, m := range h.marks[h.upTo(h.c.reach(from)):h.upTo(to)] {
		add(m.at)
		if h.c.span.n != 0 {
			for _, end := range h.c.span.ends(m.at) {
				add(end)
			}
		}
		if h.c.unit != "" {
			add(h.c.unit.Add(m.at, 1, h.c.loc, time.Monday))
		}
	}
	return all
}

// reach returns an instant such that no event up to it can change an answer
// after t.
func (c *BehaviourCondition) reach(t time.Time) time.Time {
	first := t
	if c.span.n != 0 {
		first = c.span.before(t).AddDate(0, 0, -2) // clamped months can step back within some days
		if c.span.months {
			first = first.AddDate(0, -1, 0)
		}
	}
	if unit := t.AddDate(0, -1, -2); c.unit != "" && unit.Before(first) { // a month is the longest unit
		first = unit
	}
	return first
}

// upTo returns the number of events at or before t.
func (h *History) upTo(t time.Time) int {
	return sort.Search(len(h.marks), func(i int) bool { return h.marks[i].at.After(t) })
}

func (h *History) sumFrom(i int) {
	var total fixed.Num
	if i > 0 {
		total = h.marks[i-1].total
	}
	for ; i < len(h.marks); i++ {
		total = total.Add(h.marks[i].value)
		h.marks[i].total = total
	}
}

func (h *History) start() (time.Time, bool) {
	if len(h.marks) == 0 {
		return time.Time{}, false
	}
	return h.marks[0].at, true
}
