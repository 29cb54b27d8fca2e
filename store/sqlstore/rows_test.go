package sqlstore

import (
	"reflect"
	"testing"
)

func TestInsertArrays(t *testing.T) {
	query, args := insertArrays("t", []string{"a", "b", "c", "d"}, []any{"x", "same", int64(1), int64(7), "x", "same", int64(-2), int64(7)})
	want := "INSERT INTO t (a, b, c, d) SELECT r.a, ?::text, r.c, ?::bigint FROM unnest(?::text::text[], ?::text::bigint[]) AS r (a, c)" +
		" WHERE pg_current_xact_id() IS NOT NULL"
	if query != want {
		t.Errorf("got  %s\nwant %s", query, want)
	}
	if !reflect.DeepEqual(args, []any{"same", int64(7), `{"x","x"}`, "{1,-2}"}) {
		t.Errorf("arguments %q", args)
	}
}

func TestArray(t *testing.T) {
	got := array([]any{`a"b`, "", `\`, "NULL", "{,}", "券", `"\"`}, 0, 1)
	if want := `{"a\"b","","\\","NULL","{,}","券","\"\\\""}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
