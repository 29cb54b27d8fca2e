package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// Coupons returns the tenant's coupons.
func (s *Store) Coupons() coupon.Store { return coupons{s} }

type coupons struct{ s *Store }

var (
	couponBatchColumns = []string{"tenant", "batch_id", "terms", "claimed"}
	couponCodeColumns  = []string{"tenant", "code", "terms", "uses", "spent"}
	couponUseColumns   = []string{"tenant", "code", "order_id", "user_id", "granted", "at", "cancelled", "counted", "tallies", "version"}
	couponTallyColumns = []string{"tenant", "tally", "amount"}
	couponColumns      = []string{
		"tenant", "coupon_id", "batch_id", "promo_id", "user_id", "state", "order_id", "claimed_at",
		"usable_from", "usable_until", "locked_until", "keep_on_refund", "version",
	}
)

func (s coupons) SaveBatch(ctx context.Context, batch coupon.Batch, decide func(*coupon.Batch) ([]siyu.Event, error)) error {
	data, err := json.Marshal(batch)
	if err != nil {
		return fmt.Errorf("sqlstore: encode terms: %w", err)
	}
	return s.s.atomically(ctx, func(c *conn) error {
		var before *coupon.Batch
		added, err := c.insertNew(ctx, "siyu_coupon_batches", couponBatchColumns, c.tenant, string(batch.ID), string(data), int64(0))
		if err != nil {
			return err
		}
		if !added {
			state, err := c.lockBatch(ctx, batch.ID)
			if err != nil {
				return err
			}
			before = &state.Batch
		}
		events, err := decide(before)
		if err != nil {
			return err
		}
		if !added {
			if _, err := c.exec(ctx, "UPDATE siyu_coupon_batches SET terms = ? WHERE tenant = ? AND batch_id = ?",
				string(data), c.tenant, string(batch.ID)); err != nil {
				return err
			}
		}
		_, err = c.appendEvents(ctx, events)
		return err
	})
}

func (s coupons) SaveCode(ctx context.Context, code coupon.Code) error {
	return s.saveTerms(ctx, "siyu_coupon_codes", couponCodeColumns, code, "code", string(code.Code), int64(0), int64(0))
}

// saveTerms adds a row with its counters at 0, or replaces its terms alone.
func (s coupons) saveTerms(ctx context.Context, table string, columns []string, terms any, key, id string, counters ...any) error {
	data, err := json.Marshal(terms)
	if err != nil {
		return fmt.Errorf("sqlstore: encode terms: %w", err)
	}
	return s.s.atomically(ctx, func(c *conn) error {
		added, err := c.insertNew(ctx, table, columns, append([]any{c.tenant, id, string(data)}, counters...)...)
		if err != nil || added {
			return err
		}
		_, err = c.exec(ctx, "UPDATE "+table+" SET terms = ? WHERE tenant = ? AND "+key+" = ?", string(data), c.tenant, id)
		return err
	})
}

func (s coupons) Batch(ctx context.Context, id coupon.BatchID) (state coupon.BatchState, err error) {
	err = s.s.view(func(c *conn) error {
		terms := ""
		found, err := c.row(ctx, "SELECT terms, claimed, (SELECT count(*) FROM siyu_coupons r"+
			" WHERE r.tenant = b.tenant AND r.batch_id = b.batch_id AND r.state = 'redeemed')"+
			" FROM siyu_coupon_batches b WHERE b.tenant = ? AND b.batch_id = ?",
			[]any{c.tenant, string(id)}, &terms, &state.Claimed, &state.Redeemed)
		return readTerms(found, err, "batch", terms, &state.Batch)
	})
	return state, err
}

func (s coupons) Code(ctx context.Context, code coupon.CodeID) (state coupon.CodeState, err error) {
	err = s.s.view(func(c *conn) error {
		state, err = c.couponCode(ctx, code, "")
		return err
	})
	return state, err
}

func (s coupons) Coupon(ctx context.Context, id coupon.CouponID) (one coupon.Coupon, err error) {
	err = s.s.view(func(c *conn) error {
		one, err = c.coupon(ctx, id, "")
		return err
	})
	return one, err
}

