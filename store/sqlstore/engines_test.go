package sqlstore_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/siyu-go/siyu/store/sqlstore"
)

// engine is a database that the suites run on.
type engine struct {
	name    string
	dialect sqlstore.Dialect
	env     string // names the server; without it the engine's tests skip
	open    func(t testing.TB, server string) *sql.DB
}

var names atomic.Int64

var engines = []engine{
	{name: "sqlite", dialect: sqlstore.SQLite, open: openSQLite},
	{name: "postgresql", dialect: sqlstore.PostgreSQL, env: "SIYU_POSTGRES", open: openPostgreSQL},
	{name: "mariadb", dialect: sqlstore.MySQL, env: "SIYU_MARIADB", open: openMariaDB},
}

// onEachEngine runs a suite on every engine there is. newStore gives an empty
// store in a database of its own.
func onEachEngine(t *testing.T, suite func(t *testing.T, newStore func(t *testing.T) *sqlstore.Store)) {
	t.Helper()
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			e.skipWithout(t)
			suite(t, func(t *testing.T) *sqlstore.Store {
				s, _ := e.newStore(t)
				return s
			})
		})
	}
}

// onEachDatabase runs a test on every engine there is, with the database under
// the store in hand.
func onEachDatabase(t *testing.T, test func(t *testing.T, s *sqlstore.Store, db *sql.DB)) {
	t.Helper()
	onDatabases(t, engines, test)
}

// onEachServer leaves SQLite out, which has one writer at a time.
func onEachServer(t *testing.T, test func(t *testing.T, s *sqlstore.Store, db *sql.DB)) {
	t.Helper()
	onDatabases(t, slices.DeleteFunc(slices.Clone(engines), func(e engine) bool { return e.dialect == sqlstore.SQLite }), test)
}

func onDatabases(t *testing.T, engines []engine, test func(t *testing.T, s *sqlstore.Store, db *sql.DB)) {
	t.Helper()
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			e.skipWithout(t)
			s, db := e.newStore(t)
			test(t, s, db)
		})
	}
}

func (e engine) skipWithout(t testing.TB) {
	if e.env != "" && os.Getenv(e.env) == "" {
		t.Skipf("no server: %s is not set; see make services", e.env)
	}
}

func (e engine) newStore(t testing.TB) (*sqlstore.Store, *sql.DB) {
	t.Helper()
	db := e.open(t, os.Getenv(e.env))
	t.Cleanup(func() { db.Close() })
	s, err := sqlstore.Open(db, e.dialect, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds nothing to do
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return s, db
}

func openSQLite(t testing.TB, _ string) *sql.DB {
	path := filepath.Join(t.TempDir(), "test.db")
	return mustOpen(t, "sqlite", "file:"+path+"?_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_pragma=busy_timeout(10000)")
}

// Each store gets a schema of its own in the server's database.
func openPostgreSQL(t testing.TB, server string) *sql.DB {
	schema := freshName()
	admin := mustOpen(t, "pgx", server)
	mustExec(t, admin, "CREATE SCHEMA "+schema)
	t.Cleanup(func() {
		mustExec(t, admin, "DROP SCHEMA "+schema+" CASCADE")
		admin.Close()
	})
	return mustOpen(t, "pgx", server+"&search_path="+schema)
}

// Each store gets a database of its own on the server.
func openMariaDB(t testing.TB, server string) *sql.DB {
	name := freshName()
	admin := mustOpen(t, "mysql", server)
	mustExec(t, admin, "CREATE DATABASE "+name)
	t.Cleanup(func() {
		mustExec(t, admin, "DROP DATABASE "+name)
		admin.Close()
	})
	config, err := mysql.ParseDSN(server)
	if err != nil {
		t.Fatal(err)
	}
	config.DBName = name
	return mustOpen(t, "mysql", config.FormatDSN())
}

func mustOpen(t testing.TB, driver, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(32) // hundreds of claimers share them, as they would a host's pool
	return db
}

func mustExec(t testing.TB, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.Exec(statement); err != nil {
		t.Error(err)
	}
}

func freshName() string { return fmt.Sprintf("siyu_%d_%d", os.Getpid(), names.Add(1)) }
