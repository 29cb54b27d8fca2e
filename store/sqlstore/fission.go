package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/assist"
	"github.com/siyu-go/siyu/referral/groupbuy"
)

// GroupBuys returns the tenant's part for package groupbuy.
func (s *Store) GroupBuys() groupbuy.Store { return groupBuys{s} }

type groupBuys struct{ s *Store }

var groupTable = documents{"siyu_groupbuy_groups", []string{"tenant", "group_id"}}

// Update implements [groupbuy.Store].
func (g groupBuys) Update(
	ctx context.Context, call siyu.Call, id groupbuy.ID, decide func(*groupbuy.Kept) (groupbuy.Change, error),
) (groupbuy.Result, bool, error) {
	return step(ctx, g.s, call, func(c *conn) (result groupbuy.Result, events []siyu.Event, err error) {
		var kept groupbuy.Kept
		known, err := groupTable.lock(ctx, c, &kept, string(id))
		if err != nil {
			return result, nil, err
		}
		before := &kept
		if !known {
			before = nil
		}
		change, err := decide(before)
		if err != nil {
			return result, nil, err
		}
		return change.Result, change.Events, groupTable.save(ctx, c, change.Kept, string(id))
	})
}

// Group implements [groupbuy.Store].
func (g groupBuys) Group(ctx context.Context, id groupbuy.ID) (k groupbuy.Kept, err error) {
	err = g.s.view(func(c *conn) error { return groupTable.find(ctx, c, &k, string(id)) })
	return k, err
}

// Assists returns the tenant's part for package assist.
func (s *Store) Assists() assist.Store { return assists{s} }

type assists struct{ s *Store }

var taskTable = documents{"siyu_assist_tasks", []string{"tenant", "campaign_id", "task_id"}}

// Update implements [assist.Store]. The helper's row is written before the
// decision: who helps two tasks at once waits here for the first to end, and a
// refusal takes it away again.
func (a assists) Update(
	ctx context.Context, call siyu.Call, at assist.Slot, decide func(assist.State) (assist.Change, error),
) (assist.Result, bool, error) {
	return step(ctx, a.s, call, func(c *conn) (result assist.Result, events []siyu.Event, err error) {
		var (
			st   assist.State
			kept assist.Kept
		)
		known, err := taskTable.lock(ctx, c, &kept, string(at.Campaign), string(at.Task))
		if err != nil {
			return result, nil, err
		}
		if known {
			st.Kept = &kept
		}
		if at.Helper != "" {
			fresh, err := c.insertNew(ctx, "siyu_assist_helpers", []string{"tenant", "campaign_id", "person", "task_id"},
				c.tenant, string(at.Campaign), string(at.Helper), string(at.Task))
			if err != nil {
				return result, nil, err
			}
			st.Helped = !fresh
		}
		change, err := decide(st)
		if err != nil {
			return result, nil, err
		}
		return change.Result, change.Events, taskTable.save(ctx, c, change.Kept, string(at.Campaign), string(at.Task))
	})
}

// Task implements [assist.Store].
func (a assists) Task(ctx context.Context, campaign assist.CampaignID, id assist.TaskID) (k assist.Kept, err error) {
	err = a.s.view(func(c *conn) error { return taskTable.find(ctx, c, &k, string(campaign), string(id)) })
	return k, err
}

// documents is a table of a key, which begins with the tenant, and a JSON
// document.
type documents struct {
	table string
	key   []string
}

func (d documents) columns() []string { return append(append([]string(nil), d.key...), "document") }

func (d documents) query() string {
	q := "SELECT document FROM " + d.table + " WHERE "
	for i, k := range d.key {
		if i > 0 {
			q += " AND "
		}
		q += k + " = ?"
	}
	return q
}

func (d documents) args(c *conn, id []string) []any {
	args := []any{c.tenant}
	for _, part := range id {
		args = append(args, part)
	}
	return args
}

// lock reads a document for a step and reports whether there is one. Where
// there is none it leaves an empty row, so that nobody else makes it meanwhile.
func (d documents) lock(ctx context.Context, c *conn, into any, id ...string) (bool, error) {
	data, args := "", d.args(c, id)
	found, err := c.lockRow(ctx, d.query(), args, &data)
	if err != nil {
		return false, err
	}
	if !found {
		if _, err := c.insertNew(ctx, d.table, d.columns(), append(args, "")...); err != nil {
			return false, err
		}
		if _, err := c.lockRow(ctx, d.query(), d.args(c, id), &data); err != nil {
			return false, err
		}
	}
	return data != "", d.decode(data, into)
}

// find reads a document, or [siyu.ErrNotFound].
func (d documents) find(ctx context.Context, c *conn, into any, id ...string) error {
	data := ""
	if _, err := c.row(ctx, d.query(), d.args(c, id), &data); err != nil {
		return err
	}
	if data == "" {
		return fmt.Errorf("sqlstore: %s: %w", d.table, siyu.ErrNotFound)
	}
	return d.decode(data, into)
}

func (d documents) decode(data string, into any) error {
	if data == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(data), into); err != nil {
		return fmt.Errorf("sqlstore: read %s: %w", d.table, err)
	}
	return nil
}

func (d documents) save(ctx context.Context, c *conn, document any, id ...string) error {
	data, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("sqlstore: encode %s: %w", d.table, err)
	}
	return c.upsert(ctx, d.table, d.columns(), len(d.key), append(d.args(c, id), string(data))...)
}
