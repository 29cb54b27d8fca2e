package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// claimsDatabase is an empty database for the claims of one side.
type claimsDatabase struct {
	*sql.DB

	dialect sqlstore.Dialect
	drop    func() error // removes it, after it is closed
}

func (d *claimsDatabase) close() error { return errors.Join(d.Close(), d.drop()) }

// claimCallers is how many customers ask at once, on both sides.
const claimCallers = 1024

// claimKey is the key of a turn's next request, in no order, as callers send
// them.
func claimKey(next *atomic.Uint64) string {
	n := next.Add(1)
	return fmt.Sprintf("%016x%016x", gen.Mix(6, n), gen.Mix(7, n))
}

// batcherSide claims full coupons, with their terms, their events and the
// answer to a repeated call, in groups of one transaction each.
func batcherSide(d *claimsDatabase, requests uint64) (side, error) {
	ctx := context.Background()
	store, err := sqlstore.Open(d.DB, d.dialect, nil)
	if err != nil {
		return side{}, errors.Join(err, d.close())
	}
	if err := store.Migrate(ctx); err != nil {
		return side{}, errors.Join(err, d.close())
	}
	service := coupon.New(store.Coupons(), nil)
	batcher, err := service.NewBatcher(0)
	if err != nil {
		return side{}, errors.Join(err, d.close())
	}
	turn := 0
	s, err := inProcess(func() error { return nil }, func() ([]int64, error) {
		turn++
		batch := coupon.BatchID("batch-" + strconv.Itoa(turn))
		if err := service.SaveBatch(ctx, coupon.Batch{ID: batch, Quota: claimQuota, PerUser: 1}); err != nil {
			return nil, err
		}
		var key atomic.Uint64
		granted, err := crowd(requests, claimCallers, func(_ int, user uint64) (bool, error) {
			r, err := batcher.Claim(ctx, coupon.ClaimRequest{
				Batch: batch,
				User:  siyu.UserID(strconv.FormatUint(user, 10)),
				Key:   claimKey(&key),
			})
			return r.OK(), err
		})
		if err != nil {
			return nil, err
		}
		state, err := service.Batch(ctx, batch)
		return []int64{granted, state.Claimed}, err
	})
	s.close = d.close
	return s, err
}

// transactionSide claims as a careful host does by hand, with the guarantees of
// ours: a transaction for each request, of prepared statements, that inserts the
// claim under its user (one each) and its idempotency key, inserts the event
// into an outbox, takes one from the row of stock last, so that it is locked for
// the commit only, and commits. A claim that is there already is read, to tell a
// repeated request from a second one. The bare way is the claim and the stock
// alone: no repeated request is answered, and nobody is told.
func transactionSide(d *claimsDatabase, requests uint64, bare bool) (side, error) {
	byHand := hand{DB: d.DB, bare: bare}
	if err := byHand.prepare(d.dialect); err != nil {
		return side{}, errors.Join(err, d.close())
	}
	turn := 0
	s, err := inProcess(func() error { return nil }, func() ([]int64, error) {
		turn++
		if _, err := byHand.open.Exec(turn, claimQuota); err != nil {
			return nil, err
		}
		var key atomic.Uint64
		granted, err := crowd(requests, claimCallers, func(_ int, user uint64) (bool, error) {
			return byHand.claim(turn, strconv.FormatUint(user, 10), claimKey(&key))
		})
		if err != nil {
			return nil, err
		}
		var stock int64
		err = byHand.stock.QueryRow(turn).Scan(&stock)
		return []int64{granted, stock}, err
	})
	s.close = d.close
	return s, err
}

// hand holds the statements of claims made by hand.
type hand struct {
	*sql.DB

	bare                                   bool
	open, claims, known, tell, take, stock *sql.Stmt
}

func (h *hand) prepare(dialect sqlstore.Dialect) error {
	serial, mark := "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "$"
	if dialect == sqlstore.SQLite {
		serial, mark = "INTEGER PRIMARY KEY AUTOINCREMENT", "?"
	}
	for _, table := range []string{
		"stock (batch BIGINT PRIMARY KEY, quota BIGINT NOT NULL, granted BIGINT NOT NULL)",
		"claims (batch BIGINT, person TEXT, request TEXT, coupon TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (batch, person), UNIQUE (batch, request))",
		"outbox (seq " + serial + ", event TEXT NOT NULL UNIQUE, person TEXT NOT NULL, name TEXT NOT NULL, at BIGINT NOT NULL, props TEXT NOT NULL)",
		"bare (batch BIGINT, person TEXT, PRIMARY KEY (batch, person))",
	} {
		if _, err := h.Exec("CREATE TABLE " + table); err != nil {
			return err
		}
	}
	claims := "INSERT INTO claims (batch, person, request, coupon, at) VALUES (@1, @2, @3, @4, @5) ON CONFLICT DO NOTHING"
	if h.bare {
		claims = "INSERT INTO bare (batch, person) VALUES (@1, @2) ON CONFLICT DO NOTHING"
	}
	for _, s := range []struct {
		statement **sql.Stmt
		text      string
	}{
		{&h.open, "INSERT INTO stock (batch, quota, granted) VALUES (@1, @2, 0)"},
		{&h.claims, claims},
		{&h.known, "SELECT coupon FROM claims WHERE batch = @1 AND request = @2"},
		{&h.tell, "INSERT INTO outbox (event, person, name, at, props) VALUES (@1, @2, @3, @4, @5)"},
		{&h.take, "UPDATE stock SET granted = granted + 1 WHERE batch = @1 AND granted < quota"},
		{&h.stock, "SELECT granted FROM stock WHERE batch = @1"},
	} {
		statement, err := h.Prepare(strings.ReplaceAll(s.text, "@", mark)) //nolint:sqlclosecheck // closed with the database
		if err != nil {
			return err
		}
		*s.statement = statement
	}
	return nil
}

// claim makes all of the changes or none.
func (h *hand) claim(batch int, person, request string) (granted bool, err error) {
	tx, err := h.Begin()
	if err != nil {
		return false, err
	}
	granted, err = h.changes(tx, batch, person, request)
	if err != nil || !granted {
		return false, errors.Join(err, tx.Rollback())
	}
	return true, tx.Commit()
}

func (h *hand) changes(tx *sql.Tx, batch int, person, request string) (bool, error) {
	if h.bare {
		if claimed, err := changed(tx, h.claims, batch, person); err != nil || !claimed {
			return false, err
		}
		return changed(tx, h.take, batch)
	}
	at, coupon := time.Now().UnixMicro(), strconv.Itoa(batch)+"-"+request
	claimed, err := changed(tx, h.claims, batch, person, request, coupon, at)
	if err != nil {
		return false, err
	}
	if !claimed {
		s := tx.Stmt(h.known)
		defer s.Close()
		err := s.QueryRow(batch, request).Scan(&coupon)
		if errors.Is(err, sql.ErrNoRows) {
			return false, nil // another request of the user was granted
		}
		return err == nil, err
	}
	if _, err := changed(tx, h.tell, "claimed:"+coupon, person, "claimed", at, `{"coupon":"`+coupon+`"}`); err != nil {
		return false, err
	}
	return changed(tx, h.take, batch)
}

// changed runs a statement in tx and reports whether it changed a row.
func changed(tx *sql.Tx, statement *sql.Stmt, args ...any) (bool, error) {
	s := tx.Stmt(statement)
	defer s.Close()
	result, err := s.Exec(args...)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
