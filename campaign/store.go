package campaign

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// SendID names one send in a store.
type SendID string

// Record is one send as a store keeps it.
type Record struct {
	ID   SendID      `json:"id"`
	User siyu.UserID `json:"user"`
	Send
	Release   time.Time `json:"release,omitzero"`     // of a deferred one
	TookStock bool      `json:"took_stock,omitempty"` // holds one of the message's stock
}

// Slot says what a reservation looks at.
type Slot struct {
	User     siyu.UserID
	Campaign ID
	Send     SendID    // an existing send that is decided again; empty: a new one
	Since    time.Time // history after it is what caps need
	Counted  bool      // SendState.Taken is asked for
}

// SendState is what a reservation decides on, as it stands in its atomic step.
type SendState struct {
	Person  *Person // the profile kept; nil: none
	History []Send  // sends to the person after Slot.Since, and all of the campaign; without Slot.Send; in order of time
	Taken   int     // how many of the campaign's stock its sends hold, if Slot.Counted
	Record  *Record // the send that Slot.Send names; nil if that is empty
}

// SendChange is what a decision writes.
type SendChange struct {
	Record Record     // added, or put in place of the one of its id
	Event  siyu.Event // appended to the event log, unless it has no id
	Answer Reservation
}

// PersonChange is what a change of a profile writes.
type PersonChange struct {
	Person Person
	Event  siyu.Event
}

// Store keeps sends and profiles. Implementations are in store/memstore and
// store/sqlstore; package campaigntest holds the suite for others. A store is
// safe for concurrent use.
//
// Methods with a call are atomic steps: a call that is known is answered as it
// was the first time, with replayed true, or with [siyu.ErrConflict] if its
// digest differs. A new one asks decide, which sees what no other step changes
// meanwhile and may be asked more than once; then record, event and answer are
// kept together. If decide returns an error nothing is kept, the key stays
// unused, and the error is returned as it is.
type Store interface {
	// Reserve decides on a send to Slot.User. Steps of one person are serial,
	// and so are those of one campaign with Slot.Counted. A Slot.Send that does not
	// exist, or is another person's, is siyu.ErrNotFound.
	Reserve(ctx context.Context, call siyu.Call, at Slot, decide func(SendState) (SendChange, error)) (answer Reservation, replayed bool, err error)

	// Settle changes an existing send. An unknown id is siyu.ErrNotFound.
	Settle(ctx context.Context, call siyu.Call, id SendID, decide func(Record) (SendChange, error)) (answer Reservation, replayed bool, err error)

	// SavePerson changes a profile; decide gets the one kept, nil if none is.
	SavePerson(ctx context.Context, call siyu.Call, user siyu.UserID, decide func(*Person) (PersonChange, error)) (saved Person, replayed bool, err error)

	// Person returns the profile kept, or siyu.ErrNotFound.
	Person(ctx context.Context, user siyu.UserID) (Person, error)

	// History returns the sends to a person at or after since, in order of time,
	// then id.
	History(ctx context.Context, user siyu.UserID, since time.Time) ([]Record, error)

	// Due returns at most limit deferred sends whose release is not after
	// until, in order of release, then id.
	Due(ctx context.Context, until time.Time, limit int) ([]Record, error)
}

// Clone returns a person that shares nothing with p.
func (p Person) Clone() Person {
	p.Reachable = slices.Clone(p.Reachable)
	p.Consent = maps.Clone(p.Consent)
	p.OptOut.Topics = slices.Clone(p.OptOut.Topics)
	p.OptOut.Channels = slices.Clone(p.OptOut.Channels)
	p.Prefer.Channels = slices.Clone(p.Prefer.Channels)
	if p.Prefer.Weekly != nil {
		n := *p.Prefer.Weekly
		p.Prefer.Weekly = &n
	}
	p.Tags = slices.Clone(p.Tags)
	return p
}
