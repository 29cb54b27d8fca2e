package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

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
	return step(ctx, o.s, call, func(c *conn) (answer offer.Claimed, events []siyu.Event, err error) {
		if _, err := c.insertNew(ctx, "siyu_campaign_seats", []string{"tenant", "offer_id", "seats"}, c.tenant, string(id), ""); err != nil {
			return answer, nil, err
		}
		data := ""
		if _, err := c.lockRow(ctx, "SELECT seats FROM siyu_campaign_seats WHERE tenant = ? AND offer_id = ?",
			[]any{c.tenant, string(id)}, &data); err != nil {
			return answer, nil, err
		}
		var was *offer.Seats
		if data != "" {
			was = &offer.Seats{}
			if err := json.Unmarshal([]byte(data), was); err != nil {
				return answer, nil, err
			}
		}
		change, err := decide(was)
		if err != nil {
			return answer, nil, err
		}
		seats, err := json.Marshal(change.Seats)
		if err != nil {
			return answer, nil, fmt.Errorf("sqlstore: encode seats: %w", err)
		}
		_, err = c.exec(ctx, "UPDATE siyu_campaign_seats SET seats = ? WHERE tenant = ? AND offer_id = ?", string(seats), c.tenant, string(id))
		return change.Answer, eventsOf(change.Event), err
	})
}

// Seats implements [offer.Store].
func (o offers) Seats(ctx context.Context, id offer.ID) (seats offer.Seats, err error) {
	err = o.s.view(func(c *conn) error {
		data := ""
		if _, err := c.row(ctx, "SELECT seats FROM siyu_campaign_seats WHERE tenant = ? AND offer_id = ?",
			[]any{c.tenant, string(id)}, &data); err != nil {
			return err
		}
		if data == "" {
			return fmt.Errorf("sqlstore: seats: %w", siyu.ErrNotFound)
		}
		return json.Unmarshal([]byte(data), &seats)
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
	return step(ctx, s.s, call, func(c *conn) (answer survey.Submitted, events []siyu.Event, err error) {
		st := survey.State{}
		if st.Person, err = c.lockPerson(ctx, at.User); err != nil {
			return answer, nil, err
		}
		if _, err := c.insertNew(ctx, "siyu_campaign_surveys", []string{"tenant", "survey_id", "given"}, c.tenant, string(at.Survey), 0); err != nil {
			return answer, nil, err
		}
		if _, err := c.lockRow(ctx, "SELECT given FROM siyu_campaign_surveys WHERE tenant = ? AND survey_id = ?",
			[]any{c.tenant, string(at.Survey)}, &st.Given); err != nil {
			return answer, nil, err
		}
		one := 0
		if st.Had, err = c.row(ctx, "SELECT 1 FROM siyu_campaign_gifts WHERE tenant = ? AND survey_id = ? AND user_id = ?",
			[]any{c.tenant, string(at.Survey), string(at.User)}, &one); err != nil {
			return answer, nil, err
		}
		change, err := decide(st)
		if err != nil {
			return answer, nil, err
		}
		if err := c.savePerson(ctx, change.Person); err != nil {
			return answer, nil, err
		}
		if change.Gift && !st.Had {
			if err := c.giveGift(ctx, at); err != nil {
				return answer, nil, err
			}
		}
		return change.Answer, change.Events, nil
	})
}

func (c *conn) giveGift(ctx context.Context, at survey.Slot) error {
	if _, err := c.exec(ctx, "INSERT INTO siyu_campaign_gifts (tenant, survey_id, user_id) VALUES (?, ?, ?)",
		c.tenant, string(at.Survey), string(at.User)); err != nil {
		return err
	}
	_, err := c.exec(ctx, "UPDATE siyu_campaign_surveys SET given = given + 1 WHERE tenant = ? AND survey_id = ?", c.tenant, string(at.Survey))
	return err
}
