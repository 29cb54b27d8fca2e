package referraltest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/referral"
)

// Backend is what the suite needs of a store: the referrals, and the log that
// their events go to.
type Backend interface {
	Referrals() referral.Store
	Events() siyu.EventLog
}

// TestStore runs every check as a subtest. newStore returns an empty store that
// is cleaned up with the test.
func TestStore[B Backend](t *testing.T, newStore func(t *testing.T) B) {
	conformance.TestStore(t, Checks(), func(t *testing.T) Backend { return newStore(t) })
}

// Check is one clause of the contract of referral.Store.
type Check struct {
	Name string
	Run  func(ctx context.Context, b Backend) error // on an empty store
}

// Checks returns the clauses in a fixed order. They run alone too, so that a
// suite can be shown to catch a broken store.
func Checks() []Check {
	return []Check{
		{"rows are read back as they were written", rowsReadBack},
		{"descent is found at any depth", deepDescent},
		{"a call is answered once", calledTwice},
		{"a known key with other arguments conflicts", otherArguments},
		{"an empty change keeps nothing", emptyChange},
		{"an error of decide keeps nothing", decideFails},
		{"decide sees the steps before it", seesSteps},
		{"events are logged with their change", eventsLogged},
		{"programs do not see each other", programsApart},
		{"the ledger is in order, by person and place", ledgerOrder},
		{"people are in order", peopleOrder},
		{"a cancelled context changes nothing", cancelled},
		{"many at once are serial", manyAtOnce},
		{"many at once never close a circle", noCircle},
		{"many at once never pass the budget", neverOverBudget},
		{"one key at once is answered once", oneKeyAtOnce},
	}
}

const program = referral.ProgramID("card-2026")

var errDecide = errors.New("decide refuses")

func call(key, digest string) siyu.Call {
	return siyu.Call{Op: "referral.test:" + string(program), Key: key, Digest: digest}
}

// full is a change that sets every field of every row.
func full() referral.Change {
	at := Start.Add(time.Microsecond)
	return referral.Change{
		Result: referral.Result{
			Outcome: referral.OK, Rule: "r", Inviter: "A", Held: true, Paid: 3, Released: 2,
			Deltas: []referral.Delta{{Person: "A", Amount: -5}},
			Skips:  []referral.Skipped{{Person: "A", Rule: "r", Reason: referral.BudgetCap, Want: 9, Paid: 4}},
		},
		Totals:   referral.Totals{Terms: "t", Seq: 1, At: at, Net: 44},
		Touch:    &referral.Touch{Invitee: "v-客", Inviter: "A", At: at},
		Bound:    &referral.Binding{Invitee: "v-客", Inviter: "A", At: at, Held: true},
		Bindings: []referral.Binding{{Invitee: "w", Inviter: "B", At: at}},
		Refund:   &referral.Refund{Key: "o", RefundKey: "r1", Amount: new(siyu.Money(0)), At: at},
		People: []referral.Person{
			{ID: "A", Existing: true, Disabled: true, Signals: map[string]string{"device": "d'\"\\"}, Buckets: referral.Buckets{Pending: 1, Held: 2, Balance: -3, Paid: 4}},
			{ID: "a", Signals: map[string]string{"device": "x", "": ""}},
		},
		Signals: true,
		Tallies: []referral.Tally{{Person: "A", Series: "inviter", N: 3, Amount: 1 << 60}},
		Qualifications: []referral.Qualification{{
			Key: "o", Seq: 1, Invitee: "v-客", Level1: "A", Level2: "B", Amount: 1<<62 + 1, Remaining: 7, At: at, Live: true, Held: true,
		}},
		Awards: []referral.Award{{
			Qualification: "o", Rule: "r", Person: "A", Role: referral.Inviter2, Series: "inviter2", Seq: 1, Step: 2, At: at, Due: at.Add(time.Hour),
			Base: 5, Amount: 7, Want: 9, Granted: 4, Refused: true, Bucket: referral.Pending, Live: true,
		}},
		Entries: []referral.Entry{
			{Seq: 1, Line: 0, At: at, Person: "A", From: referral.Funds, To: referral.Pending, Amount: 4, Key: "o", Rule: "r"},
			{Seq: 1, Line: 1, At: at, Person: "B", From: referral.Balance, To: referral.Paid, Amount: 1},
		},
		Events: []siyu.Event{{ID: "e1", User: "A", Name: "referral.rewarded", At: at, Value: 4}},
	}
}

