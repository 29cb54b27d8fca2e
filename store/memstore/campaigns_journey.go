package memstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/journey"
)

// Journeys returns the store of package campaign/journey.
func (s *Store) Journeys() journey.Store { return journeys{s} }

type journeys struct{ s *Store }

// Update implements [journey.Store].
func (j journeys) Update(
	ctx context.Context, call siyu.Call, key journey.Key, decide func(*journey.Record) (journey.Change, error),
) (journey.Answer, bool, error) {
	return step(ctx, j.s, call, func(x *tx, t *tenant) (journey.Answer, []siyu.Event, error) {
		var was *journey.Record
		if r, ok := t.campaigns.journeys[key]; ok {
			r = r.Clone()
			was = &r
		}
		change, err := decide(was)
		if err != nil {
			return journey.Answer{}, nil, err
		}
		put(x, t.campaigns.journeys, key, change.Record.Clone())
		return change.Answer, change.Events, nil
	})
}

// Journey implements [journey.Store].
func (j journeys) Journey(ctx context.Context, key journey.Key) (r journey.Record, err error) {
	err = j.s.view(ctx, func(t *tenant) error {
		kept, ok := t.campaigns.journeys[key]
		if !ok {
			return fmt.Errorf("memstore: journey: %w", siyu.ErrNotFound)
		}
		r = kept.Clone()
		return nil
	})
	return r, err
}

// Due implements [journey.Store].
func (j journeys) Due(ctx context.Context, id string, until time.Time, limit int) (out []journey.Record, err error) {
	err = j.s.view(ctx, func(t *tenant) error {
		for key, r := range t.campaigns.journeys {
			if key.Journey == id && r.State() == journey.Active && !r.Due().After(until) {
				out = append(out, r.Clone())
			}
		}
		slices.SortFunc(out, func(a, b journey.Record) int {
			return cmp.Or(a.Due().Compare(b.Due()), cmp.Compare(a.User, b.User), cmp.Compare(a.Entry, b.Entry))
		})
		out = out[:min(len(out), max(0, limit))]
		return nil
	})
	return out, err
}
