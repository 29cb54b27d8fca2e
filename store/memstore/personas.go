package memstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
)

// personaData is one tenant's part of package persona.
type personaData struct {
	codes    map[persona.CodeID]persona.Code
	groups   map[codeUser]persona.GroupID
	rosters  map[persona.RosterID]persona.Roster
	states   map[persona.RosterID]persona.RosterState
	advisers map[rosterUser]persona.AdviserID
}

type codeUser struct {
	code persona.CodeID
	user siyu.UserID
}

type rosterUser struct {
	roster persona.RosterID
	user   siyu.UserID
}

func newPersonaData() personaData {
	return personaData{
		codes:    make(map[persona.CodeID]persona.Code),
		groups:   make(map[codeUser]persona.GroupID),
		rosters:  make(map[persona.RosterID]persona.Roster),
		states:   make(map[persona.RosterID]persona.RosterState),
		advisers: make(map[rosterUser]persona.AdviserID),
	}
}

// Personas returns the store of package persona.
func (s *Store) Personas() persona.Store { return personas{s} }

type personas struct{ s *Store }

// UpdateCode implements [persona.Store].
func (p personas) UpdateCode(
	ctx context.Context, call siyu.Call, at persona.CodeSlot, decide func(persona.CodeState) (persona.CodeChange, error),
) (persona.Joined, bool, error) {
	return step(ctx, p.s, call, func(x *tx, t *tenant) (persona.Joined, []siyu.Event, error) {
		d, place := &t.personas, codeUser{at.Code, at.User}
		st := persona.CodeState{In: d.groups[place]}
		if c, ok := d.codes[at.Code]; ok {
			c = c.Clone()
			st.Code = &c
		}
		change, err := decide(st)
		if err != nil {
			return persona.Joined{}, nil, err
		}
		if change.Code != nil {
			put(x, d.codes, at.Code, change.Code.Clone())
		}
		if at.User != "" && change.In != "" {
			put(x, d.groups, place, change.In)
		} else {
			drop(x, d.groups, place)
		}
		return change.Answer, eventsOf(change.Event), nil
	})
}

// Code implements [persona.Store].
func (p personas) Code(ctx context.Context, id persona.CodeID) (c persona.Code, err error) {
	err = p.s.view(ctx, func(t *tenant) error {
		kept, ok := t.personas.codes[id]
		if !ok {
			return fmt.Errorf("memstore: code: %w", siyu.ErrNotFound)
		}
		c = kept.Clone()
		return nil
	})
	return c, err
}

// GroupOf implements [persona.Store].
func (p personas) GroupOf(ctx context.Context, code persona.CodeID, user siyu.UserID) (g persona.GroupID, err error) {
	err = p.s.view(ctx, func(t *tenant) error {
		var ok bool
		if g, ok = t.personas.groups[codeUser{code, user}]; !ok {
			return fmt.Errorf("memstore: member: %w", siyu.ErrNotFound)
		}
		return nil
	})
	return g, err
}

// Members implements [persona.Store].
func (p personas) Members(ctx context.Context, code persona.CodeID, group persona.GroupID) (out []siyu.UserID, err error) {
	err = p.s.view(ctx, func(t *tenant) error {
		for place, in := range t.personas.groups {
			if place.code == code && in == group {
				out = append(out, place.user)
			}
		}
		slices.Sort(out)
		return nil
	})
	return out, err
}

// UpdateRoster implements [persona.Store].
func (p personas) UpdateRoster(
	ctx context.Context, call siyu.Call, at persona.RosterSlot, decide func(persona.RosterView) (persona.RosterChange, error),
) (persona.Assigned, bool, error) {
	return step(ctx, p.s, call, func(x *tx, t *tenant) (persona.Assigned, []siyu.Event, error) {
		d, place := &t.personas, rosterUser{at.Roster, at.User}
		v := persona.RosterView{State: d.states[at.Roster].Clone(), Adviser: d.advisers[place]}
		if r, ok := d.rosters[at.Roster]; ok {
			r = r.Clone()
			v.Roster = &r
		}
		change, err := decide(v)
		if err != nil {
			return persona.Assigned{}, nil, err
		}
		if change.Roster != nil {
			put(x, d.rosters, at.Roster, change.Roster.Clone())
		}
		if change.State != nil {
			put(x, d.states, at.Roster, change.State.Clone())
		}
		if at.User != "" && change.Adviser != "" {
			put(x, d.advisers, place, change.Adviser)
		} else {
			drop(x, d.advisers, place)
		}
		return change.Answer, eventsOf(change.Event), nil
	})
}

// Roster implements [persona.Store].
func (p personas) Roster(ctx context.Context, id persona.RosterID) (r persona.Roster, s persona.RosterState, err error) {
	err = p.s.view(ctx, func(t *tenant) error {
		kept, ok := t.personas.rosters[id]
		if !ok {
			return fmt.Errorf("memstore: roster: %w", siyu.ErrNotFound)
		}
		r, s = kept.Clone(), t.personas.states[id].Clone()
		return nil
	})
	return r, s, err
}

// AdviserOf implements [persona.Store].
func (p personas) AdviserOf(ctx context.Context, roster persona.RosterID, user siyu.UserID) (a persona.AdviserID, err error) {
	err = p.s.view(ctx, func(t *tenant) error {
		var ok bool
		if a, ok = t.personas.advisers[rosterUser{roster, user}]; !ok {
			return fmt.Errorf("memstore: adviser: %w", siyu.ErrNotFound)
		}
		return nil
	})
	return a, err
}