// written applies a change to rows in memory, as what a store must show.
func written(changes ...referral.Change) *referral.Rows {
	rows := referral.NewRows()
	for _, c := range changes {
		rows.Apply(c)
	}
	return rows
}

func write(ctx context.Context, b Backend, key string, c referral.Change) error {
	_, _, err := b.Referrals().Step(ctx, program, call(key, ""), func(v referral.View) (referral.Change, error) {
		if _, err := v.Totals(); err != nil {
			return referral.Change{}, err
		}
		return c, nil
	})
	return err
}

func rowsReadBack(ctx context.Context, b Backend) error {
	c := full()
	delete(c.People[1].Signals, "")
	if err := write(ctx, b, "k", c); err != nil {
		return err
	}
	if err := showing(ctx, b, written(c)); err != nil {
		return err
	}
	second := full()
	second.Touch, second.Bound, second.Refund, second.Entries, second.Events = nil, nil, nil, nil, nil
	second.Totals.Seq, second.Totals.Net = 2, 9
	second.Unbound = []siyu.UserID{"v-客"}
	second.Bindings[0].Inviter = "C"
	second.People = []referral.Person{{ID: "A", Signals: map[string]string{"device": "e", "payment": "p"}}}
	second.Tallies[0].N = 0
	second.Qualifications[0].Live = false
	second.Awards[0].Live, second.Awards[0].Bucket = false, referral.Balance
	if err := write(ctx, b, "l", second); err != nil {
		return err
	}
	return showing(ctx, b, written(c, second))
}

// showing compares all that the rows of full can name.
func showing(ctx context.Context, b Backend, want *referral.Rows) error {
	late := Start.Add(48 * time.Hour)
	return b.Referrals().View(ctx, program, func(v referral.View) error {
		for name, read := range map[string]func(referral.View) (any, error){
			"totals":         func(v referral.View) (any, error) { return v.Totals() },
			"person":         func(v referral.View) (any, error) { return normalPerson(v.Person("A")) },
			"other person":   func(v referral.View) (any, error) { return normalPerson(v.Person("a")) },
			"no person":      func(v referral.View) (any, error) { return normalPerson(v.Person("nobody")) },
			"touches":        func(v referral.View) (any, error) { return normalTouches(v.Touches("v-客", Start)) },
			"later touches":  func(v referral.View) (any, error) { return normalTouches(v.Touches("v-客", late)) },
			"binding":        func(v referral.View) (any, error) { return v.Binding("v-客") },
			"other binding":  func(v referral.View) (any, error) { return v.Binding("w") },
			"descends":       func(v referral.View) (any, error) { return v.Descends("v-客", "A", time.Time{}) },
			"descended":      func(v referral.View) (any, error) { return v.Descends("v-客", "A", late) },
			"binds":          func(v referral.View) (any, error) { return v.Binds("A", Start) },
			"later binds":    func(v referral.View) (any, error) { return v.Binds("A", late) },
			"qualification":  func(v referral.View) (any, error) { return v.Qualification("o") },
			"no such":        func(v referral.View) (any, error) { return v.Qualification("O") },
			"qualifications": func(v referral.View) (any, error) { return emptyNil(v.Qualifications("v-客")) },
			"refund":         func(v referral.View) (any, error) { return v.Refunded("r1") },
			"awards":         func(v referral.View) (any, error) { return emptyNil(v.Awards("o")) },
			"due":            func(v referral.View) (any, error) { return emptyNil(v.Due("", late, 1)) },
			"not due":        func(v referral.View) (any, error) { return emptyNil(v.Due("A", Start, 0)) },
			"series": func(v referral.View) (any, error) {
				return emptyNil(v.Series(referral.SeriesQuery{Person: "A", Rule: "r", Series: "inviter2"}))
			},
			"series from step": func(v referral.View) (any, error) {
				return emptyNil(v.Series(referral.SeriesQuery{Person: "A", Rule: "r", Series: "inviter2", FromStep: 3}))
			},
			"series from seq": func(v referral.View) (any, error) {
				return emptyNil(v.Series(referral.SeriesQuery{Person: "A", Rule: "r", Series: "inviter2", FromSeq: 2}))
			},
			"tally": func(v referral.View) (any, error) {
				t, err := v.Tally("A", "inviter")
				return []any{t.N, t.Amount}, err
			},
		} {
			if err := same(name, read, want, v); err != nil {
				return err
			}
		}
		return nil
	})
}

