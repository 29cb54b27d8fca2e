package coupon_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/memstore"
)

// desk is a service over an empty store with a clock to move.
type desk struct {
	*coupon.Service
	t     *testing.T
	store *memstore.Store
	clock *siyu.ManualClock
}

func newDesk(t *testing.T, terms coupon.Terms) desk {
	store, clock := memstore.New(), siyu.NewManualClock(noon)
	return desk{coupon.New(store.Coupons(), &coupon.Options{Clock: clock, Terms: terms}), t, store, clock}
}

func (d desk) batch(b coupon.Batch) {
	d.t.Helper()
	if b.ID == "" {
		b.ID = "B"
	}
	if err := d.SaveBatch(d.t.Context(), b); err != nil {
		d.t.Fatal(err)
	}
}

func (d desk) code(c coupon.Code) {
	d.t.Helper()
	if err := d.SaveCode(d.t.Context(), c); err != nil {
		d.t.Fatal(err)
	}
}

func (d desk) claim(user siyu.UserID, key string) coupon.Result {
	d.t.Helper()
	r, err := d.Claim(d.t.Context(), coupon.ClaimRequest{Batch: "B", User: user, Key: key})
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// An order's cancelled use that still counts passes to the user who uses the code
// on it again, and from the one before.
func TestUse_ofAnotherUserOnTheOrder(t *testing.T) {
	d, ctx := newDesk(t, coupon.Terms{}), t.Context()
	d.code(coupon.Code{Code: "C", Limit: 9, PerUser: 1, SpentOnCancel: true})
	use := func(user siyu.UserID, order coupon.OrderID) coupon.Reason {
		g, err := d.Use(ctx, coupon.UseRequest{Code: "C", User: user, Order: order, Amount: 1})
		if err != nil {
			t.Fatal(err)
		}
		return g.Reason
	}
	if r := use("u1", "o1"); r != "" {
		t.Fatal(r)
	}
	if _, err := d.Cancel(ctx, coupon.CancelRequest{Code: "C", Order: "o1"}); err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		user   siyu.UserID
		order  coupon.OrderID
		reason coupon.Reason
	}{{"u2", "o1", ""}, {"u2", "o2", coupon.UserLimit}, {"u1", "o3", ""}, {"u1", "o4", coupon.UserLimit}} {
		if got := use(step.user, step.order); got != step.reason {
			t.Errorf("step %d: %q, want %q", i, got, step.reason)
		}
	}
	if code, err := d.Code(ctx, "C"); err != nil || code.Uses != 2 {
		t.Errorf("%+v, %v", code, err)
	}
}

func (d desk) want(what string, r coupon.Result, err error, reason coupon.Reason, state coupon.State) {
	d.t.Helper()
	if err != nil || r.Reason != reason || (reason == "" && r.State != state) {
		d.t.Errorf("%s: reason %q, state %q, %v; want %q, %q", what, r.Reason, r.State, err, reason, state)
	}
}

// The answers of each step in each state, by the same order and by another.
func TestService_transitions(t *testing.T) {
	type outcome = string // a state, or "!" and a reason
	for _, tt := range []struct {
		state                                                    string
		lock, lockOther, redeem, redeemOther, release, void, ref outcome
	}{
		{"claimed", "locked", "locked", "redeemed", "redeemed", "!invalid_transition", "voided", "!invalid_transition"},
		{"locked", "locked", "!locked", "redeemed", "!locked", "claimed", "voided", "!invalid_transition"},
		{"lapsed", "locked", "locked", "redeemed", "redeemed", "claimed", "voided", "!invalid_transition"},
		{"released", "locked", "locked", "redeemed", "redeemed", "claimed", "voided", "!invalid_transition"},
		{"redeemed", "!already_redeemed", "!already_redeemed", "redeemed", "!already_redeemed", "!invalid_transition", "!invalid_transition", "claimed"},
		{"voided", "!voided", "!voided", "!voided", "!voided", "!voided", "voided", "!invalid_transition"},
		{"expired", "!expired", "!expired", "!expired", "!expired", "!invalid_transition", "voided", "!invalid_transition"},
		{"early", "!not_started", "!not_started", "!not_started", "!not_started", "!invalid_transition", "voided", "!invalid_transition"},
	} {
		t.Run(tt.state, func(t *testing.T) {
			for i, want := range []outcome{tt.lock, tt.lockOther, tt.redeem, tt.redeemOther, tt.release, tt.void, tt.ref} {
				d, id := inState(t, tt.state)
				name, r, err := anyStep(d, id, i)
				got := string(r.State)
				if !r.OK() {
					got = "!" + string(r.Reason)
				}
				if err != nil || got != want {
					t.Errorf("%s: got %s, %v; want %s", name, got, err, want)
				}
			}
		})
	}
}

