package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

// Campaigns returns the store of package campaign.
func (s *Store) Campaigns() campaign.Store { return campaigns{s} }

type campaigns struct{ s *Store }

// Reserve implements [campaign.Store].
func (s campaigns) Reserve(
	ctx context.Context, call siyu.Call, at campaign.Slot, decide func(campaign.SendState) (campaign.SendChange, error),
) (campaign.Reservation, bool, error) {
	return step(ctx, s.s, call, func(c *conn) (answer campaign.Reservation, events []siyu.Event, err error) {
		var st campaign.SendState
		if st.Person, err = c.lockPerson(ctx, at.User); err != nil {
			return answer, nil, err
		}
		if at.Send != "" {
			r, err := c.lockSend(ctx, at.Send)
			if err != nil {
				return answer, nil, err
			}
			if r.User != at.User {
				return answer, nil, fmt.Errorf("sqlstore: send: %w", siyu.ErrNotFound)
			}
			st.Record = &r
		}
		records, err := c.sends(ctx, "user_id = ? AND (at > ? OR campaign = ?) AND send_id <> ? ORDER BY at, send_id",
			string(at.User), micros(at.Since), string(at.Campaign), string(at.Send))
		if err != nil {
			return answer, nil, err
		}
		for _, r := range records {
			st.History = append(st.History, r.Send)
		}
		if at.Counted {
			if st.Taken, err = c.lockStock(ctx, at.Campaign); err != nil {
				return answer, nil, err
			}
		}
		change, err := decide(st)
		if err != nil {
			return answer, nil, err
		}
		was := campaign.Record{}
		if st.Record != nil {
			was = *st.Record
		}
		return change.Answer, eventsOf(change.Event), c.saveSend(ctx, was, change.Record)
	})
}

// Settle implements [campaign.Store].
func (s campaigns) Settle(
	ctx context.Context, call siyu.Call, id campaign.SendID, decide func(campaign.Record) (campaign.SendChange, error),
) (campaign.Reservation, bool, error) {
	return step(ctx, s.s, call, func(c *conn) (answer campaign.Reservation, events []siyu.Event, err error) {
		var user siyu.UserID
		found, err := c.row(ctx, "SELECT user_id FROM siyu_campaign_sends WHERE tenant = ? AND send_id = ?",
			[]any{c.tenant, string(id)}, &user)
		if err != nil {
			return answer, nil, err
		}
		if !found {
			return answer, nil, fmt.Errorf("sqlstore: send: %w", siyu.ErrNotFound)
		}
		// The person first, as Reserve does: what locks in one order waits and never deadlocks.
		if _, err := c.lockPerson(ctx, user); err != nil {
			return answer, nil, err
		}
		r, err := c.lockSend(ctx, id)
		if err != nil {
			return answer, nil, err
		}
		change, err := decide(r)
		if err != nil {
			return answer, nil, err
		}
		return change.Answer, eventsOf(change.Event), c.saveSend(ctx, r, change.Record)
	})
}

// SavePerson implements [campaign.Store].
func (s campaigns) SavePerson(
	ctx context.Context, call siyu.Call, user siyu.UserID, decide func(*campaign.Person) (campaign.PersonChange, error),
) (campaign.Person, bool, error) {
	return step(ctx, s.s, call, func(c *conn) (campaign.Person, []siyu.Event, error) {
		kept, err := c.lockPerson(ctx, user)
		if err != nil {
			return campaign.Person{}, nil, err
		}
		change, err := decide(kept)
		if err != nil {
			return campaign.Person{}, nil, err
		}
		return change.Person, eventsOf(change.Event), c.savePerson(ctx, change.Person)
	})
}

// Person implements [campaign.Store].
func (s campaigns) Person(ctx context.Context, user siyu.UserID) (p campaign.Person, err error) {
	err = s.s.view(func(c *conn) error {
		data := ""
		if _, err := c.row(ctx, "SELECT person FROM siyu_campaign_people WHERE tenant = ? AND user_id = ?",
			[]any{c.tenant, string(user)}, &data); err != nil {
			return err
		}
		if data == "" {
			return fmt.Errorf("sqlstore: person: %w", siyu.ErrNotFound)
		}
		return json.Unmarshal([]byte(data), &p)
	})
	return p, err
}

// History implements [campaign.Store].
func (s campaigns) History(ctx context.Context, user siyu.UserID, since time.Time) (out []campaign.Record, err error) {
	err = s.s.view(func(c *conn) error {
		out, err = c.sends(ctx, "user_id = ? AND at >= ? ORDER BY at, send_id", string(user), micros(since))
		return err
	})
	return out, err
}

