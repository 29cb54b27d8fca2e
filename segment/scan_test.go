package segment_test

import (
	"math/rand/v2"
	"testing"

	"github.com/siyu-go/siyu/segment"
)

// A population of many blocks, where few people are left for the later
// conditions: plans then read conditions in another order, skip rows, compare
// wide columns from the top and look sets up row by row. They answer as the
// evaluator of one person does.
func TestPlan_manyBlocks(t *testing.T) {
	t.Parallel()
	const rows = 33*16384 + 77
	small, wide, days, kind := segment.Int("small"), segment.Int("wide"), segment.Int("days"), segment.Int("kind")
	schema, err := segment.NewSchema(small, wide, days, kind)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 6))
	people := make([]*segment.Record, rows)
	builder := segment.NewTableBuilder(schema)
	for i := range people {
		r := schema.NewRecord()
		r.SetInt(small, random.Int64N(200))
		if random.IntN(8) > 0 {
			r.SetInt(wide, random.Int64N(1<<20)-1000)
		}
		r.SetInt(days, 86_400*random.Int64N(3000))
		r.SetInt(kind, random.Int64N(256)*random.Int64N(256))
		if err := builder.Append(r); err != nil {
			t.Fatal(err)
		}
		people[i] = r
	}
	table := builder.Table()
	kinds := func(n int) (in []int64) {
		for range n {
			in = append(in, random.Int64N(256)*random.Int64N(256))
		}
		return in
	}
	rare := small.Between(3, 4)
	for _, rule := range []segment.Rule{
		segment.All(rare, wide.AtLeast(300_000)),
		segment.All(rare, wide.AtMost(511)),
		segment.All(rare, wide.Between(100_000, 140_000), days.AtLeast(86_400*1000)),
		segment.All(rare, segment.Not(wide.Between(1000, 900_000)), kind.In(kinds(40)...)),
		segment.All(wide.NotIn(5, 77, 1024), rare, segment.Any(kind.In(kinds(300)...), days.AtMost(86_400*30))),
		segment.All(rare, small.Eq(3), wide.AtLeast(1<<19), segment.Any(wide.AtLeast(1<<19+1<<18), kind.AtMost(100))),
		segment.Any(segment.All(rare, wide.AtMost(-1)), segment.All(small.Eq(9), kind.In(kinds(12)...))),
		segment.Not(segment.Any(small.AtLeast(5), wide.AtMost(65_536), segment.Not(kind.In(kinds(60)...)))),
		segment.All(wide.AtLeast(7), wide.AtMost(7+1<<12), small.AtMost(150)),
	} {
		matcher, err := segment.Compile(rule, nil)
		if err != nil {
			t.Fatal(err)
		}
		bound, err := matcher.Bind(schema)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := table.Plan(bound, clock)
		if err != nil {
			t.Fatal(err)
		}
		set := plan.Select(&segment.ScanOptions{Workers: 2})
		n := 0
		for i, r := range people {
			if want := bound.Match(r, clock); set.Contains(uint32(i)) != want {
				t.Fatalf("%s: row %d: %v, want %v", rule, i, !want, want)
			} else if want {
				n++
			}
		}
		if got := plan.Count(nil); got != n || n == 0 {
			t.Errorf("%s: counts %d, want %d", rule, got, n)
		}
	}
}
