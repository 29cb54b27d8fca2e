package persona

import (
	"context"
	"maps"
	"slices"

	"github.com/siyu-go/siyu"
)

// CodeSlot says what a step on a live code looks at.
type CodeSlot struct {
	Code CodeID
	User siyu.UserID // empty where the step is about no one
}

// CodeState is a live code as it stands in an atomic step.
type CodeState struct {
	Code *Code   // nil: does not exist
	In   GroupID // the group of the code that the user is in; empty: none
}

// CodeChange is what a step on a live code writes.
type CodeChange struct {
	Code   *Code      // nil: unchanged
	In     GroupID    // the user's group from now on; empty: none
	Event  siyu.Event // appended to the event log, unless it has no id
	Answer Joined
}

// RosterSlot says what a step on a roster looks at.
type RosterSlot struct {
	Roster RosterID
	User   siyu.UserID // empty where the step is about no one
}

// RosterView is a roster as it stands in an atomic step.
type RosterView struct {
	Roster  *Roster // nil: does not exist
	State   RosterState
	Adviser AdviserID // whom the user has; empty: no one
}

// RosterChange is what a step on a roster writes.
type RosterChange struct {
	Roster  *Roster      // nil: unchanged
	State   *RosterState // nil: unchanged
	Adviser AdviserID    // the user's from now on; empty: no one
	Event   siyu.Event   // appended to the event log, unless it has no id
	Answer  Assigned
}

// Store keeps live codes and who is in which group, rosters and who has which
// adviser. Implementations are in store/memstore and store/sqlstore; package
// personatest holds the suite for others. A store is safe for concurrent use.
//
// Methods with a call are atomic steps: a call that is known is answered as it
// was the first time, with replayed true, or with [siyu.ErrConflict] if its
// digest differs. A new one asks decide, which sees what no other step changes
// meanwhile and may be asked more than once; then everything in the change is
// kept together. If decide returns an error nothing is kept, the key stays
// unused, and the error is returned as it is.
type Store interface {
	// UpdateCode changes a code and the place of a user in it. Steps on one
	// code are serial.
	UpdateCode(ctx context.Context, call siyu.Call, at CodeSlot, decide func(CodeState) (CodeChange, error)) (answer Joined, replayed bool, err error)

	// Code returns a code, or siyu.ErrNotFound.
	Code(ctx context.Context, id CodeID) (Code, error)

	// GroupOf returns the group of a code that a user is in, or
	// siyu.ErrNotFound.
	GroupOf(ctx context.Context, code CodeID, user siyu.UserID) (GroupID, error)

	// Members returns who is in a group through the code, in order of id.
	Members(ctx context.Context, code CodeID, group GroupID) ([]siyu.UserID, error)

	// UpdateRoster changes a roster and the adviser of a user. Steps on one
	// roster are serial.
	UpdateRoster(ctx context.Context, call siyu.Call, at RosterSlot, decide func(RosterView) (RosterChange, error)) (answer Assigned, replayed bool, err error)

	// Roster returns a roster and its state, or siyu.ErrNotFound.
	Roster(ctx context.Context, id RosterID) (Roster, RosterState, error)

	// AdviserOf returns the adviser that a user has from a roster, or
	// siyu.ErrNotFound.
	AdviserOf(ctx context.Context, roster RosterID, user siyu.UserID) (AdviserID, error)
}

// Clone returns a code that shares nothing with c.
func (c Code) Clone() Code {
	c.Groups = slices.Clone(c.Groups)
	for i := range c.Groups {
		if p := c.Groups[i].Position; p != nil {
			at := *p
			c.Groups[i].Position = &at
		}
	}
	if c.AutoCreate != nil {
		a := *c.AutoCreate
		c.AutoCreate = &a
	}
	return c
}

// Clone returns a roster that shares nothing with r.
func (r Roster) Clone() Roster {
	for _, list := range []*[]Adviser{&r.Advisers, &r.Backup} {
		*list = slices.Clone(*list)
		for i := range *list {
			a := &(*list)[i]
			a.Shifts, a.Regions = slices.Clone(a.Shifts), slices.Clone(a.Regions)
		}
	}
	return r
}

// Clone returns a state that shares nothing with s.
func (s RosterState) Clone() RosterState {
	s.Loads, s.Current = maps.Clone(s.Loads), maps.Clone(s.Current)
	return s
}
