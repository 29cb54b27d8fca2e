package segment

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Move is a change of ring and its reasons.
type Move struct {
	At     time.Time `json:"at"`
	From   string    `json:"from"`
	To     string    `json:"to"`
	Gained []string  `json:"gained,omitempty"` // attributes that the person had not just before, or that were false
	Lost   []string  `json:"lost,omitempty"`   // attributes that the person has no longer
	// Facts are the conditions that came out otherwise just before, each once
	// and as it is now: of all rings, in order.
	Facts []Fact `json:"facts,omitempty"`
}

// EventMoved is the name of the events that [Move.Event] makes.
const EventMoved = "ring.moved"

// Event makes the event of a person's move, with the name of the rings and both
// rings in its properties. Its ID follows from rings, person, moment and ring, so
// that the same move is one event however often it is computed.
func (m Move) Event(rings string, user siyu.UserID) siyu.Event {
	at := siyu.Instant(m.At)
	return siyu.Event{
		ID: eventID(EventMoved, rings, string(user), at.Format(time.RFC3339Nano), m.From, m.To), User: user, Name: EventMoved, At: at,
		Props: map[string]string{"rings": rings, "from": m.From, "to": m.To},
	}
}

// LevelOf returns the index in Names of the ring that a person is in as of a
// moment.
func (c *Classifier) LevelOf(p Person, t time.Time) int { return level(c.timelines(p), t) }

// Changes returns the moves of a person after from, up to and including to, each
// at the moment it happened and with its reasons: because the person's
// attributes changed, because of what the person did, or because time passed.
func (c *Classifier) Changes(p Person, from, to time.Time) []Move {
	rings := c.timelines(p)
	var all []time.Time
	for _, ring := range rings {
		all = append(all, ring.moments(siyu.Instant(from), siyu.Instant(to))...)
	}
	moves := []Move{}
	now := level(rings, from)
	for _, t := range inOrder(all) {
		next := level(rings, t)
		if next != now {
			m := Move{At: t, From: c.names[now], To: c.names[next]}
			m.explain(rings)
			moves = append(moves, m)
		}
		now = next
	}
	return moves
}

func (c *Classifier) timelines(p Person) []*Timeline {
	out := make([]*Timeline, len(c.matchers))
	for i, m := range c.matchers {
		out[i] = m.Timeline(p)
	}
	return out
}

func level(rings []*Timeline, t time.Time) int {
	i := slices.IndexFunc(rings, func(ring *Timeline) bool { return ring.Holds(t) })
	if i < 0 {
		return len(rings)
	}
	return i
}

// explain finds what changed with the move.
func (m *Move) explain(rings []*Timeline) {
	before := m.At.Add(-time.Microsecond)
	had, has := rings[0].attrs(before), rings[0].attrs(m.At)
	m.Gained, m.Lost = without(has, had), without(had, has)
	known := map[string]bool{}
	for i, ring := range rings {
		was, is := ring.facts(before), ring.facts(m.At)
		for k, fact := range is {
			if form := fact.Rule.String(); fact.Held != was[k].Held && !known[form] {
				known[form] = true
				fact.Path = join(elem("rings", i)+".rule", fact.Path)
				m.Facts = append(m.Facts, fact)
			}
		}
	}
}

// facts returns the leaves as of a moment.
func (t *Timeline) facts(at time.Time) []Fact {
	x := explainer{atoms: map[string]int{}}
	x.collect(t.m.root, t.leaves(at))
	return x.facts
}

// without returns the names that a has and b has not, sorted: false and null
// count as not having.
func without(a, b map[string]any) []string {
	has := func(attrs map[string]any, name string) bool {
		v := attrs[name]
		return v != nil && v != false
	}
	var out []string
	for name := range a {
		if has(a, name) && !has(b, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
