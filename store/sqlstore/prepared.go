package sqlstore

import (
	"context"
	"database/sql"
)

// Most statements kept per transaction, and the longest text of one: those of a
// step are few and short, while inserts of many rows come in many lengths.
const (
	maxPrepared = 128
	maxText     = 2048
)

// prepared runs statements in a transaction and keeps them parsed, so that many
// steps in one transaction parse each text once. SQLite spends a quarter of a
// step on parsing; the drivers of the other engines keep statements themselves.
// The transaction's end closes them.
type prepared struct {
	tx         *sql.Tx
	statements map[string]*sql.Stmt
}

func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return p.tx.ExecContext(ctx, query, args...)
	}
	return stmt.ExecContext(ctx, args...)
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return p.tx.QueryContext(ctx, query, args...)
	}
	return stmt.QueryContext(ctx, args...)
}

func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := p.statement(ctx, query)
	if err != nil || stmt == nil {
		return p.tx.QueryRowContext(ctx, query, args...) // which has the error again
	}
	return stmt.QueryRowContext(ctx, args...)
}

// statement returns the parsed statement, nil for one that is not kept.
func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := p.statements[query]; ok {
		return stmt, nil
	}
	if len(query) > maxText || len(p.statements) == maxPrepared {
		return nil, nil
	}
	stmt, err := p.tx.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.statements[query] = stmt
	return stmt, nil
}
