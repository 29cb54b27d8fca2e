package segment

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/fixed"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Operators of leaves about events. In JSON they are the name of the leaf, not
// an op.
const (
	opBehaviour Op = "behaviour"
	opHeld      Op = "held"
)

// eventDef is the definition of a leaf about events: a Behaviour or a Held.
type eventDef interface {
	kind() Op
	prepare(loc *time.Location) (EventCondition, error)
}

// EventCondition is a condition on what one person did: a [BehaviourCondition]
// or a [HeldCondition].
type EventCondition interface {
	// Holds answers as of now from one person's events, in any order.
	Holds(events []siyu.Event, now time.Time) bool

	follow(events []siyu.Event) eventHistory
	source() eventSource
	counter(now time.Time) eventCounter
	having(w *sqlWriter, c *EventColumns, user string, now time.Time, idle bool) error // after WHERE
}

// eventSource says which events a condition looks at, and which number of them.
type eventSource struct {
	event   string
	where   map[string]string
	field   string // "" is the events' value
	counted bool   // no number is needed
}

// eventHistory is what an EventCondition needs to know of one person.
type eventHistory interface {
	answer
	Add(siyu.Event) bool
	Forget(time.Time) int
	start() (time.Time, bool) // the first event's instant
}

// eventCounter answers for one person after another. Events come in any order,
// without those of other sources.
type eventCounter interface {
	reset()
	add(at int64, v fixed.Num, number bool) // microseconds; number: there is one
	holds() bool
}

// eventRule makes a leaf about events of a name.
func eventRule(event string, def eventDef) Rule {
	return Rule{&node{leaf: leaf{attr: event, op: def.kind(), events: def}}}
}

// checkEvents checks a leaf about events.
func (l *leaf) checkEvents(within bool) error {
	if within {
		return siyu.Invalid(string(l.op), "is about a person, not about an element of a list")
	}
	_, err := l.events.prepare(nil)
	return siyu.Within(string(l.op), err)
}

// appendEvents writes a leaf about events.
func appendEvents(b []byte, l *leaf) []byte {
	form, err := json.Marshal(l.events)
	if err != nil {
		form = []byte("null") // of a definition that Validate refuses
	}
	b = append(appendText(append(b, '{'), string(l.op)), ':')
	return append(append(b, form...), '}')
}

// parseEvents reads the definition of a leaf about events, or about a set.
func parseEvents(op Op, inner any) (*node, error) {
	switch op {
	case opBehaviour:
		b, err := ParseBehaviour(appendValue(nil, inner))
		return b.Rule().node, err
	case opHeld:
		h, err := ParseHeld(appendValue(nil, inner))
		return h.Rule().node, err
	}
	name, ok := inner.(string)
	if !ok {
		return nil, siyu.Invalid("", "is not a text")
	}
	return InSet(name).node, nil
}

// events reports whether the rule has leaves about events.
func (p *pred) events() bool {
	return p.test != nil && p.test.events != nil || slices.ContainsFunc(p.kids, (*pred).events)
}

// textsOf reads the properties of a definition about events: a number or a
// boolean stands for its text.
func textsOf(form map[string]json.RawMessage) (map[string]string, error) {
	var where map[string]string
	for _, name := range slices.Sorted(maps.Keys(form)) {
		var text string
		switch raw := form[name]; {
		case json.Unmarshal(raw, &text) == nil && string(raw) != "null":
		case string(raw) == "true" || string(raw) == "false":
			text = string(raw)
		case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
			text = fixed.Canonical(string(raw))
		default:
			return nil, siyu.Invalid("where."+name, "is not text, a number or a boolean")
		}
		if where == nil {
			where = make(map[string]string, len(form))
		}
		where[name] = text
	}
	return where, nil
}

// UnmarshalJSON reads the JSON form; see [ParseBehaviour].
func (b *Behaviour) UnmarshalJSON(data []byte) error {
	type plain Behaviour // without this method
	f, err := strictjson.Decode[struct {
		plain
		Value json.RawMessage            `json:"value"`
		Where map[string]json.RawMessage `json:"where"`
	}](data, maxBehaviour)
	if err != nil {
		return err
	}
	*b = Behaviour(f.plain)
	b.Value = json.Number(f.Value) // in quotes it is no number
	b.Where, err = textsOf(f.Where)
	return err
}

// UnmarshalJSON reads the JSON form; see [ParseHeld].
func (h *Held) UnmarshalJSON(data []byte) error {
	type plain Held // without this method
	f, err := strictjson.Decode[struct {
		plain
		Value json.RawMessage            `json:"value"`
		Where map[string]json.RawMessage `json:"where"`
	}](data, maxBehaviour)
	if err != nil {
		return err
	}
	*h = Held(f.plain)
	h.Value = json.Number(f.Value)
	h.Where, err = textsOf(f.Where)
	return err
}
