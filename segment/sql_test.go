package segment_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"pgregory.net/rapid"
)

func TestBound_SQL_refusals(t *testing.T) {
	list := segment.List("tags")
	for _, tc := range []struct {
		name    string
		rule    segment.Rule
		dialect segment.Dialect
		opts    *segment.SQLOptions
		field   string // "" if it can be written
	}{
		{"pattern", segment.All(age.AtLeast(1), city.Matches("^a")), segment.PostgreSQL, nil, "all[1].op"},
		{"pattern of RE2's own engine", city.Matches("^a"), segment.ClickHouse, nil, ""},
		{"case of ASCII", city.IgnoreCase().Eq("Kiel"), segment.SQLite, nil, ""},
		{"case of Chinese", city.IgnoreCase().Contains("广州"), segment.PostgreSQL, nil, ""},
		{"case of Russian", city.IgnoreCase().Eq("Пермь"), segment.PostgreSQL, nil, "op"},
		{"case on MySQL", city.IgnoreCase().Eq("a"), segment.MySQL, nil, "op"},
		{"order without case", city.IgnoreCase().Less("a"), segment.SQLite, nil, "op"},
		{"NUL", city.Eq("a\x00b"), segment.PostgreSQL, nil, "op"},
		{"a list as a whole", parsed(t, `{"attr":"tags","op":"eq","value":["a"]}`), segment.PostgreSQL, nil, "op"},
		{"pattern within a list", segment.Not(list.AnyElem(func(e segment.TextField) segment.Rule { return e.Matches("a") })), segment.MySQL, nil, "not.op"},
		{"a version as a text", parsed(t, `{"attr":"app","op":"prefix","value":"1."}`), segment.SQLite, nil, "op"},
		{"an address as a text", parsed(t, `{"attr":"ip","op":"eq","value":"10.0.0.1"}`), segment.SQLite, nil, "op"},
		{"unknown dialect", age.AtLeast(1), "oracle", nil, "dialect"},
		{"timestamps of SQLite", age.AtLeast(1), segment.SQLite, &segment.SQLOptions{Timestamps: true}, "timestamps"},
		{"column without name", age.AtLeast(1), segment.SQLite, &segment.SQLOptions{Columns: map[string]string{"age": ""}}, "column"},
	} {
		bound, err := compiled(t, tc.rule).Bind(people(t))
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		_, err = bound.SQL(tc.dialect, clock, tc.opts)
		invalid, ok := errors.AsType[*siyu.InvalidError](err)
		switch {
		case tc.field == "" && err != nil:
			t.Errorf("%s: %v", tc.name, err)
		case tc.field != "" && (!ok || invalid.Field != tc.field):
			t.Errorf("%s: got %v, want field %s", tc.name, err, tc.field)
		}
	}
}

// No text of a rule gets into the text of the SQL, and names are quoted.
func TestBound_SQL_injection(t *testing.T) {
	const evil = "x'; DROP TABLE people; --"
	bound, err := compiled(t, segment.Any(city.Eq(evil), city.In(evil, "b"), city.HasPrefix(evil), city.HasSuffix(evil),
		city.Contains(evil), city.Less(evil), segment.List("tags").AnyOf(evil))).Bind(people(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		dialect segment.Dialect
		quoted  string
	}{
		{segment.SQLite, `"ci""ty; DROP"`},
		{segment.PostgreSQL, `"ci""ty; DROP"`},
		{segment.ClickHouse, `"ci""ty; DROP"`},
		{segment.MySQL, "`ci\"ty; DROP`"},
	} {
		where, err := bound.SQL(tc.dialect, clock, &segment.SQLOptions{Columns: map[string]string{"city": `ci"ty; DROP`}})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(where.Text, "people") {
			t.Errorf("%s: a constant is part of %s", tc.dialect, where.Text)
		}
		if rest := strings.ReplaceAll(where.Text, tc.quoted, ""); strings.Contains(rest, "DROP") {
			t.Errorf("%s: a name is not quoted in %s", tc.dialect, where.Text)
		}
	}
}

func TestVersionKey_ordersAsVersions(t *testing.T) {
	number := rapid.SampledFrom([]string{"0", "1", "2", "9", "10", "100", "999"})
	id := rapid.OneOf(rapid.SampledFrom([]string{"alpha", "alpha-1", "b", "B", "rc", "-", "0a"}), number)
	draw := rapid.Custom(func(t *rapid.T) string {
		v := number.Draw(t, "major") + "." + number.Draw(t, "minor") + "." + number.Draw(t, "patch")
		if ids := rapid.SliceOfN(id, 0, 3).Draw(t, "pre"); len(ids) > 0 {
			v += "-" + strings.Join(ids, ".")
		}
		return v
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		v := segment.Version("v")
		for _, tc := range []struct {
			rule segment.Rule
			want bool
		}{
			{v.Less(b), segment.VersionKey(a) < segment.VersionKey(b)},
			{v.Eq(b), segment.VersionKey(a) == segment.VersionKey(b)},
		} {
			if compiled(t, tc.rule).Match(map[string]any{"v": a}, clock) != tc.want {
				t.Fatalf("%s for %s: keys %q and %q say %v", tc.rule, a, segment.VersionKey(a), segment.VersionKey(b), tc.want)
			}
		}
	})
	if segment.VersionKey("1.02") != "" {
		t.Error("a text that is no version has a key")
	}
}

func TestAddressKey(t *testing.T) {
	for _, same := range [][2]string{{"10.0.0.1", "::ffff:10.0.0.1"}, {"2001:db8::1", "2001:0DB8:0:0::1"}} {
		if a, b := segment.AddressKey(same[0]), segment.AddressKey(same[1]); a != b || len(a) != 32 {
			t.Errorf("%s has key %q, %s has %q", same[0], a, same[1], b)
		}
	}
	if segment.AddressKey("nowhere") != "" {
		t.Error("a text that is no address has a key")
	}
}
