package memstore

import (
	"context"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment/identity"
)

// identityData is one tenant's part of package identity.
type identityData struct {
	links   map[string]identity.Placed // by ID, those that stand
	undone  map[string]identity.Withdrawal
	naming  map[identity.Identifier][]string // IDs of the links that stand and name it
	seen    map[identity.Identifier][]identity.Observation
	counter map[string]int64 // "place": of the last link
}

func newIdentityData() identityData {
	return identityData{
		links:   make(map[string]identity.Placed),
		undone:  make(map[string]identity.Withdrawal),
		naming:  make(map[identity.Identifier][]string),
		seen:    make(map[identity.Identifier][]identity.Observation),
		counter: make(map[string]int64),
	}
}

// Identities returns the store of package identity.
func (s *Store) Identities() identity.Store { return identities{s} }

type identities struct{ s *Store }

// Update implements [identity.Store].
func (i identities) Update(
	ctx context.Context, call siyu.Call, near identity.Near, decide func(identity.Journal) (identity.Change, error),
) (identity.Outcome, bool, error) {
	return step(ctx, i.s, call, func(x *tx, t *tenant) (identity.Outcome, []siyu.Event, error) {
		part, err := t.identity.part(near)
		if err != nil {
			return identity.Outcome{}, nil, err
		}
		change, err := decide(part)
		if err != nil {
			return identity.Outcome{}, nil, err
		}
		t.identity.keep(x, change)
		return change.Answer, change.Events, nil
	})
}

// Part implements [identity.Store].
func (i identities) Part(ctx context.Context, near identity.Near) (part identity.Journal, err error) {
	err = i.s.view(ctx, func(t *tenant) error {
		part, err = t.identity.part(near)
		return err
	})
	return part, err
}

func (d *identityData) part(near identity.Near) (identity.Journal, error) {
	var start []identity.Identifier
	l, stands := d.links[near.Link]
	withdrawal, back := d.undone[near.Link]
	switch {
	case stands:
		start = []identity.Identifier{l.Link.A, l.Link.B}
	case back:
		start = []identity.Identifier{withdrawal.Link.A, withdrawal.Link.B}
	}
	part, err := identity.Collect(near, start, func(id identity.Identifier) ([]identity.Placed, error) {
		var out []identity.Placed
		for _, name := range d.naming[id] {
			out = append(out, d.links[name])
		}
		return out, nil
	}, func(id identity.Identifier) ([]identity.Observation, error) {
		out := slices.Clone(d.seen[id])
		for k := range out {
			out[k].Consent = slices.Clone(out[k].Consent)
		}
		return out, nil
	})
	if back {
		part.Withdrawals = []identity.Withdrawal{withdrawal}
	}
	return part, err
}

func (d *identityData) keep(x *tx, change identity.Change) {
	sides := func(l identity.Link) []identity.Identifier {
		return slices.Compact([]identity.Identifier{l.A, l.B})
	}
	if l := change.Link; l != nil {
		place := d.counter["place"] + 1
		put(x, d.counter, "place", place)
		put(x, d.links, l.ID, identity.Placed{Link: *l, Place: place})
		for _, id := range sides(*l) {
			put(x, d.naming, id, append(slices.Clone(d.naming[id]), l.ID))
		}
	}
	if w := change.Withdraw; w != nil {
		drop(x, d.links, w.Link.ID)
		put(x, d.undone, w.Link.ID, *w)
		for _, id := range sides(w.Link) {
			put(x, d.naming, id, slices.DeleteFunc(slices.Clone(d.naming[id]), func(name string) bool { return name == w.Link.ID }))
		}
	}
	if o := change.Observe; o != nil {
		kept := slices.DeleteFunc(slices.Clone(d.seen[o.Of]), func(old identity.Observation) bool {
			return old.Name == o.Name && old.Source == o.Source
		})
		own := *o
		own.Consent = slices.Clone(o.Consent)
		put(x, d.seen, o.Of, append(kept, own))
	}
}
