package segment

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
	"github.com/siyu-go/siyu/internal/fixed"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Aggregate is what a [Behaviour] measures over the events in its window.
type Aggregate string

// The aggregates. The zero Aggregate is CountOf.
const (
	CountOf Aggregate = "count" // how many events
	SumOf   Aggregate = "sum"   // the total of a property, or of the events' values
)

// Behaviour is a condition on what a person did in a window of time: how often
// an event happened, or the total of one of its properties, compared with a
// threshold. "At least 3 purchases in 30 days" is
//
//	segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "3", Within: "30d"}
//
// It is asked on its own by [Behaviour.Compile], or stands in a rule beside
// conditions on attributes by [Behaviour.Rule].
//
// "Zero times" is OpEq or OpLt on a count: a person without events has a count and
// a sum of 0.
//
// The window is the intersection of whatever is given, and never looks beyond
// the moment of asking. Within is rolling, (now-W, now]: an event at now
// counts, an event exactly W old does not. This is the calendar unit that
// contains now, from its start to now. After and Before are absolute,
// [After, Before). Without any of them the whole past counts.
type Behaviour struct {
	Event  string            `json:"event"`
	Agg    Aggregate         `json:"agg,omitempty"`
	Field  string            `json:"field,omitempty"`  // property that SumOf adds up; "" adds the events' values
	Where  map[string]string `json:"where,omitempty"`  // properties that an event must have, as text
	Cmp    Op                `json:"cmp"`              // OpEq, OpNe, OpLt, OpLe, OpGt or OpGe
	Value  json.Number       `json:"value"`            // threshold, a decimal number
	Within string            `json:"within,omitempty"` // such as "7d"; units h d w mo y
	This   string            `json:"this,omitempty"`   // "hour", "day", "week" (from Monday) or "month"
	After  time.Time         `json:"after,omitzero"`
	Before time.Time         `json:"before,omitzero"`
}

// maxBehaviour is the limit on the JSON form of a behaviour, in bytes.
const maxBehaviour = 1 << 16

// ParseBehaviour reads the JSON form strictly: an unknown field, a broken
// threshold or an empty window is [siyu.ErrInvalid] with the path of the
// fault. A number or boolean in where stands for its text.
func ParseBehaviour(data []byte) (Behaviour, error) {
	b, err := strictjson.Decode[Behaviour](data, maxBehaviour)
	if err != nil {
		return Behaviour{}, err
	}
	_, err = b.Compile(nil)
	return b, err
}

// Rule makes the behaviour a rule, in JSON {"behaviour":{…}}, to be joined with
// others by [All], [Any], [None] and [Not].
func (b Behaviour) Rule() Rule {
	b.Where = maps.Clone(b.Where)
	b.Value = json.Number(fixed.Canonical(b.Value.String()))
	if b.Agg == CountOf {
		b.Agg = ""
	}
	return eventRule(b.Event, b)
}

func (b Behaviour) kind() Op { return opBehaviour }

func (b Behaviour) prepare(loc *time.Location) (EventCondition, error) {
	return b.Compile(&BehaviourOptions{Location: loc})
}

// BehaviourOptions are the settings of [Behaviour.Compile] that are not part
// of the definition.
type BehaviourOptions struct {
	Location *time.Location // of calendar units; nil is UTC
}

