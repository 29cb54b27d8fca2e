package journey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Key names one journey of one person.
type Key struct {
	Journey string      `json:"journey"` // id of the course or flow
	User    siyu.UserID `json:"user"`
	Entry   string      `json:"entry,omitempty"` // from the key fields of a flow; empty without
}

// scoped returns an idempotency key that is the journey's own: the same event
// may be told to several journeys, each under the event's id.
func (k Key) scoped(key string) string {
	if key == "" {
		return "" // refused as missing
	}
	out := k.Journey + "/" + k.Entry + "/" + key
	if len(out) > siyu.MaxID {
		sum := sha256.Sum256([]byte(out))
		out = hex.EncodeToString(sum[:])
	}
	return out
}

// Record is a journey as a store keeps it: an enrolment or a run.
type Record struct {
	Key
	Enrolment *Enrolment `json:"enrolment,omitempty"`
	Run       *Run       `json:"run,omitempty"`
}

// State returns how the journey stands.
func (r Record) State() State {
	switch {
	case r.Enrolment != nil:
		return r.Enrolment.State
	case r.Run != nil:
		return r.Run.State
	}
	return ""
}

// Due returns when it goes on; zero once it has ended.
func (r Record) Due() time.Time {
	switch {
	case r.Enrolment != nil:
		return r.Enrolment.Due
	case r.Run != nil:
		return r.Run.Due
	}
	return time.Time{}
}

// Answer is what a step of a journey did.
type Answer struct {
	State    State  `json:"state,omitempty"`
	CheckIns int    `json:"check_ins,omitempty"` // of a course, so far
	Sends    []Send `json:"sends,omitempty"`     // to send now, in order
	Refused  Reason `json:"refused,omitempty"`   // why the person may not enter
	Replayed bool   `json:"-"`                   // the key was answered before
}

// Change is what a step writes.
type Change struct {
	Record Record
	Events []siyu.Event // appended to the event log
	Answer Answer
}

// Store keeps journeys. Implementations are in store/memstore and
// store/sqlstore; the suite in package campaigntest is for others. A store is
// safe for concurrent use.
type Store interface {
	// Update changes one journey in an atomic step. A call that is known is
	// answered as it was the first time, with replayed true, or with
	// siyu.ErrConflict if its digest differs. A new one asks decide, with the
	// journey as it is kept, nil if there is none; decide may be asked more than
	// once, and steps on one journey are serial. Record, events and answer are
	// kept together. If decide returns an error nothing is kept, the key stays
	// unused, and the error is returned as it is.
	Update(ctx context.Context, call siyu.Call, key Key, decide func(*Record) (Change, error)) (answer Answer, replayed bool, err error)

	// Journey returns a journey, or siyu.ErrNotFound.
	Journey(ctx context.Context, key Key) (Record, error)

	// Due returns at most limit active journeys of a course or flow that go on
	// at or before until, in order of that instant, then user, then entry.
	Due(ctx context.Context, journey string, until time.Time, limit int) ([]Record, error)
}

// Clone returns a record that shares nothing with r.
func (r Record) Clone() Record {
	if r.Enrolment != nil {
		e := *r.Enrolment
		e.CheckIns, e.Seen = slices.Clone(e.CheckIns), slices.Clone(e.Seen)
		r.Enrolment = &e
	}
	if r.Run != nil {
		run := *r.Run
		run.Key, run.Heard, run.Seen = slices.Clone(run.Key), slices.Clone(run.Heard), slices.Clone(run.Seen)
		r.Run = &run
	}
	return r
}
