// Package sqlstore keeps every domain in a database behind database/sql:
// SQLite, PostgreSQL, or MySQL and MariaDB. It brings no driver; the host opens
// its own database and hands it over.
//
//	db, err := sql.Open("sqlite", "file:bank.db?_pragma=journal_mode(wal)&_pragma=busy_timeout(5000)")
//	store, err := sqlstore.Open(db, sqlstore.SQLite, nil)
//	err = store.Migrate(ctx)
//
// Every step of a domain is one transaction of its own, or a savepoint inside
// the host's: WithTx gives the same stores over a transaction that the host
// has begun, so that a coupon is redeemed if and only if the order commits.
//
//	tx, err := db.BeginTx(ctx, nil)
//	// the host's own statements on tx …
//	coupons := coupon.New(store.WithTx(tx).Coupons(), nil)
//	// … and tx.Commit() decides over both
//
// Instants are stored as microseconds since 1970 in UTC, amounts as integers of
// minor units, ids byte for byte.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/siyu-go/siyu"
)

// Store is one tenant's view of a database. It is safe for concurrent use,
// except a handle made by [Store.WithTx] or inside [Store.InTx], which is as
// safe as its transaction.
type Store struct {
	db      *sql.DB // nil in a handle of WithTx
	tx      *sql.Tx // nil outside transactions
	q       querier // what statements of the transaction go through
	dialect Dialect
	options Options
	tenant  string
	depth   int // savepoints around this handle

	statements *statements // kept parsed; nil where the driver does that
}

// Options of [Open]; nil and zero fields mean the defaults.
type Options struct {
	// Tenant is the tenant of the first handle.
	Tenant string
	// Retries is how often a step that lost to others (serialization failure,
	// deadlock, busy database) is tried again; 0 means 10, negative never.
	Retries int
	// Retryable recognises such failures of the host's driver in addition to
	// the known ones.
	Retryable func(error) bool
}

// Open returns a store over db. It does not touch the database; see
// [Store.Migrate]. For SQLite set a busy timeout and journal_mode WAL in the
// data source name. For MySQL leave clientFoundRows off.
func Open(db *sql.DB, dialect Dialect, options *Options) (*Store, error) {
	if db == nil {
		return nil, siyu.Invalid("db", "is nil")
	}
	if !dialect.valid() {
		return nil, siyu.Invalid("dialect", "unknown dialect %d", dialect)
	}
	s := &Store{db: db, dialect: dialect}
	if dialect != PostgreSQL {
		s.statements = &statements{db: db, parsed: make(map[string]*sql.Stmt)}
	}
	if options != nil {
		s.options = *options
		s.tenant = options.Tenant
	}
	if s.options.Retries == 0 {
		s.options.Retries = 10
	}
	return s, nil
}

// Tenant returns a handle on another tenant's data in the same database, in the
// same transaction if there is one. Nothing of one tenant is ever visible to
// another.
func (s *Store) Tenant(name string) *Store {
	t := *s
	t.tenant = name
	return &t
}

// WithTx returns a handle that works in the host's transaction. Its steps are
// savepoints: a step that fails leaves the transaction usable and unchanged, and
// nothing is kept until the host commits. Only a database that ends transactions
// itself does not ask: after a deadlock or a serialization failure the host rolls
// back and begins again, as [Store.InTx] does; MySQL would take what follows one
// by one.
func (s *Store) WithTx(tx *sql.Tx) *Store {
	t := *s
	t.db, t.tx, t.q, t.statements = nil, tx, querier(tx), nil
	if s.dialect == SQLite {
		t.q = &prepared{tx: tx, statements: make(map[string]*sql.Stmt)}
	}
	return &t
}

// InTx begins a transaction, runs fn with a handle on it, and commits if fn
// returns nil. When the database asks for it (serialization failure, deadlock,
// busy) everything is rolled back and fn runs again, so fn must do nothing
// outside the transaction that it cannot repeat. A commit whose outcome is not
// known is [siyu.ErrUnknownOutcome]. In a handle that is in a transaction
// already, fn joins it.
func (s *Store) InTx(ctx context.Context, fn func(*Store) error) error {
	if s.tx != nil {
		return s.savepoint(ctx, fn)
	}
	return s.retry(ctx, func() error {
		return s.transaction(ctx, func(tx *sql.Tx) error {
			t := s.WithTx(tx)
			t.q = s.querier(tx)
			return fn(t)
		})
	})
}

