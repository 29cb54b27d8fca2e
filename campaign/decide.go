package campaign

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Action is what becomes of a message.
type Action string

// The actions.
const (
	SendNow  Action = "send"
	Defer    Action = "defer"
	Suppress Action = "suppress"
)

// Decision is the answer for one person and one message. Fields beyond Action
// are set where they say something.
type Decision struct {
	User      siyu.UserID        `json:"user"`
	Action    Action             `json:"action"`
	Reason    Reason             `json:"reason,omitempty"`     // why not now
	Channel   Channel            `json:"channel,omitempty"`    // of SendNow and Defer
	Release   time.Time          `json:"release,omitzero"`     // of Defer: decide again then
	Refused   map[Channel]Reason `json:"refused,omitempty"`    // of NoChannel: why each channel is not used
	BlockedBy []string           `json:"blocked_by,omitempty"` // of FrequencyCap: all caps that refuse
	Next      time.Time          `json:"next,omitzero"`        // of FrequencyCap: when it would be allowed; zero: never
	BadZone   bool               `json:"bad_zone,omitempty"`   // the person's zone is not known; the fallback was used
}

// WishCap is the id of the cap that a person's own weekly wish makes.
const WishCap = "wish"

// Decide answers whether the message goes to the person now, later or not at
// all. History is all that was sent to the person, in any order. The reasons
// are asked in the order of [Reasons] and the first that holds is the answer.
//
// The only error is [ErrNoZone] or [ErrNeverOpen]: a mistake in the policy.
// The message is taken as valid ([Message.Validate]).
func (r *Rules) Decide(p Person, m Message, history []Send, now time.Time) (Decision, error) {
	return r.decide(p, m, history, now, false)
}

// Release decides a deferred message again, at its release: like
// [Rules.Decide], but the deferred entry of this campaign is no duplicate.
func (r *Rules) Release(p Person, m Message, history []Send, now time.Time) (Decision, error) {
	return r.decide(p, m, history, now, true)
}

func (r *Rules) decide(p Person, m Message, history []Send, now time.Time, again bool) (Decision, error) {
	d := Decision{User: p.ID, Action: Suppress}
	if d.Reason = refusesPerson(p, m, now); d.Reason != "" {
		return d, nil
	}
	channel, refused := r.channel(p, m)
	if channel == "" {
		d.Reason, d.Refused = NoChannel, refused
		return d, nil
	}
	if handled(m.ID, history, again) {
		d.Reason = Duplicate
		return d, nil
	}
	if !m.transactional() {
		if err := r.restrain(&d, p, m, channel, history, now); err != nil || d.Reason != "" {
			return d, err
		}
	}
	if m.Stock != nil && m.Stock.Left <= 0 {
		d.Reason = SoldOut
		return d, nil
	}
	d.Action, d.Channel = SendNow, channel
	return d, nil
}

// refusesPerson asks what does not depend on channel, history or the clock of
// the person.
func refusesPerson(p Person, m Message, now time.Time) Reason {
	marketing := !m.transactional()
	switch {
	case m.Window.Before(now):
		return NotStarted
	case m.Window.After(now):
		return Expired
	case m.Audience != nil && !m.Audience.Contains(p.ID):
		return NotInAudience
	case m.Exclude != nil && m.Exclude.Contains(p.ID):
		return Excluded
	case marketing && p.Holdout:
		return HeldOut
	case marketing && p.OptOut.All:
		return GlobalOptOut
	case marketing && slices.Contains(p.OptOut.Topics, m.Topic):
		return TopicOptOut
	}
	return ""
}

// channel returns the first channel that may be used, those the person prefers
// before those the campaign lists, or why each is refused.
func (r *Rules) channel(p Person, m Message) (Channel, map[Channel]Reason) {
	best, rank := Channel(""), 0
	var refused map[Channel]Reason
	for i, c := range m.Channels {
		if reason := r.refusesChannel(p, c); reason != "" {
			if refused == nil {
				refused = make(map[Channel]Reason, len(m.Channels))
			}
			refused[c] = reason
			continue
		}
		at := slices.Index(p.Prefer.Channels, c)
		if at < 0 {
			at = len(p.Prefer.Channels) + i
		}
		if best == "" || at < rank {
			best, rank = c, at
		}
	}
	return best, refused
}

func (r *Rules) refusesChannel(p Person, c Channel) Reason {
	switch {
	case slices.Contains(p.OptOut.Channels, c):
		return ChannelOptOut
	case !slices.Contains(p.Reachable, c):
		return Unreachable
	case slices.Contains(r.policy.ConsentRequired, c) && !p.Consent[c]:
		return ConsentMissing
	case p.Prefer.Strict && !slices.Contains(p.Prefer.Channels, c):
		return NotPreferred
	}
	return ""
}

// handled reports whether the person has had the campaign. A send that failed
// or was dropped may be tried again; a deferred one is handled unless it is
// released now.
func handled(id ID, history []Send, again bool) bool {
	return slices.ContainsFunc(history, func(s Send) bool {
		return s.Campaign == id && s.Outcome != Failed && s.Outcome != Dropped && (s.Outcome != Deferred || !again)
	})
}

// restrain asks caps and quiet hours and notes in d what they say.
func (r *Rules) restrain(d *Decision, p Person, m Message, c Channel, history []Send, now time.Time) error {
	caps := r.policy.Caps
	if p.Prefer.Weekly != nil && m.Topic == Promo {
		caps = append(slices.Clip(caps), Cap{
			ID: WishCap, Limit: Limit(max(0, *p.Prefer.Weekly)), Window: CalendarWindow(Week), Match: Match{Topics: []Topic{Promo}},
		})
	}
	if len(caps) == 0 && len(r.policy.Quiet.Windows) == 0 {
		return nil
	}
	loc, unknown, err := r.Location(p)
	if err != nil {
		return err
	}
	d.BadZone = unknown
	if v := caps.Check(m.on(c), history, now, loc); !v.Allowed() {
		d.Reason, d.BlockedBy, d.Next = FrequencyCap, v.BlockedBy, v.Next
		return nil
	}
	return r.hush(d, m, c, now, loc)
}

// hush asks the quiet hours.
func (r *Rules) hush(d *Decision, m Message, c Channel, now time.Time, loc *time.Location) error {
	release, err := r.policy.Quiet.Release(now, loc)
	switch {
	case err != nil:
		return err
	case release.Equal(now):
	case r.policy.Quiet.Policy == DropQuiet:
		d.Reason = InQuietHours
	case m.Window.After(release):
		d.Reason = ExpiresBeforeRelease
	default:
		d.Action, d.Reason, d.Channel, d.Release = Defer, InQuietHours, c, release
	}
	return nil
}
