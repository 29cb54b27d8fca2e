package segment

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// FlipType says in which direction an answer changed.
type FlipType string

// The directions.
const (
	Enter FlipType = "enter"
	Exit  FlipType = "exit"
)

// Flip is a moment from which on the answer is another: at At a person has
// entered, or is out.
type Flip struct {
	At   time.Time `json:"at"`
	Type FlipType  `json:"type"`
}

// Names of the events that tell of flips.
const (
	EventEntered   = "segment.entered"
	EventLeft      = "segment.left"
	EventWithdrawn = "segment.withdrawn" // one of the others, in property "event", was told in error
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
	return siyu.Event{
		ID: eventID(name, segment, string(user), at.Format(time.RFC3339Nano)), User: user, Name: name, At: at,
		Props: map[string]string{"segment": segment},
	}
}

// Withdrawal makes the event that takes a flip back, at the moment at which it
// became known that there was none; property "event" has the ID of the event
// that is withdrawn.
func (f Flip) Withdrawal(segment string, user siyu.UserID, at time.Time) siyu.Event {
	at, told := siyu.Instant(at), string(f.Event(segment, user).ID)
	return siyu.Event{
		ID: eventID(EventWithdrawn, told, at.Format(time.RFC3339Nano)), User: user, Name: EventWithdrawn, At: at,
		Props: map[string]string{"segment": segment, "event": told},
	}
}

func eventID(parts ...string) siyu.EventID {
	h := sha256.New()
	for i, p := range parts {
		if i > 0 {
			h.Write([]byte{0})
		}
		h.Write([]byte(p))
	}
	return siyu.EventID(hex.EncodeToString(h.Sum(nil)[:16]))
}

// answer is a yes or no that changes at certain moments only.
type answer interface {
	Holds(t time.Time) bool
	moments(from, to time.Time) []time.Time // in (from, to], in any order
}

// forever lies after whatever may happen.
var forever = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// flips lists the changes of an answer in (from, to].
func flips(a answer, from, to time.Time) []Flip {
	var out []Flip
	from = siyu.Instant(from)
	holds := a.Holds(from)
	for _, t := range inOrder(a.moments(from, siyu.Instant(to))) {
		if now := a.Holds(t); now != holds {
			holds = now
			out = append(out, Flip{At: t, Type: flipTo(now)})
		}
	}
	return out
}

// next returns the first change of an answer after t.
func next(a answer, t time.Time) (Flip, bool) {
	t = siyu.Instant(t)
	holds := a.Holds(t)
	for _, at := range inOrder(a.moments(t, forever)) {
		if now := a.Holds(at); now != holds {
			return Flip{At: at, Type: flipTo(now)}, true
		}
	}
	return Flip{}, false
}

func flipTo(inside bool) FlipType {
	if inside {
		return Enter
	}
	return Exit
}

func inOrder(moments []time.Time) []time.Time {
	slices.SortFunc(moments, time.Time.Compare)
	return slices.CompactFunc(moments, time.Time.Equal)
}
