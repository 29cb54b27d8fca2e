package referral

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// Comparison is what a recorded history comes to under two plans.
type Comparison struct {
	Was   siyu.Money // net of all persons under the first plan
	Would siyu.Money // and under the second
	// People are those whose net differs, by id.
	People []Shift
	// Decided counts the events with another outcome or reason.
	Decided int
}

// Shift is one person's account under two plans at the last event.
type Shift struct {
	Person siyu.UserID
	Was    Statement
	Would  Statement
	Change siyu.Money // of net: Would less Was
}

// WhatIf replays a history under the plan it was recorded under and under
// another, and says who would have had what. The events are in the order in
// which they happened; [Recall] makes them from an event log. Both plans are in
// one currency, else [siyu.ErrInvalid].
//
// People stay as they were: nobody invites more for more. Payouts happen when
// they did, of the balance that there would have been.
func WhatIf(was, would *Plan, events []Event) (Comparison, error) {
	if was == nil || would == nil || was.program.Currency != would.program.Currency {
		return Comparison{}, siyu.Invalid("plan", "is missing or in another currency")
	}
	var (
		c    Comparison
		one  = NewBook(was)
		two  = NewBook(would)
		last time.Time
	)
	for i, e := range events {
		a, err := one.Do(e)
		if err != nil {
			return Comparison{}, siyu.Within("events["+strconv.Itoa(i)+"]", err)
		}
		b, err := two.Do(e)
		if err != nil {
			return Comparison{}, siyu.Within("events["+strconv.Itoa(i)+"]", err)
		}
		if a.Outcome != b.Outcome || a.Reason != b.Reason {
			c.Decided++
		}
		last = e.when()
	}
	c.Was, c.Would = one.totals.Net, two.totals.Net
	people := map[siyu.UserID]bool{}
	for _, book := range []*Book{one, two} {
		for id := range book.People() {
			people[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(people)) {
		d := Shift{Person: id}
		var err error
		if d.Was, err = one.Statement(id, last); err != nil {
			return Comparison{}, err
		}
		if d.Would, err = two.Statement(id, last); err != nil {
			return Comparison{}, err
		}
		if d.Change, err = d.Would.Net.Sub(d.Was.Net); err != nil {
			return Comparison{}, err
		}
		if d.Change != 0 {
			c.People = append(c.People, d)
		}
	}
	return c, nil
}

// Recall makes the event again that a [Service] of the program has logged, or
// reports false for any other. The log has what was accepted; what was
// rejected, what [Service.Enroll] was told, and the releases of
// [Service.Advance], which change no account, are not in it. So a plan with
// fraud rules by signals, or with NewOnly, needs the host's Enroll events put
// before.
func Recall(program ProgramID, e siyu.Event) (Event, bool) {
	if e.Props["program"] != string(program) {
		return nil, false
	}
	inviter := siyu.UserID(e.Props["inviter"])
	switch e.Name {
	case "referral.touched":
		return Touch{Invitee: e.User, Inviter: inviter, At: e.At}, true
	case "referral.bound":
		if e.Props["by"] == byTouch {
			inviter = ""
		}
		return Bind{Invitee: e.User, Inviter: inviter, At: e.At}, true
	case "referral.unbound":
		return Unbind{Invitee: e.User, At: e.At}, true
	case "referral.qualified":
		return Qualify{Invitee: e.User, Key: Key(e.Props["key"]), Amount: e.Value, At: e.At}, true
	case "referral.refunded":
		r := Refund{Key: Key(e.Props["key"]), RefundKey: Key(e.Props["refund_key"]), At: e.At}
		if part, ok := e.Props["part"]; ok {
			amount, err := strconv.ParseInt(part, 10, 64)
			if err != nil {
				return nil, false
			}
			r.Amount = new(siyu.Money(amount))
		}
		return r, r.RefundKey != ""
	case "referral.paid":
		return Payout{Person: e.User, At: e.At}, true
	case "referral.disabled":
		return Disable{Person: e.User, At: e.At}, true
	case "referral.reviewed":
		return Review{Invitee: e.User, Decision: Decision(e.Props["decision"]), At: e.At}, true
	}
	return nil, false
}

// byTouch marks a bind whose inviter was found by attribution.
const byTouch = "touch"
