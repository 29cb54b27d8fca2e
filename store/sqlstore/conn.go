package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/siyu-go/siyu"
)

// querier is what *sql.DB and *sql.Tx have in common.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// conn runs the statements of one step for one tenant. Queries are written with
// ? and with names from this package only, never from input.
type conn struct {
	q       querier
	dialect Dialect
	tenant  string
}

// exec runs a statement and returns the number of rows it affected.
func (c *conn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := c.q.ExecContext(ctx, c.dialect.rebind(query), args...)
	if err != nil {
		return 0, fmt.Errorf("sqlstore: %w", err)
	}
	return result.RowsAffected()
}

// row reads the first row into dest and reports whether there is one.
func (c *conn) row(ctx context.Context, query string, args []any, dest ...any) (bool, error) {
	err := c.q.QueryRowContext(ctx, c.dialect.rebind(query), args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("sqlstore: %w", err)
	}
	return true, nil
}

// lockRow is row in a step that is going to change what it reads.
func (c *conn) lockRow(ctx context.Context, query string, args []any, dest ...any) (bool, error) {
	return c.row(ctx, query+c.dialect.forUpdate(), args, dest...)
}

// each calls scan for every row of the answer.
func (c *conn) each(ctx context.Context, query string, args []any, scan func(scan func(dest ...any) error) error) error {
	rows, err := c.q.QueryContext(ctx, c.dialect.rebind(query), args...)
	if err != nil {
		return fmt.Errorf("sqlstore: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows.Scan); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("sqlstore: %w", err)
	}
	return nil
}

// insertNew adds a row unless its key exists, and reports whether it did.
func (c *conn) insertNew(ctx context.Context, table string, columns []string, values ...any) (bool, error) {
	n, err := c.exec(ctx, c.dialect.insertNew(table, columns), values...)
	return n == 1, err
}

// upsert adds a row or replaces it; the first keys columns are its primary key.
func (c *conn) upsert(ctx context.Context, table string, columns []string, keys int, values ...any) error {
	_, err := c.exec(ctx, c.dialect.upsert(table, columns, keys), values...)
	return err
}

// noTime is how the zero time is stored; no instant that people date by comes
// near it.
const noTime = math.MinInt64

// micros is how an instant is stored.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return noTime
	}
	return t.UnixMicro()
}

// instant is the inverse of micros.
func instant(micros int64) time.Time {
	if micros == noTime {
		return time.Time{}
	}
	return siyu.Instant(time.UnixMicro(micros))
}
