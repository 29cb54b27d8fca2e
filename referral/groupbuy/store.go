package groupbuy

import (
	"context"

	"github.com/siyu-go/siyu"
)

// Kept is a group as a store keeps it, with the terms it was opened under.
type Kept struct {
	Terms Terms `json:"terms"`
	Group Group `json:"group"`
}

// Change is what a step writes.
type Change struct {
	Kept   Kept
	Result Result       // the answer to the call
	Events []siyu.Event // appended to the event log
}

// Store keeps the groups of one tenant. The stores of the library are in
// store/memstore and store/sqlstore; whoever writes another runs
// groupbuytest.TestStore on it. A store is safe for concurrent use.
type Store interface {
	// Update answers a call once, in one atomic step; steps on one group are
	// serial. A known call with the same digest is answered with the result
	// stored then, and replayed is true; with another digest it is
	// siyu.ErrConflict. For a new one decide sees the group, or nil if there is
	// none, and the group, events and result of its change are kept together. If
	// decide returns an error nothing is kept, not even the call, and the error is
	// returned as it is. decide is pure and may be called more than once.
	Update(ctx context.Context, call siyu.Call, id ID, decide func(*Kept) (Change, error)) (result Result, replayed bool, err error)

	// Group returns a group, or siyu.ErrNotFound.
	Group(ctx context.Context, id ID) (Kept, error)
}
