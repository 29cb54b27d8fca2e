package main

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/siyu-go/siyu/store/sqlstore"
)

// couponPostgres: a crowd at a PostgreSQL server, the one that SIYU_POSTGRES
// names, with 32 connections for each side. The server must wait for the disk:
// SIYU_DURABLE=1 scripts/services start. The cpu time is that of the clients
// alone.
var (
	couponPostgres = workload{
		name:     "coupon/postgres",
		peer:     "PostgreSQL, a transaction a claim by hand: claim with key, outbox, one row of stock; clients' cpu only",
		goal:     10,
		openOurs: openPostgresBatcher,
		openPeer: func(scale float64) (side, error) { return openPostgresTransactions(scale, false) },
		exact:    couponClaims.exact,
	}
	couponPostgresBare = workload{
		name:     "coupon/postgres-bare",
		peer:     "PostgreSQL, a transaction a claim of two bare statements, no key and no outbox; clients' cpu only",
		openOurs: openPostgresBatcher,
		openPeer: func(scale float64) (side, error) { return openPostgresTransactions(scale, true) },
		exact:    couponClaims.exact,
	}
)

const postgresConnections = 32

func openPostgresBatcher(scale float64) (side, error) {
	d, err := postgresDatabase()
	if err != nil {
		return side{}, err
	}
	return batcherSide(d, scaled(claimRequests, scale))
}

func openPostgresTransactions(scale float64, bare bool) (side, error) {
	d, err := postgresDatabase()
	if err != nil {
		return side{}, err
	}
	return transactionSide(d, scaled(claimRequests, scale), bare)
}

// postgresDatabase makes a schema of its own on the server.
func postgresDatabase() (d *claimsDatabase, err error) {
	server, err := url.Parse(os.Getenv("SIYU_POSTGRES"))
	if err != nil || server.Host == "" {
		return nil, errors.New("SIYU_POSTGRES names no server; SIYU_DURABLE=1 scripts/services start starts one")
	}
	admin, err := sql.Open("pgx", server.String())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, admin.Close()) }()
	for _, setting := range []string{"fsync", "synchronous_commit"} {
		var value string
		if err := admin.QueryRow("SHOW " + setting).Scan(&value); err != nil {
			return nil, err
		}
		if value != "on" {
			return nil, fmt.Errorf("the server's %s is %s: its commits do not reach the disk; see SIYU_DURABLE in scripts/services", setting, value)
		}
	}
	schema := fmt.Sprintf("bench_%d", time.Now().UnixNano())
	if _, err := admin.Exec("CREATE SCHEMA " + schema); err != nil {
		return nil, err
	}
	query := server.Query()
	query.Set("search_path", schema)
	own := *server
	own.RawQuery = query.Encode()
	db, err := sql.Open("pgx", own.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	return &claimsDatabase{DB: db, dialect: sqlstore.PostgreSQL, drop: func() error {
		return dropSchema(server.String(), schema)
	}}, nil
}

func dropSchema(server, schema string) error {
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	_, err = admin.Exec("DROP SCHEMA " + schema + " CASCADE")
	return errors.Join(err, admin.Close())
}
