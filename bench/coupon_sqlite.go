package main

import (
	"database/sql"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"

	"github.com/siyu-go/siyu/store/sqlstore"
)

// couponSQLite: a crowd at an SQLite file, every commit on disk before it is
// answered.
var (
	couponSQLite = workload{
		name:     "coupon/sqlite",
		peer:     "SQLite, write-ahead log, synchronous full, a transaction a claim by hand: claim with key, outbox, one row of stock",
		goal:     5,
		openOurs: openSQLiteBatcher,
		openPeer: func(scale float64) (side, error) { return openSQLiteTransactions(scale, false) },
		exact:    couponClaims.exact,
	}
	couponSQLiteBare = workload{
		name:     "coupon/sqlite-bare",
		peer:     "SQLite, write-ahead log, synchronous full, a transaction a claim of two bare statements, no key and no outbox",
		openOurs: openSQLiteBatcher,
		openPeer: func(scale float64) (side, error) { return openSQLiteTransactions(scale, true) },
		exact:    couponClaims.exact,
	}
)

func openSQLiteBatcher(scale float64) (side, error) {
	d, err := sqliteDatabase()
	if err != nil {
		return side{}, err
	}
	return batcherSide(d, scaled(claimRequests, scale))
}

func openSQLiteTransactions(scale float64, bare bool) (side, error) {
	d, err := sqliteDatabase()
	if err != nil {
		return side{}, err
	}
	return transactionSide(d, scaled(claimRequests, scale), bare)
}

// sqliteDatabase makes a file with one connection: there is one writer anyway,
// and so nobody waits for a lock.
func sqliteDatabase() (*claimsDatabase, error) {
	dir, err := os.MkdirTemp("", "siyu-bench-")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "claims.db")+
		"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=busy_timeout(10000)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return &claimsDatabase{DB: db, dialect: sqlstore.SQLite, drop: func() error { return os.RemoveAll(dir) }}, nil
}
