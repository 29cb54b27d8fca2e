package campaigntest_test

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/campaigntest"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/campaign/offer"
	"github.com/siyu-go/siyu/campaign/survey"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/store/memstore"
)

// faults lists each planted fault with a check that must catch it.
var faults = map[string]string{
	"shows no history":                 "caps hold under concurrency",
	"shows old history":                "history is what caps need and the campaign's",
	"forgets the keys of sends":        "a known key is answered as the first time",
	"ignores the arguments of sends":   "a known key with another digest conflicts",
	"keeps refused sends":              "a refusal keeps nothing",
	"drops the events of sends":        "reserve keeps record, event and answer together",
	"cuts instants to seconds":         "reserve keeps record, event and answer together",
	"loses senders":                    "reserve keeps record, event and answer together",
	"loses releases":                   "due sends come in order, up to the limit",
	"ignores the limit of due":         "due sends come in order, up to the limit",
	"lists what is due backwards":      "due sends come in order, up to the limit",
	"shows a send to itself":           "a send that is decided again sees itself apart",
	"invents people":                   "an unknown send is not found",
	"settles everything as sent":       "settling is seen by the next decision",
	"counts no stock":                  "stock is counted and given back",
	"never gives stock back":           "stock is counted and given back",
	"hides profiles":                   "reservations see the profile kept",
	"loses wishes":                     "people are kept as they were",
	"begins journeys afresh":           "who is in a course is refused and nothing kept",
	"forgets the keys of journeys":     "a journey with a known key is answered again",
	"drops the events of journeys":     "a course runs to its graduation",
	"lists journeys backwards":         "journeys that are due come in order",
	"mixes up the entries of flows":    "a flow runs, hears and ends",
	"shows no seats taken":             "seats hold under concurrency",
	"keeps refused claims":             "seats are held, paid and refused",
	"forgets who had a gift":           "a survey writes the profile and gives once",
	"counts no gifts":                  "gifts hold under concurrency",
	"keeps answers out of the profile": "a survey writes the profile and gives once",
}

func TestChecks_catchBrokenStores(t *testing.T) {
	conformance.Catches(t, campaigntest.Checks(), faults, func(fault string) campaigntest.Backend {
		return &broken{Store: memstore.New(), fault: fault}
	})
}

// broken is a store with a fault planted over a sound one.
type broken struct {
	*memstore.Store
	fault string
	calls atomic.Int64
}

func (b *broken) is(fault string) bool { return b.fault == fault }

func (b *broken) Campaigns() campaign.Store { return brokenSends{b.Store.Campaigns(), b} }
func (b *broken) Journeys() journey.Store   { return brokenJourneys{b.Store.Journeys(), b} }
func (b *broken) Offers() offer.Store       { return brokenOffers{b.Store.Offers(), b} }
func (b *broken) Surveys() survey.Store     { return brokenSurveys{b.Store.Surveys(), b} }

// fresh is a call that no one has made before.
func (b *broken) fresh(c siyu.Call) siyu.Call {
	c.Key += "#" + strconv.FormatInt(b.calls.Add(1), 10)
	return c
}

type brokenSends struct {
	campaign.Store
	b *broken
}

func (s brokenSends) Reserve(
	ctx context.Context, call siyu.Call, at campaign.Slot, decide func(campaign.SendState) (campaign.SendChange, error),
) (campaign.Reservation, bool, error) {
	b := s.b
	switch {
	case b.is("forgets the keys of sends"):
		call = b.fresh(call)
	case b.is("ignores the arguments of sends"):
		call.Digest = ""
	case b.is("shows old history"):
		at.Since = time.Time{}
	}
	return s.Store.Reserve(ctx, call, at, func(st campaign.SendState) (campaign.SendChange, error) {
		switch {
		case b.is("shows no history"):
			st.History = nil
		case b.is("counts no stock"):
			st.Taken = 0
		case b.is("hides profiles"):
			st.Person = nil
		case b.is("shows a send to itself") && st.Record != nil:
			st.History = append(st.History, st.Record.Send)
		}
		c, err := decide(st)
		if err != nil && b.is("keeps refused sends") {
			return campaign.SendChange{Record: campaign.Record{ID: "refused", User: at.User, Send: campaign.Send{At: time.Unix(0, 0)}}}, nil
		}
		switch {
		case b.is("drops the events of sends"):
			c.Event = siyu.Event{}
		case b.is("cuts instants to seconds"):
			c.Record.At = c.Record.At.Truncate(time.Second)
		case b.is("loses senders"):
			c.Record.Sender = ""
		case b.is("loses releases"):
			c.Record.Release = time.Time{}
		}
		return c, err
	})
}

