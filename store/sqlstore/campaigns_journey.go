package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/journey"
)

// Journeys returns the store of package campaign/journey.
func (s *Store) Journeys() journey.Store { return journeys{s} }

type journeys struct{ s *Store }

var journeyColumns = []string{"tenant", "journey", "user_id", "entry", "state", "due", "document"}

// Update implements [journey.Store].
func (j journeys) Update(
	ctx context.Context, call siyu.Call, key journey.Key, decide func(*journey.Record) (journey.Change, error),
) (journey.Answer, bool, error) {
	return step(ctx, j.s, call, func(c *conn) (answer journey.Answer, events []siyu.Event, err error) {
		// The row is there to be locked before it has a document.
		if _, err := c.insertNew(ctx, "siyu_campaign_journeys", journeyColumns,
			c.tenant, key.Journey, string(key.User), key.Entry, "", noTime, ""); err != nil {
			return answer, nil, err
		}
		data := ""
		if _, err := c.lockRow(ctx, "SELECT document FROM siyu_campaign_journeys WHERE tenant = ? AND journey = ? AND user_id = ? AND entry = ?",
			[]any{c.tenant, key.Journey, string(key.User), key.Entry}, &data); err != nil {
			return answer, nil, err
		}
		var was *journey.Record
		if data != "" {
			was = &journey.Record{}
			if err := json.Unmarshal([]byte(data), was); err != nil {
				return answer, nil, err
			}
		}
		change, err := decide(was)
		if err != nil {
			return answer, nil, err
		}
		document, err := json.Marshal(change.Record)
		if err != nil {
			return answer, nil, fmt.Errorf("sqlstore: encode journey: %w", err)
		}
		return change.Answer, change.Events, c.upsert(ctx, "siyu_campaign_journeys", journeyColumns, 4,
			c.tenant, key.Journey, string(key.User), key.Entry, string(change.Record.State()), micros(change.Record.Due()), string(document))
	})
}

// Journey implements [journey.Store].
func (j journeys) Journey(ctx context.Context, key journey.Key) (r journey.Record, err error) {
	err = j.s.view(func(c *conn) error {
		data := ""
		if _, err := c.row(ctx, "SELECT document FROM siyu_campaign_journeys WHERE tenant = ? AND journey = ? AND user_id = ? AND entry = ?",
			[]any{c.tenant, key.Journey, string(key.User), key.Entry}, &data); err != nil {
			return err
		}
		if data == "" {
			return fmt.Errorf("sqlstore: journey: %w", siyu.ErrNotFound)
		}
		return json.Unmarshal([]byte(data), &r)
	})
	return r, err
}

// Due implements [journey.Store].
func (j journeys) Due(ctx context.Context, id string, until time.Time, limit int) (out []journey.Record, err error) {
	err = j.s.view(func(c *conn) error {
		return c.each(ctx, "SELECT document FROM siyu_campaign_journeys WHERE tenant = ? AND journey = ? AND state = ? AND due <= ?"+
			" ORDER BY due, user_id, entry LIMIT ?",
			[]any{c.tenant, id, string(journey.Active), micros(until), max(0, limit)}, func(scan func(...any) error) error {
				data := ""
				if err := scan(&data); err != nil {
					return err
				}
				var r journey.Record
				err := json.Unmarshal([]byte(data), &r)
				out = append(out, r)
				return err
			})
	})
	return out, err
}
