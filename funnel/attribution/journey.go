package attribution

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Touch is one contact through a channel.
type Touch struct {
	Channel string    `json:"channel"`
	At      time.Time `json:"at"`
}

// Journey is the touches of one person, by time, up to a conversion or without.
type Journey struct {
	User      siyu.UserID  `json:"user"`
	Touches   []Touch      `json:"touches"`
	Converted bool         `json:"converted"`
	Event     siyu.EventID `json:"event,omitempty"` // the conversion
	At        time.Time    `json:"at,omitzero"`     // of the conversion
	Value     siyu.Money   `json:"value"`           // of the conversion, refunds taken off
}

// Question says which events are touches and conversions.
type Question struct {
	// Touch lists the names of touches; nil is every event with a channel that
	// is neither conversion nor refund. A touch without a channel is skipped.
	Touch []string `json:"touch,omitempty"`
	// Convert lists the names of conversions; their Value is the money.
	Convert []string `json:"convert"`
	// Refund lists the names of refunds. A refund's Value is the amount given
	// back, and its property RefundOf, "of" unless said, the id of the
	// conversion. It takes credit off the channels that had it.
	Refund   []string `json:"refund,omitempty"`
	RefundOf string   `json:"refund_of,omitempty"`
	// Lookback is how long before the conversion a touch may lie; 0 is 30 days.
	Lookback time.Duration `json:"lookback_ns,omitempty"`
}

const defaultLookback = 30 * 24 * time.Hour

// Validate refuses a question without conversions.
func (q Question) Validate() error {
	switch {
	case len(q.Convert) == 0:
		return siyu.Invalid("convert", "is missing")
	case q.Lookback < 0:
		return siyu.Invalid("lookback", "is negative")
	}
	return nil
}

// Journeys reads events in any order. A conversion takes the touches within the
// lookback before it and since the person's conversion before; touches that led
// to none are a journey without one. An event that comes twice counts once. The
// journeys are sorted by user and time.
//
// A refund of an unknown conversion, or of more than its value, is
// [siyu.ErrInvalid].
func Journeys(events iter.Seq2[siyu.Event, error], q Question) ([]Journey, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	byUser := map[siyu.UserID][]siyu.Event{}
	refunds := map[siyu.EventID]siyu.Money{}
	refunded := map[siyu.EventID]bool{}
	for e, err := range events {
		if err != nil {
			return nil, err
		}
		if slices.Contains(q.Refund, e.Name) {
			if refunded[e.ID] {
				continue
			}
			refunded[e.ID] = true
			of := siyu.EventID(e.Props[cmp.Or(q.RefundOf, "of")])
			sum, err := refunds[of].Add(e.Value)
			if err != nil {
				return nil, err
			}
			refunds[of] = sum
			continue
		}
		if q.isTouch(e) || slices.Contains(q.Convert, e.Name) {
			byUser[e.User] = append(byUser[e.User], e)
		}
	}
	var journeys []Journey
	for user, own := range byUser {
		journeys = append(journeys, q.cut(user, own)...)
	}
	slices.SortFunc(journeys, func(a, b Journey) int {
		return cmp.Or(cmp.Compare(a.User, b.User), a.end().Compare(b.end()), cmp.Compare(a.Event, b.Event))
	})
	return journeys, takeOff(journeys, refunds)
}

func (q Question) isTouch(e siyu.Event) bool {
	if e.Channel == "" || slices.Contains(q.Convert, e.Name) {
		return false
	}
	return q.Touch == nil || slices.Contains(q.Touch, e.Name)
}

// cut splits the events of one person into journeys.
func (q Question) cut(user siyu.UserID, events []siyu.Event) []Journey {
	slices.SortFunc(events, func(a, b siyu.Event) int {
		converts := func(e siyu.Event) int { // a touch at the instant of a conversion led to it
			if slices.Contains(q.Convert, e.Name) {
				return 1
			}
			return 0
		}
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(converts(a), converts(b)), cmp.Compare(a.ID, b.ID))
	})
	events = slices.CompactFunc(events, func(a, b siyu.Event) bool { return a.ID == b.ID })
	lookback := cmp.Or(q.Lookback, defaultLookback)
	var journeys []Journey
	var touches []Touch
	for _, e := range events {
		if !slices.Contains(q.Convert, e.Name) {
			touches = append(touches, Touch{e.Channel, e.At})
			continue
		}
		j := Journey{User: user, Converted: true, Event: e.ID, At: e.At, Value: e.Value}
		late := slices.IndexFunc(touches, func(t Touch) bool { return e.At.Sub(t.At) <= lookback })
		if late < 0 {
			late = len(touches)
		}
		if late > 0 {
			journeys = append(journeys, Journey{User: user, Touches: touches[:late:late]})
		}
		j.Touches = touches[late:]
		journeys = append(journeys, j)
		touches = nil
	}
	if len(touches) > 0 {
		journeys = append(journeys, Journey{User: user, Touches: touches})
	}
	return journeys
}

func (j Journey) end() time.Time {
	if j.Converted {
		return j.At
	}
	return j.Touches[len(j.Touches)-1].At
}

func takeOff(journeys []Journey, refunds map[siyu.EventID]siyu.Money) error {
	for i := range journeys {
		j := &journeys[i]
		amount, refunded := refunds[j.Event]
		if !j.Converted || !refunded {
			continue
		}
		if amount < 0 || amount > j.Value {
			return siyu.Invalid("refund", "is not between nothing and the value of the conversion")
		}
		j.Value -= amount
		delete(refunds, j.Event)
	}
	if len(refunds) > 0 {
		return siyu.Invalid("refund", "%d name no conversion that is known", len(refunds))
	}
	return nil
}