// deepDescent climbs further than a database recurses by itself.
func deepDescent(ctx context.Context, b Backend) error {
	const deep = 1100
	id := func(i int) siyu.UserID { return siyu.UserID(fmt.Sprintf("p%04d", i)) }
	c := referral.Change{Result: referral.Result{Outcome: referral.OK}, Totals: referral.Totals{Terms: "t", Seq: 1}}
	for i := range deep {
		c.Bindings = append(c.Bindings, referral.Binding{Invitee: id(i), Inviter: id(i + 1), At: Start})
	}
	// A circle far above, which only expired bindings can make.
	c.Bindings = append(c.Bindings, referral.Binding{Invitee: id(deep), Inviter: id(deep - 300), At: Start})
	c.Bindings = append(c.Bindings, referral.Binding{Invitee: "w", Inviter: "v", At: Start})
	if err := write(ctx, b, "k", c); err != nil {
		return err
	}
	return b.Referrals().View(ctx, program, func(v referral.View) error {
		for ancestor, want := range map[siyu.UserID]bool{id(1): true, id(256): true, id(257): true, id(512): true, id(deep): true, "v": false, id(0): false} {
			if got, err := v.Descends(id(0), ancestor, time.Time{}); err != nil || got != want {
				return fmt.Errorf("%s descends from %s: %v, %s; want %v", id(0), ancestor, got, fmt.Sprint(err), want)
			}
		}
		if got, err := v.Descends(id(0), id(1), Start); err != nil || got {
			return fmt.Errorf("along bindings made at %s: %v, %s; want those after", Start, got, fmt.Sprint(err))
		}
		return nil
	})
}

func calledTwice(ctx context.Context, b Backend) error {
	c := full()
	if err := write(ctx, b, "k", c); err != nil {
		return err
	}
	got, replayed, err := b.Referrals().Step(ctx, program, call("k", ""), func(referral.View) (referral.Change, error) {
		return referral.Change{}, errors.New("decide is asked again")
	})
	if err != nil {
		return err
	}
	if !replayed || !reflect.DeepEqual(got, c.Result) {
		return fmt.Errorf("second answer %+v, replayed %v; want %+v", got, replayed, c.Result)
	}
	return showing(ctx, b, written(c))
}

func otherArguments(ctx context.Context, b Backend) error {
	c := full()
	if err := write(ctx, b, "k", c); err != nil {
		return err
	}
	_, _, err := b.Referrals().Step(ctx, program, call("k", "other"), func(referral.View) (referral.Change, error) { return full(), nil })
	if !errors.Is(err, siyu.ErrConflict) {
		return fmt.Errorf("got %s, want a conflict", fmt.Sprint(err))
	}
	return showing(ctx, b, written(c))
}

func emptyChange(ctx context.Context, b Backend) error {
	c := full()
	c.Result = referral.Result{Outcome: referral.Rejected, Reason: referral.Fraud, Rule: "f"}
	got, replayed, err := b.Referrals().Step(ctx, program, call("k", ""), func(referral.View) (referral.Change, error) { return c, nil })
	if err != nil || replayed || !reflect.DeepEqual(got, c.Result) {
		return fmt.Errorf("answer %+v, %v, %s; want %+v", got, replayed, fmt.Sprint(err), c.Result)
	}
	if err := showing(ctx, b, referral.NewRows()); err != nil {
		return err
	}
	if err := write(ctx, b, "k", full()); err != nil { // the key is unused
		return err
	}
	return showing(ctx, b, written(full()))
}

func decideFails(ctx context.Context, b Backend) error {
	_, _, err := b.Referrals().Step(ctx, program, call("k", ""), func(referral.View) (referral.Change, error) { return full(), errDecide })
	if !errors.Is(err, errDecide) {
		return fmt.Errorf("got %s, want the error of decide", fmt.Sprint(err))
	}
	if err := showing(ctx, b, referral.NewRows()); err != nil {
		return err
	}
	if err := write(ctx, b, "k", full()); err != nil {
		return err
	}
	return showing(ctx, b, written(full()))
}

