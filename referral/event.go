package referral

import (
	"time"

	"github.com/siyu-go/siyu"
)

// Event is something that happened, for a [Plan] to decide on: one of [Enroll],
// [Touch], [Bind], [Unbind], [Qualify], [Refund], [Advance], [Payout],
// [Disable] and [Review].
//
// The field Request is the caller's idempotency key, which only a [Service]
// looks at; Qualify and Refund have their keys anyway. A zero At is filled in
// by the Service's clock.
type Event interface {
	when() time.Time
	check() error
	decide(s *step)
	// call names the request: its arguments are those of the event but for the
	// instant, so that a repetition may come later.
	call() (op, key string, arguments Event)
	at(time.Time) Event
}

// Key names a qualification, such as an order number.
type Key string

// Enroll tells what the host knows about a person. Nobody needs it to take
// part. Signals are added to those known; Existing is never taken back.
type Enroll struct {
	Person   siyu.UserID       `json:"person"`
	Signals  map[string]string `json:"signals,omitempty"`
	Existing bool              `json:"existing,omitempty"` // a customer before the program
	At       time.Time         `json:"at"`
	Request  string            `json:"request,omitempty"`
}

// Touch records that an invitee came by an inviter's link.
type Touch struct {
	Invitee siyu.UserID `json:"invitee"`
	Inviter siyu.UserID `json:"inviter"`
	At      time.Time   `json:"at"`
	Request string      `json:"request,omitempty"`
}

// Bind ties an invitee to the inviter whose code was given, or without one to
// the inviter of the touch that the attribution picks.
type Bind struct {
	Invitee siyu.UserID `json:"invitee"`
	Inviter siyu.UserID `json:"inviter,omitempty"`
	At      time.Time   `json:"at"`
	Request string      `json:"request,omitempty"`
}

// Unbind is the operator's removal of a binding. What was earned stays.
type Unbind struct {
	Invitee siyu.UserID `json:"invitee"`
	At      time.Time   `json:"at"`
	Request string      `json:"request,omitempty"`
}

// Qualify says that an invitee did what the program rewards, such as paying an
// order. Key is the order's idempotency key within the program.
type Qualify struct {
	Invitee siyu.UserID `json:"invitee"`
	Key     Key         `json:"key"`
	Amount  siyu.Money  `json:"amount,omitempty"`
	At      time.Time   `json:"at"`
}

// Refund takes an order back, in part or, without an amount, what is left.
type Refund struct {
	Key       Key         `json:"key"`
	RefundKey Key         `json:"refund_key"`
	Amount    *siyu.Money `json:"amount,omitempty"`
	At        time.Time   `json:"at"`
}

// Advance releases rewards whose hold is over. Balances are right without it:
// it only writes the releases into the ledger. At most Limit rewards are
// released, all if it is 0.
type Advance struct {
	Limit   int       `json:"limit,omitempty"`
	At      time.Time `json:"at"`
	Request string    `json:"request,omitempty"`
}

// Payout pays a person's balance, if it is above 0.
type Payout struct {
	Person  siyu.UserID `json:"person"`
	At      time.Time   `json:"at"`
	Request string      `json:"request,omitempty"`
}

// Disable ends a person's part as an inviter. What was earned stays.
type Disable struct {
	Person  siyu.UserID `json:"person"`
	At      time.Time   `json:"at"`
	Request string      `json:"request,omitempty"`
}

// Review decides on an invitee whose rewards are held.
type Review struct {
	Invitee  siyu.UserID `json:"invitee"`
	Decision Decision    `json:"decision"`
	At       time.Time   `json:"at"`
	Request  string      `json:"request,omitempty"`
}

// Decision of a review.
type Decision string

// Approve lets held rewards go on by their original clock. Deny reverses the
// invitee's live qualifications and removes the binding.
const (
	Approve Decision = "approve"
	Deny    Decision = "deny"
)

func (e Enroll) when() time.Time  { return e.At }
func (e Touch) when() time.Time   { return e.At }
func (e Bind) when() time.Time    { return e.At }
func (e Unbind) when() time.Time  { return e.At }
func (e Qualify) when() time.Time { return e.At }
func (e Refund) when() time.Time  { return e.At }
func (e Advance) when() time.Time { return e.At }
func (e Payout) when() time.Time  { return e.At }
func (e Disable) when() time.Time { return e.At }
func (e Review) when() time.Time  { return e.At }

