package main

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"sync/atomic"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// claimsDatabase is an empty database for the claims of one side.
type claimsDatabase struct {
	*sql.DB

	dialect sqlstore.Dialect
	mark    string       // what a parameter begins with
	drop    func() error // removes it, after it is closed
}

func (d *claimsDatabase) close() error { return errors.Join(d.Close(), d.drop()) }

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
		granted, err := crowd(requests, 256, func(_ int, user uint64) (bool, error) {
			r, err := batcher.Claim(ctx, coupon.ClaimRequest{
				Batch: batch,
				User:  siyu.UserID(strconv.FormatUint(user, 10)),
				Key:   strconv.FormatUint(key.Add(1), 10),
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

// transactionSide claims the plain way: a row of stock, a row per claim, and a
// transaction for each request, which no event or repeated call is kept of.
func transactionSide(d *claimsDatabase, requests uint64, clients int) (side, error) {
	for _, statement := range []string{
		"CREATE TABLE stock (batch BIGINT PRIMARY KEY, quota BIGINT NOT NULL, granted BIGINT NOT NULL)",
		"CREATE TABLE claims (batch BIGINT, person BIGINT, PRIMARY KEY (batch, person))",
	} {
		if _, err := d.Exec(statement); err != nil {
			return side{}, errors.Join(err, d.close())
		}
	}
	claim, err := d.Prepare("INSERT INTO claims (batch, person) VALUES (" + d.mark + "1, " + d.mark + "2) ON CONFLICT DO NOTHING")
	if err != nil {
		return side{}, errors.Join(err, d.close())
	}
	take, err := d.Prepare("UPDATE stock SET granted = granted + 1 WHERE batch = " + d.mark + "1 AND granted < quota")
	if err != nil {
		return side{}, errors.Join(err, d.close())
	}
	turn := 0
	s, err := inProcess(func() error { return nil }, func() ([]int64, error) {
		turn++
		if _, err := d.Exec("INSERT INTO stock (batch, quota, granted) VALUES ("+d.mark+"1, "+d.mark+"2, 0)", turn, claimQuota); err != nil {
			return nil, err
		}
		granted, err := crowd(requests, clients, func(_ int, user uint64) (bool, error) {
			return claimAlone(d.DB, claim, take, turn, user)
		})
		if err != nil {
			return nil, err
		}
		var stock int64
		err = d.QueryRow("SELECT granted FROM stock WHERE batch = "+d.mark+"1", turn).Scan(&stock)
		return []int64{granted, stock}, err
	})
	s.close = d.close
	return s, err
}

// claimAlone makes both changes or none.
func claimAlone(db *sql.DB, claim, take *sql.Stmt, batch int, user uint64) (granted bool, err error) {
	tx, err := db.Begin()
	if err != nil {
		return false, err
	}
	claimed, err := changed(tx, claim, batch, int64(user))
	if err == nil && claimed {
		granted, err = changed(tx, take, batch)
	}
	if err != nil || !granted {
		return false, errors.Join(err, tx.Rollback())
	}
	return true, tx.Commit()
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
