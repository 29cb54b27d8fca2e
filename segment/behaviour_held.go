package segment

import (
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/fixed"
)

// Held is a condition on a value that has to last: "a balance of at least
// 50,000.00 for 30 days" is
//
//	segment.Held{Event: "balance", Cmp: segment.OpGe, Value: "5000000", For: segment.Days(30)}
//
// Every event of the name is a reading, and a value lasts from its reading to
// the next one. Before the first reading there is no value, and a reading
// without a number ends the one before. Of several readings at one instant all
// must meet the comparison.
type Held struct {
	Event string            `json:"event"`
	Field string            `json:"field,omitempty"` // property that holds the number; "" is the events' value
	Where map[string]string `json:"where,omitempty"` // properties that an event must have to be a reading
	Cmp   Op                `json:"cmp"`             // OpEq, OpNe, OpLt, OpLe, OpGt or OpGe
	Value json.Number       `json:"value"`           // threshold, a decimal number
	For   Period            `json:"for"`             // above 0
}

// ParseHeld reads the JSON form strictly and validates it.
func ParseHeld(data []byte) (Held, error) { return parseDefinition[Held](data) }

// Validate refuses what [Held.Compile] refuses.
func (h Held) Validate() error {
	_, err := h.Compile()
	return err
}

// Rule makes the condition a rule, in JSON {"held":{…}}.
func (h Held) Rule() Rule {
	h.Where = maps.Clone(h.Where)
	h.Value = json.Number(fixed.Canonical(h.Value.String()))
	return eventRule(h.Event, h)
}

func (h Held) kind() Op { return opHeld }

func (h Held) prepare(*time.Location) (EventCondition, error) { return h.Compile() }

// Compile checks the definition once: a name, a known comparison, a threshold
// that is a decimal number and a time above 0.
func (h Held) Compile() (*HeldCondition, error) {
	c := &HeldCondition{def: h}
	c.def.Where = maps.Clone(h.Where)
	if err := siyu.CheckID("event", h.Event); err != nil {
		return nil, err
	}
	if !compares(h.Cmp) {
		return nil, siyu.Invalid("cmp", "%q is none of eq, ne, lt, le, gt, ge", string(h.Cmp))
	}
	var ok bool
	if c.threshold, ok = fixed.Parse(h.Value.String()); !ok {
		return nil, siyu.Invalid("value", "%q is not a decimal number with at most 18 digits and 9 decimals", h.Value.String())
	}
	if h.For <= 0 || h.For%Period(time.Microsecond) != 0 {
		return nil, siyu.Invalid("for", "is not a positive number of microseconds")
	}
	return c, nil
}

// HeldCondition is a compiled [Held]. It is immutable and safe for concurrent
// use.
type HeldCondition struct {
	def       Held
	threshold fixed.Num
}

// Holds reports whether the condition has held without a break for the whole
// time up to and including now, from one person's events in any order. Events
// after now are ignored.
func (c *HeldCondition) Holds(events []siyu.Event, now time.Time) bool {
	return c.History(events).Holds(now)
}

// meets reports whether an event is a reading, and whether it meets the
// comparison.
func (c *HeldCondition) meets(e *siyu.Event) (holds, reading bool) {
	if !chosen(e, c.def.Event, c.def.Where) {
		return false, false
	}
	v, ok := amountOf(e, c.def.Field)
	return ok && ordered(c.def.Cmp, v.Cmp(c.threshold)), true
}

// HeldHistory is what a [HeldCondition] needs to know of one person: the
// readings in order, and since when each run of good ones lasts. It is to
// Held what [History] is to Behaviour.
//
// A HeldHistory is not safe for concurrent use while it is added to.
type HeldHistory struct {
	c        *HeldCondition
	readings []reading
}

// reading is one event; since is the start of the run that it belongs to, and
// zero if it breaks.
type reading struct {
	at    time.Time
	id    siyu.EventID
	meets bool
	since time.Time
}

