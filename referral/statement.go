package referral

import (
	"context"
	"time"

	"github.com/siyu-go/siyu"
)

// Statement is a person's account at an instant.
type Statement struct {
	Person siyu.UserID `json:"person"`
	// At is the instant that the statement is true for: the one asked for, or
	// that of the program's latest event if it is later. What that event moved
	// cannot be taken out of a row again; [Service.Booked] answers for the past.
	At time.Time `json:"at"`
	Buckets
	Net   siyu.Money `json:"net"`   // pending + held + balance + paid
	Count int64      `json:"count"` // live qualifications as level 1
}

// StatementOf works a person's statement out at an instant, or at that of the
// latest event if it is later: the stored buckets, with every reward released
// whose hold is over. So it does not matter whether an [Advance] has written
// the releases yet. Somebody unknown has a statement of zeros.
func StatementOf(view View, person siyu.UserID, at time.Time) (Statement, error) {
	totals, err := view.Totals()
	if err != nil {
		return Statement{}, err
	}
	at = later(siyu.Instant(at), totals.At)
	row, err := view.Person(person)
	if err != nil {
		return Statement{}, err
	}
	due, err := view.Due(person, at, 0)
	if err != nil {
		return Statement{}, err
	}
	for _, a := range due {
		if err := row.move(Pending, Balance, a.Granted); err != nil {
			return Statement{}, err
		}
	}
	count, err := view.Tally(person, string(Inviter))
	if err != nil {
		return Statement{}, err
	}
	net, err := row.Net()
	return Statement{Person: person, At: at, Buckets: row.Buckets, Net: net, Count: count.N}, err
}

// Booked returns what the ledger has of a person up to an instant, that instant
// included: the account as it was booked then. Later entries never change the
// answer, unless the host sends an event with an earlier instant after it. A
// reward whose hold is over is pending here until an [Advance], a [Payout] or a
// refund has written its release. It reads the person's entries through.
func (s *Service) Booked(ctx context.Context, person siyu.UserID, at time.Time) (Buckets, error) {
	var b Buckets
	for e, err := range s.Ledger(ctx, person) {
		if err != nil {
			return Buckets{}, err
		}
		if e.At.After(at) {
			continue
		}
		if err := b.move(e.From, e.To, e.Amount); err != nil {
			return Buckets{}, err
		}
	}
	return b, nil
}
