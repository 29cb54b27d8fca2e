package coupon

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// Extension overrides what was announced of a batch as final, in the open.
type Extension struct {
	Batch Batch       // the new terms
	By    siyu.UserID // who decided it
	Why   string      // for the record
	Key   string      // the caller's idempotency key, per batch
}

// Extend saves a batch with a later end of claims or a larger quota than was
// announced as final (see [Batch].Announced), which SaveBatch refuses. The event
// "coupon.batch_extended" says who did it, why, and what was promised before;
// sent again it changes nothing more. Terms that move nothing announced are saved
// without an event.
func (s *Service) Extend(ctx context.Context, e Extension) error {
	if err := e.Batch.Validate(); err != nil {
		return siyu.Within("batch", err)
	}
	for _, f := range []struct{ name, value string }{{"by", string(e.By)}, {"why", e.Why}, {"key", e.Key}} {
		if err := siyu.CheckID(f.name, f.value); err != nil {
			return err
		}
	}
	now := s.clock.Now()
	return s.store.SaveBatch(ctx, e.Batch, func(before *Batch) ([]siyu.Event, error) {
		if before == nil || before.keeps(e.Batch) == nil {
			return nil, nil
		}
		return []siyu.Event{{
			ID:   siyu.EventID("coupon.batch_extended:" + shortID(string(e.Batch.ID), e.Key)),
			User: e.By, Name: "coupon.batch_extended", At: now,
			Props: map[string]string{
				"batch": string(e.Batch.ID), "why": e.Why,
				"quota_before": strconv.FormatInt(before.Quota, 10), "quota": strconv.FormatInt(e.Batch.Quota, 10),
				"end_before": instantText(before.Claim.End), "end": instantText(e.Batch.Claim.End),
				"announced": fmt.Sprint(e.Batch.Announced),
			},
		}}, nil
	})
}

// keeps refuses new terms that break what was announced of the old ones.
func (b Batch) keeps(now Batch) error {
	if !b.Announced {
		return nil
	}
	switch end := b.Claim.End; {
	case !now.Announced:
		return siyu.Invalid("announced", "cannot be taken back")
	case !end.IsZero() && (now.Claim.End.IsZero() || now.Claim.End.After(end)):
		return siyu.Invalid("claim", "end was announced to be %s", instantText(end))
	case b.Quota != Unlimited && (now.Quota == Unlimited || now.Quota > b.Quota):
		return siyu.Invalid("quota", "was announced to be %d", b.Quota)
	}
	return nil
}

func instantText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
