package campaign

import (
	"fmt"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// ID names a campaign: one message that each person gets at most once.
type ID string

// Class says whom a message serves.
type Class string

// The classes. The empty class is Marketing.
const (
	// Marketing serves the sender and obeys every rule.
	Marketing Class = "marketing"
	// Transactional serves the receiver: an alert, a receipt, a payout. It
	// passes holdout, opt-outs of everything or a topic, caps and quiet hours,
	// and no cap counts it. It still needs a channel that reaches the person,
	// with consent where consent is required.
	Transactional Class = "transactional"
)

// Message is one campaign's message and to whom it may go.
type Message struct {
	ID       ID
	Class    Class
	Topic    Topic
	Channels []Channel   // in order of preference of the campaign
	Window   siyu.Window // first sent at Start, expired at End
	Audience Audience    // nil contains everyone
	Everyone bool        // no audience is meant, see [Policy.AudienceRequired]
	Exclude  Audience    // nil contains no one
	Stock    *Stock      // what the message offers; nil: without limit
	Priority int         // high first when messages contend for one place
}

// Stock is how much is left of what the message offers.
type Stock struct {
	Left       int  `json:"left"`
	OnePerSend bool `json:"one_per_send,omitempty"` // each send of a plan takes one
}

// Audience says who belongs to a set of people: a [Users] list, or through
// [AudienceFunc] whatever the host asks, such as a segment.
type Audience interface {
	Contains(siyu.UserID) bool
}

// AudienceFunc is an [Audience] that asks a function.
type AudienceFunc func(siyu.UserID) bool

// Contains reports what the function answers.
func (f AudienceFunc) Contains(id siyu.UserID) bool { return f(id) }

// Users is an [Audience] that lists its people.
type Users map[siyu.UserID]struct{}

// UsersOf returns the audience of these people.
func UsersOf(ids ...siyu.UserID) Users {
	u := make(Users, len(ids))
	for _, id := range ids {
		u[id] = struct{}{}
	}
	return u
}

// Contains reports whether the user is listed.
func (u Users) Contains(id siyu.UserID) bool {
	_, ok := u[id]
	return ok
}

// Limits of a message definition.
const (
	MaxChannels   = 32
	maxDefinition = 1 << 20 // bytes of JSON
)

// Validate refuses a message without id or channels, with an unknown class,
// with a channel twice, with an empty window, or to an audience and everyone.
func (m Message) Validate() error {
	if err := siyu.CheckID("id", string(m.ID)); err != nil {
		return err
	}
	if m.Class != "" && m.Class != Marketing && m.Class != Transactional {
		return siyu.Invalid("class", "%q is neither marketing nor transactional", string(m.Class))
	}
	if len(m.Channels) == 0 || len(m.Channels) > MaxChannels {
		return siyu.Invalid("channels", "has %d entries, wants 1 to %d", len(m.Channels), MaxChannels)
	}
	for i, c := range m.Channels {
		if err := siyu.CheckID(fmt.Sprintf("channels[%d]", i), string(c)); err != nil {
			return err
		}
		if slices.Contains(m.Channels[:i], c) {
			return siyu.Invalid(fmt.Sprintf("channels[%d]", i), "%q is listed twice", string(c))
		}
	}
	if m.Everyone && m.Audience != nil {
		return siyu.Invalid("everyone", "contradicts the audience")
	}
	if m.Stock != nil && m.Stock.Left < 0 {
		return siyu.Invalid("stock.left", "is negative")
	}
	return siyu.Within("window", m.Window.Validate())
}

// messageJSON is the JSON form of a message.
type messageJSON struct {
	ID       ID            `json:"id"`
	Class    Class         `json:"class"`
	Topic    Topic         `json:"topic"`
	Channels []Channel     `json:"channels"`
	Window   siyu.Window   `json:"window"`
	Audience []siyu.UserID `json:"audience"` // absent: everyone
	Everyone bool          `json:"everyone"`
	Exclude  []siyu.UserID `json:"exclude"`
	Stock    *Stock        `json:"stock"`
	Priority int           `json:"priority"`
}

// ParseMessage reads a message from JSON of at most 1 MiB and validates it.
// Unknown fields are refused. A listed audience is a [Users]; large audiences
// are set in Go. The error names the field.
func ParseMessage(data []byte) (Message, error) {
	f, err := strictjson.Decode[messageJSON](data, maxDefinition)
	if err != nil {
		return Message{}, siyu.Within("message", err)
	}
	m := Message{
		ID: f.ID, Class: f.Class, Topic: f.Topic, Channels: f.Channels,
		Window: f.Window, Everyone: f.Everyone, Stock: f.Stock, Priority: f.Priority,
	}
	if f.Audience != nil {
		m.Audience = UsersOf(f.Audience...)
	}
	if f.Exclude != nil {
		m.Exclude = UsersOf(f.Exclude...)
	}
	return m, siyu.Within("message", m.Validate())
}

func (m Message) transactional() bool { return m.Class == Transactional }

// counted reports whether each send takes one of the stock.
func (m Message) counted() bool { return m.Stock != nil && m.Stock.OnePerSend }

// on returns the attempt to send m on a channel.
func (m Message) on(c Channel) Attempt {
	return Attempt{Campaign: m.ID, Channel: c, Topic: m.Topic, Class: m.Class}
}
