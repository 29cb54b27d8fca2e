package segment

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// BehaviourSegment is a membership by behaviour that does not flicker: people
// come in when Enter holds and go out when Exit holds, and stay in or out for
// a while each time. Where both hold, nobody comes in. "In from the third purchase in 30 days, out after 60 days
// without one" is an Enter and an Exit.
type BehaviourSegment struct {
	Name     string     `json:"name"`
	Enter    Behaviour  `json:"enter"`
	Exit     *Behaviour `json:"exit,omitempty"`      // nil: when Enter does not hold
	MinStay  Period     `json:"min_stay,omitempty"`  // before which nobody goes out again
	CoolDown Period     `json:"cool_down,omitempty"` // before which nobody comes in again
}

// ParseBehaviourSegment reads the JSON form strictly and validates it.
func ParseBehaviourSegment(data []byte) (BehaviourSegment, error) {
	return parseDefinition[BehaviourSegment](data)
}

// Validate refuses what [BehaviourSegment.Compile] refuses.
func (s BehaviourSegment) Validate() error {
	_, err := s.Compile(nil)
	return err
}

// Compile checks the definition and makes it ready to be asked.
func (s BehaviourSegment) Compile(opts *BehaviourOptions) (*BehaviourMembership, error) {
	if err := siyu.CheckID("name", s.Name); err != nil {
		return nil, err
	}
	switch {
	case s.MinStay < 0:
		return nil, siyu.Invalid("min_stay", "is negative")
	case s.CoolDown < 0:
		return nil, siyu.Invalid("cool_down", "is negative")
	}
	m := &BehaviourMembership{def: s}
	var err error
	if m.enter, err = s.Enter.Compile(opts); err != nil {
		return nil, siyu.Within("enter", err)
	}
	if s.Exit != nil {
		if m.exit, err = s.Exit.Compile(opts); err != nil {
			return nil, siyu.Within("exit", err)
		}
	}
	return m, nil
}

// BehaviourMembership is a compiled [BehaviourSegment]. It is immutable and
// safe for concurrent use.
type BehaviourMembership struct {
	def         BehaviourSegment
	enter, exit *BehaviourCondition
}

// At returns one person's membership at a moment, from all events up to then.
// A new definition is asked over the stored events to fill it back.
func (m *BehaviourMembership) At(events []siyu.Event, t time.Time) Membership {
	member, _ := m.follow(events, t, t)
	return member
}

// Flips lists every moment in (from, to] at which the membership changes,
// exactly and in order.
func (m *BehaviourMembership) Flips(events []siyu.Event, from, to time.Time) []Flip {
	_, flips := m.follow(events, from, to)
	return flips
}

// Next returns the first change after t that will come without any further
// event; ok is false if there is none. It is when to look at this person again.
func (m *BehaviourMembership) Next(events []siyu.Event, t time.Time) (flip Flip, ok bool) {
	t = siyu.Instant(t)
	horizon := m.enter.History(events).horizon(t)
	if m.exit != nil {
		if end := m.exit.History(events).horizon(t); end.After(horizon) {
			horizon = end
		}
	}
	// A stay or a cool-down may hold the last change back.
	if flips := m.Flips(events, t, m.def.CoolDown.after(m.def.MinStay.after(horizon))); len(flips) > 0 {
		return flips[0], true
	}
	return Flip{}, false
}

// follow runs one person's membership from before the first event to to.
func (m *BehaviourMembership) follow(events []siyu.Event, from, to time.Time) (Membership, []Flip) {
	from, to = siyu.Instant(from), siyu.Instant(to)
	enter := m.enter.History(events)
	out := func(t time.Time) bool { return !enter.Holds(t) }
	histories := []*History{enter}
	if m.exit != nil {
		exit := m.exit.History(events)
		out = exit.Holds
		histories = append(histories, exit)
	}
	in := func(t time.Time) bool { return enter.Holds(t) && !out(t) }

	at := from
	for _, h := range histories {
		if len(h.marks) > 0 && !h.marks[0].at.After(at) {
			at = h.marks[0].at.Add(-time.Microsecond)
		}
	}
	var moments []time.Time
	for _, h := range histories {
		moments = append(moments, h.moments(at, to)...)
	}
	slices.SortFunc(moments, time.Time.Compare)

	member := Membership{Inside: in(at)}
	var flips []Flip
	for {
		change, wait, kind := in, m.def.CoolDown, Enter
		if member.Inside {
			change, wait, kind = out, m.def.MinStay, Exit
		}
		if since := wait.after(member.Since); !member.Since.IsZero() && since.After(at) {
			at = since
		}
		next, ok := first(change, moments, at, to)
		if !ok {
			return member, flips
		}
		member, at = Membership{Inside: !member.Inside, Since: next}, next
		if next.After(from) {
			flips = append(flips, Flip{At: next, Type: kind})
		}
	}
}

// first returns the first moment in [from, to] at which a condition holds that
// changes at certain moments only.
func first(holds func(time.Time) bool, moments []time.Time, from, to time.Time) (time.Time, bool) {
	if from.After(to) {
		return time.Time{}, false
	}
	if holds(from) {
		return from, true
	}
	i, _ := slices.BinarySearchFunc(moments, from, time.Time.Compare)
	for _, t := range moments[i:] {
		if holds(t) {
			return t, true
		}
	}
	return time.Time{}, false
}

// Names of the events that [Flip.Event] makes.
const (
	EventEntered = "segment.entered"
	EventLeft    = "segment.left"
)

// Event makes the event of a person's change, with the segment in its
// properties. Its ID follows from segment, person, moment and direction, so
// that the same change is one event however often it is computed.
func (f Flip) Event(segment string, user siyu.UserID) siyu.Event {
	name := EventEntered
	if f.Type == Exit {
		name = EventLeft
	}
	at := siyu.Instant(f.At)
	sum := sha256.Sum256([]byte(name + "\x00" + segment + "\x00" + string(user) + "\x00" + at.Format(time.RFC3339Nano)))
	return siyu.Event{
		ID: siyu.EventID(hex.EncodeToString(sum[:16])), User: user, Name: name, At: at,
		Props: map[string]string{"segment": segment},
	}
}
