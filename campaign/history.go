package campaign

import "time"

// Attempt is what a cap looks at: one message about to go out on one channel.
type Attempt struct {
	Campaign ID      `json:"campaign,omitempty"`
	Channel  Channel `json:"channel,omitempty"`
	Topic    Topic   `json:"topic,omitempty"`
	Sender   string  `json:"sender,omitempty"` // account or adviser that speaks, where caps tell them apart
	Class    Class   `json:"class,omitempty"`
}

// Outcome is what became of a send.
type Outcome string

// The outcomes. The empty outcome is Sent.
const (
	Sent     Outcome = "sent"     // confirmed by the channel
	Reserved Outcome = "reserved" // place taken, channel not heard yet
	Unknown  Outcome = "unknown"  // the channel may have sent it: counts as sent
	Failed   Outcome = "failed"   // not delivered: its place is free again
	Deferred Outcome = "deferred" // waits for the end of quiet hours: takes no place yet
	Dropped  Outcome = "dropped"  // was deferred, and suppressed at its release: never went out
)

// Send is one message to one person in the past.
type Send struct {
	Attempt
	At      time.Time `json:"at"`
	Outcome Outcome   `json:"outcome,omitempty"`
}

// Counts reports whether caps count the send: it went out or may have, and is
// not transactional.
func (s Send) Counts() bool {
	return s.Outcome != Failed && s.Outcome != Deferred && s.Outcome != Dropped && s.Class != Transactional
}
