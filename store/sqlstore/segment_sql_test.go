package sqlstore_test

import (
	"os"
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
