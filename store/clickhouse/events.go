package clickhouse

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/siyu-go/siyu"
)

// Events says in which table and columns the events lie. The zero column names
// mean those that [DB.CreateTable] makes.
type Events struct {
	Table   string // "events" or "database.events"; may be Distributed
	ID      string // String; event_id unless said
	User    string // String; user_id unless said
	Name    string // String; name unless said
	At      string // DateTime64(6); at unless said
	Value   string // Int64, minor units; value unless said
	Channel string // String; channel unless said
	Domain  string // String; domain unless said
	Props   string // Map(String, String); props unless said

	// ShardedByUser says that Table is Distributed and has all events of a user on
	// one shard, as with the sharding key cityHash64(user_id). A funnel of users
	// then ends on the shards, which send a level for each user and not his
	// events. Where it is not so the counts are wrong: leave it false if in doubt.
	ShardedByUser bool
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,126}$`)

// named returns e with its defaults, all names checked and quoted.
func (e Events) named() (Events, error) {
	for _, c := range []struct {
		field string
		name  *string
		usual string
	}{
		{"id", &e.ID, "event_id"},
		{"user", &e.User, "user_id"},
		{"name", &e.Name, "name"},
		{"at", &e.At, "at"},
		{"value", &e.Value, "value"},
		{"channel", &e.Channel, "channel"},
		{"domain", &e.Domain, "domain"},
		{"props", &e.Props, "props"},
	} {
		if *c.name == "" {
			*c.name = c.usual
		}
		if !identifier.MatchString(*c.name) {
			return e, siyu.Invalid("events."+c.field, "is not a column name")
		}
		*c.name = "`" + *c.name + "`"
	}
	quoted := ""
	for i, part := range bytes.SplitN([]byte(e.Table), []byte("."), 2) {
		if !identifier.Match(part) {
			return e, siyu.Invalid("events.table", "is not a table name")
		}
		if i > 0 {
			quoted += "."
		}
		quoted += "`" + string(part) + "`"
	}
	e.Table = quoted
	return e, nil
}

// CreateTable makes the table if it is not there: ordered by user and time, so
// that a funnel reads each user's events in one stretch, and with the events
// that come twice replaced in the background.
func (db *DB) CreateTable(ctx context.Context, events Events) error {
	e, err := events.named()
	if err != nil {
		return err
	}
	return db.exec(ctx, query{sql: "CREATE TABLE IF NOT EXISTS " + e.Table + " (" +
		e.ID + " String, " + e.User + " String, " + e.Name + " LowCardinality(String), " + e.At + " DateTime64(6, 'UTC'), " +
		e.Value + " Int64, " + e.Channel + " LowCardinality(String), " + e.Domain + " LowCardinality(String), " +
		e.Props + " Map(String, String)) ENGINE = ReplacingMergeTree ORDER BY (" + e.User + ", " + e.At + ", " + e.ID + ")"})
}

// exportRows is how many events an INSERT carries.
const exportRows = 50_000

// Export copies the events of a log after seq into the table and returns the
// Seq of the last one that has arrived, to go on from. It may be repeated: an
// event that comes twice counts once in funnels and is replaced in the table.
func (db *DB) Export(ctx context.Context, events Events, log siyu.EventLog, after int64) (last int64, err error) {
	e, err := events.named()
	if err != nil {
		return after, err
	}
	insert := "INSERT INTO " + e.Table + " (" + e.ID + ", " + e.User + ", " + e.Name + ", " + e.At + ", " + e.Value + ", " +
		e.Channel + ", " + e.Domain + ", " + e.Props + ") FORMAT JSONCompactEachRow"
	var (
		rows  bytes.Buffer
		count int
		seq   = after
	)
	last = after
	flush := func() error {
		if count == 0 {
			return nil
		}
		if err := db.exec(ctx, query{sql: insert, body: bytes.NewReader(rows.Bytes())}); err != nil {
			return err
		}
		last, count = seq, 0
		rows.Reset()
		return nil
	}
	for event, err := range log.Events(ctx, after) {
		if err != nil {
			return last, err
		}
		if err := appendRow(&rows, event.Event); err != nil {
			return last, err
		}
		seq = event.Seq
		if count++; count == exportRows {
			if err := flush(); err != nil {
				return last, err
			}
		}
	}
	return last, flush()
}

// timeLayout has the microseconds that DateTime64(6) keeps.
const timeLayout = "2006-01-02 15:04:05.000000"

func appendRow(rows *bytes.Buffer, e siyu.Event) error {
	props := e.Props
	if props == nil {
		props = map[string]string{}
	}
	row, err := json.Marshal([]any{
		e.ID, e.User, e.Name, siyu.Instant(e.At).Format(timeLayout), e.Value, e.Channel, e.Domain, props,
	})
	if err != nil {
		return fmt.Errorf("clickhouse: encode event: %w", err)
	}
	rows.Write(row)
	rows.WriteByte('\n')
	return nil
}
