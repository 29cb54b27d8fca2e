package segment_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
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

func FuzzParseRule(f *testing.F) {
	f.Add([]byte(`{"all":[{"attr":"a.b","op":"eq","value":[1,2.50,"x",null,{"k":true}],"ci":true},{"not":{"ref":"other"}}]}`))
	f.Add([]byte(`{"any":[{"attr":"t","op":"any_elem","rule":{"attr":".","op":"prefix","value":["a"]}}]}`))
	f.Add([]byte(`{"none":[{"attr":"v","op":"ver_wild","value":"1.2.*"},{"attr":"s","op":"size","cmp":"ge","value":2}]}`))
	f.Add([]byte(`{"attr":"d","op":"before","value":{"now":"-7d"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := segment.ParseRule(data)
		if err != nil {
			return
		}
		text := r.String()
		again, err := segment.ParseRule([]byte(text))
		if err != nil {
			t.Fatalf("printed a rule that does not read: %s: %v", text, err)
		}
		if again.String() != text {
			t.Fatalf("%s prints again as %s", text, again)
		}
		if m, err := segment.Compile(r, nil); err == nil {
			if who := map[string]any{"a": map[string]any{"b": "x"}, "t": []any{"a", nil}}; m.Match(who, clock) != m.Explain(who, clock).Holds {
				t.Fatalf("%s: match and explanation differ", text)
			}
		}
	})
}
