package sqlstore

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// Many rows go in few statements whose texts repeat, so that the database parses
// and plans each once: PostgreSQL takes a whole list as one array per column,
// the others take lists whose lengths are powers of two.
const (
	mostRows   = 256  // of a list of values: some 3,000 parameters, below every engine's limit
	mostInList = 4096 // of arrays: bounds the text of one parameter
)

// insertRows adds rows of strings and int64s, one after the other in values, and
// returns how many rows the statements affected. tail is what follows the rows,
// such as Dialect.skipKnown.
func (c *conn) insertRows(ctx context.Context, table string, columns []string, tail string, values []any) (affected int64, err error) {
	rows := len(values) / len(columns)
	for rows > 0 {
		n := 0
		var query string
		var args []any
		if c.dialect == PostgreSQL {
			n = min(rows, mostInList)
			query, args = insertArrays(table, columns, values[:n*len(columns)])
		} else {
			n = 1 << (bits.Len(uint(min(rows, mostRows))) - 1)
			query, args = insertInto(table, columns, n), values[:n*len(columns)]
		}
		added, err := c.exec(ctx, query+tail, args...)
		if err != nil {
			return affected, err
		}
		affected += added
		rows, values = rows-n, values[n*len(columns):]
	}
	return affected, nil
}

// insertArrays is an insert of rows with one parameter for each column.
func insertArrays(table string, columns []string, values []any) (query string, args []any) {
	arrays := make([]string, len(columns))
	args = make([]any, len(columns))
	for i := range columns {
		arrays[i] = arrayOf(values[i])
		args[i] = array(values, i, len(columns))
	}
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") SELECT * FROM unnest(" + strings.Join(arrays, ", ") + ")", args
}

// arrayOf is a parameter that is an array of values like one. Its text goes as
// a string first, so that every driver can send it.
func arrayOf(value any) string {
	if _, ok := value.(int64); ok {
		return "?::text::bigint[]"
	}
	return "?::text::text[]"
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
		for chunk := range slices.Chunk(keys, mostInList) {
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
	for chunk := range slices.Chunk(keys, mostRows) {
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