// inState brings a new coupon into a state by order o1.
func inState(t *testing.T, state string) (desk, coupon.CouponID) {
	d := newDesk(t, coupon.Terms{})
	b := coupon.Batch{Quota: 1, Use: siyu.Window{End: noon.Add(time.Hour)}}
	if state == "early" {
		b.Use.Start = noon.Add(time.Minute)
	}
	d.batch(b)
	id := d.claim("u", "k").Coupon.ID
	ctx := t.Context()
	var err error
	switch state {
	case "locked", "lapsed", "released":
		_, err = d.Lock(ctx, coupon.LockRequest{Coupon: id, Order: "o1", User: "u", TTL: time.Minute})
		if state == "lapsed" {
			d.clock.Advance(time.Minute)
		}
		if state == "released" {
			_, err = d.Release(ctx, coupon.ReleaseRequest{Coupon: id, Order: "o1"})
		}
	case "redeemed":
		_, err = d.Redeem(ctx, coupon.RedeemRequest{Coupon: id, Order: "o1", User: "u"})
	case "voided":
		_, err = d.Void(ctx, coupon.VoidRequest{Coupon: id})
	case "expired":
		d.clock.Advance(time.Hour)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d, id
}

func anyStep(d desk, id coupon.CouponID, i int) (name string, r coupon.Result, err error) {
	ctx := d.t.Context()
	switch i {
	case 0:
		r, err = d.Lock(ctx, coupon.LockRequest{Coupon: id, Order: "o1", User: "u"})
		return "lock", r, err
	case 1:
		r, err = d.Lock(ctx, coupon.LockRequest{Coupon: id, Order: "o2", User: "u"})
		return "lock by another order", r, err
	case 2:
		r, err = d.Redeem(ctx, coupon.RedeemRequest{Coupon: id, Order: "o1", User: "u"})
		return "redeem", r, err
	case 3:
		r, err = d.Redeem(ctx, coupon.RedeemRequest{Coupon: id, Order: "o2"})
		return "redeem by another order", r, err
	case 4:
		r, err = d.Release(ctx, coupon.ReleaseRequest{Coupon: id, Order: "o1"})
		return "release", r, err
	case 5:
		r, err = d.Void(ctx, coupon.VoidRequest{Coupon: id})
		return "void", r, err
	}
	r, err = d.Refund(ctx, coupon.RefundRequest{Coupon: id, Order: "o1", Full: true, Key: "r"})
	return "refund", r, err
}

func TestService_terms(t *testing.T) {
	held := func(terms coupon.Terms, wait time.Duration) (coupon.Result, error) {
		d := newDesk(t, terms)
		d.batch(coupon.Batch{Quota: 1, Use: siyu.Window{End: noon.Add(10 * time.Minute)}})
		id := d.claim("u", "k").Coupon.ID
		if r, err := d.Lock(t.Context(), coupon.LockRequest{Coupon: id, Order: "o", User: "u"}); err != nil || !r.OK() {
			t.Fatalf("%+v, %v", r, err)
		}
		d.clock.Advance(wait)
		return d.Redeem(t.Context(), coupon.RedeemRequest{Coupon: id, Order: "o"})
	}
	d := desk{t: t}
	r, err := held(coupon.Terms{}, 12*time.Minute)
	d.want("a lock outlives the expiry", r, err, "", coupon.StateRedeemed)
	r, err = held(coupon.Terms{ExpiryEndsLock: true}, 12*time.Minute)
	d.want("unless the expiry ends it", r, err, coupon.Expired, "")
	r, err = held(coupon.Terms{LockTTL: 5 * time.Minute}, 6*time.Minute)
	d.want("a late payment gets its coupon", r, err, "", coupon.StateRedeemed)
	r, err = held(coupon.Terms{LockTTL: 5 * time.Minute, RequireLock: true}, 6*time.Minute)
	d.want("also where a lock is required", r, err, "", coupon.StateRedeemed)
	r, err = held(coupon.Terms{LockTTL: 5 * time.Minute, RejectLate: true}, 5*time.Minute)
	d.want("unless that is refused", r, err, coupon.LockExpired, "")
	r, err = held(coupon.Terms{}, 15*time.Minute)
	d.want("a lapsed lock does not outlive the expiry", r, err, coupon.Expired, "")
}

// A refusal can be had as an error, with its reason and when it ends.
func TestResult_Err(t *testing.T) {
	if err := (coupon.Result{}).Err(); err != nil {
		t.Errorf("what happened: %v", err)
	}
	if err := (coupon.Grant{}).Err(); err != nil {
		t.Errorf("what was granted: %v", err)
	}
	for _, err := range []error{
		coupon.Result{Reason: coupon.SoldOut, Until: noon}.Err(), coupon.Grant{Reason: coupon.SoldOut, Until: noon}.Err(),
	} {
		if refusal, ok := errors.AsType[*coupon.Refusal](err); !ok || refusal.Reason != coupon.SoldOut || !refusal.Until.Equal(noon) {
			t.Errorf("got %v", err)
		}
	}
}

func TestService_claimTellsWhen(t *testing.T) {
	d := newDesk(t, coupon.Terms{})
	d.batch(coupon.Batch{Quota: 9, Claim: siyu.Window{Start: noon.Add(time.Hour)}})
	if r := d.claim("u", "k"); r.Reason != coupon.NotStarted || !r.Until.Equal(noon.Add(time.Hour)) {
		t.Errorf("%+v", r)
	}
	d.clock.Advance(time.Hour)
	if r := d.claim("u", "k"); !r.OK() || r.Replayed {
		t.Errorf("a refusal must not use up the key: %+v", r)
	}
}

func TestService_capsPerPeriod(t *testing.T) {
	d := newDesk(t, coupon.Terms{})
	d.batch(coupon.Batch{Quota: coupon.Unlimited, Limits: []coupon.Cap{
		{Limit: 3, Per: coupon.PerDay, Zone: "Asia/Shanghai"}, {Limit: 1, Per: coupon.PerHour, EachUser: true},
	}})
	midnight := time.Date(2026, 1, 15, 16, 0, 0, 0, time.UTC) // in Shanghai
	steps := []struct {
		at     time.Time
		user   siyu.UserID
		reason coupon.Reason
		until  time.Time
	}{
		{noon, "a", "", time.Time{}},
		{noon, "a", coupon.UserLimit, noon.Add(time.Hour)},
		{noon.Add(time.Hour), "a", "", time.Time{}},
		{noon.Add(time.Hour), "b", "", time.Time{}},
		{noon.Add(time.Hour), "c", coupon.SoldOut, midnight},
		{midnight.Add(-time.Microsecond), "c", coupon.SoldOut, midnight},
		{midnight, "c", "", time.Time{}},
	}
	for i, s := range steps {
		d.clock.Set(s.at)
		if r := d.claim(s.user, fmt.Sprint(i)); r.Reason != s.reason || !r.Until.Equal(s.until) {
			t.Errorf("step %d: %q until %s, want %q until %s", i, r.Reason, r.Until, s.reason, s.until)
		}
	}
}

func TestService_claimMany(t *testing.T) {
	d := newDesk(t, coupon.Terms{})
	d.batch(coupon.Batch{Quota: 3, PerUser: 1})
	users := []siyu.UserID{"a", "b", "a", "c", "d"}
	req := coupon.ClaimManyRequest{Batch: "B", Users: users, Key: "k"}
	first, err := d.ClaimMany(t.Context(), req)
	if err != nil || len(first.Coupons) != 3 || first.Refused["a"] != coupon.UserLimit || first.Refused["d"] != coupon.SoldOut {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := d.ClaimMany(t.Context(), req)
	if err != nil || !again.Replayed || again.Coupons[2] != first.Coupons[2] {
		t.Errorf("%+v, %v", again, err)
	}
	req.Users = users[:2]
	if _, err := d.ClaimMany(t.Context(), req); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("other users under the key: %v", err)
	}
	req.Key = "late"
	none, err := d.ClaimMany(t.Context(), req)
	if err != nil || len(none.Coupons) != 0 || none.Refused["a"] != coupon.UserLimit {
		t.Errorf("%+v, %v", none, err)
	}
	d.batch(coupon.Batch{Quota: 9})
	if more, err := d.ClaimMany(t.Context(), req); err != nil || len(more.Coupons) != 2 || more.Replayed {
		t.Errorf("a request that gave none may be sent again: %+v, %v", more, err)
	}
	if b, err := d.Batch(t.Context(), "B"); err != nil || b.Claimed != 5 || b.Remaining() != 4 || !b.AsOf.Equal(siyu.Instant(noon)) {
		t.Errorf("%+v, %v", b, err)
	}
}

func TestService_budgetsPerPeriod(t *testing.T) {
	d := newDesk(t, coupon.Terms{})
	d.code(coupon.Code{Code: "SAVE", Limit: coupon.Unlimited, Budget: &coupon.Budget{
		Limit: 1000, Partial: true, Caps: []coupon.Cap{{Limit: 300, Per: coupon.PerDay}, {Limit: 100, Per: coupon.PerMonth, EachUser: true}},
	}})
	use := func(user siyu.UserID, order coupon.OrderID, amount siyu.Money) coupon.Grant {
		g, err := d.Use(t.Context(), coupon.UseRequest{Code: " save", User: user, Order: order, Amount: amount})
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	month := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	tomorrow := time.Date(2026, 1, 16, 0, 0, 0, 0, time.UTC)
	for i, s := range []struct {
		user    siyu.UserID
		granted siyu.Money
		until   time.Time
	}{
		{"a", 100, time.Time{}}, {"a", 0, month}, {"b", 100, time.Time{}}, {"c", 100, time.Time{}}, {"d", 0, tomorrow},
	} {
		g := use(s.user, coupon.OrderID(fmt.Sprint(i)), 120)
		if g.Granted != s.granted || g.OK() != (s.granted > 0) || !g.Until.Equal(s.until) {
			t.Errorf("use %d: %+v", i, g)
		}
	}
	// Cancelling gives the money back to the periods that it came from.
	d.clock.Set(tomorrow)
	if g, err := d.Cancel(t.Context(), coupon.CancelRequest{Code: "SAVE", Order: "0"}); err != nil || !g.OK() || g.Granted != 100 {
		t.Errorf("%+v, %v", g, err)
	}
	if g := use("a", "again", 100); g.Granted != 100 {
		t.Errorf("after the cancellation: %+v", g)
	}
	if c, err := d.Code(t.Context(), "save"); err != nil || c.Uses != 3 || c.Spent != 300 {
		t.Errorf("%+v, %v", c, err)
	}
}

// Money goes back to the caps that it was taken from, also when the code has
// others by then.
func TestService_budgetsWithOtherCaps(t *testing.T) {
	d := newDesk(t, coupon.Terms{})
	capped := func(caps ...coupon.Cap) {
		d.code(coupon.Code{Code: "C", Limit: coupon.Unlimited, Budget: &coupon.Budget{Limit: 1000, Partial: true, Caps: caps}})
	}
	use := func(order coupon.OrderID) siyu.Money {
		g, err := d.Use(t.Context(), coupon.UseRequest{Code: "C", User: "u", Order: order, Amount: 100})
		if err != nil {
			t.Fatal(err)
		}
		return g.Granted
	}
	day, month := coupon.Cap{Limit: 150, Per: coupon.PerDay}, coupon.Cap{Limit: 150, Per: coupon.PerMonth}
	capped(day)
	a, b := use("a"), use("b")
	capped(month) // nothing is in it yet
	if _, err := d.Repay(t.Context(), coupon.RepayRequest{Code: "C", Order: "a", Keep: 60}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Cancel(t.Context(), coupon.CancelRequest{Code: "C", Order: "b"}); err != nil {
		t.Fatal(err)
	}
	c, e := use("c"), use("e")
	capped(day) // 60 of a are left in it
	if f := use("f"); a != 100 || b != 50 || c != 100 || e != 50 || f != 90 {
		t.Errorf("granted %d, %d, %d, %d, %d", a, b, c, e, f)
	}
}

// An order whose use was cancelled may use the code again, once.
func TestService_useAfterCancel(t *testing.T) {
	for _, spent := range []bool{false, true} {
		d := newDesk(t, coupon.Terms{})
		d.code(coupon.Code{Code: "C", Limit: 1, SpentOnCancel: spent})
		for range 3 {
			for n := range 2 {
				g, err := d.Use(t.Context(), coupon.UseRequest{Code: "C", User: "u", Order: "o", Amount: 5})
				if err != nil || !g.OK() || g.Granted != 5 || g.Replayed != (n == 1) {
					t.Fatalf("%+v, %v", g, err)
				}
			}
			if c, err := d.Code(t.Context(), "C"); err != nil || c.Uses != 1 || c.Spent != 5 {
				t.Fatalf("%+v, %v", c, err)
			}
			for n := range 2 {
				if g, err := d.Cancel(t.Context(), coupon.CancelRequest{Code: "C", Order: "o"}); err != nil || !g.OK() || g.Replayed != (n == 1) {
					t.Fatalf("%+v, %v", g, err)
				}
			}
		}
		c, err := d.Code(t.Context(), "C")
		if want := map[bool]int64{true: 1, false: 0}[spent]; err != nil || c.Uses != want || c.Spent != 0 {
			t.Errorf("%+v, %v", c, err)
		}
		if g, err := d.Cancel(t.Context(), coupon.CancelRequest{Code: "C", Order: "never"}); err != nil || g.Reason != coupon.Unknown {
			t.Errorf("%+v, %v", g, err)
		}
	}
}

// Every change of state is one event, and steps sent again add none.
func TestService_events(t *testing.T) {
	d := newDesk(t, coupon.Terms{})
	d.batch(coupon.Batch{Quota: 9})
	d.code(coupon.Code{Code: "C", Limit: 9})
	ctx := t.Context()
	for range 2 {
		id := d.claim("u", "k").Coupon.ID
		for _, err := range []error{
			second(d.Lock(ctx, coupon.LockRequest{Coupon: id, Order: "o", User: "u"})),
			second(d.Redeem(ctx, coupon.RedeemRequest{Coupon: id, Order: "o", Amount: 7})),
			second(d.Use(ctx, coupon.UseRequest{Code: "C", User: "u", Order: "o", Amount: 5})),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var got []string
	for e, err := range d.store.Events().Events(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(e.Name, " ", e.User, " ", int64(e.Value)))
	}
	want := "[coupon.claimed u 0 coupon.locked u 0 coupon.redeemed u 7 coupon.code_used u 5]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func second[T any](_ T, err error) error { return err }

func TestService_refusesBadInput(t *testing.T) {
	d := newDesk(t, coupon.Terms{})
	ctx := t.Context()
	for name, err := range map[string]error{
		"claim without key":   second(d.Claim(ctx, coupon.ClaimRequest{Batch: "B", User: "u"})),
		"claim without user":  second(d.Claim(ctx, coupon.ClaimRequest{Batch: "B", Key: "k"})),
		"claim without batch": second(d.Claim(ctx, coupon.ClaimRequest{User: "u", Key: "k"})),
		"claims of nobody":    second(d.ClaimMany(ctx, coupon.ClaimManyRequest{Batch: "B", Key: "k"})),
		"lock without order":  second(d.Lock(ctx, coupon.LockRequest{Coupon: "c", User: "u"})),
		"lock without user":   second(d.Lock(ctx, coupon.LockRequest{Coupon: "c", Order: "o"})),
		"negative TTL":        second(d.Lock(ctx, coupon.LockRequest{Coupon: "c", Order: "o", User: "u", TTL: -1})),
		"redeem no coupon":    second(d.Redeem(ctx, coupon.RedeemRequest{Order: "o"})),
		"refund without key":  second(d.Refund(ctx, coupon.RefundRequest{Coupon: "c", Order: "o"})),
		"negative amount":     second(d.Use(ctx, coupon.UseRequest{Code: "C", User: "u", Order: "o", Amount: -1})),
		"use of no code":      second(d.Use(ctx, coupon.UseRequest{Code: " ", User: "u", Order: "o"})),
		"negative quota":      d.SaveBatch(ctx, coupon.Batch{ID: "B", Quota: -2}),
		"two expiries":        d.SaveBatch(ctx, coupon.Batch{ID: "B", ValidFor: 1, Use: siyu.Window{End: noon}}),
		"two caps of a day": d.SaveBatch(ctx, coupon.Batch{ID: "B", Limits: []coupon.Cap{
			{Limit: 1, Per: coupon.PerDay}, {Limit: 2, Per: coupon.PerDay},
		}}),
		"unknown period":  d.SaveBatch(ctx, coupon.Batch{ID: "B", Limits: []coupon.Cap{{Per: "year"}}}),
		"code in small":   d.SaveCode(ctx, coupon.Code{Code: "save"}),
		"negative budget": d.SaveCode(ctx, coupon.Code{Code: "C", Budget: &coupon.Budget{Limit: -1}}),
		"unknown zone":    d.SaveCode(ctx, coupon.Code{Code: "C", Budget: &coupon.Budget{Caps: []coupon.Cap{{Per: coupon.PerDay, Zone: "Mars"}}}}),
	} {
		if !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.Redeem(ctx, coupon.RedeemRequest{Coupon: "none", Order: "o"}); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("unknown coupon: %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := d.Redeem(ended, coupon.RedeemRequest{Coupon: "none", Order: "o"}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
