package segmenttest

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/siyu-go/siyu/segment"
)

const table = "siyu_segment_test"

// SQL returns the Database of a database/sql connection to SQLite, PostgreSQL,
// MySQL or MariaDB. It makes the tables siyu_segment_test and
// siyu_segment_test_events, which must not exist.
func SQL(db *sql.DB, dialect segment.Dialect) Database { return sqlDatabase{db, dialect} }

type sqlDatabase struct {
	db      *sql.DB
	dialect segment.Dialect
}

func (d sqlDatabase) Dialect() segment.Dialect { return d.dialect }

func (d sqlDatabase) Load(ctx context.Context, rows []Row) error {
	list, text, instant := "text", "text", "text"
	switch d.dialect {
	case segment.PostgreSQL:
		list, instant = "text[]", "timestamptz"
	case segment.MySQL:
		list, instant = "json", "datetime(6)"
		text = "varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci" // which ignores case and trailing spaces
	}
	create := "CREATE TABLE " + table + " (id int PRIMARY KEY, follow boolean, age bigint, balance bigint, city " + text +
		", seen bigint, tags " + list + ", app " + text + ", ip " + text + ", seen_at " + instant + ")"
	if _, err := d.db.ExecContext(ctx, create); err != nil {
		return err
	}
	for _, r := range rows {
		args := []any{r.ID, r.Follow, r.Age, r.Balance, r.City, r.Seen, nil, r.App, r.IP, r.SeenAt}
		marks := make([]string, len(args))
		for i := range marks {
			marks[i] = "?"
			if d.dialect == segment.PostgreSQL {
				marks[i] = fmt.Sprint("$", i+1)
			}
		}
		switch {
		case r.Tags == nil:
		case d.dialect == segment.PostgreSQL:
			args[6], marks[6] = "{"+strings.Join(r.Tags, ",")+"}", "$7::text::text[]"
		default:
			data, err := json.Marshal(r.Tags)
			if err != nil {
				return err
			}
			args[6] = string(data)
		}
		insert := "INSERT INTO " + table + " VALUES (" + strings.Join(marks, ", ") + ")"
		if _, err := d.db.ExecContext(ctx, insert, args...); err != nil {
			return fmt.Errorf("%s: %w", insert, err)
		}
	}
	return nil
}

func (d sqlDatabase) LoadEvents(ctx context.Context, rows []EventRow) (string, error) {
	text, instant, user := "text", "timestamp", `"user"`
	switch d.dialect {
	case segment.PostgreSQL:
		instant = "timestamptz"
	case segment.MySQL:
		text, instant, user = "varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", "datetime(6)", "`user`"
	}
	const events = table + "_events"
	create := "CREATE TABLE " + events + " (" + user + " int NOT NULL, name " + text + ", at bigint, stamp " + instant +
		", value bigint, sku " + text + ", points bigint)"
	if _, err := d.db.ExecContext(ctx, create); err != nil {
		return "", err
	}
	insert := "INSERT INTO " + events + " VALUES (?, ?, ?, ?, ?, ?, ?)"
	if d.dialect == segment.PostgreSQL {
		insert = "INSERT INTO " + events + " VALUES ($1, $2, $3, $4, $5, $6, $7)"
	}
	for _, r := range rows {
		if _, err := d.db.ExecContext(ctx, insert, r.User, r.Name, r.At, r.Stamp, r.Value, r.SKU, r.Points); err != nil {
			return "", fmt.Errorf("%s: %w", insert, err)
		}
	}
	return events, nil
}

func (d sqlDatabase) Select(ctx context.Context, where segment.Where) (ids []int, err error) {
	rows, err := d.db.QueryContext(ctx, "SELECT id FROM "+table+" WHERE "+where.Text+" ORDER BY id", where.Args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
