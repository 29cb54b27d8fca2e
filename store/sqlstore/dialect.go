package sqlstore

import (
	"strconv"
	"strings"
)

// Dialect is the SQL that a database speaks.
type Dialect int

// The dialects. MySQL is for MariaDB too.
const (
	SQLite Dialect = iota + 1
	PostgreSQL
	MySQL
)

// String names the dialect.
func (d Dialect) String() string {
	switch d {
	case SQLite:
		return "sqlite"
	case PostgreSQL:
		return "postgresql"
	case MySQL:
		return "mysql"
	}
	return "dialect(" + strconv.Itoa(int(d)) + ")"
}

func (d Dialect) valid() bool { return d >= SQLite && d <= MySQL }

// types replaces the column types of the migration files by the dialect's.
func (d Dialect) types() *strings.Replacer {
	switch d {
	case PostgreSQL:
		return strings.NewReplacer(
			"{{id}}", `TEXT COLLATE "C"`, "{{text}}", "TEXT", "{{int}}", "BIGINT",
			"{{serial}}", "BIGINT GENERATED ALWAYS AS IDENTITY", "{{keyed}}", "")
	case MySQL:
		return strings.NewReplacer(
			"{{id}}", "VARBINARY(191)", "{{text}}", "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "{{int}}", "BIGINT",
			"{{serial}}", "BIGINT AUTO_INCREMENT PRIMARY KEY", "{{keyed}}", "")
	}
	return strings.NewReplacer(
		"{{id}}", "TEXT", "{{text}}", "TEXT", "{{int}}", "INTEGER",
		"{{serial}}", "INTEGER PRIMARY KEY AUTOINCREMENT", "{{keyed}}", " WITHOUT ROWID")
}

// rebind writes the placeholders ? as the dialect has them. Queries of this
// package hold no ? elsewhere.
func (d Dialect) rebind(query string) string {
	if d != PostgreSQL {
		return query
	}
	var b strings.Builder
	n := 0
	for _, r := range query {
		if r == '?' {
			n++
			b.WriteString("$" + strconv.Itoa(n))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// forUpdate locks the rows that a SELECT in a step reads. SQLite has locked the
// whole database by then.
func (d Dialect) forUpdate() string {
	if d == SQLite {
		return ""
	}
	return " FOR UPDATE"
}

// insertNew is the statement that adds a row unless its key exists; rows
// affected tell which.
func (d Dialect) insertNew(table string, columns []string) string {
	return insertInto(table, columns, 1) + d.skipKnown(table, columns)
}

// skipKnown ends an insert that passes over rows whose key exists.
func (d Dialect) skipKnown(table string, columns []string) string {
	if d == MySQL {
		return " ON DUPLICATE KEY UPDATE " + columns[0] + " = " + table + "." + columns[0]
	}
	return " ON CONFLICT DO NOTHING"
}

// upsert is the statement that adds a row, or replaces the columns after the
// first keys columns, which must be the primary key.
func (d Dialect) upsert(table string, columns []string, keys int) string {
	var b strings.Builder
	b.WriteString(insertInto(table, columns, 1))
	if d == MySQL {
		b.WriteString(" ON DUPLICATE KEY UPDATE ")
	} else {
		b.WriteString(" ON CONFLICT (" + strings.Join(columns[:keys], ", ") + ") DO UPDATE SET ")
	}
	for i, c := range columns[keys:] {
		if i > 0 {
			b.WriteString(", ")
		}
		if d == MySQL {
			b.WriteString(c + " = VALUES(" + c + ")")
		} else {
			b.WriteString(c + " = excluded." + c)
		}
	}
	return b.String()
}

func insertInto(table string, columns []string, rows int) string {
	row := "(" + strings.Repeat("?, ", len(columns)-1) + "?)"
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " + row + strings.Repeat(", "+row, rows-1)
}
