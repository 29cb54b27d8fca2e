package referral_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/referral/referraltest"
)

var errView = errors.New("the view fails")

// failing is a view that fails from its n-th reading on.
type failing struct {
	referral.View
	left int
}

func (f *failing) fail() error {
	if f.left--; f.left < 0 {
		return errView
	}
	return nil
}

func read[T any](f *failing, value T, err error) (T, error) {
	if failed := f.fail(); failed != nil {
		var zero T
		return zero, failed
	}
	return value, err
}

func (f *failing) Totals() (referral.Totals, error) {
	v, err := f.View.Totals()
	return read(f, v, err)
}

func (f *failing) Person(id siyu.UserID) (referral.Person, error) {
	v, err := f.View.Person(id)
	return read(f, v, err)
}

func (f *failing) Tally(id siyu.UserID, series string) (referral.Tally, error) {
	v, err := f.View.Tally(id, series)
	return read(f, v, err)
}

func (f *failing) Touches(id siyu.UserID, after time.Time) ([]referral.Touch, error) {
	v, err := f.View.Touches(id, after)
	return read(f, v, err)
}

func (f *failing) Binding(id siyu.UserID) (*referral.Binding, error) {
	v, err := f.View.Binding(id)
	return read(f, v, err)
}

func (f *failing) Descends(a, b siyu.UserID, since time.Time) (bool, error) {
	v, err := f.View.Descends(a, b, since)
	return read(f, v, err)
}

func (f *failing) Binds(id siyu.UserID, after time.Time) (int64, error) {
	v, err := f.View.Binds(id, after)
	return read(f, v, err)
}

func (f *failing) Siblings(q referral.SiblingQuery) (int64, error) {
	v, err := f.View.Siblings(q)
	return read(f, v, err)
}

func (f *failing) Qualification(key referral.Key) (*referral.Qualification, error) {
	v, err := f.View.Qualification(key)
	return read(f, v, err)
}

func (f *failing) Qualifications(id siyu.UserID) ([]referral.Qualification, error) {
	v, err := f.View.Qualifications(id)
	return read(f, v, err)
}

func (f *failing) Refunded(key referral.Key) (*referral.Refund, error) {
	v, err := f.View.Refunded(key)
	return read(f, v, err)
}

func (f *failing) Awards(key referral.Key) ([]referral.Award, error) {
	v, err := f.View.Awards(key)
	return read(f, v, err)
}

func (f *failing) Series(q referral.SeriesQuery) ([]referral.Award, error) {
	v, err := f.View.Series(q)
	return read(f, v, err)
}

func (f *failing) Due(id siyu.UserID, at time.Time, limit int) ([]referral.Award, error) {
	v, err := f.View.Due(id, at, limit)
	return read(f, v, err)
}

// Whichever reading fails, the decision fails with its error and decides
// nothing.
func TestPlan_viewFails(t *testing.T) {
	for seed := range uint64(40) {
		d := referraltest.Draw(rand.New(rand.NewPCG(seed, 5)).IntN)
		plan := compile(t, d.Program())
		book := referral.NewBook(plan)
		for _, e := range d.Events(40) {
			for n := 0; ; n++ {
				view := &failing{book, n}
				change, err := plan.Decide(view, e)
				if view.left >= 0 { // nothing failed: every reading has had its turn
					break
				}
				if !errors.Is(err, errView) || change.Result.Outcome != "" || len(change.Entries) > 0 {
					t.Fatalf("seed %d: %T, reading %d fails: %+v, %v", seed, e, n, change.Result, err)
				}
			}
			do(t, book, e)
		}
	}
}
