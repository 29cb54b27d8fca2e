package memstore

import (
	"context"
	"fmt"
	"maps"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/offer"
	"github.com/siyu-go/siyu/campaign/survey"
)

// Offers returns the store of package campaign/offer.
func (s *Store) Offers() offer.Store { return offers{s} }

type offers struct{ s *Store }

// UpdateSeats implements [offer.Store].
func (o offers) UpdateSeats(
	ctx context.Context, call siyu.Call, id offer.ID, decide func(*offer.Seats) (offer.Change, error),
) (offer.Claimed, bool, error) {
	return step(ctx, o.s, call, func(x *tx, t *tenant) (offer.Claimed, []siyu.Event, error) {
		var was *offer.Seats
		if kept, ok := t.campaigns.seats[id]; ok {
			was = &kept // seats copy what they change
		}
		change, err := decide(was)
		if err != nil {
			return offer.Claimed{}, nil, err
		}
		change.Seats.Taken = maps.Clone(change.Seats.Taken)
		put(x, t.campaigns.seats, id, change.Seats)
		return change.Answer, eventsOf(change.Event), nil
	})
}

// Seats implements [offer.Store].
func (o offers) Seats(ctx context.Context, id offer.ID) (seats offer.Seats, err error) {
	err = o.s.view(ctx, func(t *tenant) error {
		kept, ok := t.campaigns.seats[id]
		if !ok {
			return fmt.Errorf("memstore: seats: %w", siyu.ErrNotFound)
		}
		seats = kept
		seats.Taken = maps.Clone(kept.Taken)
		return nil
	})
	return seats, err
}

// Surveys returns the store of package campaign/survey.
func (s *Store) Surveys() survey.Store { return surveys{s} }

type surveys struct{ s *Store }

// Submit implements [survey.Store].
func (s surveys) Submit(
	ctx context.Context, call siyu.Call, at survey.Slot, decide func(survey.State) (survey.Change, error),
) (survey.Submitted, bool, error) {
	return step(ctx, s.s, call, func(x *tx, t *tenant) (survey.Submitted, []siyu.Event, error) {
		d := &t.campaigns
		_, had := d.gifts[at]
		change, err := decide(survey.State{Person: d.person(at.User), Given: d.given[at.Survey], Had: had})
		if err != nil {
			return survey.Submitted{}, nil, err
		}
		put(x, d.people, at.User, change.Person.Clone())
		if change.Gift && !had {
			put(x, d.gifts, at, struct{}{})
			put(x, d.given, at.Survey, d.given[at.Survey]+1)
		}
		return change.Answer, change.Events, nil
	})
}