// Events returns the tenant's event log.
func (s *Store) Events() siyu.EventLog { return events{s} }

// atomically runs fn in a transaction of its own or in a savepoint of the
// handle's.
func (s *Store) atomically(ctx context.Context, fn func(*conn) error) error {
	if s.tx != nil {
		return s.savepoint(ctx, func(in *Store) error { return fn(in.conn(in.q)) })
	}
	return s.retry(ctx, func() error {
		return s.transaction(ctx, func(tx *sql.Tx) error { return fn(s.conn(s.querier(tx))) })
	})
}

// view runs fn on whatever the handle works in; it is for single statements
// that read.
func (s *Store) view(fn func(*conn) error) error {
	if s.tx != nil {
		return fn(s.conn(s.q))
	}
	return fn(s.conn(s.db))
}

func (s *Store) conn(q querier) *conn {
	return &conn{q: q, dialect: s.dialect, tenant: s.tenant}
}

// querier is what the statements of a transaction of the store's own go
// through.
func (s *Store) querier(tx *sql.Tx) querier {
	if s.statements == nil {
		return tx
	}
	return &prepared{tx: tx, shared: s.statements, statements: make(map[string]*sql.Stmt)}
}

func (s *Store) transaction(ctx context.Context, fn func(*sql.Tx) error) (err error) {
	if s.statements != nil {
		s.statements.learn(ctx)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("sqlstore: begin: %w", err)
	}
	committing := false
	defer func() {
		if !committing {
			_ = tx.Rollback() // the first error counts
		}
	}()
	if s.dialect == SQLite {
		// Take the write lock now: a transaction that has read cannot wait for it.
		if _, err := tx.ExecContext(ctx, "UPDATE siyu_calls SET answer = answer WHERE 0"); err != nil {
			return fmt.Errorf("sqlstore: begin: %w", err)
		}
	}
	if err := fn(tx); err != nil {
		return err
	}
	committing = true
	return s.commitError(ctx, tx.Commit())
}

// commitError tells a commit that did not happen from one that may have.
func (s *Store) commitError(ctx context.Context, err error) error {
	var sent interface{ SafeToRetry() bool } // pgx: nothing was sent
	switch {
	case err == nil:
		return nil
	case err == ctx.Err(), //nolint:errorlint // database/sql's own, before it commits; a driver's was wrapped on the way
		errors.Is(err, sql.ErrTxDone), errors.As(err, &sent) && sent.SafeToRetry(), s.retryable(err), answered(err):
		return fmt.Errorf("sqlstore: commit: %w", err)
	}
	return fmt.Errorf("sqlstore: commit: %w: %w", siyu.ErrUnknownOutcome, err)
}

func (s *Store) savepoint(ctx context.Context, fn func(*Store) error) (err error) {
	inner := *s
	inner.depth++
	// MySQL forgets a savepoint when another of its name is set.
	name := "siyu_step_" + strconv.Itoa(inner.depth)
	if _, err := s.q.ExecContext(ctx, "SAVEPOINT "+name); err != nil {
		return fmt.Errorf("sqlstore: savepoint: %w", err)
	}
	done := false
	defer func() {
		if done {
			return
		}
		// Even if ctx is over the host may go on with its transaction.
		undo := context.WithoutCancel(ctx)
		if _, e := s.q.ExecContext(undo, "ROLLBACK TO SAVEPOINT "+name); e != nil {
			err = errors.Join(err, e)
		}
	}()
	if err := fn(&inner); err != nil {
		return err
	}
	if _, err := s.q.ExecContext(ctx, "RELEASE SAVEPOINT "+name); err != nil {
		return fmt.Errorf("sqlstore: release savepoint: %w", err)
	}
	done = true
	return nil
}
