package sqlstore

import (
	"context"
	"errors"
	"iter"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// Referrals returns the tenant's part for package referral.
func (s *Store) Referrals() referral.Store { return referrals{s} }

type referrals struct{ s *Store }

// keepNothing carries the result of a change that is not kept out of the step.
type keepNothing struct{ result referral.Result }

func (keepNothing) Error() string { return "sqlstore: nothing to keep" }

func (r referrals) Step(
	ctx context.Context, program referral.ProgramID, call siyu.Call, decide func(referral.View) (referral.Change, error),
) (referral.Result, bool, error) {
	result, replayed, err := step(ctx, r.s, call, func(c *conn) (referral.Result, []siyu.Event, error) {
		x := &referralConn{ctx: ctx, c: c, program: program, lock: true}
		change, err := decide(x)
		if err != nil {
			return referral.Result{}, nil, err
		}
		if change.Empty() {
			return referral.Result{}, nil, keepNothing{change.Result}
		}
		return change.Result, change.Events, x.write(&change)
	})
	if no, ok := errors.AsType[keepNothing](err); ok {
		return no.result, false, nil
	}
	return result, replayed, err
}

// optimistic is how often a view is read without a lock before it takes one.
const optimistic = 5

// View reads without a lock and looks whether the program's sequence moved
// meanwhile: every change moves it.
func (r referrals) View(ctx context.Context, program referral.ProgramID, read func(referral.View) error) error {
	for range optimistic {
		moved := false
		err := r.s.view(func(c *conn) error {
			x := &referralConn{ctx: ctx, c: c, program: program}
			before, err := x.Totals()
			if err != nil {
				return err
			}
			if err := read(x); err != nil {
				return err
			}
			after, err := x.Totals()
			moved = before != after
			return err
		})
		if err != nil || !moved {
			return err
		}
	}
	return r.s.atomically(ctx, func(c *conn) error {
		x := &referralConn{ctx: ctx, c: c, program: program, lock: true}
		if _, err := x.Totals(); err != nil {
			return err
		}
		return read(x)
	})
}

// Entries reads in pages, so that no connection is held between two entries.
func (r referrals) Entries(
	ctx context.Context, program referral.ProgramID, person siyu.UserID, after referral.Place,
) iter.Seq2[referral.Entry, error] {
	return pages(func(last *referral.Entry) ([]referral.Entry, error) {
		from := after
		if last != nil {
			from = referral.Place{Seq: last.Seq, Line: last.Line}
		}
		query := "SELECT seq, line, at, person, from_bucket, to_bucket, amount, order_key, rule_id FROM siyu_referral_entries" +
			" WHERE tenant = ? AND program = ? AND (seq > ? OR seq = ? AND line > ?)"
		args := []any{r.s.tenant, string(program), from.Seq, from.Seq, from.Line}
		if person != "" {
			query += " AND person = ?"
			args = append(args, string(person))
		}
		var list []referral.Entry
		err := r.s.view(func(c *conn) error {
			return c.each(ctx, query+" ORDER BY seq, line LIMIT ?", append(args, pageRows), func(scan func(...any) error) error {
				var (
					e  referral.Entry
					at int64
				)
				if err := scan(&e.Seq, &e.Line, &at, &e.Person, &e.From, &e.To, &e.Amount, &e.Key, &e.Rule); err != nil {
					return err
				}
				e.At = instant(at)
				list = append(list, e)
				return nil
			})
		})
		return list, err
	})
}

func (r referrals) People(ctx context.Context, program referral.ProgramID, after siyu.UserID) iter.Seq2[referral.Person, error] {
	return pages(func(last *referral.Person) (list []referral.Person, err error) {
		from := after
		if last != nil {
			from = last.ID
		}
		err = r.s.view(func(c *conn) error {
			x := &referralConn{ctx: ctx, c: c, program: program}
			list, err = x.people("person > ? ORDER BY person LIMIT ?", string(from), pageRows)
			return err
		})
		return list, err
	})
}

// pages yields page after page until one is short.
func pages[T any](page func(last *T) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var last *T
		for {
			list, err := page(last)
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for i := range list {
				if !yield(list[i], nil) {
					return
				}
			}
			if len(list) < pageRows {
				return
			}
			last = &list[len(list)-1]
		}
	}
}
