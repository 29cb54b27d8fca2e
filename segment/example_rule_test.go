package segment_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu/segment"
)

// Typed fields make rules: comparing a number with a text does not compile.
func Example() {
	var (
		app     = segment.Bool("app")
		age     = segment.Int("age")
		balance = segment.Amount("balance") // in fen
		seen    = segment.Time("last_seen")
	)
	rule := segment.All(
		app.Is(true),
		age.Between(25, 45),
		balance.AtLeast(30_000_00),
		seen.AfterAgo(segment.Ago{Days: 30}),
	)
	m, err := segment.Compile(rule, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	wang := map[string]any{"app": true, "age": 31, "balance": 45_000_00, "last_seen": "2026-06-20T09:00:00+08:00"}
	li := map[string]any{"app": true, "age": 31}
	fmt.Println(m.Match(wang, now), m.Match(li, now))
	// Output: true false
}

// A rule kept as data is read strictly, and its faults are named by their path.
func ExampleParseRule() {
	_, err := segment.ParseRule([]byte(`{"all":[{"attr":"age","op":"ge","value":18},{"attr":"city","op":"in","value":"上海"}]}`))
	fmt.Println(err)
	// Output: invalid all[1].value: in takes a list
}

// Explain tells which facts held, and the fewest that would change the answer.
func ExampleMatcher_Explain() {
	rule := segment.All(
		segment.Bool("app").Is(true),
		segment.Any(segment.Bool("debit_card").Is(true), segment.Int("orders").AtLeast(3)),
	)
	m, err := segment.Compile(rule, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	x := m.Explain(map[string]any{"app": true, "orders": 1}, time.Time{})
	for _, f := range x.Facts {
		fmt.Println(f.Held, f.Rule)
	}
	for _, set := range x.Flips {
		fmt.Println("would do:", set[0].Rule)
	}
	// Output:
	// true {"attr":"app","op":"eq","value":true}
	// false {"attr":"debit_card","op":"eq","value":true}
	// false {"attr":"orders","op":"ge","value":3}
	// would do: {"attr":"debit_card","op":"eq","value":true}
	// would do: {"attr":"orders","op":"ge","value":3}
}

// Rules that several others need are named once in a catalog.
func ExampleRef() {
	catalog := &segment.Catalog{
		Rules: map[string]segment.Rule{"reachable": segment.All(segment.Bool("app").Is(true), segment.Bool("blocked").Is(false))},
		Lists: map[string]segment.Values{"first tier": segment.ListOf("北京", "上海", "广州", "深圳")},
	}
	m, err := segment.Compile(segment.All(segment.Ref("reachable"), segment.Text("city").InList("first tier")), catalog)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Match(map[string]any{"app": true, "blocked": false, "city": "上海"}, time.Time{}))
	// Output: true
}

// The same rule runs in a database.
func ExampleBound_SQL() {
	app, age := segment.Bool("app"), segment.Int("age")
	schema, err := segment.NewSchema(app, age)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := segment.Compile(segment.All(app.Is(true), segment.Not(age.Less(18))), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	bound, err := m.Bind(schema)
	if err != nil {
		fmt.Println(err)
		return
	}
	where, err := bound.SQL(segment.PostgreSQL, time.Time{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(where.Text)
	fmt.Println(where.Args...)
	// Output:
	// (COALESCE("app" = TRUE, FALSE) AND NOT COALESCE(("age" <= $1), FALSE))
	// 17
}

// Diff shows what changed from one version of a rule to the next.
func ExampleDiff() {
	app, age := segment.Bool("app"), segment.Int("age")
	for _, c := range segment.Diff(
		segment.All(app.Is(true), age.AtLeast(18)),
		segment.All(age.AtLeast(21), app.Is(true)),
	) {
		fmt.Println(c.Path, c.Old, "→", c.New)
	}
	// Output: all[0] {"attr":"age","op":"ge","value":18} → {"attr":"age","op":"ge","value":21}
}
