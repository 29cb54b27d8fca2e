package sqlstore_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/siyu-go/siyu/store/sqlstore"
	"github.com/siyu-go/siyu/store/storetest"
)

// newSQLite returns an empty store on a database file of its own.
func newSQLite(t *testing.T) *sqlstore.Store {
	t.Helper()
	s, _ := openSQLite(t)
	return s
}

func openSQLite(t *testing.T) (*sqlstore.Store, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s, err := sqlstore.Open(db, sqlstore.SQLite, nil)
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

func TestStore(t *testing.T) {
	storetest.TestStore(t, newSQLite)
}
