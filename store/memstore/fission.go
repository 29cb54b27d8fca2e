package memstore

import (
	"context"
	"fmt"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/assist"
	"github.com/siyu-go/siyu/referral/groupbuy"
)

// fissionData is one tenant's part of packages groupbuy and assist.
type fissionData struct {
	groups map[groupbuy.ID]groupbuy.Kept
	tasks  map[campaignTask]assist.Kept
	helped map[campaignHelper]bool
}

type campaignTask struct {
	campaign assist.CampaignID
	task     assist.TaskID
}

type campaignHelper struct {
	campaign assist.CampaignID
	helper   siyu.UserID
}

func newFissionData() fissionData {
	return fissionData{
		groups: make(map[groupbuy.ID]groupbuy.Kept),
		tasks:  make(map[campaignTask]assist.Kept),
		helped: make(map[campaignHelper]bool),
	}
}

// GroupBuys returns the tenant's part for package groupbuy.
func (s *Store) GroupBuys() groupbuy.Store { return groupBuys{s} }

type groupBuys struct{ s *Store }

// Update implements [groupbuy.Store].
func (g groupBuys) Update(
	ctx context.Context, call siyu.Call, id groupbuy.ID, decide func(*groupbuy.Kept) (groupbuy.Change, error),
) (groupbuy.Result, bool, error) {
	return step(ctx, g.s, call, func(x *tx, t *tenant) (groupbuy.Result, []siyu.Event, error) {
		var before *groupbuy.Kept
		if k, ok := t.fission.groups[id]; ok {
			k.Group = k.Group.Clone()
			before = &k
		}
		change, err := decide(before)
		if err != nil {
			return groupbuy.Result{}, nil, err
		}
		change.Kept.Group = change.Kept.Group.Clone()
		put(x, t.fission.groups, id, change.Kept)
		return change.Result, change.Events, nil
	})
}

// Group implements [groupbuy.Store].
func (g groupBuys) Group(ctx context.Context, id groupbuy.ID) (k groupbuy.Kept, err error) {
	err = g.s.view(ctx, func(t *tenant) error {
		kept, ok := t.fission.groups[id]
		if !ok {
			return fmt.Errorf("memstore: group: %w", siyu.ErrNotFound)
		}
		kept.Group = kept.Group.Clone()
		k = kept
		return nil
	})
	return k, err
}

// Assists returns the tenant's part for package assist.
func (s *Store) Assists() assist.Store { return assists{s} }

type assists struct{ s *Store }

// Update implements [assist.Store].
func (a assists) Update(
	ctx context.Context, call siyu.Call, at assist.Slot, decide func(assist.State) (assist.Change, error),
) (assist.Result, bool, error) {
	return step(ctx, a.s, call, func(x *tx, t *tenant) (assist.Result, []siyu.Event, error) {
		d, task, helper := &t.fission, campaignTask{at.Campaign, at.Task}, campaignHelper{at.Campaign, at.Helper}
		st := assist.State{Helped: d.helped[helper]}
		if k, ok := d.tasks[task]; ok {
			st.Kept = &k
		}
		change, err := decide(st)
		if err != nil {
			return assist.Result{}, nil, err
		}
		put(x, d.tasks, task, change.Kept)
		if at.Helper != "" {
			put(x, d.helped, helper, true)
		}
		return change.Result, change.Events, nil
	})
}

// Task implements [assist.Store].
func (a assists) Task(ctx context.Context, campaign assist.CampaignID, id assist.TaskID) (k assist.Kept, err error) {
	err = a.s.view(ctx, func(t *tenant) error {
		var ok bool
		if k, ok = t.fission.tasks[campaignTask{campaign, id}]; !ok {
			return fmt.Errorf("memstore: task: %w", siyu.ErrNotFound)
		}
		return nil
	})
	return k, err
}