func (s brokenSends) Settle(
	ctx context.Context, call siyu.Call, id campaign.SendID, decide func(campaign.Record) (campaign.SendChange, error),
) (campaign.Reservation, bool, error) {
	return s.Store.Settle(ctx, call, id, func(r campaign.Record) (campaign.SendChange, error) {
		c, err := decide(r)
		switch {
		case s.b.is("settles everything as sent"):
			c.Record.Outcome = campaign.Sent
		case s.b.is("never gives stock back"):
			c.Record.TookStock = r.TookStock
		}
		return c, err
	})
}

func (s brokenSends) SavePerson(
	ctx context.Context, call siyu.Call, user siyu.UserID, decide func(*campaign.Person) (campaign.PersonChange, error),
) (campaign.Person, bool, error) {
	return s.Store.SavePerson(ctx, call, user, func(p *campaign.Person) (campaign.PersonChange, error) {
		c, err := decide(p)
		if s.b.is("loses wishes") {
			c.Person.Prefer.Weekly = nil
		}
		return c, err
	})
}

func (s brokenSends) Person(ctx context.Context, user siyu.UserID) (campaign.Person, error) {
	p, err := s.Store.Person(ctx, user)
	if s.b.is("invents people") {
		return p, nil
	}
	return p, err
}

func (s brokenSends) Due(ctx context.Context, until time.Time, limit int) ([]campaign.Record, error) {
	if s.b.is("ignores the limit of due") {
		limit = 1000
	}
	out, err := s.Store.Due(ctx, until, limit)
	if s.b.is("lists what is due backwards") {
		slices.Reverse(out)
	}
	return out, err
}

type brokenJourneys struct {
	journey.Store
	b *broken
}

func (s brokenJourneys) Update(
	ctx context.Context, call siyu.Call, key journey.Key, decide func(*journey.Record) (journey.Change, error),
) (journey.Answer, bool, error) {
	switch {
	case s.b.is("forgets the keys of journeys"):
		call = s.b.fresh(call)
	case s.b.is("mixes up the entries of flows"):
		key.Entry = ""
	}
	return s.Store.Update(ctx, call, key, func(r *journey.Record) (journey.Change, error) {
		if s.b.is("begins journeys afresh") {
			r = nil
		}
		c, err := decide(r)
		if s.b.is("drops the events of journeys") {
			c.Events = nil
		}
		return c, err
	})
}

func (s brokenJourneys) Due(ctx context.Context, id string, until time.Time, limit int) ([]journey.Record, error) {
	out, err := s.Store.Due(ctx, id, until, limit)
	if s.b.is("lists journeys backwards") {
		slices.Reverse(out)
	}
	return out, err
}

type brokenOffers struct {
	offer.Store
	b *broken
}

func (s brokenOffers) UpdateSeats(
	ctx context.Context, call siyu.Call, id offer.ID, decide func(*offer.Seats) (offer.Change, error),
) (offer.Claimed, bool, error) {
	return s.Store.UpdateSeats(ctx, call, id, func(was *offer.Seats) (offer.Change, error) {
		if s.b.is("shows no seats taken") && was != nil {
			was = &offer.Seats{Total: was.Total, Hold: was.Hold}
		}
		c, err := decide(was)
		if err != nil && was != nil && s.b.is("keeps refused claims") {
			return offer.Change{Seats: *was, Answer: offer.Claimed{Result: offer.Refused}}, nil
		}
		return c, err
	})
}

type brokenSurveys struct {
	survey.Store
	b *broken
}

func (s brokenSurveys) Submit(
	ctx context.Context, call siyu.Call, at survey.Slot, decide func(survey.State) (survey.Change, error),
) (survey.Submitted, bool, error) {
	return s.Store.Submit(ctx, call, at, func(st survey.State) (survey.Change, error) {
		switch {
		case s.b.is("forgets who had a gift"):
			st.Had = false
		case s.b.is("counts no gifts"):
			st.Given = 0
		}
		c, err := decide(st)
		if s.b.is("keeps answers out of the profile") {
			c.Person = campaign.Person{ID: at.User}
		}
		return c, err
	})
}
