package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// ClaimGroup makes the store a coupon.GroupStore: one transaction and a handful
// of statements for claims of many callers.
func (s coupons) ClaimGroup(
	ctx context.Context, batch coupon.BatchID, calls []siyu.Call,
	decide func(coupon.BatchState, []int, coupon.Tallies) (coupon.GroupChange, error),
) (answers []coupon.GroupAnswer, err error) {
	err = s.s.atomically(ctx, func(c *conn) error {
		state, err := c.lockBatch(ctx, batch)
		if err != nil {
			return err
		}
		answers = make([]coupon.GroupAnswer, len(calls)) // this may be another attempt
		fresh, err := c.knownClaims(ctx, calls, answers)
		if err != nil || len(fresh) == 0 {
			return err
		}
		change, err := decide(state, fresh, c.couponTallies(ctx))
		if err != nil || len(change.Coupons) == 0 {
			return err
		}
		var list []coupon.Coupon
		var kept []keptClaim
		for _, i := range fresh {
			if own := change.Coupons[i]; len(own) > 0 {
				answers[i].Coupons = own
				list, kept = append(list, own...), append(kept, keptClaim{calls[i], own})
			}
		}
		if err := c.insertCoupons(ctx, list); err != nil {
			return err
		}
		if err := c.insertClaims(ctx, kept); err != nil {
			return err
		}
		if err := c.countClaims(ctx, batch, len(list)); err != nil {
			return err
		}
		if err := c.addTallies(ctx, change.Tallies); err != nil {
			return err
		}
		_, err = c.appendEvents(ctx, change.Events)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answers, nil
}

func (c *conn) lockBatch(ctx context.Context, batch coupon.BatchID) (state coupon.BatchState, err error) {
	terms := ""
	found, err := c.lockRow(ctx, "SELECT terms, claimed FROM siyu_coupon_batches WHERE tenant = ? AND batch_id = ?",
		[]any{c.tenant, string(batch)}, &terms, &state.Claimed)
	return state, readTerms(found, err, "batch", terms, &state.Batch)
}

func (c *conn) countClaims(ctx context.Context, batch coupon.BatchID, n int) error {
	_, err := c.exec(ctx, "UPDATE siyu_coupon_batches SET claimed = claimed + ? WHERE tenant = ? AND batch_id = ?", n, c.tenant, string(batch))
	return err
}

// knownClaims answers the calls that are known and returns the indexes of the
// others. All calls are of one operation.
func (c *conn) knownClaims(ctx context.Context, calls []siyu.Call, answers []coupon.GroupAnswer) (fresh []int, err error) {
	known := make(map[string]struct{ digest, answer string }, len(calls))
	keys := make([]string, len(calls))
	for i, call := range calls {
		keys[i] = call.Key
	}
	err = c.lookup(ctx, "call_key, digest, answer", "siyu_calls", "tenant = ? AND op = ?", "call_key", []any{c.tenant, calls[0].Op}, keys,
		func(scan func(...any) error) error {
			var key string
			var row struct{ digest, answer string }
			if err := scan(&key, &row.digest, &row.answer); err != nil {
				return fmt.Errorf("sqlstore: read call: %w", err)
			}
			known[key] = row
			return nil
		})
	if err != nil {
		return nil, err
	}
	for i, call := range calls {
		row, ok := known[call.Key]
		if !ok {
			fresh = append(fresh, i)
			continue
		}
		if answers[i].Err = call.Match(siyu.Call{Op: call.Op, Key: call.Key, Digest: row.digest}); answers[i].Err != nil {
			continue
		}
		answers[i].Replayed = true
		if err := json.Unmarshal([]byte(row.answer), &answers[i].Coupons); err != nil {
			return nil, fmt.Errorf("sqlstore: read call: %w", err)
		}
	}
	return fresh, nil
}

// keptClaim is a call of a group with its answer.
type keptClaim struct {
	siyu.Call
	coupons []coupon.Coupon
}

// insertClaims keeps calls with their answers.
func (c *conn) insertClaims(ctx context.Context, kept []keptClaim) error {
	values := make([]any, 0, len(kept)*len(callColumns))
	for _, k := range kept {
		answer, err := json.Marshal(k.coupons)
		if err != nil {
			return fmt.Errorf("sqlstore: encode answer: %w", err)
		}
		values = append(values, c.tenant, k.Op, k.Key, k.Digest, string(answer))
	}
	return c.insertFresh(ctx, "a call of the group is answered elsewhere", "siyu_calls", callColumns, values)
}
