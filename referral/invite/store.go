package invite

import (
	"context"

	"github.com/siyu-go/siyu"
)

// Change is what a step writes.
type Change struct {
	Kept   Kept         // its inviter stays who it was
	Result Result       // the answer to the call
	Events []siyu.Event // appended to the event log
}

// Store keeps the codes of one tenant. The stores of the library are in
// store/memstore and store/sqlstore; whoever writes another runs
// invitetest.TestStore on it. A store is safe for concurrent use.
type Store interface {
	// Update answers a call once, in one atomic step; steps on one code are
	// serial, also while there is none under its key. A known call with the same
	// digest is answered with the result stored then, and replayed is true; with
	// another digest it is siyu.ErrConflict. For a new one decide sees the code,
	// nil if there is none, and the code, the events and the result of its change
	// are kept together. If decide returns an error nothing is kept, not even the
	// call, and the error is returned as it is. decide is pure and may be called
	// more than once.
	Update(ctx context.Context, call siyu.Call, key CodeKey, decide func(*Kept) (Change, error)) (result Result, replayed bool, err error)

	// Code returns a code, or siyu.ErrNotFound.
	Code(ctx context.Context, key CodeKey) (Kept, error)

	// Codes returns the codes of an inviter in the order of their keys.
	Codes(ctx context.Context, inviter siyu.UserID) ([]Kept, error)
}
