package referral

import (
	"time"

	"github.com/siyu-go/siyu"
)

// Entry is one line of the ledger. It moves an amount above 0 between two
// buckets of one person, or between a bucket and the program; the ledger is
// only ever appended to, so what was granted and what was taken back both stay
// visible.
type Entry struct {
	Seq    int64       `json:"seq"`  // the event's
	Line   int         `json:"line"` // within the event, from 0
	At     time.Time   `json:"at"`
	Person siyu.UserID `json:"person"`
	From   Bucket      `json:"from"`
	To     Bucket      `json:"to"`
	Amount siyu.Money  `json:"amount"`
	Key    Key         `json:"key,omitempty"`  // of the order, or of a payout its request
	Rule   string      `json:"rule,omitempty"` // of a reward
}

// Bucket is an account of the ledger.
type Bucket string

// The buckets: the program's own account, and four of each person.
const (
	Funds   Bucket = "program"
	Pending Bucket = "pending"
	Held    Bucket = "held"
	Balance Bucket = "balance"
	Paid    Bucket = "paid"
)

// Net returns the sum of the buckets.
func (b Buckets) Net() (siyu.Money, error) { return siyu.Sum(b.Pending, b.Held, b.Balance, b.Paid) }

// of returns the bucket by its name, nil for the program's.
func (b *Buckets) of(name Bucket) *siyu.Money {
	switch name {
	case Pending:
		return &b.Pending
	case Held:
		return &b.Held
	case Balance:
		return &b.Balance
	case Paid:
		return &b.Paid
	}
	return nil
}

// move applies one entry.
func (b *Buckets) move(from, to Bucket, amount siyu.Money) error {
	var err error
	if src := b.of(from); src != nil {
		if *src, err = src.Sub(amount); err != nil {
			return err
		}
	}
	if dst := b.of(to); dst != nil {
		*dst, err = dst.Add(amount)
	}
	return err
}
