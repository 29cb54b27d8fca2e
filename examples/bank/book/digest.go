package book

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"
)

// DigestFile is the [Book.Digest] of a file, whatever run made it.
func DigestFile(ctx context.Context, file string) (digest string, err error) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return "", err
	}
	b := &Book{db: db}
	defer func() { err = errors.Join(err, b.Close()) }()
	return b.Digest(ctx)
}

// Digest is a fingerprint of every row of every table of the file, whatever
// order they were written in. Places in the event log are left out: a log may
// have gaps.
func (b *Book) Digest(ctx context.Context) (string, error) {
	names, err := b.tables(ctx)
	if err != nil {
		return "", err
	}
	all := sha256.New()
	for _, name := range names {
		if err := b.digestTable(ctx, all, name); err != nil {
			return "", fmt.Errorf("digest %s: %w", name, err)
		}
	}
	return hex.EncodeToString(all.Sum(nil)), nil
}

func (b *Book) tables(ctx context.Context) (names []string, err error) {
	rows, err := b.db.QueryContext(ctx, "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'siyu\\_%' ESCAPE '\\' ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if !strings.Contains(name, "migration") && !strings.Contains(name, "goose") {
			names = append(names, name)
		}
	}
	return names, rows.Err()
}

func (b *Book) digestTable(ctx context.Context, all hash.Hash, table string) error {
	rows, err := b.db.QueryContext(ctx, "SELECT * FROM "+table) //nolint:gosec // a name that the database gave us
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	var (
		cells  = make([]sql.RawBytes, len(columns))
		scan   = make([]any, len(columns))
		hashes [][sha256.Size]byte
		line   []byte
	)
	for i := range cells {
		scan[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(scan...); err != nil {
			return err
		}
		line = line[:0]
		for i, cell := range cells {
			if columns[i] == "seq" {
				continue
			}
			line = fmt.Appendf(line, "%s=%d:%s;", columns[i], len(cell), cell)
		}
		hashes = append(hashes, sha256.Sum256(line))
	}
	slices.SortFunc(hashes, func(x, y [sha256.Size]byte) int { return slices.Compare(x[:], y[:]) })
	fmt.Fprintf(all, "%s %d\n", table, len(hashes))
	for _, h := range hashes {
		all.Write(h[:])
	}
	return rows.Err()
}
