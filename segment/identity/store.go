package identity

import (
	"context"

	"github.com/siyu-go/siyu"
)

// Store keeps the journal of a graph: links in the order in which they were
// taken up, those that were taken back, and attributes. It decides nothing; the
// [Service] does. A handle is of one tenant, which has one graph.
type Store interface {
	// Update answers a call once: a known call with its stored answer, a new one
	// by decide, which gets the part of the journal that near names and says
	// what to keep; it may be asked more than once. All of the change, its events
	// and the answer are kept together, or nothing if decide fails. Steps of one
	// tenant are serial.
	Update(ctx context.Context, call siyu.Call, near Near, decide func(Journal) (Change, error)) (answer Outcome, replayed bool, err error)

	// Part returns the part of the journal that near names.
	Part(ctx context.Context, near Near) (Journal, error)
}

// Near names a part of a journal: all that chains of links, standing or refused,
// join to some identifiers. What is joined to them depends on nothing else.
//
// The part holds the links that name an identifier that was reached, in order,
// and the attributes of those identifiers. Chains end at an identifier that
// Through refuses: it is not reached, and only links that name another one that
// was are in the part.
type Near struct {
	IDs     []Identifier
	Link    string                // starts from the sides of this link too; if it was taken back, the part holds the withdrawal
	Through func(Identifier) bool // nil: all
}

// Change is what a step keeps.
type Change struct {
	Link     *Link        // is taken up, after all others
	Withdraw *Withdrawal  // its link is taken back
	Observe  *Observation // replaces that of the same identifier, name and source
	Events   []siyu.Event
	Answer   Outcome
}

// Outcome is what a step of the [Service] led to.
type Outcome struct {
	Decision Decision `json:"decision,omitzero"` // of Link
	Persons  []Person `json:"persons"`           // that the step was about, as they are after it, by Key
	Replayed bool     `json:"-"`                 // the key was answered before
}