// History takes up one person's events, in any order.
func (c *HeldCondition) History(events []siyu.Event) *HeldHistory {
	h := &HeldHistory{c: c}
	for i := range events {
		if meets, ok := c.meets(&events[i]); ok {
			h.readings = append(h.readings, reading{at: siyu.Instant(events[i].At), id: events[i].ID, meets: meets})
		}
	}
	slices.SortStableFunc(h.readings, func(a, b reading) int { return a.at.Compare(b.at) })
	h.runsFrom(0)
	return h
}

// Add takes up one more event, which may be late, and reports whether it is a
// reading. Runs are found again from its own time on only.
func (h *HeldHistory) Add(e siyu.Event) bool {
	meets, ok := h.c.meets(&e)
	if !ok {
		return false
	}
	at := siyu.Instant(e.At)
	i := h.upTo(at)
	for j := i - 1; e.ID != "" && j >= 0 && h.readings[j].at.Equal(at); j-- {
		if h.readings[j].id == e.ID {
			return false
		}
	}
	h.readings = slices.Insert(h.readings, i, reading{at: at, id: e.ID, meets: meets})
	h.runsFrom(i)
	return true
}

// runsFrom finds the runs again from the instant of reading i on, up to where
// nothing changes any more.
func (h *HeldHistory) runsFrom(i int) {
	added := i
	for i > 0 && h.readings[i-1].at.Equal(h.readings[i].at) {
		i--
	}
	var since time.Time
	if i > 0 {
		since = h.readings[i-1].since
	}
	for i < len(h.readings) {
		end, meets := i, true
		for ; end < len(h.readings) && h.readings[end].at.Equal(h.readings[i].at); end++ {
			meets = meets && h.readings[end].meets
		}
		switch {
		case !meets:
			since = time.Time{}
		case since.IsZero():
			since = h.readings[i].at
		}
		if added > 0 && i > added && h.readings[i].since.Equal(since) {
			return
		}
		for ; i < end; i++ {
			h.readings[i].since = since
		}
	}
}

// Forget drops the readings that no answer at or after t needs any more, and
// returns how many. Readings that come late and lie before t are then judged
// by what is left.
func (h *HeldHistory) Forget(t time.Time) int {
	n := h.upTo(siyu.Instant(t)) - 1
	if n < 0 {
		return 0
	}
	if since := h.readings[n].since; !since.IsZero() {
		n = sort.Search(n, func(i int) bool { return !h.readings[i].at.Before(since) })
	}
	h.readings = slices.Delete(h.readings, 0, n)
	return n
}

// Holds answers as of t; readings after t are ignored.
func (h *HeldHistory) Holds(t time.Time) bool {
	t = siyu.Instant(t)
	i := h.upTo(t) - 1
	return i >= 0 && !h.readings[i].since.IsZero() && !h.c.def.For.after(h.readings[i].since).After(t)
}

// Flips lists every moment in (from, to] at which the answer changes: it
// becomes true the moment the time is full, and false with the reading that
// breaks it.
func (h *HeldHistory) Flips(from, to time.Time) []Flip { return flips(h, from, to) }

// Next returns the first change after t that will come without any further
// reading: the moment the time is full. It is when to look at this person
// again.
func (h *HeldHistory) Next(t time.Time) (flip Flip, ok bool) { return next(h, t) }

func (h *HeldHistory) moments(from, to time.Time) []time.Time {
	var all []time.Time
	first := h.upTo(from.Add(-time.Duration(h.c.def.For)))
	for _, r := range h.readings[first:h.upTo(to)] {
		for _, t := range []time.Time{r.at, h.c.def.For.after(r.at)} {
			if t.After(from) && !t.After(to) {
				all = append(all, t)
			}
		}
	}
	return all
}

// upTo returns the number of readings at or before t.
func (h *HeldHistory) upTo(t time.Time) int {
	return sort.Search(len(h.readings), func(i int) bool { return h.readings[i].at.After(t) })
}

func (h *HeldHistory) start() (time.Time, bool) {
	if len(h.readings) == 0 {
		return time.Time{}, false
	}
	return h.readings[0].at, true
}