func (s coupons) Claim(
	ctx context.Context, call siyu.Call, batch coupon.BatchID,
	decide func(coupon.BatchState, coupon.Tallies) (coupon.ClaimChange, error),
) ([]coupon.Coupon, bool, error) {
	return step(ctx, s.s, call, func(c *conn) ([]coupon.Coupon, []siyu.Event, error) {
		state, err := c.lockBatch(ctx, batch)
		if err != nil {
			return nil, nil, err
		}
		change, err := decide(state, c.couponTallies(ctx))
		if err != nil {
			return nil, nil, err
		}
		if err := c.insertCoupons(ctx, change.Coupons); err != nil {
			return nil, nil, err
		}
		if err := c.countClaims(ctx, batch, len(change.Coupons)); err != nil {
			return nil, nil, err
		}
		return change.Coupons, change.Events, c.addTallies(ctx, change.Tallies)
	})
}

func (s coupons) Change(
	ctx context.Context, call siyu.Call, id coupon.CouponID, decide func(coupon.Coupon) (coupon.CouponChange, error),
) (change coupon.CouponChange, replayed bool, err error) {
	move := func(c *conn) (coupon.CouponChange, []siyu.Event, error) {
		before, err := c.coupon(ctx, id, c.dialect.forUpdate())
		if err != nil {
			return coupon.CouponChange{}, nil, err
		}
		change, err := decide(before)
		if err != nil {
			return coupon.CouponChange{}, nil, err
		}
		after := change.Coupon
		_, err = c.exec(ctx, "UPDATE siyu_coupons SET state = ?, order_id = ?, usable_from = ?, usable_until = ?,"+
			" locked_until = ?, version = ? WHERE tenant = ? AND coupon_id = ?",
			string(after.State), string(after.Order), micros(after.Usable.Start), micros(after.Usable.End),
			micros(after.LockedUntil), after.Version, c.tenant, string(id))
		return change, change.Events, err
	}
	if call.Key != "" {
		return step(ctx, s.s, call, move)
	}
	err = s.s.atomically(ctx, func(c *conn) error {
		made, events, err := move(c)
		if err != nil {
			return err
		}
		change = made
		_, err = c.appendEvents(ctx, events)
		return err
	})
	if err != nil {
		return coupon.CouponChange{}, false, err
	}
	return change, false, nil
}

func (s coupons) Use(
	ctx context.Context, code coupon.CodeID, order coupon.OrderID,
	decide func(coupon.CodeState, *coupon.Use, coupon.Tallies) (coupon.UseChange, error),
) (use coupon.Use, err error) {
	err = s.s.atomically(ctx, func(c *conn) error {
		state, err := c.couponCode(ctx, code, c.dialect.forUpdate())
		if err != nil {
			return err
		}
		before, err := c.couponUse(ctx, code, order)
		if err != nil {
			return err
		}
		change, err := decide(state, before, c.couponTallies(ctx))
		if err != nil {
			return err
		}
		use = change.Use
		if err := c.upsert(ctx, "siyu_coupon_uses", couponUseColumns, 3, c.tenant, string(code), string(order), string(use.User),
			int64(use.Granted), micros(use.At), flag(use.Cancelled), flag(use.Counted), strings.Join(use.Tallies, "\n"), use.Version); err != nil {
			return err
		}
		if _, err := c.exec(ctx, "UPDATE siyu_coupon_codes SET uses = uses + ?, spent = spent + ? WHERE tenant = ? AND code = ?",
			change.Uses, int64(change.Spent), c.tenant, string(code)); err != nil {
			return err
		}
		if err := c.addTallies(ctx, change.Tallies); err != nil {
			return err
		}
		_, err = c.appendEvents(ctx, change.Events)
		return err
	})
	if err != nil {
		return coupon.Use{}, err
	}
	return use, nil
}

func (c *conn) coupon(ctx context.Context, id coupon.CouponID, lock string) (one coupon.Coupon, err error) {
	var claimed, from, until, locked, keep int64
	found, err := c.row(ctx, "SELECT "+strings.Join(couponColumns[1:], ", ")+" FROM siyu_coupons WHERE tenant = ? AND coupon_id = ?"+lock,
		[]any{c.tenant, string(id)}, &one.ID, &one.Batch, &one.Promo, &one.User, &one.State, &one.Order, &claimed,
		&from, &until, &locked, &keep, &one.Version)
	if err != nil {
		return one, err
	}
	if !found {
		return one, fmt.Errorf("sqlstore: coupon: %w", siyu.ErrNotFound)
	}
	one.ClaimedAt, one.Usable = instant(claimed), siyu.Window{Start: instant(from), End: instant(until)}
	one.LockedUntil, one.KeepOnRefund = instant(locked), keep != 0
	return one, nil
}

