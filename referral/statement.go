package referral

import (
	"time"

	"github.com/siyu-go/siyu"
)

// Statement is a person's account at an instant.
type Statement struct {
	Person siyu.UserID `json:"person"`
	Buckets
	Net   siyu.Money `json:"net"`   // pending + held + balance + paid
	Count int64      `json:"count"` // live qualifications as level 1
}

// StatementOf works a person's statement out at an instant not before the last
// event: the stored buckets, with every reward released whose hold is over.
// Somebody unknown has a statement of zeros.
func StatementOf(view View, person siyu.UserID, at time.Time) (Statement, error) {
	row, err := view.Person(person)
	if err != nil {
		return Statement{}, err
	}
	due, err := view.Due(person, siyu.Instant(at), 0)
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
	return Statement{Person: person, Buckets: row.Buckets, Net: net, Count: count.N}, err
}
