package segment_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/segment/segmenttest"
	"pgregory.net/rapid"
)

func TestRule_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, who := rule().Draw(t, "a"), rule().Draw(t, "b"), person().Draw(t, "person")
		holds := func(r segment.Rule) bool { return compiled(t, r).Match(who, clock) }
		for _, law := range []struct {
			name        string
			left, right segment.Rule
			complement  bool
		}{
			{"not is the complement", a, segment.Not(a), true},
			{"double negation", a, segment.Not(segment.Not(a)), false},
			{"none is not any", segment.None(a, b), segment.Any(a, b), true},
			{"De Morgan, all", segment.Not(segment.All(a, b)), segment.Any(segment.Not(a), segment.Not(b)), false},
			{"De Morgan, any", segment.Not(segment.Any(a, b)), segment.All(segment.Not(a), segment.Not(b)), false},
			{"all commutes", segment.All(a, b), segment.All(b, a), false},
			{"absorption", segment.All(a, segment.Any(a, b)), a, false},
		} {
			if (holds(law.left) != holds(law.right)) != law.complement {
				t.Fatalf("%s fails for %s and %s", law.name, a, b)
			}
		}
	})
}

func TestRule_roundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rule().Draw(t, "rule")
		again := parsed(t, r.String())
		if !again.Equal(r) || again.String() != r.String() {
			t.Fatalf("read back %s as %s", r, again)
		}
		who := person().Draw(t, "person")
		if compiled(t, r).Match(who, clock) != compiled(t, again).Match(who, clock) {
			t.Fatalf("%s answers otherwise after a round trip", r)
		}
	})
}

func TestBound_equalsMatcher(t *testing.T) {
	schema := people(t)
	record := schema.NewRecord()
	rapid.Check(t, func(t *rapid.T) {
		m := compiled(t, rule().Draw(t, "rule"))
		b, err := m.Bind(schema)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			who := person().Draw(t, "person")
			record.Fill(who)
			if got, want := b.Match(record, clock), m.Match(who, clock); got != want {
				t.Fatalf("bound %v, general %v: %s for %v", got, want, m.Rule(), who)
			}
		}
	})
}

// People come from Go values, or from JSON with numbers as text or as floats.
func TestMatcher_formsOfPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, who := compiled(t, rule().Draw(t, "rule")), person().Draw(t, "person")
		data, err := json.Marshal(who)
		if err != nil {
			t.Fatal(err)
		}
		var floats, numbers map[string]any
		if err := json.Unmarshal(data, &floats); err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := d.Decode(&numbers); err != nil {
			t.Fatal(err)
		}
		want := m.Match(who, clock)
		if a, b := m.Match(floats, clock), m.Match(numbers, clock); a != want || b != want {
			t.Fatalf("%s for %s: %v from Go, %v with floats, %v with numbers", m.Rule(), data, want, a, b)
		}
	})
}

func TestRecord_settersEqualFill(t *testing.T) {
	schema := people(t)
	rapid.Check(t, func(t *rapid.T) {
		who := person().Draw(t, "person")
		filled, set := schema.NewRecord(), schema.NewRecord()
		filled.Fill(who)
		if v, ok := who["city"].(string); ok {
			set.SetText(city, v)
		}
		if v, ok := who["app"].(string); ok {
			set.SetVersion(segment.Version("app"), v)
		}
		if v, ok := who["ip"].(string); ok {
			set.SetIP(segment.IP("ip"), v)
		}
		if v, ok := who["tags"].([]string); ok {
			set.SetList(segment.List("tags"), v)
		}
		if wealth, ok := who["wealth"].(map[string]any); ok {
			set.SetAmount(balance, siyu.Money(wealth["balance"].(int64)))
		}
		if v, ok := who["age"].(json.Number); ok {
			n, err := v.Int64()
			if err != nil {
				t.Fatal(err)
			}
			set.SetInt(age, n)
		}
		if v, ok := who["follow"].(bool); ok {
			set.SetBool(follow, v)
		}
		set.SetTime(seen, clock)
		set.Clear(seen)
		filled.Clear(seen)
		bound, err := compiled(t, rule().Draw(t, "rule")).Bind(schema)
		if err != nil {
			t.Fatal(err)
		}
		if bound.Match(filled, clock) != bound.Match(set, clock) || set.Err() != nil {
			t.Fatalf("%s: filled and set records differ for %v (%v)", bound.Matcher().Rule(), who, set.Err())
		}
	})
}