func (e Enroll) call() (op, key string, _ Event)  { return "enroll", e.Request, e.at(time.Time{}) }
func (e Touch) call() (op, key string, _ Event)   { return "touch", e.Request, e.at(time.Time{}) }
func (e Bind) call() (op, key string, _ Event)    { return "bind", e.Request, e.at(time.Time{}) }
func (e Unbind) call() (op, key string, _ Event)  { return "unbind", e.Request, e.at(time.Time{}) }
func (e Qualify) call() (op, key string, _ Event) { return "qualify", string(e.Key), e.at(time.Time{}) }

func (e Refund) call() (op, key string, _ Event) {
	return "refund", string(e.RefundKey), e.at(time.Time{})
}
func (e Advance) call() (op, key string, _ Event) { return "advance", e.Request, e.at(time.Time{}) }
func (e Payout) call() (op, key string, _ Event)  { return "payout", e.Request, e.at(time.Time{}) }
func (e Disable) call() (op, key string, _ Event) { return "disable", e.Request, e.at(time.Time{}) }
func (e Review) call() (op, key string, _ Event)  { return "review", e.Request, e.at(time.Time{}) }

func (e Enroll) at(t time.Time) Event  { e.At = t; return e }
func (e Touch) at(t time.Time) Event   { e.At = t; return e }
func (e Bind) at(t time.Time) Event    { e.At = t; return e }
func (e Unbind) at(t time.Time) Event  { e.At = t; return e }
func (e Qualify) at(t time.Time) Event { e.At = t; return e }
func (e Refund) at(t time.Time) Event  { e.At = t; return e }
func (e Advance) at(t time.Time) Event { e.At = t; return e }
func (e Payout) at(t time.Time) Event  { e.At = t; return e }
func (e Disable) at(t time.Time) Event { e.At = t; return e }
func (e Review) at(t time.Time) Event  { e.At = t; return e }

const maxSignals = 32

func (e Enroll) check() error {
	if len(e.Signals) > maxSignals {
		return siyu.Invalid("signals", "has more than %d entries", maxSignals)
	}
	for name, value := range e.Signals {
		if err := siyu.CheckID("signals", name); err != nil {
			return err
		}
		if value != "" {
			if err := siyu.CheckID("signals."+name, value); err != nil {
				return err
			}
		}
	}
	return siyu.CheckID("person", string(e.Person))
}

func (e Touch) check() error {
	if err := siyu.CheckID("inviter", string(e.Inviter)); err != nil {
		return err
	}
	return siyu.CheckID("invitee", string(e.Invitee))
}

func (e Bind) check() error {
	if e.Inviter != "" {
		if err := siyu.CheckID("inviter", string(e.Inviter)); err != nil {
			return err
		}
	}
	return siyu.CheckID("invitee", string(e.Invitee))
}

func (e Unbind) check() error { return siyu.CheckID("invitee", string(e.Invitee)) }

func (e Qualify) check() error {
	if err := siyu.CheckID("key", string(e.Key)); err != nil {
		return err
	}
	if e.Amount < 0 {
		return siyu.Invalid("amount", "is negative")
	}
	return siyu.CheckID("invitee", string(e.Invitee))
}

func (e Refund) check() error {
	if err := siyu.CheckID("refund_key", string(e.RefundKey)); err != nil {
		return err
	}
	if e.Amount != nil && *e.Amount < 0 {
		return siyu.Invalid("amount", "is negative")
	}
	return siyu.CheckID("key", string(e.Key))
}

func (e Advance) check() error {
	if e.Limit < 0 {
		return siyu.Invalid("limit", "is negative")
	}
	return nil
}

func (e Payout) check() error  { return siyu.CheckID("person", string(e.Person)) }
func (e Disable) check() error { return siyu.CheckID("person", string(e.Person)) }

func (e Review) check() error {
	if e.Decision != Approve && e.Decision != Deny {
		return siyu.Invalid("decision", "is none of approve, deny")
	}
	return siyu.CheckID("invitee", string(e.Invitee))
}