// Compile checks the definition once and makes it ready to be asked. The
// condition is immutable and safe for concurrent use.
func (b Behaviour) Compile(opts *BehaviourOptions) (*BehaviourCondition, error) {
	c := &BehaviourCondition{def: b, loc: time.UTC}
	c.def.Where = maps.Clone(b.Where)
	if opts != nil && opts.Location != nil {
		c.loc = opts.Location
	}
	if err := siyu.CheckID("event", b.Event); err != nil {
		return nil, err
	}
	switch b.Agg {
	case "", CountOf:
		c.def.Agg = CountOf
		if b.Field != "" {
			return nil, siyu.Invalid("field", "is only for sums")
		}
	case SumOf:
	default:
		return nil, siyu.Invalid("agg", "%q is none of count, sum", string(b.Agg))
	}
	if !slices.Contains([]Op{OpEq, OpNe, OpLt, OpLe, OpGt, OpGe}, b.Cmp) {
		return nil, siyu.Invalid("cmp", "%q is none of eq, ne, lt, le, gt, ge", string(b.Cmp))
	}
	threshold, ok := fixed.Parse(b.Value.String())
	if !ok {
		return nil, siyu.Invalid("value", "%q is not a decimal number with at most 18 digits and 9 decimals", b.Value.String())
	}
	c.threshold = threshold
	if b.Within != "" {
		if c.span, ok = parseRolling(b.Within); !ok {
			return nil, siyu.Invalid("within", "%q is not a positive span such as 12h, 7d, 2w, 1mo, 1y", b.Within)
		}
	}
	if b.This != "" {
		if c.unit = calendar.Unit(strings.ToLower(b.This)); !c.unit.Valid() {
			return nil, siyu.Invalid("this", "%q is none of hour, day, week, month", b.This)
		}
	}
	if err := (siyu.Window{Start: b.After, End: b.Before}).Validate(); err != nil {
		return nil, siyu.Invalid("before", "is not later than after")
	}
	return c, nil
}

// BehaviourCondition is a compiled [Behaviour].
type BehaviourCondition struct {
	def       Behaviour
	threshold fixed.Num
	span      rolling
	unit      calendar.Unit
	loc       *time.Location
}

// Definition returns what the condition was compiled from.
func (c *BehaviourCondition) Definition() Behaviour {
	def := c.def
	def.Where = maps.Clone(def.Where)
	return def
}

// Holds answers for one moment from all events of one person, in any order.
// An event that is there twice counts twice; ask a [History] instead if that may
// be, or if the same events are asked more than once.
func (c *BehaviourCondition) Holds(events []siyu.Event, now time.Time) bool {
	lo, hi := c.window(siyu.Instant(now))
	var sum fixed.Num
	for i := range events {
		if v, ok := c.measure(&events[i]); ok {
			if at := siyu.Instant(events[i].At); at.After(lo) && !at.After(hi) {
				sum = sum.Add(v)
			}
		}
	}
	return ordered(c.def.Cmp, sum.Cmp(c.threshold))
}

// measure returns what one event adds, and whether it counts at all.
func (c *BehaviourCondition) measure(e *siyu.Event) (fixed.Num, bool) {
	switch {
	case !chosen(e, c.def.Event, c.def.Where):
		return fixed.Num{}, false
	case c.def.Agg == CountOf:
		return fixed.Int(1), true
	}
	return amountOf(e, c.def.Field)
}

// chosen reports whether an event has a name and properties.
func chosen(e *siyu.Event, name string, where map[string]string) bool {
	if e.Name != name {
		return false
	}
	for prop, want := range where {
		if got, ok := e.Props[prop]; !ok || got != want {
			return false
		}
	}
	return true
}

// amountOf reads a number of an event: a property, or its value if field is "".
func amountOf(e *siyu.Event, field string) (fixed.Num, bool) {
	if field == "" {
		return fixed.Int(int64(e.Value)), true
	}
	return fixed.Parse(e.Props[field])
}

// window returns the instants (lo, hi] that count at now.
func (c *BehaviourCondition) window(now time.Time) (lo, hi time.Time) {
	hi = now
	const tick = time.Microsecond
	if c.span.n != 0 {
		lo = c.span.before(now)
	}
	later := func(t time.Time) {
		if t = t.Add(-tick); lo.IsZero() || t.After(lo) {
			lo = t
		}
	}
	if c.unit != "" {
		later(c.unit.Start(now, c.loc, time.Monday))
	}
	if !c.def.After.IsZero() {
		later(siyu.Instant(c.def.After))
	}
	if end := siyu.Instant(c.def.Before); !c.def.Before.IsZero() && !hi.Before(end) {
		hi = end.Add(-tick)
	}
	return lo, hi
}

// ordered reports whether op holds of two values in this order (-1, 0, 1).
func ordered(op Op, order int) bool {
	switch op {
	case OpEq:
		return order == 0
	case OpNe:
		return order != 0
	case OpLt:
		return order < 0
	case OpLe:
		return order <= 0
	case OpGt:
		return order > 0
	}
	return order >= 0
}
