package memstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/campaign/offer"
	"github.com/siyu-go/siyu/campaign/survey"
)

// campaignData is one tenant's part of package campaign and the ideas beside
// it.
type campaignData struct {
	people   map[siyu.UserID]campaign.Person
	sends    map[campaign.SendID]campaign.Record
	byUser   map[siyu.UserID][]campaign.SendID
	deferred map[campaign.SendID]struct{}
	taken    map[campaign.ID]int
	journeys map[journey.Key]journey.Record
	seats    map[offer.ID]offer.Seats
	gifts    map[survey.Slot]struct{}
	given    map[survey.ID]int
}

func newCampaignData() campaignData {
	return campaignData{
		people:   make(map[siyu.UserID]campaign.Person),
		sends:    make(map[campaign.SendID]campaign.Record),
		byUser:   make(map[siyu.UserID][]campaign.SendID),
		deferred: make(map[campaign.SendID]struct{}),
		taken:    make(map[campaign.ID]int),
		journeys: make(map[journey.Key]journey.Record),
		seats:    make(map[offer.ID]offer.Seats),
		gifts:    make(map[survey.Slot]struct{}),
		given:    make(map[survey.ID]int),
	}
}

// Campaigns returns the store of package campaign.
func (s *Store) Campaigns() campaign.Store { return campaigns{s} }

type campaigns struct{ s *Store }

// Reserve implements [campaign.Store].
func (c campaigns) Reserve(
	ctx context.Context, call siyu.Call, at campaign.Slot, decide func(campaign.SendState) (campaign.SendChange, error),
) (campaign.Reservation, bool, error) {
	return step(ctx, c.s, call, func(x *tx, t *tenant) (campaign.Reservation, []siyu.Event, error) {
		d := &t.campaigns
		st := campaign.SendState{Taken: d.taken[at.Campaign], Person: d.person(at.User)}
		if at.Send != "" {
			r, ok := d.sends[at.Send]
			if !ok || r.User != at.User {
				return campaign.Reservation{}, nil, fmt.Errorf("memstore: send: %w", siyu.ErrNotFound)
			}
			st.Record = &r
		}
		for _, r := range d.history(at.User) {
			if r.ID != at.Send && (r.At.After(at.Since) || r.Campaign == at.Campaign) {
				st.History = append(st.History, r.Send)
			}
		}
		change, err := decide(st)
		if err != nil {
			return campaign.Reservation{}, nil, err
		}
		d.save(x, change.Record)
		return change.Answer, eventsOf(change.Event), nil
	})
}

// Settle implements [campaign.Store].
func (c campaigns) Settle(
	ctx context.Context, call siyu.Call, id campaign.SendID, decide func(campaign.Record) (campaign.SendChange, error),
) (campaign.Reservation, bool, error) {
	return step(ctx, c.s, call, func(x *tx, t *tenant) (campaign.Reservation, []siyu.Event, error) {
		r, ok := t.campaigns.sends[id]
		if !ok {
			return campaign.Reservation{}, nil, fmt.Errorf("memstore: send: %w", siyu.ErrNotFound)
		}
		change, err := decide(r)
		if err != nil {
			return campaign.Reservation{}, nil, err
		}
		t.campaigns.save(x, change.Record)
		return change.Answer, eventsOf(change.Event), nil
	})
}

// SavePerson implements [campaign.Store].
func (c campaigns) SavePerson(
	ctx context.Context, call siyu.Call, user siyu.UserID, decide func(*campaign.Person) (campaign.PersonChange, error),
) (campaign.Person, bool, error) {
	return step(ctx, c.s, call, func(x *tx, t *tenant) (campaign.Person, []siyu.Event, error) {
		change, err := decide(t.campaigns.person(user))
		if err != nil {
			return campaign.Person{}, nil, err
		}
		put(x, t.campaigns.people, user, change.Person.Clone())
		return change.Person, eventsOf(change.Event), nil
	})
}

// Person implements [campaign.Store].
func (c campaigns) Person(ctx context.Context, user siyu.UserID) (p campaign.Person, err error) {
	err = c.s.view(ctx, func(t *tenant) error {
		kept := t.campaigns.person(user)
		if kept == nil {
			return fmt.Errorf("memstore: person: %w", siyu.ErrNotFound)
		}
		p = *kept
		return nil
	})
	return p, err
}

// History implements [campaign.Store].
func (c campaigns) History(ctx context.Context, user siyu.UserID, since time.Time) (out []campaign.Record, err error) {
	err = c.s.view(ctx, func(t *tenant) error {
		out = slices.DeleteFunc(t.campaigns.history(user), func(r campaign.Record) bool { return r.At.Before(since) })
		return nil
	})
	return out, err
}

// Due implements [campaign.Store].
func (c campaigns) Due(ctx context.Context, until time.Time, limit int) (out []campaign.Record, err error) {
	err = c.s.view(ctx, func(t *tenant) error {
		for id := range t.campaigns.deferred {
			if r := t.campaigns.sends[id]; !r.Release.After(until) {
				out = append(out, r)
			}
		}
		slices.SortFunc(out, func(a, b campaign.Record) int {
			return cmp.Or(a.Release.Compare(b.Release), cmp.Compare(a.ID, b.ID))
		})
		out = out[:min(len(out), max(0, limit))]
		return nil
	})
	return out, err
}

// person returns a copy of the profile kept, nil if none is.
func (d *campaignData) person(user siyu.UserID) *campaign.Person {
	p, ok := d.people[user]
	if !ok {
		return nil
	}
	p = p.Clone()
	return &p
}

// history returns the sends to a person in order of time, then id.
func (d *campaignData) history(user siyu.UserID) []campaign.Record {
	var out []campaign.Record
	for _, id := range d.byUser[user] {
		out = append(out, d.sends[id])
	}
	slices.SortFunc(out, func(a, b campaign.Record) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// save keeps a record and what follows from it.
func (d *campaignData) save(x *tx, r campaign.Record) {
	old, known := d.sends[r.ID]
	if !known {
		put(x, d.byUser, r.User, append(slices.Clip(d.byUser[r.User]), r.ID))
	}
	switch {
	case r.TookStock && !old.TookStock:
		put(x, d.taken, r.Campaign, d.taken[r.Campaign]+1)
	case !r.TookStock && old.TookStock:
		put(x, d.taken, r.Campaign, d.taken[r.Campaign]-1)
	}
	if r.Outcome == campaign.Deferred {
		put(x, d.deferred, r.ID, struct{}{})
	} else {
		drop(x, d.deferred, r.ID)
	}
	put(x, d.sends, r.ID, r)
}

// eventsOf returns the event, or none if it has no id.
func eventsOf(e siyu.Event) []siyu.Event {
	if e.ID == "" {
		return nil
	}
	return []siyu.Event{e}
}
