package sqlstore_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/segment/segmenttest"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// The SQL of a rule selects on every engine whom the rule holds for.
func TestSegmentSQL(t *testing.T) {
	dialects := map[sqlstore.Dialect]segment.Dialect{
		sqlstore.SQLite:     segment.SQLite,
		sqlstore.PostgreSQL: segment.PostgreSQL,
		sqlstore.MySQL:      segment.MySQL,
	}
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			e.skipWithout(t)
			db := e.open(t, os.Getenv(e.env))
			t.Cleanup(func() { db.Close() })
			segmenttest.TestSQL(t, segmenttest.SQL(db, dialects[e.dialect]))
		})
	}
}

// The suite sees conditions that are slightly wrong.
func TestSegmentSQL_canFail(t *testing.T) {
	for name, change := range map[string]*strings.Replacer{
		"NULL is not false":      strings.NewReplacer(", FALSE)", ", NULL)"),
		"a bound left out":       strings.NewReplacer(" >= ", " > "),
		"letter case is ignored": strings.NewReplacer("COLLATE BINARY", "COLLATE NOCASE"),
		"some for every":         strings.NewReplacer(") AND ", ") OR "),
		"zero times forgotten":   strings.NewReplacer("HAVING NOT ", "HAVING "),
		"a break forgotten":      strings.NewReplacer("THEN NULL ELSE", "THEN NULL WHEN FALSE THEN"),
		"the future counts":      strings.NewReplacer(` AND "at" <= `, ` AND "at" >= 0 OR 0 = `),
		"not forgotten":          strings.NewReplacer("NOT ", ""),
	} {
		t.Run(name, func(t *testing.T) {
			db := openSQLite(t, "")
			t.Cleanup(func() { db.Close() })
			r := &recorder{TB: t}
			segmenttest.TestSQL(r, broken{segmenttest.SQL(db, segment.SQLite), change})
			if !r.failed {
				t.Error("the suite passed")
			}
		})
	}
}

// broken changes every condition.
type broken struct {
	segmenttest.Database
	change *strings.Replacer
}

func (b broken) Select(ctx context.Context, where segment.Where) ([]int, error) {
	where.Text = b.change.Replace(where.Text)
	return b.Database.Select(ctx, where)
}

// recorder notes that a test failed instead of failing.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }
