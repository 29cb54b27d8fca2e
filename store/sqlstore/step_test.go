package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/siyu-go/siyu"
)

func open(t *testing.T) *Store {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "t.db")+"?_pragma=journal_mode(wal)&_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s, err := Open(db, SQLite, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func aCall(t *testing.T, args any) siyu.Call {
	t.Helper()
	c, err := siyu.NewCall("test.op", "key", args)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestStep(t *testing.T) {
	s := open(t)
	runs := 0
	run := func(s *Store, args any, fail error) (int, bool, error) {
		return step(t.Context(), s, aCall(t, args), func(*conn) (int, []siyu.Event, error) {
			runs++
			return 40 + runs, []siyu.Event{{ID: "e", User: "u", Name: "n", At: time.Unix(1, 0)}}, fail
		})
	}
	refused := errors.New("refused")
	if _, _, err := run(s, "a", refused); !errors.Is(err, refused) {
		t.Errorf("err = %v, want the refusal", err)
	}
	if got, replayed, err := run(s, "a", nil); got != 42 || replayed || err != nil {
		t.Errorf("first: %d, %t, %v", got, replayed, err)
	}
	if got, replayed, err := run(s, "a", nil); got != 42 || !replayed || err != nil {
		t.Errorf("again: %d, %t, %v", got, replayed, err)
	}
	if _, _, err := run(s, "b", nil); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("other arguments: err = %v, want ErrConflict", err)
	}
	if got, replayed, err := run(s.Tenant("other"), "b", nil); got != 43 || replayed || err != nil {
		t.Errorf("other tenant: %d, %t, %v", got, replayed, err)
	}
	if runs != 3 {
		t.Errorf("decided %d times, want 3", runs)
	}
}

// The same key sent many times at once is decided once and answered alike.
func TestStepConcurrently(t *testing.T) {
	s := open(t)
	var (
		wg      sync.WaitGroup
		mu      sync.Mutex
		decided int
	)
	for range 16 {
		wg.Go(func() {
			got, _, err := step(context.Background(), s, aCall(t, 1), func(*conn) (string, []siyu.Event, error) {
				mu.Lock()
				defer mu.Unlock()
				decided++
				return fmt.Sprint("answer ", decided), nil, nil
			})
			if got != "answer 1" || err != nil {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	wg.Wait()
	if decided != 1 {
		t.Errorf("decided %d times", decided)
	}
}

type stateError string

func (e stateError) Error() string    { return "state " + string(e) }
func (e stateError) SQLState() string { return string(e) }

type codeError int

func (e codeError) Error() string { return "code" }
func (e codeError) Code() int     { return int(e) }

func TestRetryable(t *testing.T) {
	special := errors.New("special")
	tests := []struct {
		dialect Dialect
		err     error
		want    bool
	}{
		{PostgreSQL, stateError("40001"), true},
		{PostgreSQL, fmt.Errorf("wrapped: %w", stateError("40P01")), true},
		{PostgreSQL, stateError("23505"), false},
		{SQLite, codeError(5), true},
		{SQLite, codeError(517), true}, // SQLITE_BUSY_SNAPSHOT
		{SQLite, codeError(19), false},
		{MySQL, errors.New("Error 1213 (40001): Deadlock found"), true},
		{MySQL, errors.New("Error 1062 (23000): Duplicate entry"), false},
		{MySQL, special, true},
		{SQLite, siyu.ErrConflict, false},
	}
	for _, tt := range tests {
		s := &Store{dialect: tt.dialect, options: Options{Retryable: func(err error) bool { return errors.Is(err, special) }}}
		if got := s.retryable(tt.err); got != tt.want {
			t.Errorf("%s: %v: %t, want %t", tt.dialect, tt.err, got, tt.want)
		}
	}
}

func TestRetryEnds(t *testing.T) {
	s := &Store{dialect: SQLite, options: Options{Retries: 3}}
	tries := 0
	busy := func() error { tries++; return codeError(5) }
	if err := s.retry(t.Context(), busy); err == nil || tries != 4 {
		t.Errorf("%d tries, %v", tries, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.options.Retries = 1 << 30
	err := s.retry(ctx, func() error { cancel(); return codeError(5) })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
}

type unsent struct{ error }

func (unsent) SafeToRetry() bool { return true }

func (e unsent) Unwrap() error { return e.error }

func TestCommitError(t *testing.T) {
	s := &Store{dialect: PostgreSQL}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		ctx     context.Context
		err     error
		unknown bool
	}{
		{t.Context(), errors.New("connection reset by peer"), true},
		{t.Context(), stateError("57P01"), true},
		{t.Context(), stateError("08006"), true},
		{t.Context(), stateError("40001"), false},
		{t.Context(), stateError("23503"), false},
		{t.Context(), sql.ErrTxDone, false},
		{ended, context.Canceled, false},
		{ended, fmt.Errorf("timeout: %w", context.Canceled), true}, // by the driver, while it waited for the answer
		{ended, unsent{context.Canceled}, false},
	}
	for _, tt := range tests {
		err := s.commitError(tt.ctx, tt.err)
		if errors.Is(err, siyu.ErrUnknownOutcome) != tt.unknown || !errors.Is(err, tt.err) {
			t.Errorf("%v becomes %v, unknown should be %t", tt.err, err, tt.unknown)
		}
	}
}

func TestDialectSQL(t *testing.T) {
	columns := []string{"a", "b", "c"}
	tests := []struct{ got, want string }{
		{PostgreSQL.rebind("x = ? AND y = ?"), "x = $1 AND y = $2"},
		{MySQL.rebind("x = ?"), "x = ?"},
		{insertInto("t", columns, 2), "INSERT INTO t (a, b, c) VALUES (?, ?, ?), (?, ?, ?)"},
		{SQLite.insertNew("t", columns), "INSERT INTO t (a, b, c) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"},
		{MySQL.insertNew("t", columns), "INSERT INTO t (a, b, c) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE a = t.a"},
		{PostgreSQL.upsert("t", columns, 1), "INSERT INTO t (a, b, c) VALUES (?, ?, ?) ON CONFLICT (a) DO UPDATE SET b = excluded.b, c = excluded.c"},
		{MySQL.upsert("t", columns, 2), "INSERT INTO t (a, b, c) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE c = VALUES(c)"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got  %s\nwant %s", tt.got, tt.want)
		}
	}
}

func TestSchema(t *testing.T) {
	for d := SQLite; d <= MySQL; d++ {
		statements, err := Schema(d)
		if err != nil || len(statements) == 0 {
			t.Fatalf("%s: %d statements, %v", d, len(statements), err)
		}
		if all := strings.Join(statements, "\n"); strings.Contains(all, "{{") || !strings.Contains(all, "siyu_events") {
			t.Errorf("%s: types left open:\n%s", d, all)
		}
	}
}
