package referraltest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// SameView compares what two views show of everything that a random history
// can name, and returns the first difference.
func SameView(a, b referral.View, at time.Time) error {
	if err := same("totals", func(v referral.View) (any, error) { return v.Totals() }, a, b); err != nil {
		return err
	}
	for i := range people {
		id := siyu.UserID(fmt.Sprintf("p%d", i))
		for name, read := range map[string]func(referral.View) (any, error){
			"statement":      func(v referral.View) (any, error) { return referral.StatementOf(v, id, at) },
			"person":         func(v referral.View) (any, error) { return normalPerson(v.Person(id)) },
			"binding":        func(v referral.View) (any, error) { return v.Binding(id) },
			"touches":        func(v referral.View) (any, error) { return normalTouches(v.Touches(id, time.Time{})) },
			"qualifications": func(v referral.View) (any, error) { return emptyNil(v.Qualifications(id)) },
			"due":            func(v referral.View) (any, error) { return emptyNil(v.Due(id, at, 0)) },
			"due of all":     func(v referral.View) (any, error) { return emptyNil(v.Due("", at, 1+i)) },
			"binds":          func(v referral.View) (any, error) { return v.Binds(id, Start.Add(time.Duration(i)*24*time.Hour)) },
		} {
			if err := same(name, read, a, b); err != nil {
				return err
			}
		}
		for j := range people {
			other := siyu.UserID(fmt.Sprintf("p%d", j))
			since := time.Time{}
			if (i+j)%2 == 1 {
				since = Start.Add(24 * time.Hour)
			}
			if err := same("descends", func(v referral.View) (any, error) { return v.Descends(id, other, since) }, a, b); err != nil {
				return err
			}
			q := referral.SiblingQuery{Inviter: id, Except: other, Signal: "device", Value: "d1", Since: since}
			if err := same("siblings", func(v referral.View) (any, error) { return v.Siblings(q) }, a, b); err != nil {
				return err
			}
		}
	}
	for i := range 3 * n {
		key := referral.Key(fmt.Sprintf("order-%d", i))
		for name, read := range map[string]func(referral.View) (any, error){
			"qualification": func(v referral.View) (any, error) { return v.Qualification(key) },
			"awards":        func(v referral.View) (any, error) { return emptyNil(v.Awards(key)) },
			"refund": func(v referral.View) (any, error) {
				return v.Refunded(referral.Key(fmt.Sprintf("refund-%d", i)))
			},
		} {
			if err := same(name, read, a, b); err != nil {
				return err
			}
		}
	}
	return nil
}

func same(what string, read func(referral.View) (any, error), a, b referral.View) error {
	x, err := read(a)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	y, err := read(b)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if !reflect.DeepEqual(x, y) {
		return fmt.Errorf("%s: got %+v, want %+v", what, y, x)
	}
	return nil
}

// emptyNil takes an empty list for none, and awards in the order of rules.
func emptyNil[T any](list []T, err error) ([]T, error) {
	if len(list) == 0 {
		return nil, err
	}
	return list, err
}

func normalPerson(p referral.Person, err error) (referral.Person, error) {
	if len(p.Signals) == 0 {
		p.Signals = nil
	}
	return p, err
}

// normalTouches leaves out the request, which is no part of a row.
func normalTouches(list []referral.Touch, err error) ([]referral.Touch, error) {
	var plain []referral.Touch
	for _, t := range list {
		t.Request = ""
		plain = append(plain, t)
	}
	return plain, err
}

// CompareHistories runs a random history of n events on a store and on the
// plain core, and returns the first difference in an answer, in the rows, or in
// the ledger. Some events are sent twice and must be answered the same.
func CompareHistories(ctx context.Context, store referral.Store, program referral.ProgramID, d Draw, events int) error {
	plan, err := d.Program().Compile()
	if err != nil {
		return err
	}
	book := referral.NewBook(plan)
	service, err := referral.New(store, program, plan, nil)
	if err != nil {
		return err
	}
	last := Start
	sent := map[string]referral.Event{}
	for i, e := range d.Events(events) {
		got, err := service.Do(ctx, e)
		if repeated := sent[keyOf(e)]; repeated != nil {
			// The service knows the key: the stored answer, or a conflict.
			if err != nil && !errors.Is(err, siyu.ErrConflict) {
				return fmt.Errorf("event %d %+v: %w", i, e, err)
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("event %d %+v: %w", i, e, err)
		}
		want, err := book.Do(e)
		if err != nil {
			return fmt.Errorf("core: event %d %+v: %w", i, e, err)
		}
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("event %d %T%+v: got %+v, want %+v", i, e, e, got, want)
		}
		if want.Outcome == referral.OK {
			sent[keyOf(e)] = e
			if err := repeat(ctx, service, e, got); err != nil {
				return fmt.Errorf("event %d %T%+v: %w", i, e, e, err)
			}
		}
		if err := sound(ctx, store, program, book, want, whenOf(e)); err != nil {
			return fmt.Errorf("after event %d %T%+v: %w", i, e, e, err)
		}
		last = whenOf(e)
	}
	if err := store.View(ctx, program, func(v referral.View) error { return SameView(book, v, last.Add(36*time.Hour)) }); err != nil {
		return err
	}
	return sameLedger(ctx, store, program, book)
}

// sound looks at the invariants after an event: the core proves its own state,
// and the store shows the same totals and accounts of those whom the event moved
// money for.
func sound(ctx context.Context, store referral.Store, program referral.ProgramID, book *referral.Book, r referral.Result, at time.Time) error {
	if err := book.Verify(); err != nil {
		return err
	}
	return store.View(ctx, program, func(v referral.View) error {
		if err := same("totals", func(v referral.View) (any, error) { return v.Totals() }, book, v); err != nil {
			return err
		}
		for _, d := range r.Deltas {
			err := same("statement", func(v referral.View) (any, error) {
				s, err := referral.StatementOf(v, d.Person, at)
				if err == nil && s.Net != s.Pending+s.Held+s.Balance+s.Paid {
					err = fmt.Errorf("the parts of %+v do not add up", s)
				}
				return s, err
			}, book, v)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func repeat(ctx context.Context, service *referral.Service, e referral.Event, want referral.Result) error {
	got, err := service.Do(ctx, e)
	if err != nil || !reflect.DeepEqual(got, want) {
		return fmt.Errorf("sent again: got %+v, %s, want %+v", got, fmt.Sprint(err), want)
	}
	return nil
}

func sameLedger(ctx context.Context, store referral.Store, program referral.ProgramID, book *referral.Book) error {
	var want []referral.Entry
	for e := range book.Entries() {
		want = append(want, e)
	}
	i := 0
	for got, err := range store.Entries(ctx, program, "", referral.Place{}) {
		if err != nil {
			return err
		}
		if i >= len(want) || got != want[i] {
			return fmt.Errorf("ledger entry %d: got %+v", i, got)
		}
		i++
	}
	if i != len(want) {
		return fmt.Errorf("the ledger has %d entries, want %d", i, len(want))
	}
	return nil
}

// keyOf names an event's request as the service does.
func keyOf(e referral.Event) string {
	switch e := e.(type) {
	case referral.Qualify:
		return "qualify " + string(e.Key)
	case referral.Refund:
		return "refund " + string(e.RefundKey)
	}
	return fmt.Sprintf("%T %s", e, reflect.ValueOf(e).FieldByName("Request"))
}

func whenOf(e referral.Event) time.Time {
	at, _ := reflect.TypeAssert[time.Time](reflect.ValueOf(e).FieldByName("At"))
	return at
}
