package sqlstore

import (
	"context"
	"database/sql"
	"sync"
)

// Most statements kept parsed: the texts of this package are some 150.
const maxPrepared = 256

// prepared runs statements in a transaction and keeps them parsed, so that many
// steps parse each text once. SQLite spends a quarter of a step on parsing;
// MySQL's driver sends a text and its arguments apart, twice the round trips. The
// drivers of PostgreSQL keep statements themselves. What is parsed for this
// transaction alone, its end closes.
type prepared struct {
	tx         *sql.Tx
	shared     *statements // nil in a transaction of the host's: its database may be another
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
func (p *prepared) statement(ctx context.Context, query string) (stmt *sql.Stmt, err error) {
	if stmt, ok := p.statements[query]; ok {
		return stmt, nil
	}
	if p.shared != nil {
		known := p.shared.known(query)
		if known == nil {
			return nil, nil
		}
		stmt = p.tx.StmtContext(ctx, known)
	} else if len(p.statements) < maxPrepared {
		if stmt, err = p.tx.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
	}
	p.statements[query] = stmt
	return stmt, nil
}

// statements are those of a database's own transactions. A text is parsed
// between two transactions, after it was met for the second time: a statement
// that lives longer than its transaction must not be made inside of one.
type statements struct {
	db     *sql.DB
	mu     sync.Mutex
	parsed map[string]*sql.Stmt // nil: met once
	wanted []string
}

func (s *statements) known(query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	stmt, met := s.parsed[query]
	switch {
	case stmt != nil:
	case met:
		s.wanted = append(s.wanted, query)
	case len(s.parsed) < maxPrepared:
		s.parsed[query] = nil
	}
	return stmt
}

// learn parses what was wanted. What fails is wanted again by the next to use it.
func (s *statements) learn(ctx context.Context) {
	s.mu.Lock()
	wanted := s.wanted
	s.wanted = nil
	s.mu.Unlock()
	for _, query := range wanted {
		s.mu.Lock()
		known := s.parsed[query] != nil
		s.mu.Unlock()
		if known {
			continue
		}
		stmt, err := s.db.PrepareContext(ctx, query)
		if err != nil {
			continue
		}
		s.mu.Lock()
		if s.parsed[query] != nil {
			_ = stmt.Close() // another was faster
		} else {
			s.parsed[query] = stmt
		}
		s.mu.Unlock()
	}
}
