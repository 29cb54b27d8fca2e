package sqlstore

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/siyu-go/siyu"
)

// Follower reads a tenant's event log in order of Seq and misses nothing. Where
// transactions run side by side an event with a lower Seq may be committed after
// one with a higher: Events shows the higher at once, a Follower keeps it back
// until every transaction is over that could still bring a lower.
//
// So it is as late as the longest transaction that was under way. It never makes
// a writer wait for one of the host's transactions: SQLite has one writer at a
// time, PostgreSQL tells which transactions are under way, and on MySQL and
// MariaDB every step that writes events shares one of 64 rows, which a Follower
// finds free when they have ended.
//
// The host keeps the Seq of the last event that it has handled, best in the
// transaction that handles it, and starts there again. A Follower must read
// from the server that is written to, and only one server may be: numbers of
// several are in no order. It is for one goroutine.
type Follower struct {
	s       *Store
	after   int64 // of the last event given
	settled int64 // nothing new comes at or below it

	seen    int64          // the highest event at some time …
	pending bool           // … of which some transactions may be under way:
	horizon int64          // those below this one, on PostgreSQL
	gates   map[int64]bool // those behind these gates, on MySQL
}

// logGates is how many rows the steps that write events share on MySQL.
const logGates = 64

// Follow returns a follower that begins after an event. A handle in a
// transaction has none: it would see its own events before they are committed.
func (s *Store) Follow(after int64) (*Follower, error) {
	if s.tx != nil {
		return nil, siyu.Invalid("store", "follow needs a handle outside transactions")
	}
	return &Follower{s: s, after: after, settled: after}, nil
}

// Next returns the next events, at most 2,000 of them, and none if there is
// nothing that is certain to be next: call it again after a while. An error has
// changed nothing.
func (f *Follower) Next(ctx context.Context) ([]siyu.LoggedEvent, error) {
	if f.after == f.settled {
		if err := f.s.view(func(c *conn) error { return f.settle(ctx, c) }); err != nil {
			return nil, err
		}
	}
	page, err := events{f.s}.page(ctx, f.after, f.settled)
	if err != nil {
		return nil, err
	}
	if f.after = f.settled; len(page) == pageRows {
		f.after = page[len(page)-1].Seq
	}
	return page, nil
}

// settle moves the mark below which nothing new comes: to where the log ended at
// some time, once the transactions of that time are over.
func (f *Follower) settle(ctx context.Context, c *conn) error {
	for range 2 { // what was pending may be over, and what is there now settled at once
		if !f.pending {
			if err := f.look(ctx, c); err != nil || f.seen <= f.settled {
				return err
			}
			f.pending = true
		}
		over, err := f.over(ctx, c)
		if err != nil || !over {
			return err
		}
		f.settled, f.pending = f.seen, false
	}
	return nil
}

// look notes where the log ends, and which transactions may be under way.
func (f *Follower) look(ctx context.Context, c *conn) error {
	query, dest := "SELECT COALESCE(MAX(seq), 0) FROM siyu_events WHERE tenant = ?", []any{&f.seen}
	if c.dialect == PostgreSQL {
		// A transaction has its number before its first event has one.
		query = "SELECT COALESCE(MAX(seq), 0), pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM siyu_events WHERE tenant = ?"
		dest = append(dest, &f.horizon)
	}
	if _, err := c.row(ctx, query, []any{c.tenant}, dest...); err != nil {
		return err
	}
	f.gates = make(map[int64]bool, logGates)
	for gate := range int64(logGates) {
		f.gates[gate] = true
	}
	return nil
}

// over reports whether the transactions that look noted have ended.
func (f *Follower) over(ctx context.Context, c *conn) (bool, error) {
	switch c.dialect {
	case PostgreSQL:
		var oldest int64
		_, err := c.row(ctx, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint", nil, &oldest)
		return oldest >= f.horizon, err
	case MySQL:
		// A statement of its own: what it locks is free again when it ends.
		err := c.each(ctx, "SELECT gate FROM siyu_log_gates FOR UPDATE SKIP LOCKED", nil, func(scan func(...any) error) error {
			var gate int64
			if err := scan(&gate); err != nil {
				return fmt.Errorf("sqlstore: read gate: %w", err)
			}
			delete(f.gates, gate)
			return nil
		})
		return len(f.gates) == 0, err
	}
	return true, nil
}

// enterLog is what a step does before its events have numbers: on MySQL it
// shares a gate until its transaction ends.
func (c *conn) enterLog(ctx context.Context) error {
	if c.dialect != MySQL {
		return nil
	}
	var gate int64
	found, err := c.row(ctx, "SELECT gate FROM siyu_log_gates WHERE gate = ? LOCK IN SHARE MODE", []any{rand.Int64N(logGates)}, &gate)
	if err == nil && !found {
		err = fmt.Errorf("sqlstore: siyu_log_gates is not as the migrations made it: %w", siyu.ErrNotFound)
	}
	return err
}
