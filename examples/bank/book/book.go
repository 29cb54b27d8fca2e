// Package book keeps the bank's data in one SQLite file through the library's
// own store, and does each piece of work on it once: a piece and the mark that
// it is done are one transaction, so a run that was killed goes on where it was.
package book

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// ErrOtherRun says that the file was made with other inputs, users or seed.
var ErrOtherRun = errors.New("the file was made with other inputs, users or seed: name another -db")

// Book is the bank's file. It is for one goroutine at a time.
type Book struct {
	db    *sql.DB
	store *sqlstore.Store
	run   string
}

// Open opens the file, or makes it. Run describes what the file is made from;
// one made from something else is [ErrOtherRun].
func Open(ctx context.Context, file, run string) (*Book, error) {
	name := (&url.URL{Scheme: "file", Opaque: url.PathEscape(file), RawQuery: url.Values{"_pragma": {
		"journal_mode(wal)",    // a kill loses nothing that was committed
		"synchronous(normal)",  // a power cut may lose the last commits, whole
		"busy_timeout(10000)",  // another process may read
		"temp_store(memory)",   // what savepoints keep
		"cache_size(-131072)",  // KiB of pages kept in memory
		"mmap_size(268435456)", // bytes of the file read without copying
	}}.Encode()}).String()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2) // one writes while a page of events is read
	store, err := sqlstore.Open(db, sqlstore.SQLite, nil)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	b := &Book{db: db, store: store, run: run}
	if err := store.Migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", file, err), db.Close())
	}
	if _, err := b.Once(ctx, "run", func(context.Context, *sqlstore.Store) error { return nil }); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return b, nil
}

// Close closes the file.
func (b *Book) Close() error { return b.db.Close() }

// Store is the library's store over the file.
func (b *Book) Store() *sqlstore.Store { return b.store }

// DB is the database itself.
func (b *Book) DB() *sql.DB { return b.db }

// markName is the event that says a piece of work is done. It belongs to the
// bank, not to a customer.
const (
	markName = "bank.done"
	markUser = "bank"
)

// markTime is the same in every run: when work was done is no result.
var markTime = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// Once does a piece of work in one transaction, unless it is done already, and
// reports whether it was. The work must do nothing outside the store that it is
// given, and use the context that it is given.
func (b *Book) Once(ctx context.Context, piece string, work func(context.Context, *sqlstore.Store) error) (did bool, err error) {
	mark := siyu.Event{
		ID: siyu.EventID(markName + "/" + piece), User: markUser, Name: markName,
		At: markTime, Props: map[string]string{"run": b.run},
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	// A piece is short and is finished once begun; watching for cancellation
	// costs the driver a goroutine for each statement.
	ctx = context.WithoutCancel(ctx)
	err = b.store.InTx(ctx, func(s *sqlstore.Store) error {
		added, err := s.Events().Append(ctx, mark)
		did = added == 1
		if err != nil || !did {
			return err
		}
		return work(ctx, s)
	})
	if errors.Is(err, siyu.ErrConflict) && !did {
		return false, ErrOtherRun
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", piece, err)
	}
	return did, nil
}

// Mark reports whether an event is one of the book's own marks, and of which
// piece of work.
func Mark(e siyu.Event) (piece string, ok bool) {
	return strings.CutPrefix(string(e.ID), markName+"/")
}
