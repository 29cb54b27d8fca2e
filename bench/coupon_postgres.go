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

// couponPostgres: the crowd of coupon/claims at a PostgreSQL server, the one
// that SIYU_POSTGRES names, with eight connections for each side. The cpu time
// is that of the clients alone.
var couponPostgres = workload{
	name:     "coupon/postgres",
	peer:     "PostgreSQL, one row of stock, one transaction a claim, clients' cpu only",
	goal:     10,
	openOurs: openPostgresBatcher,
	openPeer: openPostgresTransactions,
	exact:    couponClaims.exact,
}

// Of more connections one row of stock takes fewer claims, not more.
const postgresConnections = 8

func openPostgresBatcher(scale float64) (side, error) {
	d, err := postgresDatabase()
	if err != nil {
		return side{}, err
	}
	return batcherSide(d, scaled(claimRequests, scale))
}

func openPostgresTransactions(scale float64) (side, error) {
	d, err := postgresDatabase()
	if err != nil {
		return side{}, err
	}
	return transactionSide(d, scaled(claimRequests, scale), postgresConnections)
}

// postgresDatabase makes a schema of its own on the server.
func postgresDatabase() (d *claimsDatabase, err error) {
	server, err := url.Parse(os.Getenv("SIYU_POSTGRES"))
	if err != nil || server.Host == "" {
		return nil, errors.New("SIYU_POSTGRES names no server; make services starts one")
	}
	admin, err := sql.Open("pgx", server.String())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, admin.Close()) }()
	var fsync string
	if err := admin.QueryRow("SHOW fsync").Scan(&fsync); err != nil {
		return nil, err
	}
	if fsync != "on" {
		fmt.Fprintln(os.Stderr, "bench: the server's fsync is off: its commits, of both sides, do not reach the disk")
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
	return &claimsDatabase{DB: db, dialect: sqlstore.PostgreSQL, mark: "$", drop: func() error {
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
