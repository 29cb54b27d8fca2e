package sqlstore_test

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func anEvent(id siyu.EventID) siyu.Event {
	return siyu.Event{ID: id, User: "u", Name: "n", At: time.Unix(1e9, 0)}
}

func count(t *testing.T, s *sqlstore.Store) (n int) {
	t.Helper()
	for _, err := range s.Events().Events(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// The host's transaction decides over what the store did in it.
func TestHostTransaction(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, s *sqlstore.Store, db *sql.DB) {
		hostTransaction(t, s, db, false)
		hostTransaction(t, s, db, true)
	})
}

func hostTransaction(t *testing.T, s *sqlstore.Store, db *sql.DB, commit bool) {
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS orders (id VARCHAR(20))"); err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("INSERT INTO orders VALUES ('o-1')"); err != nil {
		t.Fatal(err)
	}
	in := s.WithTx(tx)
	if _, err := in.Events().Append(t.Context(), anEvent("a")); err != nil {
		t.Fatal(err)
	}
	// A step that fails leaves the transaction usable and itself undone.
	if _, err := in.Events().Append(t.Context(), anEvent("b"), siyu.Event{ID: "a", User: "x", Name: "n", At: time.Unix(0, 0)}); !errors.Is(err, siyu.ErrConflict) {
		t.Fatalf("err = %v, want ErrConflict", err)
	}
	want := 0
	if commit {
		want = 1
		err = tx.Commit()
	} else {
		err = tx.Rollback()
	}
	if err != nil {
		t.Fatal(err)
	}
	var orders int
	if err := db.QueryRow("SELECT count(*) FROM orders").Scan(&orders); err != nil {
		t.Fatal(err)
	}
	if events := count(t, s); events != want || orders != want {
		t.Errorf("commit %t: %d events and %d orders, want %d of each", commit, events, orders, want)
	}
}

func TestOpenRefuses(t *testing.T) {
	db := &sql.DB{}
	if _, err := sqlstore.Open(nil, sqlstore.SQLite, nil); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no database: err = %v", err)
	}
	for _, d := range []sqlstore.Dialect{0, 4, -1} {
		if _, err := sqlstore.Open(db, d, nil); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%v: err = %v", d, err)
		}
		if _, err := sqlstore.Schema(d); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("schema of %v: err = %v", d, err)
		}
	}
}