func seesSteps(ctx context.Context, b Backend) error {
	if err := write(ctx, b, "k", full()); err != nil {
		return err
	}
	var seen referral.Totals
	_, _, err := b.Referrals().Step(ctx, program, call("l", ""), func(v referral.View) (c referral.Change, err error) {
		seen, err = v.Totals()
		return c, err
	})
	if want := full().Totals; err == nil && seen != want {
		return fmt.Errorf("decide saw %+v, want %+v", seen, want)
	}
	return err
}

func eventsLogged(ctx context.Context, b Backend) error {
	c := full()
	if err := write(ctx, b, "k", c); err != nil {
		return err
	}
	bad := full()
	bad.Totals.Seq = 2
	bad.Touch, bad.Bound, bad.Refund, bad.Entries = nil, nil, nil, nil
	bad.People = nil
	bad.Qualifications[0].Remaining++
	bad.Events[0].Value++ // a known id with other contents
	if err := write(ctx, b, "l", bad); !errors.Is(err, siyu.ErrConflict) {
		return fmt.Errorf("got %s, want a conflict", fmt.Sprint(err))
	}
	if err := conformance.Logged(ctx, b.Events(), c.Events...); err != nil {
		return err
	}
	return showing(ctx, b, written(c))
}

func programsApart(ctx context.Context, b Backend) error {
	if err := write(ctx, b, "k", full()); err != nil {
		return err
	}
	err := b.Referrals().View(ctx, "other", func(v referral.View) error { return SameView(referral.NewRows(), v, Start.AddDate(1, 0, 0)) })
	if err != nil {
		return err
	}
	for range b.Referrals().Entries(ctx, "other", "", referral.Place{}) {
		return errors.New("another program's ledger is not empty")
	}
	for range b.Referrals().People(ctx, "other", "") {
		return errors.New("another program's people are shown")
	}
	return nil
}

func ledgerOrder(ctx context.Context, b Backend) error {
	var all []referral.Entry
	for i := range 3 {
		c := full()
		c.Touch, c.Bound, c.Refund, c.Events = nil, nil, nil, nil
		c.Totals.Seq = int64(i) + 1
		for j := range c.Entries {
			c.Entries[j].Seq = c.Totals.Seq
		}
		all = append(all, c.Entries...)
		if err := write(ctx, b, fmt.Sprint(i), c); err != nil {
			return err
		}
	}
	for _, want := range []struct {
		person siyu.UserID
		after  referral.Place
		from   []referral.Entry
	}{
		{"", referral.Place{}, all},
		{"", referral.Place{Seq: 1, Line: 0}, all[1:]},
		{"", referral.Place{Seq: 1, Line: 1}, all[2:]},
		{"B", referral.Place{Seq: 1, Line: 1}, []referral.Entry{all[3], all[5]}},
		{"nobody", referral.Place{}, nil},
	} {
		var got []referral.Entry
		for e, err := range b.Referrals().Entries(ctx, program, want.person, want.after) {
			if err != nil {
				return err
			}
			got = append(got, e)
		}
		if !reflect.DeepEqual(got, want.from) {
			return fmt.Errorf("entries of %q after %+v: got %+v, want %+v", want.person, want.after, got, want.from)
		}
	}
	return nil
}

func peopleOrder(ctx context.Context, b Backend) error {
	c := full()
	delete(c.People[1].Signals, "")
	if err := write(ctx, b, "k", c); err != nil {
		return err
	}
	for after, want := range map[siyu.UserID][]referral.Person{"": c.People, "A": c.People[1:], "a": nil} {
		var got []referral.Person
		for p, err := range b.Referrals().People(ctx, program, after) {
			if err != nil {
				return err
			}
			got = append(got, p)
		}
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("people after %q: got %+v, want %+v", after, got, want)
		}
	}
	return nil
}

func cancelled(ctx context.Context, b Backend) error {
	over, cancel := context.WithCancel(ctx)
	cancel()
	if err := write(over, b, "k", full()); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("got %s, want the context's error", fmt.Sprint(err))
	}
	return showing(ctx, b, referral.NewRows())
}
