package segment_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/siyu-go/siyu/segment"
	"pgregory.net/rapid"
)

func TestPlan_Explain_addsUpPeople(t *testing.T) {
	schema := people(t)
	rapid.Check(t, func(t *rapid.T) {
		table, who, rows := population(t, schema, rapid.IntRange(1, 200).Draw(t, "rows"))
		m := compiled(t, rule().Draw(t, "rule"))
		bound, err := m.Bind(schema)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := table.Plan(bound, clock)
		if err != nil {
			t.Fatal(err)
		}
		got := plan.Explain(nil)
		for _, fact := range got.Facts {
			held, out, in := 0, 0, 0
			for _, k := range rows {
				x := m.Explain(who[k], clock)
				for _, f := range x.Facts {
					if f.Path == fact.Path && f.Held {
						held++
					}
				}
				for _, set := range x.Flips {
					if len(set) == 1 && set[0].Path == fact.Path {
						if x.Holds {
							in++
						} else {
							out++
						}
					}
				}
			}
			if held != fact.Held || out != fact.Out || in != fact.In {
				t.Fatalf("%s in %s: held %d, out %d, in %d; one by one %d, %d, %d",
					fact.Rule, m.Rule(), fact.Held, fact.Out, fact.In, held, out, in)
			}
		}
	})
}

func TestPlan_Estimate(t *testing.T) {
	n := segment.Int("n")
	schema, err := segment.NewSchema(n)
	if err != nil {
		t.Fatal(err)
	}
	b := segment.NewTableBuilder(schema)
	r := schema.NewRecord()
	random := rand.New(rand.NewPCG(1, 2))
	for range 100*16384 + 5 {
		r.SetInt(n, random.Int64N(100))
		if err := b.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	bound, err := compiled(t, n.Less(7)).Bind(schema)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := b.Table().Plan(bound, clock)
	if err != nil {
		t.Fatal(err)
	}
	exact, within := float64(plan.Count(nil)), 0
	for seed := range uint64(200) {
		e := plan.Estimate(10*16384, seed)
		if e.StdErr <= 0 || e.Rows < 9*16384 || e.Rows > 10*16384 {
			t.Fatalf("got %+v", e)
		}
		if math.Abs(e.Count-exact) <= 2*e.StdErr {
			within++
		}
	}
	if within < 175 { // t with 9 degrees of freedom: 92 % within two errors
		t.Errorf("%d of 200 samples within two standard errors", within)
	}
	if e := plan.Estimate(1<<30, 1); e.Count != exact || e.StdErr != 0 {
		t.Errorf("reading all gives %+v, want %v", e, exact)
	}
}
