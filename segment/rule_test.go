package segment_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

func TestParseRule_refusals(t *testing.T) {
	for _, tc := range []struct{ name, rule, field string }{
		{"no rule", `null`, ""},
		{"a list", `[]`, ""},
		{"no attribute", `{"op":"exists"}`, "attr"},
		{"empty part of a path", `{"attr":"a..b","op":"exists"}`, "attr"},
		{"element outside any_elem", `{"attr":".","op":"exists"}`, "attr"},
		{"unknown operator", `{"attr":"a","op":"regx","value":"x"}`, "op"},
		{"unknown field", `{"attr":"a","op":"exists","valeu":1}`, "valeu"},
		{"field given twice", `{"attr":"a","attr":"b","op":"exists"}`, "attr"},
		{"group beside a leaf", `{"all":[],"attr":"a","op":"exists"}`, "all"},
		{"empty any", `{"all":[{"any":[]}]}`, "all[0].any"},
		{"empty none", `{"not":{"none":[]}}`, "not.none"},
		{"deep fault", `{"all":[{"attr":"a","op":"exists"},{"any":[{"not":{"attr":"a","op":"regex","value":"("}}]}]}`, "all[1].any[0].not.value"},
		{"in without a list", `{"attr":"a","op":"in","value":"x"}`, "value"},
		{"prefix of numbers", `{"attr":"a","op":"prefix","value":["x",1]}`, "value[1]"},
		{"order of booleans", `{"attr":"a","op":"lt","value":true}`, "value"},
		{"no value", `{"attr":"a","op":"eq"}`, "value"},
		{"a value too many", `{"attr":"a","op":"exists","value":true}`, "value"},
		{"a date that is none", `{"attr":"a","op":"before","value":"2026-02-30"}`, "value"},
		{"a span that is none", `{"attr":"a","op":"after","value":{"now":"-7"}}`, "value.now"},
		{"case of numbers", `{"attr":"a","op":"size","value":1,"ci":true}`, "ci"},
		{"cmp elsewhere", `{"attr":"a","op":"eq","value":1,"cmp":"lt"}`, "cmp"},
		{"unknown cmp", `{"attr":"a","op":"size","value":1,"cmp":"in"}`, "value"},
		{"unknown type", `{"attr":"a","op":"type","value":"int"}`, "value"},
		{"no version", `{"attr":"a","op":"ver_gt","value":"1.02"}`, "value"},
		{"wild without star", `{"attr":"a","op":"ver_wild","value":"1.2.3"}`, "value"},
		{"any_elem without rule", `{"attr":"a","op":"any_elem"}`, "rule"},
		{"fault within any_elem", `{"attr":"a","op":"any_elem","rule":{"attr":".","op":"in","value":1}}`, "rule.value"},
		{"number out of range", `{"attr":"a","op":"eq","value":1e999}`, "json"},
		{"two values", `{"all":[]} {}`, "json"},
		{"too deep", strings.Repeat(`{"not":`, 70) + `{"all":[]}` + strings.Repeat(`}`, 70), ""},
		{"too many parts", `{"all":[` + strings.Repeat(`{"all":[]},`, segment.MaxRuleNodes) + `{"all":[]}]}`, ""},
		{"too much to match", `{"any":[` + strings.Repeat(`{"attr":"a","op":"regex","value":"`+strings.Repeat("a{99}", 100)+`"},`, 25) + `{"all":[]}]}`, "any[20]"},
		{"too long", `{"attr":"a","op":"eq","value":"` + strings.Repeat("x", segment.MaxRuleBytes) + `"}`, "json"},
	} {
		_, err := segment.ParseRule([]byte(tc.rule))
		if invalid, ok := errors.AsType[*siyu.InvalidError](err); !ok {
			t.Errorf("%s: got %v, want siyu.ErrInvalid", tc.name, err)
		} else if tc.field != "" && invalid.Field != tc.field {
			t.Errorf("%s: got field %q (%v), want %q", tc.name, invalid.Field, err, tc.field)
		}
	}
}

