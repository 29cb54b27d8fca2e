package referral

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
)

// Batch is a payout run over everybody with enough to be paid.
type Batch struct {
	// ID names the run, such as "2026-03". Sent again it pays nobody twice and
	// goes on where it was interrupted.
	ID string
	// Min is the smallest balance that is paid; 0 means anything above 0.
	Min siyu.Money
	At  time.Time // default now
}

// BatchSummary is what a batch has paid in all its calls.
type BatchSummary struct {
	People int64
	Paid   siyu.Money
}

// PayoutBatch pays everybody whose balance is at least Min, each in a step of
// their own. An error leaves those paid who were; call again with the same ID.
// [Service.BatchLines] is what the payment system is sent.
func (s *Service) PayoutBatch(ctx context.Context, b Batch) (BatchSummary, error) {
	if err := b.check(); err != nil {
		return BatchSummary{}, err
	}
	if b.At.IsZero() {
		b.At = s.clock.Now()
	}
	for p, err := range s.store.People(ctx, s.program, "") {
		if err != nil {
			return BatchSummary{}, err
		}
		if p.Balance+p.Pending < max(b.Min, 1) { // cannot have enough even if all is released
			continue
		}
		statement, err := s.Statement(ctx, p.ID, b.At)
		if err != nil {
			return BatchSummary{}, err
		}
		if statement.Balance < max(b.Min, 1) {
			continue
		}
		if _, err := s.Payout(ctx, Payout{Request: b.request(p.ID), Person: p.ID, At: b.At}); err != nil {
			return BatchSummary{}, err
		}
	}
	var sum BatchSummary
	for line, err := range s.BatchLines(ctx, b.ID) {
		if err != nil {
			return BatchSummary{}, err
		}
		sum.People++
		if sum.Paid, err = sum.Paid.Add(line.Amount); err != nil {
			return BatchSummary{}, err
		}
	}
	return sum, nil
}

// BatchLine is one payment of a batch. Key is unique over all batches of a
// program: a payment system that knows it must not pay it again.
type BatchLine struct {
	Key    string      `json:"key"`
	Person siyu.UserID `json:"person"`
	Amount siyu.Money  `json:"amount"`
	At     time.Time   `json:"at"`
}

// BatchLines yields the payments of a batch in the order in which they were
// made, the same however often it is asked. It reads the ledger through.
func (s *Service) BatchLines(ctx context.Context, id string) iter.Seq2[BatchLine, error] {
	return func(yield func(BatchLine, error) bool) {
		if err := (Batch{ID: id}).check(); err != nil {
			yield(BatchLine{}, err)
			return
		}
		for e, err := range s.Ledger(ctx, "") {
			if err != nil {
				yield(BatchLine{}, err)
				return
			}
			if e.To != Paid || !strings.HasPrefix(string(e.Key), batchMark+id+"/") {
				continue
			}
			if !yield(BatchLine{Key: string(e.Key), Person: e.Person, Amount: e.Amount, At: e.At}, nil) {
				return
			}
		}
	}
}

const (
	batchMark  = "batch/"
	maxBatchID = 100
)

func (b Batch) check() error {
	if err := siyu.CheckID("id", b.ID); err != nil {
		return err
	}
	switch {
	case len(b.ID) > maxBatchID || strings.Contains(b.ID, "/"):
		return siyu.Invalid("id", "is longer than %d bytes or has a slash", maxBatchID)
	case b.Min < 0:
		return siyu.Invalid("min", "is negative")
	}
	return nil
}

// request is the idempotency key of a person's payout: ids may be as long as
// keys, so it takes their digest.
func (b Batch) request(person siyu.UserID) string {
	sum := sha256.Sum256([]byte(person))
	return batchMark + b.ID + "/" + hex.EncodeToString(sum[:])
}
