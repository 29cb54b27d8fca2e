package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/siyu-go/siyu"
)

// Many rows go in few statements whose texts repeat, so that the database parses
// and plans each once: PostgreSQL takes a whole list as one array per column,
// MySQL lists whose lengths are powers of two. SQLite has nobody to wait for: it
// takes row by row, which needs no journal of the statement.
const (
	mostArray  = 4096 // rows of an array: bounds the text of one parameter
	mostValues = 256  // rows of a list of values: some 3,000 parameters
	mostIn     = 256  // keys of a list to look for
	mostInLite = 16   // the same for SQLite, whose driver binds many parameters slowly
)

// insertRows adds rows of strings and int64s, one after the other in values, and
// returns how many rows the statements affected. tail is what follows the rows,
// such as Dialect.skipKnown.
func (c *conn) insertRows(ctx context.Context, table string, columns []string, tail string, values []any) (affected int64, err error) {
	if c.dialect == PostgreSQL {
		for chunk := range slices.Chunk(values, mostArray*len(columns)) {
			query, args := insertArrays(table, columns, chunk)
			n, err := c.exec(ctx, query+tail, args...)
			if err != nil {
				return affected, err
			}
			affected += n
		}
		return affected, nil
	}
	query, last := "", 0
	for len(values) > 0 {
		rows := 1
		if c.dialect == MySQL {
			rows = 1 << (bits.Len(uint(min(len(values)/len(columns), mostValues))) - 1)
		}
		if rows != last {
			query, last = insertInto(table, columns, rows)+tail, rows
		}
		n, err := c.exec(ctx, query, values[:rows*len(columns)]...)
		if err != nil {
			return affected, err
		}
		affected += n
		values = values[rows*len(columns):]
	}
	return affected, nil
}

// insertFresh adds rows that none of which may exist: siyu.ErrConflict otherwise.
func (c *conn) insertFresh(ctx context.Context, what, table string, columns []string, values []any) error {
	tail := c.dialect.skipKnown(table, columns)
	if c.dialect == PostgreSQL {
		tail = "" // to skip costs it a quarter of the insert
	}
	n, err := c.insertRows(ctx, table, columns, tail, values)
	if duplicate(err) || err == nil && n != int64(len(values)/len(columns)) {
		return fmt.Errorf("sqlstore: %s: %w", what, siyu.ErrConflict)
	}
	return err
}

// duplicate reports whether PostgreSQL refused a key that exists.
func duplicate(err error) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && state.SQLState() == "23505"
}

// insertArrays is an insert of rows with one parameter for each column: an
// array, or the value itself where all rows have the same.
func insertArrays(table string, columns []string, values []any) (query string, args []any) {
	var selected, arrays, names []string
	var scalars []any
	for i, column := range columns {
		kind := "text"
		if _, ok := values[i].(int64); ok {
			kind = "bigint"
		}
		if len(arrays) > 0 && constant(values, i, len(columns)) {
			selected, scalars = append(selected, "?::"+kind), append(scalars, values[i])
			continue
		}
		// The text goes as a string first, so that every driver can send it.
		arrays, names = append(arrays, "?::text::"+kind+"[]"), append(names, column)
		selected, args = append(selected, "r."+column), append(args, array(values, i, len(columns)))
	}
	// The condition is met once, before the first row: see Follower.
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") SELECT " + strings.Join(selected, ", ") + " FROM unnest(" +
		strings.Join(arrays, ", ") + ") AS r (" + strings.Join(names, ", ") + ") WHERE pg_current_xact_id() IS NOT NULL", append(scalars, args...)
}

// constant reports whether every step-th value from first on is the same.
func constant(values []any, first, step int) bool {
	for i := first + step; i < len(values); i += step {
		if values[i] != values[first] {
			return false
		}
	}
	return true
}

// array writes every step-th value from first on as PostgreSQL reads an array.
func array(values []any, first, step int) string {
	var b strings.Builder
	b.Grow(len(values) / step * 16)
	separator := byte('{')
	for i := first; i < len(values); i += step {
		b.WriteByte(separator)
		separator = ','
		switch v := values[i].(type) {
		case int64:
			var digits [20]byte
			b.Write(strconv.AppendInt(digits[:0], v, 10))
		case string:
			b.WriteByte('"')
			for {
				k := strings.IndexAny(v, `"\`)
				if k < 0 {
					break
				}
				b.WriteString(v[:k])
				b.WriteByte('\\')
				b.WriteByte(v[k])
				v = v[k+1:]
			}
			b.WriteString(v)
			b.WriteByte('"')
		default:
			panic(fmt.Sprintf("sqlstore: a %T in a list of rows", v)) // this package writes strings and int64s only
		}
	}
	b.WriteByte('}')
	return b.String()
}

// lookup calls scan for every row of table whose tenant, and further columns of
// condition, are as args say, and whose column key is among keys. All of them
// must be a unique key of the table. In a step it locks what it finds, unless the
// row that the step has locked protects these too.
func (c *conn) lookup(ctx context.Context, columns, table, condition, key string, args []any, keys []string,
	scan func(scan func(dest ...any) error) error,
) error {
	if c.dialect == PostgreSQL {
		// One look into the index for each key, whatever the planner knows about
		// the table so far: often nothing, when it fills fast.
		for chunk := range slices.Chunk(keys, mostArray) {
			list := make([]any, len(chunk))
			for i, k := range chunk {
				list[i] = k
			}
			query := "SELECT r.* FROM unnest(?::text::text[]) AS k (key) CROSS JOIN LATERAL (SELECT " + columns + " FROM " + table +
				" WHERE " + condition + " AND " + key + " = k.key LIMIT 1) AS r"
			if err := c.each(ctx, query, append([]any{array(list, 0, 1)}, args...), scan); err != nil {
				return err
			}
		}
		return nil
	}
	most := mostIn
	if c.dialect == SQLite {
		most = mostInLite
	}
	for chunk := range slices.Chunk(keys, most) {
		n := 1 << bits.Len(uint(len(chunk)-1))
		all := slices.Grow(slices.Clone(args), n)
		for i := range n {
			all = append(all, chunk[min(i, len(chunk)-1)]) // the last again and again finds it once
		}
		query := "SELECT " + columns + " FROM " + table + " WHERE " + condition + " AND " + key + " IN (?" + strings.Repeat(", ?", n-1) + ")"
		if err := c.each(ctx, query+c.dialect.forUpdate(), all, scan); err != nil {
			return err
		}
	}
	return nil
}