func TestCompile_refusals(t *testing.T) {
	ring := &segment.Catalog{
		Lists: map[string]segment.Values{"gold": segment.ListOf("a", "b")},
		Rules: map[string]segment.Rule{
			"a": segment.All(segment.Ref("b")), "b": segment.Not(segment.Ref("a")),
			"broken": segment.Any(), "fine": age.AtLeast(1), "outer": segment.Ref("fine"),
		},
	}
	for _, tc := range []struct {
		name  string
		rule  segment.Rule
		field string // "" if it compiles
	}{
		{"zero rule", segment.Rule{}, "?"},
		{"unknown list", segment.All(city.InList("silver")), "all[0].value"},
		{"known list", city.InList("gold"), ""},
		{"unknown rule", segment.Ref("c"), "ref"},
		{"circle", segment.Any(segment.Ref("a")), "any[0].ref(a).all[0].ref(b).not.ref"},
		{"broken rule", segment.Ref("broken"), `rules["broken"].any`},
		{"rule in rule", segment.Ref("outer"), ""},
		{"bad pattern", segment.Not(city.Matches("(")), "not.value"},
		{"two units", seen.AfterAgo(segment.Ago{Days: 1, Weeks: 1}), "value.now"},
	} {
		_, err := segment.Compile(tc.rule, ring)
		var invalid *siyu.InvalidError
		switch {
		case tc.field == "" && err != nil:
			t.Errorf("%s: %v", tc.name, err)
		case tc.field == "":
		case !errors.As(err, &invalid):
			t.Errorf("%s: got %v, want siyu.ErrInvalid", tc.name, err)
		case tc.field != "?" && invalid.Field != tc.field:
			t.Errorf("%s: got field %q (%v), want %q", tc.name, invalid.Field, err, tc.field)
		}
	}
}

// A rule that names another twice, which names another twice, and so on, must
// not be unfolded without end.
func TestCompile_boundsNamedRules(t *testing.T) {
	rules := map[string]segment.Rule{"r0": age.AtLeast(1)}
	names := []string{"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "r16"}
	for i, name := range names[1:] {
		rules[name] = segment.All(segment.Ref(names[i]), segment.Ref(names[i]))
	}
	if _, err := segment.Compile(segment.Ref("r16"), &segment.Catalog{Rules: rules}); !errors.Is(err, siyu.ErrInvalid) {
		t.Fatalf("got %v, want siyu.ErrInvalid", err)
	}
}

func TestBind_refusals(t *testing.T) {
	schema := people(t)
	for _, text := range []string{
		`{"attr":"unknown","op":"exists"}`,
		`{"attr":"age","op":"eq","value":"18"}`,
		`{"attr":"age","op":"in","value":[18,"19"]}`,
		`{"attr":"age","op":"prefix","value":"1"}`,
		`{"attr":"follow","op":"lt","value":1}`,
		`{"attr":"city","op":"gt","value":5}`,
		`{"attr":"city","op":"any_of","value":["x"]}`,
		`{"attr":"tags","op":"eq","value":"vip"}`,
		`{"attr":"seen","op":"eq","value":"2026-01-01"}`,
		`{"attr":"age","op":"ver_gt","value":"1.0.0"}`,
	} {
		if _, err := compiled(t, parsed(t, text)).Bind(schema); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v, want siyu.ErrInvalid", text, err)
		}
	}
}

func TestRule_canonical(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{`{ "value" : 12.0, "op":"eq", "attr":"n" }`, `{"attr":"n","op":"eq","value":12}`},
		{`{"attr":"n","op":"in","value":[1e3,0.10,18446744073709551615]}`, `{"attr":"n","op":"in","value":[1000,0.1,18446744073709551615]}`},
		{`{"attr":"n","op":"eq","value":"<\u4e2d>","ci":false}`, `{"attr":"n","op":"eq","value":"<中>"}`},
		{`{"not":{"ref":"x"}}`, `{"not":{"ref":"x"}}`},
	} {
		var r segment.Rule
		if err := json.Unmarshal([]byte(tc.in), &r); err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(r)
		if err != nil || r.String() != tc.want {
			t.Errorf("got %s (%v), want %s", got, err, tc.want)
		}
	}
}

