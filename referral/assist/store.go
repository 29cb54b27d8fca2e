package assist

import (
	"context"

	"github.com/siyu-go/siyu"
)

// Slot says what a step looks at.
type Slot struct {
	Campaign CampaignID
	Task     TaskID
	Helper   siyu.UserID // empty where the step is about no one
}

// Kept is a task as a store keeps it, with the terms it was started under.
type Kept struct {
	Terms Terms `json:"terms"`
	Task  Task  `json:"task"`
}

// State is what a step finds.
type State struct {
	Kept   *Kept // nil: no such task
	Helped bool  // the helper has helped in the campaign, whatever task
}

// Change is what a step writes. If the slot has a helper, the helper has helped
// from now on.
type Change struct {
	Kept   Kept
	Result Result       // the answer to the call
	Events []siyu.Event // appended to the event log
}

// Store keeps the tasks and helpers of one tenant. The stores of the library
// are in store/memstore and store/sqlstore; whoever writes another runs
// assisttest.TestStore on it. A store is safe for concurrent use.
type Store interface {
	// Update answers a call once, in one atomic step; steps on one task are
	// serial, and so are those of one helper in one campaign. A known call with
	// the same digest is answered with the result stored then, and replayed is
	// true; with another digest it is siyu.ErrConflict. For a new one decide sees
	// the state, and the task, the helper, the events and the result of its change
	// are kept together. If decide returns an error nothing is kept, not even the
	// call, and the error is returned as it is. decide is pure and may be called
	// more than once.
	Update(ctx context.Context, call siyu.Call, at Slot, decide func(State) (Change, error)) (result Result, replayed bool, err error)

	// Task returns a task, or siyu.ErrNotFound.
	Task(ctx context.Context, campaign CampaignID, id TaskID) (Kept, error)
}