func (c *conn) insertCoupons(ctx context.Context, list []coupon.Coupon) error {
	values := make([]any, 0, len(list)*len(couponColumns))
	for _, one := range list {
		values = append(values, c.tenant, string(one.ID), string(one.Batch), string(one.Promo), string(one.User), string(one.State),
			string(one.Order), micros(one.ClaimedAt), micros(one.Usable.Start), micros(one.Usable.End),
			micros(one.LockedUntil), flag(one.KeepOnRefund), one.Version)
	}
	return c.insertFresh(ctx, "a coupon exists", "siyu_coupons", couponColumns, values)
}

func (c *conn) couponCode(ctx context.Context, code coupon.CodeID, lock string) (state coupon.CodeState, err error) {
	terms := ""
	found, err := c.row(ctx, "SELECT terms, uses, spent FROM siyu_coupon_codes WHERE tenant = ? AND code = ?"+lock,
		[]any{c.tenant, string(code)}, &terms, &state.Uses, &state.Spent)
	return state, readTerms(found, err, "code", terms, &state.Code)
}

func (c *conn) couponUse(ctx context.Context, code coupon.CodeID, order coupon.OrderID) (*coupon.Use, error) {
	use := coupon.Use{Code: code, Order: order}
	var at, cancelled, counted int64
	tallies := ""
	found, err := c.lockRow(ctx, "SELECT user_id, granted, at, cancelled, counted, tallies, version FROM siyu_coupon_uses"+
		" WHERE tenant = ? AND code = ? AND order_id = ?", []any{c.tenant, string(code), string(order)},
		&use.User, &use.Granted, &at, &cancelled, &counted, &tallies, &use.Version)
	if err != nil || !found {
		return nil, err
	}
	use.At, use.Cancelled, use.Counted, use.Tallies = instant(at), cancelled != 0, counted != 0, lines(tallies)
	return &use, nil
}

// lines splits the names of tallies, which have no line ends.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// couponTallies reads tallies. The row that the step has locked keeps others
// from changing them.
func (c *conn) couponTallies(ctx context.Context) coupon.Tallies {
	return func(keys ...string) ([]int64, error) {
		known := make(map[string]int64, len(keys))
		err := c.lookup(ctx, "tally, amount", "siyu_coupon_tallies", "tenant = ?", "tally", []any{c.tenant}, keys,
			func(scan func(...any) error) error {
				var key string
				var amount int64
				if err := scan(&key, &amount); err != nil {
					return fmt.Errorf("sqlstore: read tally: %w", err)
				}
				known[key] = amount
				return nil
			})
		if err != nil {
			return nil, err
		}
		values := make([]int64, len(keys))
		for i, key := range keys {
			values[i] = known[key]
		}
		return values, nil
	}
}

// addTallies adds to tallies in the order of their keys, many to a statement.
func (c *conn) addTallies(ctx context.Context, tallies map[string]int64) error {
	values := make([]any, 0, len(tallies)*len(couponTallyColumns))
	for _, key := range slices.Sorted(maps.Keys(tallies)) {
		values = append(values, c.tenant, key, tallies[key])
	}
	add := " ON CONFLICT (tenant, tally) DO UPDATE SET amount = siyu_coupon_tallies.amount + excluded.amount"
	if c.dialect == MySQL {
		add = " ON DUPLICATE KEY UPDATE amount = amount + VALUES(amount)"
	}
	_, err := c.insertRows(ctx, "siyu_coupon_tallies", couponTallyColumns, add, values)
	return err
}

// readTerms decodes what a row holds as JSON.
func readTerms(found bool, err error, what, terms string, into any) error {
	switch {
	case err != nil:
		return err
	case !found:
		return fmt.Errorf("sqlstore: %s: %w", what, siyu.ErrNotFound)
	}
	if err := json.Unmarshal([]byte(terms), into); err != nil {
		return fmt.Errorf("sqlstore: read %s: %w", what, err)
	}
	return nil
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
