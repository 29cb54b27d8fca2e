package referral

import (
	"context"
	"iter"

	"github.com/siyu-go/siyu"
)

// ProgramID names a program to the host and its store.
type ProgramID string

// Store keeps the rows, the ledger and the answers of programs for one tenant.
// The stores of the library are in store/memstore and store/sqlstore; whoever
// writes another runs referraltest.TestStore on it. Callers use a [Service].
type Store interface {
	// Step answers a call once, in one atomic step: steps of one program happen
	// one after the other, and a step that returns an error has changed nothing.
	//
	// A known call with the same digest is answered with the result stored then,
	// and replayed is true; with another digest it is siyu.ErrConflict. For a new
	// one decide sees the program's state. All rows, entries and events of its
	// change are written and its result is stored under the call. If the change
	// is empty nothing is kept, not even the call, and its result is returned.
	// decide is pure, may be called more than once, and only its last answer
	// counts; its error is returned as it is.
	Step(ctx context.Context, program ProgramID, call siyu.Call, decide func(View) (Change, error)) (result Result, replayed bool, err error)

	// View shows the state of one moment to read, which may be called more than
	// once and must keep what it wants by itself. Its error is returned as it
	// is. A program without events is shown empty.
	View(ctx context.Context, program ProgramID, read func(View) error) error

	// Entries yields the ledger of a program in the order of Seq and Line, from
	// the entry after the given place on, and ends after an error. An empty
	// person means all.
	Entries(ctx context.Context, program ProgramID, person siyu.UserID, after Place) iter.Seq2[Entry, error]

	// People yields the rows of all persons of a program in the order of their
	// ids after the given one, and ends after an error.
	People(ctx context.Context, program ProgramID, after siyu.UserID) iter.Seq2[Person, error]
}

// Place is a place in a ledger: the Seq and Line of an entry. The zero Place is
// before the first.
type Place struct {
	Seq  int64
	Line int
}
