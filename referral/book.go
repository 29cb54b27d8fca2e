package referral

import (
	"time"

	"github.com/siyu-go/siyu"
)

// Book is a program with its state in memory. It serves replays, simulations
// and what-if questions on a recorded history, and is what the database stores
// are held against. It is not safe for concurrent use.
type Book struct {
	*Rows
	plan *Plan
	step step // room for one decision at a time
}

// NewBook returns an empty book of the plan.
func NewBook(plan *Plan) *Book { return &Book{Rows: NewRows(), plan: plan} }

// Plan returns the plan that the book is kept by.
func (b *Book) Plan() *Plan { return b.plan }

// Do decides on an event and writes what it changes.
func (b *Book) Do(e Event) (Result, error) {
	change, err := b.plan.decide(&b.step, b.Rows, e)
	if err != nil {
		return Result{}, err
	}
	b.apply(change, nil)
	return change.Result, nil
}

// Statement returns a person's account at an instant, or at that of the latest
// event if it is later; see [StatementOf].
func (b *Book) Statement(person siyu.UserID, at time.Time) (Statement, error) {
	return StatementOf(b, person, at)
}