// Due implements [campaign.Store].
func (s campaigns) Due(ctx context.Context, until time.Time, limit int) (out []campaign.Record, err error) {
	err = s.s.view(func(c *conn) error {
		out, err = c.sends(ctx, "outcome = ? AND release_at <= ? ORDER BY release_at, send_id LIMIT ?",
			string(campaign.Deferred), micros(until), max(0, limit))
		return err
	})
	return out, err
}

// lockPerson makes the steps of a person serial and returns his profile, nil
// if none is kept.
func (c *conn) lockPerson(ctx context.Context, user siyu.UserID) (*campaign.Person, error) {
	if _, err := c.insertNew(ctx, "siyu_campaign_people", []string{"tenant", "user_id", "person"}, c.tenant, string(user), ""); err != nil {
		return nil, err
	}
	data := ""
	if _, err := c.lockRow(ctx, "SELECT person FROM siyu_campaign_people WHERE tenant = ? AND user_id = ?",
		[]any{c.tenant, string(user)}, &data); err != nil || data == "" {
		return nil, err
	}
	p := &campaign.Person{}
	return p, json.Unmarshal([]byte(data), p)
}

func (c *conn) savePerson(ctx context.Context, p campaign.Person) error {
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("sqlstore: encode person: %w", err)
	}
	_, err = c.exec(ctx, "UPDATE siyu_campaign_people SET person = ? WHERE tenant = ? AND user_id = ?", string(data), c.tenant, string(p.ID))
	return err
}

// lockStock returns what the sends of a campaign hold, and makes the steps
// that ask for it serial.
func (c *conn) lockStock(ctx context.Context, id campaign.ID) (taken int, err error) {
	if _, err := c.insertNew(ctx, "siyu_campaign_stock", []string{"tenant", "campaign", "taken"}, c.tenant, string(id), 0); err != nil {
		return 0, err
	}
	_, err = c.lockRow(ctx, "SELECT taken FROM siyu_campaign_stock WHERE tenant = ? AND campaign = ?", []any{c.tenant, string(id)}, &taken)
	return taken, err
}

const sendColumns = "send_id, user_id, campaign, channel, topic, sender, class, at, outcome, release_at, took_stock"

func scanSend(scan func(...any) error) (r campaign.Record, err error) {
	var at, release, took int64
	err = scan(&r.ID, &r.User, &r.Campaign, &r.Channel, &r.Topic, &r.Sender, &r.Class, &at, &r.Outcome, &release, &took)
	r.At, r.Release, r.TookStock = instant(at), instant(release), took != 0
	return r, err
}

// sends returns the sends of the tenant that a condition selects.
func (c *conn) sends(ctx context.Context, where string, args ...any) (out []campaign.Record, err error) {
	err = c.each(ctx, "SELECT "+sendColumns+" FROM siyu_campaign_sends WHERE tenant = ? AND "+where, append([]any{c.tenant}, args...),
		func(scan func(...any) error) error {
			r, err := scanSend(scan)
			out = append(out, r)
			return err
		})
	return out, err
}

func (c *conn) lockSend(ctx context.Context, id campaign.SendID) (r campaign.Record, err error) {
	found := false
	err = c.each(ctx, "SELECT "+sendColumns+" FROM siyu_campaign_sends WHERE tenant = ? AND send_id = ?"+c.dialect.forUpdate(),
		[]any{c.tenant, string(id)}, func(scan func(...any) error) error {
			found = true
			r, err = scanSend(scan)
			return err
		})
	if err == nil && !found {
		err = fmt.Errorf("sqlstore: send: %w", siyu.ErrNotFound)
	}
	return r, err
}

// saveSend keeps a record in place of what it was, and counts its stock.
func (c *conn) saveSend(ctx context.Context, was, r campaign.Record) error {
	took := 0
	if r.TookStock {
		took = 1
	}
	if err := c.upsert(ctx, "siyu_campaign_sends",
		[]string{"tenant", "send_id", "user_id", "campaign", "channel", "topic", "sender", "class", "at", "outcome", "release_at", "took_stock"}, 2,
		c.tenant, string(r.ID), string(r.User), string(r.Campaign), string(r.Channel), string(r.Topic), r.Sender, string(r.Class),
		micros(r.At), string(r.Outcome), micros(r.Release), took); err != nil {
		return err
	}
	if r.TookStock == was.TookStock {
		return nil
	}
	if _, err := c.lockStock(ctx, r.Campaign); err != nil {
		return err
	}
	delta := 1
	if was.TookStock {
		delta = -1
	}
	_, err := c.exec(ctx, "UPDATE siyu_campaign_stock SET taken = taken + ? WHERE tenant = ? AND campaign = ?", delta, c.tenant, string(r.Campaign))
	return err
}

// eventsOf returns the event, or none if it has no id.
func eventsOf(e siyu.Event) []siyu.Event {
	if e.ID == "" {
		return nil
	}
	return []siyu.Event{e}
}
