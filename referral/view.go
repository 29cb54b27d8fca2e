package referral

import (
	"time"

	"github.com/siyu-go/siyu"
)

// View is how a [Plan] reads the state of its program: only the rows that an
// event needs, so the same decisions are made over [Book] in memory and over a
// database. All answers are of one moment, and nobody may change them until the
// decision is stored. Errors are passed on as they are.
type View interface {
	PeopleView
	GraphView
	RewardView
}

// PeopleView reads counters.
type PeopleView interface {
	// Totals returns the program's own row, zero before the first event. It is
	// read first in every decision: a store locks it to make steps serial.
	Totals() (Totals, error)
	// Person returns a person's row, or one with nothing but the id.
	Person(siyu.UserID) (Person, error)
	// Tally returns a count, or zero.
	Tally(person siyu.UserID, series string) (Tally, error)
}

// GraphView reads who invited whom.
type GraphView interface {
	// Touches returns an invitee's touches with after < At in the order of
	// arrival.
	Touches(invitee siyu.UserID, after time.Time) ([]Touch, error)
	// Binding returns an invitee's present binding, expired or not, or nil.
	Binding(invitee siyu.UserID) (*Binding, error)
	// Descends reports whether ancestor is reached from person by following
	// bindings from invitee to inviter, each bound after since: those bound at
	// since or before have expired. A zero since follows all.
	Descends(person, ancestor siyu.UserID, since time.Time) (bool, error)
	// Binds counts the accepted binds of an inviter with after < At, those
	// removed or replaced since included.
	Binds(inviter siyu.UserID, after time.Time) (int64, error)
	// Siblings counts the present invitees of an inviter, other than one, that
	// were bound after since and have this value of a signal.
	Siblings(SiblingQuery) (int64, error)
}

// SiblingQuery is what [GraphView] counts siblings by.
type SiblingQuery struct {
	Inviter, Except siyu.UserID
	Signal, Value   string
	Since           time.Time // bound later; zero means ever
}

// RewardView reads qualifications and what they earned.
type RewardView interface {
	// Qualification returns one by its key, or nil.
	Qualification(Key) (*Qualification, error)
	// Qualifications returns those of an invitee in the order of acceptance.
	Qualifications(invitee siyu.UserID) ([]Qualification, error)
	// Refunded returns the refund known under a refund key, or nil.
	Refunded(refundKey Key) (*Refund, error)
	// Awards returns the awards of a qualification in any order.
	Awards(qualification Key) ([]Award, error)
	// Series returns the live awards of one person by one rule in one series,
	// in the order of acceptance.
	Series(SeriesQuery) ([]Award, error)
	// Due returns pending awards above 0 with Due <= at, earliest first, then in the
	// order of acceptance and rule: those of one person, or of all if person is
	// empty. A limit of 0 means all.
	Due(person siyu.UserID, at time.Time, limit int) ([]Award, error)
}

// SeriesQuery is what [RewardView] finds live awards by.
type SeriesQuery struct {
	Person siyu.UserID
	Rule   string
	Series string
	// FromSeq leaves out awards of earlier qualifications, FromStep milestones
	// below; 0 leaves out nothing.
	FromSeq, FromStep int64
}

// Totals is the row of a program.
type Totals struct {
	Terms string     // digest of the program's terms; an id keeps its terms for ever
	Seq   int64      // number of the last event that changed something
	At    time.Time  // the latest instant of such an event
	Net   siyu.Money // of all persons: granted less reversed
}

// Person is the row of a person: what is known, and the four buckets of their
// account. Their sum is the person's net.
type Person struct {
	ID       siyu.UserID
	Existing bool
	Disabled bool
	Signals  map[string]string
	Buckets
}

// Buckets are the parts of an account.
type Buckets struct {
	Pending siyu.Money `json:"pending"` // granted, hold not over
	Held    siyu.Money `json:"held"`    // waiting for a review
	Balance siyu.Money `json:"balance"` // released less paid; below 0 it is owed
	Paid    siyu.Money `json:"paid"`    // paid out so far
}

// Tally is a count of a person in a series: live qualifications and what is
// left of their amounts, or the money that a cap limits.
type Tally struct {
	Person siyu.UserID
	Series string
	N      int64
	Amount siyu.Money
}

// Binding is the row of an invitee's present inviter.
type Binding struct {
	Invitee siyu.UserID
	Inviter siyu.UserID
	At      time.Time
	Held    bool // a fraud rule asked for a review
}

// Qualification is the row of an accepted qualification with its uplines as
// they were.
type Qualification struct {
	Key       Key
	Seq       int64 // order of acceptance
	Invitee   siyu.UserID
	Level1    siyu.UserID
	Level2    siyu.UserID // empty if level 1 was bound to nobody
	Amount    siyu.Money
	Remaining siyu.Money // less refunds; what was left when it was reversed
	At        time.Time
	Live      bool
	Held      bool
}

// beneficiary returns whom a role means, or "".
func (q *Qualification) beneficiary(r Role) siyu.UserID {
	switch r {
	case Inviter:
		return q.Level1
	case Inviter2:
		return q.Level2
	}
	return q.Invitee
}

// Award is the row of what one rule makes of one qualification.
type Award struct {
	Qualification Key
	Rule          string
	Person        siyu.UserID
	Role          Role
	Series        string
	Seq           int64 // of the qualification
	Step          int64 // reached, for milestones
	At            time.Time
	Due           time.Time  // end of the hold
	Base          siyu.Money // volume before this qualification when it was accepted
	Amount        siyu.Money // what is left of the qualification's amount
	Want          siyu.Money // by the rule
	Granted       siyu.Money // of that, within the caps
	Refused       bool       // nothing is granted, now or later
	Bucket        Bucket     // where Granted is: Pending, Held or Balance
	Live          bool
}

// Change is what an event does to a program, for a store to write as a whole.
// Rows replace those with the same key: persons by ID, tallies by Person and
// Series, bindings by Invitee, qualifications by Key, awards by Qualification
// and Rule.
type Change struct {
	Result         Result
	Totals         Totals
	Touch          *Touch   // added
	Bound          *Binding // replaces, and counts as an accepted bind
	Bindings       []Binding
	Unbound        []siyu.UserID
	Refund         *Refund // added
	People         []Person
	Signals        bool // the signals of People may have changed too
	Tallies        []Tally
	Qualifications []Qualification
	Awards         []Award
	Entries        []Entry      // appended to the ledger
	Events         []siyu.Event // appended to the event log, by the [Service]
}

// Empty reports whether there is nothing to write: the event was rejected or
// known.
func (c *Change) Empty() bool { return c.Result.Outcome != OK }
