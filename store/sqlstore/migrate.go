package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"github.com/siyu-go/siyu"
)

//go:embed migrations/*.sql
var migrations embed.FS

// versionTable is where the applied migrations are recorded.
const versionTable = "siyu_migrations"

// Migrate brings the database's schema up to date; it may be called at every
// start. All names begin with siyu_. Hosts that run migrations with a tool of
// their own take [Schema] instead.
func (s *Store) Migrate(ctx context.Context) error {
	if s.db == nil {
		return siyu.Invalid("store", "migrate needs a handle outside transactions")
	}
	dialect := map[Dialect]database.Dialect{
		SQLite: database.DialectSQLite3, PostgreSQL: database.DialectPostgres, MySQL: database.DialectMySQL,
	}[s.dialect]
	versions, err := database.NewStore(dialect, versionTable)
	if err != nil {
		return fmt.Errorf("sqlstore: migrate: %w", err)
	}
	files, err := migrationFiles()
	if err != nil {
		return err
	}
	steps := make([]*goose.Migration, len(files))
	for i, file := range files {
		statements := file.statements(s.dialect)
		steps[i] = goose.NewGoMigration(int64(i+1), &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			for _, statement := range statements {
				if _, err := tx.ExecContext(ctx, statement); err != nil {
					return fmt.Errorf("%s: %w", file.name, err)
				}
			}
			return nil
		}}, nil)
	}
	provider, err := goose.NewProvider("", s.db, nil, goose.WithStore(versions), goose.WithGoMigrations(steps...))
	if err != nil {
		return fmt.Errorf("sqlstore: migrate: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("sqlstore: migrate: %w", err)
	}
	return nil
}

// Schema returns the whole schema of a dialect as SQL text, statement by
// statement in the order to run them.
func Schema(dialect Dialect) ([]string, error) {
	if !dialect.valid() {
		return nil, siyu.Invalid("dialect", "unknown dialect %d", dialect)
	}
	files, err := migrationFiles()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, file := range files {
		all = append(all, file.statements(dialect)...)
	}
	return all, nil
}

type migrationFile struct{ name, text string }

// migrationFiles returns the files in order; their numbers leave no gap.
func migrationFiles() ([]migrationFile, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var files []migrationFile
	for i, name := range names {
		if !strings.HasPrefix(name, fmt.Sprintf("migrations/%05d_", i+1)) {
			return nil, errors.New("sqlstore: migrations are not numbered without gaps: " + name)
		}
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			return nil, err
		}
		files = append(files, migrationFile{name, string(text)})
	}
	return files, nil
}

// statements splits a file at the semicolons that end a line. A statement may
// begin with a line that names the dialects it is for.
func (f migrationFile) statements(dialect Dialect) []string {
	var out []string
	for part := range strings.SplitSeq(dialect.types().Replace(f.text), ";\n") {
		part = strings.TrimSpace(part)
		if only, rest, ok := strings.Cut(part, "\n"); ok && strings.HasPrefix(only, "-- only: ") {
			if part = rest; !slices.Contains(strings.Fields(only), dialect.String()) {
				continue
			}
		}
		if part != "" {
			out = append(out, part)
		}
	}
	return out
}
