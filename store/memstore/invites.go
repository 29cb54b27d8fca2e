package memstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/invite"
)

// inviteData is one tenant's part of package invite.
type inviteData struct {
	codes    map[invite.CodeKey]invite.Kept
	inviters map[siyu.UserID][]invite.CodeKey // ascending
}

func newInviteData() inviteData {
	return inviteData{codes: make(map[invite.CodeKey]invite.Kept), inviters: make(map[siyu.UserID][]invite.CodeKey)}
}

// Invites returns the tenant's part for package invite.
func (s *Store) Invites() invite.Store { return invites{s} }

type invites struct{ s *Store }

// Update implements [invite.Store].
func (i invites) Update(
	ctx context.Context, call siyu.Call, key invite.CodeKey, decide func(*invite.Kept) (invite.Change, error),
) (invite.Result, bool, error) {
	return step(ctx, i.s, call, func(x *tx, t *tenant) (invite.Result, []siyu.Event, error) {
		d := &t.invites
		var before *invite.Kept
		if k, ok := d.codes[key]; ok {
			before = &k
		}
		known := before != nil
		change, err := decide(before)
		if err != nil {
			return invite.Result{}, nil, err
		}
		put(x, d.codes, key, change.Kept)
		if inviter := change.Kept.Code.Inviter; !known {
			at, _ := slices.BinarySearch(d.inviters[inviter], key)
			put(x, d.inviters, inviter, slices.Insert(slices.Clone(d.inviters[inviter]), at, key))
		}
		return change.Result, change.Events, nil
	})
}

// Code implements [invite.Store].
func (i invites) Code(ctx context.Context, key invite.CodeKey) (k invite.Kept, err error) {
	err = i.s.view(ctx, func(t *tenant) error {
		var ok bool
		if k, ok = t.invites.codes[key]; !ok {
			return fmt.Errorf("memstore: code: %w", siyu.ErrNotFound)
		}
		return nil
	})
	return k, err
}

// Codes implements [invite.Store].
func (i invites) Codes(ctx context.Context, inviter siyu.UserID) (all []invite.Kept, err error) {
	err = i.s.view(ctx, func(t *tenant) error {
		for _, key := range t.invites.inviters[inviter] {
			all = append(all, t.invites.codes[key])
		}
		return nil
	})
	return all, err
}
