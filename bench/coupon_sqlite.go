package main

import (
	"database/sql"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"

	"github.com/siyu-go/siyu/store/sqlstore"
)

// couponSQLite: the crowd of coupon/claims at an SQLite file, every commit on
// disk before it is answered.
var couponSQLite = workload{
	name:     "coupon/sqlite",
	peer:     "SQLite, write-ahead log, synchronous full, one transaction a claim",
	goal:     5,
	openOurs: openSQLiteBatcher,
	openPeer: openSQLiteTransactions,
	exact:    couponClaims.exact,
}

func openSQLiteBatcher(scale float64) (side, error) {
	d, err := sqliteDatabase()
	if err != nil {
		return side{}, err
	}
	return batcherSide(d, scaled(claimRequests, scale))
}

func openSQLiteTransactions(scale float64) (side, error) {
	d, err := sqliteDatabase()
	if err != nil {
		return side{}, err
	}
	return transactionSide(d, scaled(claimRequests, scale), 1)
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
	return &claimsDatabase{DB: db, dialect: sqlstore.SQLite, mark: "?", drop: func() error { return os.RemoveAll(dir) }}, nil
}