func TestMatcher_numbers(t *testing.T) {
	for _, tc := range []struct {
		rule  string
		value any
		want  bool
	}{
		{`{"attr":"n","op":"eq","value":9007199254740993}`, json.Number("9007199254740992"), false},
		{`{"attr":"n","op":"lt","value":9007199254740993}`, float64(1 << 53), true},
		{`{"attr":"n","op":"gt","value":18446744073709551614}`, uint64(1<<64 - 1), true},
		{`{"attr":"n","op":"lt","value":0.5}`, int8(0), true},
		{`{"attr":"n","op":"gt","value":-0.5}`, 0, true},
		{`{"attr":"n","op":"gt","value":-1.5}`, -2, false},
		{`{"attr":"n","op":"lt","value":1e300}`, uint64(1<<64 - 1), true},
		{`{"attr":"n","op":"gt","value":-1e300}`, int64(-1 << 63), true},
		{`{"attr":"n","op":"eq","value":3}`, siyu.Money(3), true},
		{`{"attr":"n","op":"eq","value":3}`, struct{}{}, false},
		{`{"attr":"n","op":"missing"}`, struct{}{}, true},
	} {
		got := compiled(t, parsed(t, tc.rule)).Match(map[string]any{"n": tc.value}, clock)
		if got != tc.want {
			t.Errorf("%s for %v: got %v", tc.rule, tc.value, got)
		}
	}
}

func TestTextField_ignoreCase(t *testing.T) {
	name := segment.Text("name").IgnoreCase()
	for _, tc := range []struct {
		rule segment.Rule
		name string
		want bool
	}{
		{name.Eq("STRASSE"), "straße", false}, // simple folding keeps the length
		{name.Eq("ΣΟΦΟΣ"), "σοφος", true},     // final sigma
		{name.Eq("kelvin"), "\u212aelvin", true},
		{name.Contains("ЖИЗ"), "жизнь", true},
		{name.In("a", "Ж"), "ж", true},
		{name.Matches("^ж$"), "Ж", true},
		{segment.Text("name").Eq("Ж"), "ж", false},
	} {
		if got := compiled(t, tc.rule).Match(map[string]any{"name": tc.name}, clock); got != tc.want {
			t.Errorf("%s for %s: got %v", tc.rule, tc.name, got)
		}
	}
}

func TestTimeField_Within(t *testing.T) {
	start, end := instant(t, "2026-06-01T00:00:00Z"), instant(t, "2026-07-01T00:00:00Z")
	m := compiled(t, seen.Within(siyu.Window{Start: start, End: end}))
	for at, want := range map[time.Time]bool{
		start.Add(-time.Microsecond): false, start: true, end.Add(-time.Microsecond): true, end: false,
	} {
		if got := m.Match(map[string]any{"seen": at}, clock); got != want {
			t.Errorf("%s: got %v", at, got)
		}
	}
	if compiled(t, seen.Within(siyu.Window{})).Match(nil, clock) {
		t.Error("a missing instant is within no window")
	}
}

func TestAgo_calendar(t *testing.T) {
	at := func(text string) segment.Rule {
		return parsed(t, `{"attr":"d","op":"before","value":{"now":"`+text+`"}}`)
	}
	for _, tc := range []struct {
		now, span, limit string // the limit itself is not before, a microsecond less is
	}{
		{"2026-03-31T10:00:00Z", "-1mo", "2026-02-28T10:00:00Z"},
		{"2024-02-29T00:00:00Z", "-1y", "2023-02-28T00:00:00Z"},
		{"2026-01-31T00:00:00Z", "+1mo", "2026-02-28T00:00:00Z"},
		{"2026-06-30T12:00:00Z", "-2w", "2026-06-16T12:00:00Z"},
		{"2026-06-30T12:00:00Z", "-36h", "2026-06-29T00:00:00Z"},
	} {
		m, now, limit := compiled(t, at(tc.span)), instant(t, tc.now), instant(t, tc.limit)
		if m.Match(map[string]any{"d": limit}, now) || !m.Match(map[string]any{"d": limit.Add(-1000)}, now) {
			t.Errorf("%s before %s is not %s", tc.span, tc.now, tc.limit)
		}
	}
}