func TestExplain_flips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, who := compiled(t, rule().Draw(t, "rule")), person().Draw(t, "person")
		x := m.Explain(who, clock)
		if x.Holds != m.Match(who, clock) {
			t.Fatal("explanation and match differ")
		}
		for _, f := range x.Facts {
			if f.Held != compiled(t, f.Rule).Match(who, clock) {
				t.Fatalf("%s held = %v", f.Rule, f.Held)
			}
		}
		for i, set := range x.Flips {
			if len(set) == 0 {
				t.Fatal("an empty set of facts cannot change the answer")
			}
			if i > 0 && len(set) < len(x.Flips[i-1]) {
				t.Fatal("a smaller set comes later")
			}
		}
	})
}

// Whatever reads as a rule prints as one, and gives one answer wherever it runs.
func FuzzParseRule(f *testing.F) {
	for _, text := range []string{
		`{"all":[{"attr":"a.b","op":"eq","value":[1,2.50,"x",null,{"k":true}],"ci":true},{"not":{"ref":"other"}}]}`,
		`{"any":[{"attr":"tags","op":"any_elem","rule":{"attr":".","op":"prefix","value":["v"]}}]}`,
		`{"none":[{"attr":"app","op":"ver_wild","value":"1.2.*"},{"attr":"tags","op":"size","cmp":"ge","value":2}]}`,
		`{"attr":"seen","op":"before","value":{"now":"-7d"}}`,
		`{"all":[{"attr":"age","op":"in","value":[30,31.5,1e3]},{"attr":"age","op":"gt","value":29.5},{"attr":"age","op":"type","value":"number"}]}`,
		`{"any":[{"attr":"city","op":"regex","value":"^a","ci":true},{"attr":"city","op":"le","value":"b"},{"attr":"city","op":"suffix","value":"A","ci":true}]}`,
		`{"all":[{"attr":"tags","op":"all_of","value":["vip",1]},{"attr":"tags","op":"eq","value":["vip"]},{"attr":"tags","op":"none_of","value":[]}]}`,
		`{"any":[{"attr":"ip","op":"cidr","value":["10.0.0.0/8","x"]},{"attr":"follow","op":"ne","value":true},{"attr":"wealth.balance","op":"exists"}]}`,
	} {
		f.Add([]byte(text))
	}
	schema := segmenttest.Schema()
	who := []map[string]any{
		{
			"follow": true, "age": 30, "wealth": map[string]any{"balance": 5}, "city": "Abc", "seen": "2026-06-23T12:00:00Z",
			"tags": []string{"vip", ""}, "app": "1.2.3-rc.1", "ip": "10.1.2.3",
		},
		{"tags": []string{}, "app": "no version", "ip": "nowhere", "age": int64(-5)},
		{},
	}
	table, err := segment.BuildTable(schema, records(schema, who))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := segment.ParseRule(data)
		if err != nil {
			return
		}
		text := r.String()
		if again, err := segment.ParseRule([]byte(text)); err != nil || again.String() != text {
			t.Fatalf("%s reads back as %s (%v)", text, again, err)
		}
		m, err := segment.Compile(r, nil)
		if err != nil {
			return
		}
		for _, attrs := range who {
			if m.Match(attrs, clock) != m.Explain(attrs, clock).Holds {
				t.Fatalf("%s: match and explanation differ for %v", text, attrs)
			}
		}
		bound, err := m.Bind(schema)
		if err != nil {
			return
		}
		plan, err := table.Plan(bound, clock)
		if err != nil {
			t.Fatal(err)
		}
		set, record := plan.Select(nil), schema.NewRecord()
		for i, attrs := range who {
			record.Fill(attrs)
			want := m.Match(attrs, clock)
			if bound.Match(record, clock) != want || set.Contains(uint32(i)) != want {
				t.Fatalf("%s for %v: %v one by one, %v bound, %v in the table", text, attrs, want, bound.Match(record, clock), set.Contains(uint32(i)))
			}
		}
		for _, dialect := range []segment.Dialect{segment.SQLite, segment.PostgreSQL, segment.MySQL, segment.ClickHouse} {
			where, err := bound.SQL(dialect, clock, nil)
			if marks := strings.Count(where.Text, "?"); err == nil && dialect == segment.SQLite && marks != len(where.Args) {
				t.Fatalf("%s: %d placeholders for %d arguments: %s", text, marks, len(where.Args), where.Text)
			}
		}
	})
}
