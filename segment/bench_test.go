package segment_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/siyu-go/siyu/segment"
)

// sixConditions is the rule of the figures: one user, and a population.
func sixConditions() segment.Rule {
	return segment.All(follow.Is(true), age.Between(25, 45), age.NotIn(33, 40), balance.AtLeast(30_000),
		seen.AfterAgo(segment.Ago{Days: 30}), segment.Any(city.In("shanghai", "广州"), balance.AtLeast(1_000_000)))
}

func bind(b *testing.B, rule segment.Rule) *segment.Bound {
	b.Helper()
	bound, err := compiled(b, rule).Bind(people(b))
	if err != nil {
		b.Fatal(err)
	}
	return bound
}

func fill(r *segment.Record, i int, random *rand.Rand) {
	r.SetBool(follow, i%3 > 0)
	r.SetInt(age, 18+random.Int64N(60))
	r.SetAmount(balance, 1<<random.Int64N(30))
	r.SetText(city, cities[random.IntN(len(cities))])
	r.SetTime(seen, clock.AddDate(0, 0, -random.IntN(400)))
}

var cities = []string{"shanghai", "beijing", "广州", "深圳"}

func bigTable(b *testing.B, schema *segment.Schema, rows int) *segment.Table {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	builder, r := segment.NewTableBuilder(schema), schema.NewRecord()
	for i := range rows {
		fill(r, i, random)
		if err := builder.Append(r); err != nil {
			b.Fatal(err)
		}
	}
	return builder.Table()
}

func BenchmarkBound_Match(b *testing.B) {
	bound := bind(b, sixConditions())
	r := bound.Schema().NewRecord()
	r.SetBool(follow, true)
	r.SetInt(age, 30)
	r.SetAmount(balance, 50_000)
	r.SetTime(seen, clock)
	r.SetText(city, "广州")
	if !bound.Match(r, clock) {
		b.Fatal("does not match")
	}
	b.ReportAllocs()
	for b.Loop() {
		bound.Match(r, clock)
	}
}

func BenchmarkMatcher_Match(b *testing.B) {
	m := compiled(b, sixConditions())
	who := map[string]any{
		"follow": true, "age": float64(30), "wealth": map[string]any{"balance": float64(50_000)},
		"seen": "2026-06-29T00:00:00Z", "city": "广州",
	}
	if !m.Match(who, clock) {
		b.Fatal("does not match")
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Match(who, clock)
	}
}

func BenchmarkTableBuilder_Append(b *testing.B) {
	schema := people(b)
	builder, r := segment.NewTableBuilder(schema), schema.NewRecord()
	fill(r, 1, rand.New(rand.NewPCG(1, 2)))
	b.ReportAllocs()
	for b.Loop() {
		if err := builder.Append(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlan_Count(b *testing.B) {
	const rows = 1_000_000
	bound := bind(b, sixConditions())
	plan, err := bigTable(b, bound.Schema(), rows).Plan(bound, clock)
	if err != nil {
		b.Fatal(err)
	}
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("rows=1e6/workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				plan.Count(&segment.ScanOptions{Workers: workers})
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds()/1e9, "Grows/s")
		})
	}
}

func BenchmarkSet_AndCount(b *testing.B) {
	const rows = 100_000_000
	every := func(step uint32) *segment.Set {
		s, err := segment.NewSet(rows, func(yield func(uint32) bool) {
			for row := uint32(0); row < rows && yield(row); row += step {
			}
		})
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	for _, steps := range [][2]uint32{{2, 3}, {100, 3}, {100, 101}} {
		x, y := every(steps[0]), every(steps[1])
		b.Run(fmt.Sprintf("rows=1e8/one_in=%d,%d", steps[0], steps[1]), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = x.AndCount(y)
			}
		})
	}
}

func BenchmarkMatcher_Explain(b *testing.B) {
	m := compiled(b, sixConditions())
	who := map[string]any{"follow": true, "age": float64(50)}
	for b.Loop() {
		m.Explain(who, clock)
	}
}

func BenchmarkParseRule(b *testing.B) {
	text := []byte(sixConditions().String())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := segment.ParseRule(text); err != nil {
			b.Fatal(err)
		}
	}
}
