package journey

import (
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

// Trigger sends a message for every event of a name, such as an alert for each
// card payment. A rider, such as an invitation, may travel with it.
type Trigger struct {
	Event   string         `json:"event"`
	Message string         `json:"message"`
	Class   campaign.Class `json:"class,omitempty"`
	Rider   *Rider         `json:"rider,omitempty"`
}

// Rider is a message that travels with another (搭车). The carrier always goes
// out; the rider only if its condition does not hold and its cap has room.
type Rider struct {
	Message string     `json:"message"`
	Unless  *Condition `json:"unless,omitempty"`
	Cap     *RiderCap  `json:"cap,omitempty"`
}

// RiderCap limits how often a person gets the rider.
type RiderCap struct {
	Limit  campaign.Limit     `json:"limit"`
	Window campaign.CapWindow `json:"window"`
}

func (c RiderCap) caps() campaign.Caps {
	return campaign.Caps{{ID: "rider", Limit: c.Limit, Window: c.Window}}
}

// Validate refuses a trigger without event or message, and a broken rider.
func (t Trigger) Validate() error {
	if err := siyu.CheckID("event", t.Event); err != nil {
		return err
	}
	if err := siyu.CheckID("message", t.Message); err != nil {
		return err
	}
	r := t.Rider
	if r == nil {
		return nil
	}
	if err := siyu.CheckID("rider.message", r.Message); err != nil {
		return err
	}
	if r.Unless != nil {
		if err := siyu.Within("rider.unless", r.Unless.Validate()); err != nil {
			return err
		}
	}
	if r.Cap != nil {
		return siyu.Within("rider.cap", r.Cap.caps().Validate())
	}
	return nil
}

// Fired is what an event triggers.
type Fired struct {
	Message string
	Rider   string // empty: none travels
}

// Fire answers an event of a person with these attributes, who got the rider
// at the given instants before. False means that the event is another one.
func (t Trigger) Fire(event string, a Attributes, ridden []time.Time, now time.Time, loc *time.Location) (Fired, bool) {
	if event != t.Event {
		return Fired{}, false
	}
	f := Fired{Message: t.Message}
	r := t.Rider
	if r == nil || (r.Unless != nil && r.Unless.Holds(a)) {
		return f, true
	}
	if r.Cap != nil {
		history := make([]campaign.Send, len(ridden))
		for i, at := range ridden {
			history[i] = campaign.Send{At: at}
		}
		if !r.Cap.caps().Check(campaign.Attempt{}, history, now, loc).Allowed() {
			return f, true
		}
	}
	f.Rider = r.Message
	return f, true
}
