package segment_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu/segment"
)

// A bank's customer is placed in a ring, with what is missing to the next one.
func ExampleClassifier_Assign() {
	rings, err := segment.CompileRings(segment.BankRings(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	p := rings.Assign(map[string]any{segment.BankApp: true}, time.Time{})
	fmt.Println("ring:", p.Ring)
	for _, set := range p.Missing {
		fmt.Println("to", p.Next, "with", set[0].Attr)
	}
	// Output:
	// ring: outer
	// to middle with own_credit
	// to middle with other_bank
}

// Next year's rings, if every month is like the last one, and what moving two
// more in a hundred from the outer ring inward would change.
func ExampleMigration_Chain() {
	m, err := segment.NewMigration([]string{"inner", "middle", "outer", "outside"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, move := range []struct {
		from, to string
		people   int64
	}{
		{"inner", "inner", 980},
		{"inner", "middle", 20},
		{"middle", "middle", 450},
		{"middle", "inner", 30},
		{"middle", "outer", 20},
		{"outer", "outer", 900},
		{"outer", "middle", 50},
		{"outer", "outside", 50},
		{"outside", "outside", 990},
		{"outside", "outer", 10},
	} {
		if err := m.Add(move.from, move.to, move.people); err != nil {
			fmt.Println(err)
			return
		}
	}
	chain, err := m.Chain()
	if err != nil {
		fmt.Println(err)
		return
	}
	better, err := chain.With(segment.WhatIf{State: "outer", To: "middle", Instead: "outer", Delta: 0.02})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range []*segment.Chain{chain, better} {
		year, err := c.Forecast([]float64{1000, 500, 1000, 1000}, 12)
		if err != nil {
			fmt.Println(err)
			return
		}
		reach, err := c.Before("inner", "outside")
		if err != nil {
			fmt.Println(err)
			return
		}
		inner, outer := year[0], reach["outer"]
		fmt.Printf("inner %.0f±%.0f, outer reaches inner before leaving %.0f%%±%.0f\n", inner.Value, inner.StdErr, 100*outer.Value, 100*outer.StdErr)
	}
	// Output:
	// inner 1136±64, outer reaches inner before leaving 38%±5
	// inner 1171±68, outer reaches inner before leaving 46%±5
}

// A whole population: columns in memory, a rule, the set of its people.
func ExampleTable() {
	app, city := segment.Bool("app"), segment.Text("city")
	schema, err := segment.NewSchema(app, city)
	if err != nil {
		fmt.Println(err)
		return
	}
	builder, r := segment.NewTableBuilder(schema), schema.NewRecord()
	for i := range 100_000 {
		r.Reset()
		r.SetBool(app, i%2 == 0)
		r.SetText(city, []string{"上海", "杭州", "苏州"}[i%3])
		if err := builder.Append(r); err != nil {
			fmt.Println(err)
			return
		}
	}
	table := builder.Table()

	plan, err := table.Query(segment.All(app.Is(true), city.In("上海", "杭州")), nil, time.Time{})
	if err != nil {
		fmt.Println(err)
		return
	}
	people := plan.Select(nil)
	sample, err := people.Sample(100, "spring test") // 1 %
	if err != nil {
		fmt.Println(err)
		return
	}
	strangers, _ := sample.AndNotCount(people)
	fmt.Println(people.Count(), sample.Count(), strangers)
	for _, f := range plan.Explain(nil).Facts {
		fmt.Printf("%s holds for %d; %d lack only that\n", f.Attr, f.Held, f.Out)
	}
	// Output:
	// 33333 355 0
	// app holds for 50000; 33334 lack only that
	// city holds for 66667; 16667 lack only that
}

// Over a population: what keeps people out of the next ring inward.
func ExampleRingPlan_Gaps() {
	app, debit := segment.Bool(segment.BankApp), segment.Bool(segment.BankOwnDebit)
	credit, other := segment.Bool(segment.BankOwnCredit), segment.Bool(segment.BankOther)
	schema, err := segment.NewSchema(app, debit, credit, other)
	if err != nil {
		fmt.Println(err)
		return
	}
	builder, r := segment.NewTableBuilder(schema), schema.NewRecord()
	for i := range 1000 {
		r.Reset()
		r.SetBool(app, i%10 > 0)
		r.SetBool(debit, i%2 == 0)
		r.SetBool(credit, i%3 == 0)
		if err := builder.Append(r); err != nil {
			fmt.Println(err)
			return
		}
	}
	plan, err := builder.Table().QueryRings(segment.BankRings(), nil, time.Time{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, gap := range plan.Gaps(nil) {
		for _, f := range gap.Facts {
			if f.People > 0 {
				fmt.Printf("%d of %d in %s lack only %s to be %s\n", f.People, gap.People, gap.From, f.Attr, gap.To)
			}
		}
	}
	// Output:
	// 167 of 167 in middle lack only own_debit to be inner
	// 333 of 333 in outer lack only own_credit to be middle
	// 333 of 333 in outer lack only other_bank to be middle
	// 100 of 100 in outside lack only app to be outer
}
