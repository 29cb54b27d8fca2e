package memstore

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// referralData is one tenant's part of package referral.
type referralData struct {
	programs map[referral.ProgramID]*referral.Rows
}

func newReferralData() referralData {
	return referralData{programs: make(map[referral.ProgramID]*referral.Rows)}
}

// rows returns the state of a program, which begins empty.
func (d referralData) rows(program referral.ProgramID) *referral.Rows {
	rows := d.programs[program]
	if rows == nil {
		rows = referral.NewRows()
		d.programs[program] = rows
	}
	return rows
}

// Referrals returns the tenant's part for package referral.
func (s *Store) Referrals() referral.Store { return referrals{s} }

type referrals struct{ s *Store }

// refused carries the result of a change that is not kept out of the step.
type refused struct{ result referral.Result }

func (refused) Error() string { return "memstore: nothing to keep" }

func (r referrals) Step(
	ctx context.Context, program referral.ProgramID, call siyu.Call, decide func(referral.View) (referral.Change, error),
) (referral.Result, bool, error) {
	result, replayed, err := step(ctx, r.s, call, func(x *tx, t *tenant) (referral.Result, []siyu.Event, error) {
		rows := t.referrals.rows(program)
		change, err := decide(rows)
		if err != nil {
			return referral.Result{}, nil, err
		}
		if change.Empty() {
			return referral.Result{}, nil, refused{change.Result}
		}
		x.undo = append(x.undo, rows.Try(change))
		return change.Result, change.Events, nil
	})
	if no, ok := errors.AsType[refused](err); ok {
		return no.result, false, nil
	}
	return result, replayed, err
}

func (r referrals) View(ctx context.Context, program referral.ProgramID, read func(referral.View) error) error {
	return r.s.view(ctx, func(t *tenant) error { return read(t.referrals.rows(program)) })
}

func (r referrals) Entries(
	ctx context.Context, program referral.ProgramID, person siyu.UserID, after referral.Place,
) iter.Seq2[referral.Entry, error] {
	return snapshot(ctx, r.s, func(t *tenant) (list []referral.Entry) {
		for e := range t.referrals.rows(program).Entries() {
			later := e.Seq > after.Seq || e.Seq == after.Seq && e.Line > after.Line
			if later && (person == "" || e.Person == person) {
				list = append(list, e)
			}
		}
		return list
	})
}

func (r referrals) People(ctx context.Context, program referral.ProgramID, after siyu.UserID) iter.Seq2[referral.Person, error] {
	return snapshot(ctx, r.s, func(t *tenant) (list []referral.Person) {
		rows := t.referrals.rows(program)
		for _, id := range slices.Sorted(rows.People()) {
			if id > after {
				p, _ := rows.Person(id) // rows in memory do not fail
				list = append(list, p)
			}
		}
		return list
	})
}

// snapshot yields a list taken under the lock.
func snapshot[T any](ctx context.Context, s *Store, take func(*tenant) []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var list []T
		err := s.view(ctx, func(t *tenant) error {
			list = take(t)
			return nil
		})
		if err != nil {
			var zero T
			yield(zero, err)
			return
		}
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}
