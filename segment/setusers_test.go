package segment_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/segment/segmenttest"
)

func ExampleInSet() {
	// The app's users of a table, without those who complained.
	app := segment.Bool("app")
	users := usersOf("li", "wu", "yu")
	table := get(tableOf(get(segment.NewSchema(app)), map[string]any{"app": true}, map[string]any{"app": true}, map[string]any{}).Of(users))
	complained, _ := users.Set(slices.Values([]siyu.UserID{"wu", "yu"}))

	audience := segment.All(app.Is(true), segment.Not(segment.InSet("complained")))
	plan := get(table.Query(audience, &segment.Catalog{Sets: map[string]*segment.Set{"complained": complained}}, clock))
	fmt.Println(audience)
	fmt.Println(slices.Collect(plan.Select(nil).IDs()))
	// Output:
	// {"all":[{"attr":"app","op":"eq","value":true},{"not":{"set":"complained"}}]}
	// [li]
}

func usersOf(ids ...siyu.UserID) *segment.Users {
	users := segment.NewUsers()
	for _, id := range ids {
		_, _, err := users.Add(id)
		get(id, err)
	}
	return users
}

func setOf(users *segment.Users, ids ...siyu.UserID) *segment.Set {
	set, _ := users.Set(slices.Values(ids))
	return set
}

// Sets of two dictionaries are not combined, compared or taken into a table.
func TestSet_dictionaries(t *testing.T) {
	t.Parallel()
	ours, theirs, again := usersOf("li", "wu", "yu"), usersOf("wu", "li", "yu"), usersOf("li", "wu", "yu", "an")
	a, b, c := setOf(ours, "li"), setOf(theirs, "li"), setOf(again, "li", "an")
	for name, op := range map[string]func(x, y *segment.Set) error{
		"And":         func(x, y *segment.Set) error { _, err := x.And(y); return err },
		"Or":          func(x, y *segment.Set) error { _, err := x.Or(y); return err },
		"AndNot":      func(x, y *segment.Set) error { _, err := x.AndNot(y); return err },
		"Xor":         func(x, y *segment.Set) error { _, err := x.Xor(y); return err },
		"AndCount":    func(x, y *segment.Set) error { _, err := x.AndCount(y); return err },
		"OrCount":     func(x, y *segment.Set) error { _, err := x.OrCount(y); return err },
		"AndNotCount": func(x, y *segment.Set) error { _, err := x.AndNotCount(y); return err },
		"XorCount":    func(x, y *segment.Set) error { _, err := x.XorCount(y); return err },
	} {
		if err := op(a, b); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s of two dictionaries: got %v", name, err)
		}
		if err := op(a, c); err != nil {
			t.Errorf("%s of a dictionary and what it grew to: %v", name, err)
		}
	}
	if a.Equal(b) || !a.Has("li") || a.Has("wu") || a.Has("nobody") || b.Contains(0) {
		t.Error("a set has lost its people")
	}
	either := get(a.Or(c))
	if got := slices.Collect(either.IDs()); !slices.Equal(got, []siyu.UserID{"li", "an"}) {
		t.Errorf("got %v", got)
	}
	rows := get(segment.NewSet(3, slices.Values([]uint32{0, 1})))
	if rows.Users() != nil || rows.Has("li") || len(slices.Collect(rows.IDs())) != 0 {
		t.Error("rows know people")
	}
	if both := get(rows.And(a)); both.Users() != ours || both.Count() != 1 {
		t.Errorf("rows and people: %v", slices.Collect(both.IDs()))
	}

	table := get(tableOf(people(t), map[string]any{}, map[string]any{}, map[string]any{}).Of(ours))
	catalog := &segment.Catalog{Sets: map[string]*segment.Set{"b": b}}
	if _, err := table.Query(segment.Not(segment.InSet("b")), catalog, clock); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a set of another dictionary in a table: got %v", err)
	}
	if _, err := table.Of(usersOf("li")); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("too small a dictionary: got %v", err)
	}
}

func TestUsers_DecodeSet(t *testing.T) {
	t.Parallel()
	ours, theirs, again := usersOf("li", "wu", "yu"), usersOf("wu", "li", "yu"), usersOf("li", "wu", "yu", "an")
	data := get(setOf(ours, "wu").MarshalBinary())
	for _, users := range []*segment.Users{ours, again} {
		set, err := users.DecodeSet(data)
		if err != nil || !set.Has("wu") || set.Count() != 1 {
			t.Errorf("got %v", err)
		}
	}
	if _, err := theirs.DecodeSet(data); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("another dictionary: got %v", err)
	}
	if _, err := usersOf("li").DecodeSet(data); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a dictionary of fewer: got %v", err)
	}
	rows := get(segment.NewSet(3, slices.Values([]uint32{1})))
	if set, err := ours.DecodeSet(get(rows.MarshalBinary())); err != nil || !set.Has("wu") {
		t.Errorf("rows: got %v", err)
	}
}

