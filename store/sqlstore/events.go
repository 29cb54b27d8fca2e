package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/siyu-go/siyu"
)

var eventColumns = []string{
	"tenant", "event_id", "user_id", "name", "at", "value", "channel", "domain", "props",
}

const (
	appendRows = 4096 // events at a time
	pageRows   = 2000 // events a page while reading
)

// events is the log as the host sees it.
type events struct{ s *Store }

func (e events) Append(ctx context.Context, list ...siyu.Event) (added int, err error) {
	if len(list) == 0 {
		return 0, ctx.Err()
	}
	err = e.s.atomically(ctx, func(c *conn) error {
		added, err = c.appendEvents(ctx, list)
		return err
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

func (e events) Events(ctx context.Context, after int64) iter.Seq2[siyu.LoggedEvent, error] {
	return func(yield func(siyu.LoggedEvent, error) bool) {
		for {
			page, err := e.page(ctx, after, math.MaxInt64)
			if err != nil {
				yield(siyu.LoggedEvent{}, err)
				return
			}
			for _, logged := range page {
				if !yield(logged, nil) {
					return
				}
				after = logged.Seq
			}
			if len(page) < pageRows {
				return
			}
		}
	}
}

// page returns the first events after a place, up to another.
func (e events) page(ctx context.Context, after, last int64) (page []siyu.LoggedEvent, err error) {
	err = e.s.view(func(c *conn) error {
		return c.each(ctx, "SELECT seq, event_id, user_id, name, at, value, channel, domain, props FROM siyu_events"+
			" WHERE tenant = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?", []any{c.tenant, after, last, pageRows},
			func(scan func(...any) error) error {
				var (
					l     siyu.LoggedEvent
					at    int64
					props string
				)
				if err := scan(&l.Seq, &l.ID, &l.User, &l.Name, &at, &l.Value, &l.Channel, &l.Domain, &props); err != nil {
					return fmt.Errorf("sqlstore: read event: %w", err)
				}
				l.At = instant(at)
				if props != "" {
					if err := json.Unmarshal([]byte(props), &l.Props); err != nil {
						return fmt.Errorf("sqlstore: read event: %w", err)
					}
				}
				page = append(page, l)
				return nil
			})
	})
	return page, err
}

// appendEvents adds events to the log; one known with equal contents is skipped.
func (c *conn) appendEvents(ctx context.Context, list []siyu.Event) (added int, err error) {
	for i := range list {
		if err := list[i].Validate(); err != nil {
			return 0, siyu.Within(fmt.Sprintf("events[%d]", i), err)
		}
	}
	if len(list) == 0 {
		return 0, nil
	}
	if err := c.enterLog(ctx); err != nil {
		return 0, err
	}
	for start := 0; start < len(list); start += appendRows {
		chunk := list[start:min(start+appendRows, len(list))]
		n, err := c.insertEvents(ctx, chunk)
		if err != nil {
			return 0, err
		}
		if n < len(chunk) { // some were known: with the same contents?
			if err := c.checkKnown(ctx, chunk, start); err != nil {
				return 0, err
			}
		}
		added += n
	}
	return added, nil
}

func (c *conn) insertEvents(ctx context.Context, chunk []siyu.Event) (int, error) {
	values := make([]any, 0, len(chunk)*len(eventColumns))
	for _, e := range chunk {
		props := ""
		if len(e.Props) > 0 {
			data, err := json.Marshal(e.Props)
			if err != nil {
				return 0, fmt.Errorf("sqlstore: encode event: %w", err)
			}
			props = string(data)
		}
		values = append(values, c.tenant, string(e.ID), string(e.User), e.Name, micros(siyu.Instant(e.At)), int64(e.Value),
			e.Channel, string(e.Domain), props)
	}
	n, err := c.insertRows(ctx, "siyu_events", eventColumns, c.dialect.skipKnown("siyu_events", eventColumns), values)
	return int(n), err
}

func (c *conn) checkKnown(ctx context.Context, chunk []siyu.Event, offset int) error {
	keys := make([]string, len(chunk))
	for i, e := range chunk {
		keys[i] = string(e.ID)
	}
	stored := make(map[siyu.EventID]siyu.Event, len(chunk))
	err := c.lookup(ctx, "event_id, user_id, name, at, value, channel, domain, props", "siyu_events", "tenant = ?", "event_id",
		[]any{c.tenant}, keys,
		func(scan func(...any) error) error {
			var (
				e     siyu.Event
				at    int64
				props string
			)
			if err := scan(&e.ID, &e.User, &e.Name, &at, &e.Value, &e.Channel, &e.Domain, &props); err != nil {
				return fmt.Errorf("sqlstore: read event: %w", err)
			}
			e.At = instant(at)
			if props != "" {
				if err := json.Unmarshal([]byte(props), &e.Props); err != nil {
					return fmt.Errorf("sqlstore: read event: %w", err)
				}
			}
			stored[e.ID] = e
			return nil
		})
	if err != nil {
		return err
	}
	different := slices.IndexFunc(chunk, func(e siyu.Event) bool {
		e.At = siyu.Instant(e.At)
		return !stored[e.ID].Equal(e)
	})
	if different >= 0 {
		return fmt.Errorf("sqlstore: events[%d]: id is known with other contents: %w", offset+different, siyu.ErrConflict)
	}
	return nil
}
