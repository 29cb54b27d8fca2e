package segment

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/siyu-go/siyu"
)

// Dialect is a kind of database.
type Dialect string

// The dialects. MySQL stands for MariaDB too.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgresql"
	MySQL      Dialect = "mysql"
	ClickHouse Dialect = "clickhouse"
)

// SQLOptions say what the columns are. Nil means the defaults.
type SQLOptions struct {
	// Columns gives the column of a field by its name. A field that is not in
	// it has a column of its own name. Names are quoted, never trusted.
	Columns map[string]string
	// Timestamps says that columns of time fields are of the database's own
	// type (timestamptz, datetime(6) in UTC, DateTime64(6, 'UTC')), not whole
	// microseconds since 1970, which SQLite has only.
	Timestamps bool
	// Events say where the events are that conditions on them need.
	Events *EventColumns
}

// Where is a condition in SQL. Every constant of the rule is an argument.
type Where struct {
	// Text is true or false for every row, never NULL. Its placeholders are ?
	// for SQLite and MySQL, $1, $2… for PostgreSQL, and for ClickHouse the query
	// parameters {a1:String}, {a2:Int64}…
	Text string
	Args []any // int64, string or time.Time, in the order of the placeholders
}

// SQL writes the rule as a condition over a table with a column for each field,
// at a moment. It selects exactly the people that [Bound.Match] does, whatever
// the collation of the columns:
//
//	bool      boolean, tinyint or 0 and 1, Bool
//	int       bigint, Int64
//	amount    bigint
//	text      UTF-8, of any length
//	time      bigint microseconds, or see SQLOptions.Timestamps
//	list      text[] in PostgreSQL, else a JSON array
//	version   text, made by VersionKey
//	ip        text, made by AddressKey
//
// A missing value is NULL. What a database does not do in the same way is
// siyu.ErrInvalid with the path of the leaf: regular expressions except on
// ClickHouse, letter case of other than ASCII and caseless texts (and of any on
// MySQL), and comparing versions or addresses as texts.
func (b *Bound) SQL(dialect Dialect, now time.Time, opts *SQLOptions) (Where, error) {
	if opts == nil {
		opts = &SQLOptions{}
	}
	w := &sqlWriter{dialect: dialect, now: now.UnixMicro(), opts: opts}
	switch dialect {
	case PostgreSQL, MySQL, ClickHouse:
	case SQLite:
		if opts.Timestamps {
			return Where{}, siyu.Invalid("timestamps", "sqlite has none")
		}
	default:
		return Where{}, siyu.Invalid("dialect", "%q is unknown", dialect)
	}
	if err := w.tree(b.root); err != nil {
		return Where{}, err
	}
	return Where{w.text.String(), w.args}, nil
}

type sqlWriter struct {
	dialect Dialect
	now     int64
	opts    *SQLOptions
	text    strings.Builder
	args    []any
	depth   int // of lists that are being searched
}

func (w *sqlWriter) put(parts ...string) {
	for _, p := range parts {
		w.text.WriteString(p)
	}
}

// arg writes a placeholder.
func (w *sqlWriter) arg(v any) {
	w.args = append(w.args, v)
	number := strconv.Itoa(len(w.args))
	switch w.dialect {
	case PostgreSQL:
		w.put("$", number)
	case ClickHouse:
		typ := "String"
		switch v.(type) {
		case int64:
			typ = "Int64"
		case time.Time:
			typ = "DateTime64(6, 'UTC')"
		}
		w.put("{a", number, ":", typ, "}")
	default:
		w.put("?")
	}
}

func (w *sqlWriter) tree(b *bound) error {
	if b.neg {
		w.put("NOT ")
	}
	if b.kind == leafNode {
		return siyu.Within(b.from.path, w.leaf(b))
	}
	return w.join(b.kind, len(b.kids), func(i int) error { return w.tree(b.kids[i]) })
}

// join writes kids between parentheses.
func (w *sqlWriter) join(kind nodeKind, kids int, write func(i int) error) error {
	if kids == 0 {
		w.truth(kind == allNode)
		return nil
	}
	w.put("(")
	for i := range kids {
		if i > 0 && kind == allNode {
			w.put(" AND ")
		} else if i > 0 {
			w.put(" OR ")
		}
		if err := write(i); err != nil {
			return err
		}
	}
	w.put(")")
	return nil
}

func (w *sqlWriter) truth(v bool) {
	if v {
		w.put("(1 = 1)")
	} else {
		w.put("(1 = 0)")
	}
}

// definite writes a condition that may be NULL, and is false then.
func (w *sqlWriter) definite(write func() error) error {
	w.put("COALESCE(")
	if err := write(); err != nil {
		return err
	}
	w.put(", FALSE)")
	return nil
}