// A fingerprint tells dictionaries apart beyond the first chunk too.
func TestSet_largeDictionaries(t *testing.T) {
	t.Parallel()
	a, b, c := segment.NewUsers(), segment.NewUsers(), segment.NewUsers()
	for i := range 70_000 {
		id := siyu.UserID(fmt.Sprint(i))
		for _, users := range []*segment.Users{a, b, c} {
			if users == c && i == 65_535 {
				id = "another"
			}
			if _, _, err := users.Add(id); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := setOf(a, "1").And(setOf(b, "2")); err != nil {
		t.Error(err)
	}
	if _, err := setOf(a, "1").And(setOf(c, "1")); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

// A set in a rule is the set in an expression, over a table and for a person.
func TestInSet_equalsAlgebra(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		schema, users := people(nil), segment.NewUsers()
		builder, record := segment.NewTableBuilder(schema), schema.NewRecord()
		who := make([]segment.Person, rapid.IntRange(1, 50).Draw(t, "people"))
		var members []uint32
		for i := range who {
			who[i] = segment.Person{
				ID: siyu.UserID(fmt.Sprint("u", i)), Profiles: []segment.Profile{{Attrs: person().Example(i)}},
				Events: segmenttest.Events().Example(i),
			}
			_, _, err := users.Add(who[i].ID)
			get(i, err)
			record.Fill(who[i].Profiles[0].Attrs)
			get(i, builder.Append(record))
			if rapid.Bool().Draw(t, "member") {
				members = append(members, uint32(i))
			}
		}
		log := segment.NewEventTableBuilder(users)
		for _, p := range who {
			for _, e := range p.Events {
				e.User = p.ID
				log.Append(e)
			}
		}
		list := get(users.DecodeSet(get(get(segment.NewSet(len(who), slices.Values(members))).MarshalBinary())))
		catalog := &segment.Catalog{Sets: map[string]*segment.Set{"list": list}}
		table, events := get(builder.Table().Of(users)), log.Table()
		plan := func(r segment.Rule) *segment.Set {
			bound := get(get(segment.Compile(r, catalog)).Bind(schema))
			return get(table.PlanEvents(bound, events, clock)).Select(nil)
		}
		other := segmenttest.MixedRule().Draw(t, "rule")
		for _, tt := range []struct {
			rule segment.Rule
			want *segment.Set
		}{
			{segment.All(segment.InSet("list"), other), get(list.And(plan(other)))},
			{segment.Any(other, segment.InSet("list")), get(list.Or(plan(other)))},
			{segment.All(other, segment.Not(segment.InSet("list"))), get(plan(other).AndNot(list))},
		} {
			got := plan(tt.rule)
			if !got.Equal(tt.want) || got.Users() != users {
				t.Fatalf("%s: got %v, want %v", tt.rule, slices.Collect(got.Rows()), slices.Collect(tt.want.Rows()))
			}
			m := get(segment.Compile(tt.rule, catalog))
			for i, p := range who {
				if m.Holds(p, clock) != got.Contains(uint32(i)) {
					t.Fatalf("%s: person %d is not as in the table", tt.rule, i)
				}
			}
			if again, err := segment.ParseRule([]byte(tt.rule.String())); err != nil || !again.Equal(tt.rule) {
				t.Fatalf("%s reads back as %v %v", tt.rule, again, err)
			}
		}
	})
}

func TestInSet_refuses(t *testing.T) {
	t.Parallel()
	if _, err := segment.Compile(segment.InSet("vip"), nil); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("an unknown set: got %v", err)
	}
	vip := setOf(usersOf("li"), "li")
	m := get(segment.Compile(segment.InSet("vip"), &segment.Catalog{Sets: map[string]*segment.Set{"vip": vip}}))
	bound := get(m.Bind(people(t)))
	if _, err := bound.SQL(segment.SQLite, clock, nil); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a set in SQL: got %v", err)
	}
	if m.Match(nil, clock) || bound.Match(people(t).NewRecord(), clock) || !m.Holds(segment.Person{ID: "li"}, clock) {
		t.Error("not the members are in the set")
	}
	for _, text := range []string{`{"set":1}`, `{"set":""}`, `{"set":"a","attr":"b"}`, `{"attr":"a","op":"set"}`, `{"attr":"a","op":"any_elem","rule":{"set":"a"}}`} {
		if _, err := segment.ParseRule([]byte(text)); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
