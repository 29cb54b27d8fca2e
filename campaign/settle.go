package campaign

import (
	"context"
	"fmt"

	"github.com/siyu-go/siyu"
)

// SettleRequest reports what became of a reserved send.
type SettleRequest struct {
	Key     string
	Send    SendID
	Outcome Outcome // Sent, Failed or Unknown
}

// Settle records the outcome of a send. Failed gives its place back, also after
// it was sent, as platforms report failures late; Unknown keeps it. What has
// failed stays so: another outcome is [siyu.ErrConflict].
func (s *Service) Settle(ctx context.Context, req SettleRequest) error {
	if req.Outcome != Sent && req.Outcome != Failed && req.Outcome != Unknown {
		return siyu.Invalid("outcome", "%q is none of sent, failed, unknown", string(req.Outcome))
	}
	call, err := siyu.NewCall("campaign.settle", req.Key, []any{req.Send, req.Outcome})
	if err != nil {
		return err
	}
	now := s.clock.Now()
	_, _, err = s.store.Settle(ctx, call, req.Send, func(r Record) (SendChange, error) {
		switch was := r.Outcome; {
		case was == req.Outcome, was == Reserved, was == Unknown, was == Sent && req.Outcome == Failed:
		default:
			return SendChange{}, fmt.Errorf("campaign: send is %s and cannot become %s: %w", was, req.Outcome, siyu.ErrConflict)
		}
		c := SendChange{Record: r, Answer: Reservation{ID: r.ID}}
		if r.Outcome != req.Outcome { // told twice is one event
			c.Record.Outcome = req.Outcome
			c.Record.TookStock = r.TookStock && req.Outcome != Failed
			c.Event = event(call, c.Record, now)
		}
		return c, nil
	})
	return err
}

// LogRequest reports a send that was made without a reservation.
type LogRequest struct {
	Key  string
	User siyu.UserID
	Send Send
}

// Log records a send made elsewhere, such as one by hand or one imported, so
// that caps count it. It is not held back by any.
func (s *Service) Log(ctx context.Context, req LogRequest) error {
	if err := siyu.CheckID("user", string(req.User)); err != nil {
		return err
	}
	if req.Send.At.IsZero() {
		return siyu.Invalid("send.at", "is missing")
	}
	call, err := siyu.NewCall("campaign.log", req.Key, []any{req.User, req.Send})
	if err != nil {
		return err
	}
	r := Record{ID: SendID(call.EventID(0)), User: req.User, Send: req.Send}
	r.At = siyu.Instant(r.At)
	if r.Outcome == "" {
		r.Outcome = Sent
	}
	_, _, err = s.store.Reserve(ctx, call, Slot{User: req.User, Campaign: r.Campaign, Since: r.At}, func(SendState) (SendChange, error) {
		return SendChange{Record: r, Event: event(call, r, r.At), Answer: Reservation{ID: r.ID}}, nil
	})
	return err
}