func (w *sqlWriter) leaf(b *bound) error {
	switch {
	case b.test.events != nil:
		return siyu.Within(string(b.test.op), w.events(b.test))
	case b.test.set != nil:
		return siyu.Invalid("set", "is in memory, where a database does not see it")
	}
	name := b.test.source.attr
	if column, ok := w.opts.Columns[name]; ok {
		name = column
	}
	column, err := w.quote(name)
	if err != nil {
		return err
	}
	t := b.test
	switch {
	case t.op == OpExists:
		w.put("(", column, " IS NOT NULL)")
		return nil
	case b.slot.typ == BoolType:
		return w.boolean(column, b.integersAt(w.now))
	case b.slot.typ.whole():
		return w.ranges(column, b.slot.typ, b.integersAt(w.now))
	case t.op == OpType:
		w.ofType(column, t, b.slot.typ)
		return nil
	}
	return w.definite(func() error {
		switch b.slot.typ {
		case ListType:
			return w.list(column, t)
		case VersionType:
			return w.version(column, t)
		case IPType:
			return w.address(column, t)
		}
		return w.textual(column, t)
	})
}

// quote writes an identifier.
func (w *sqlWriter) quote(name string) (string, error) {
	if name == "" || len(name) > 63 || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		return "", siyu.Invalid("column", "%q is not the name of a column", name)
	}
	mark := `"`
	if w.dialect == MySQL {
		mark = "`"
	}
	if w.dialect == ClickHouse {
		name = strings.ReplaceAll(name, `\`, `\\`)
	}
	return mark + strings.ReplaceAll(name, mark, mark+mark) + mark, nil
}

func (w *sqlWriter) boolean(column string, values intervals) error {
	switch yes, no := values.contains(1), values.contains(0); {
	case yes && no:
		w.put("(", column, " IS NOT NULL)")
	case yes:
		w.put("COALESCE(", column, " = TRUE, FALSE)")
	case no:
		w.put("COALESCE(", column, " = FALSE, FALSE)")
	default:
		w.truth(false)
	}
	return nil
}

func (w *sqlWriter) ofType(column string, t *test, typ Type) {
	switch t.than.str {
	case kindNames[nullKind]:
		w.put("(", column, " IS NULL)")
	case kindNames[typ.kind()]:
		w.put("(", column, " IS NOT NULL)")
	default:
		w.truth(false)
	}
}

// ranges writes the values of a whole-number column that pass.
func (w *sqlWriter) ranges(column string, typ Type, values intervals) error {
	if len(values) == 0 {
		w.truth(false)
		return nil
	}
	if slices.Equal(values, allIntegers()) {
		w.put("(", column, " IS NOT NULL)")
		return nil
	}
	return w.definite(func() error {
		return w.join(anyNode, len(values), func(i int) error {
			iv := values[i]
			switch {
			case iv.lo == iv.hi:
				w.put(column, " = ")
				w.whole(typ, iv.lo)
			case iv.lo == missing+1:
				w.put(column, " <= ")
				w.whole(typ, iv.hi)
			case iv.hi == math.MaxInt64:
				w.put(column, " >= ")
				w.whole(typ, iv.lo)
			default:
				w.put(column, " BETWEEN ")
				w.whole(typ, iv.lo)
				w.put(" AND ")
				w.whole(typ, iv.hi)
			}
			return nil
		})
	})
}

func (w *sqlWriter) whole(typ Type, v int64) {
	if typ == TimeType && w.opts.Timestamps {
		w.arg(time.UnixMicro(v).UTC())
		return
	}
	w.arg(v)
}

// version compares keys; "" is the key of a text that is no version.
func (w *sqlWriter) version(column string, t *test) error {
	key := w.bytes(column)
	compare := func(op, key2 string) {
		w.put(key, " ", op, " ")
		w.textArg(key2)
	}
	w.put("(")
	defer w.put(")")
	switch t.op {
	case OpVerEq:
		compare("=", t.ver.key())
	case OpVerGt:
		compare(">", t.ver.key())
	case OpVerGe:
		compare(">=", t.ver.key())
	case OpVerLt, OpVerLe:
		compare(">", "")
		w.put(" AND ")
		compare(map[Op]string{OpVerLt: "<", OpVerLe: "<="}[t.op], t.ver.key())
	case OpVerTilde, OpVerCaret, OpVerWild:
		compare(">=", t.vers.low.key())
		w.put(" AND ")
		compare("<", string(t.vers.high.coreKey()))
	default:
		return w.refuse(t, "compares versions as texts")
	}
	return nil
}

// address compares keys with the first and last of each network.
func (w *sqlWriter) address(column string, t *test) error {
	if t.op != OpCIDR {
		return w.refuse(t, "compares addresses as texts")
	}
	key := w.bytes(column)
	return w.join(anyNode, len(t.nets), func(i int) error {
		first, last := networkKeys(t.nets[i])
		w.put("(", key, " >= ")
		w.textArg(first)
		w.put(" AND ", key, " <= ")
		w.textArg(last)
		w.put(")")
		return nil
	})
}

func (w *sqlWriter) refuse(t *test, why string) error {
	return siyu.Invalid("op", "%s %s, which %s does not do in the same way", t.source.op, why, w.dialect)
}
