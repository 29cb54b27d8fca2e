package siyu

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// UserID names a person to the host. The library compares ids by their bytes
// and never parses them.
type UserID string

// EventID names an event once and for all: it is the event's idempotency key.
type EventID string

// Domain says who owns the traffic that a touch came through.
type Domain string

// The three domains of traffic (公域, 私域, 商域).
const (
	Public     Domain = "public"     // search, feeds, recommendation
	Private    Domain = "private"    // own app, contacts, groups, SMS
	Commercial Domain = "commercial" // paid advertising
)

// Limits of one event.
const (
	MaxID    = 191 // bytes of an id, name or channel
	MaxProps = 64  // properties of an event
	MaxProp  = 4096
)

// Event is one thing that happened to one person. Every change of state in the
// library is one, the host adds its own, and package funnel measures them all.
type Event struct {
	ID      EventID           `json:"id"`
	User    UserID            `json:"user"`
	Name    string            `json:"name"`              // such as "coupon.redeemed"
	At      time.Time         `json:"at"`                // UTC, microseconds
	Value   Money             `json:"value,omitempty"`   // amount that moved, if one did
	Channel string            `json:"channel,omitempty"` // where it came through, such as "wecom"
	Domain  Domain            `json:"domain,omitempty"`
	Props   map[string]string `json:"props,omitempty"` // numbers as decimal text
}

// Validate refuses an event without id, user, name or instant, with an unknown
// domain, or beyond [MaxID], [MaxProps] or [MaxProp] bytes.
func (e Event) Validate() error {
	for _, f := range []struct{ name, value string }{
		{"id", string(e.ID)}, {"user", string(e.User)}, {"name", e.Name},
	} {
		if err := CheckID(f.name, f.value); err != nil {
			return err
		}
	}
	if e.At.IsZero() {
		return Invalid("at", "is missing")
	}
	if len(e.Channel) > MaxID {
		return Invalid("channel", "is longer than %d bytes", MaxID)
	}
	if !slices.Contains([]Domain{"", Public, Private, Commercial}, e.Domain) {
		return Invalid("domain", "%q is none of public, private, commercial", string(e.Domain))
	}
	if len(e.Props) > MaxProps {
		return Invalid("props", "has more than %d entries", MaxProps)
	}
	for _, k := range slices.Sorted(maps.Keys(e.Props)) {
		if err := CheckID("props key", k); err != nil {
			return err
		}
		if v := e.Props[k]; len(v) > MaxProp || !utf8.ValidString(v) {
			return Invalid("props."+k, "is not UTF-8 text of at most %d bytes", MaxProp)
		}
	}
	return nil
}

// Equal reports whether e and o are the same in every field; instants are
// compared as instants.
func (e Event) Equal(o Event) bool {
	return e.ID == o.ID && e.User == o.User && e.Name == o.Name && e.At.Equal(o.At) && e.Value == o.Value &&
		e.Channel == o.Channel && e.Domain == o.Domain && maps.Equal(e.Props, o.Props)
}

// CheckID refuses an id that is empty, longer than [MaxID] bytes, not UTF-8, or
// that holds control characters. The field is named in the error, the value is
// not: ids are personal data.
func CheckID(field, id string) error {
	switch {
	case id == "":
		return Invalid(field, "is missing")
	case len(id) > MaxID:
		return Invalid(field, "is longer than %d bytes", MaxID)
	case !utf8.ValidString(id):
		return Invalid(field, "is not UTF-8")
	case strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return Invalid(field, "holds a control character")
	}
	return nil
}

// LoggedEvent is an event with its place in a log.
type LoggedEvent struct {
	Seq int64 // grows along the log, with gaps; start after the last one seen
	Event
}

// EventLog is the append-only stream of events that every store keeps. The
// stores write the events of their own changes into it in the same atomic step
// as the change; the host appends what happens outside.
type EventLog interface {
	// Append adds the events in order, all or none, and returns how many were
	// new. An event whose ID is known with equal contents is skipped; with
	// other contents the answer is ErrConflict and nothing is added. A broken
	// event is ErrInvalid with its index in the path.
	Append(ctx context.Context, events ...Event) (added int, err error)

	// Events yields the events after seq in order of Seq, and ends after an
	// error. It sees every event committed before the call. Where transactions
	// run side by side one that commits late may bring events with a Seq below
	// some that were read already: whoever follows the log of a server database
	// takes a follower of its store (sqlstore.Follower), or starts again some
	// way back and drops what it knows by ID.
	Events(ctx context.Context, after int64) iter.Seq2[LoggedEvent, error]
}
