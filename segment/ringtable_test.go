package segment_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"pgregory.net/rapid"
)

func TestRingPlan_equalsClassifier(t *testing.T) {
	schema := people(t)
	rapid.Check(t, func(t *rapid.T) {
		rings := segment.Rings{Outside: "outside"}
		for i := range rapid.IntRange(1, 4).Draw(t, "rings") {
			rings.Rings = append(rings.Rings, segment.Ring{Name: fmt.Sprint("ring ", i), Rule: rule().Draw(t, "rule")})
		}
		c, err := segment.CompileRings(rings, nil)
		if err != nil {
			t.Fatal(err)
		}
		bound, err := c.Bind(schema)
		if err != nil {
			t.Fatal(err)
		}
		snapshot := func(n int) (*segment.Assignment, map[siyu.UserID]string) {
			table, who, rows := population(t, schema, n)
			plan, err := table.PlanRings(bound, clock)
			if err != nil {
				t.Fatal(err)
			}
			a := plan.Assign(&segment.ScanOptions{Workers: 2})
			counts, names := make([]int, len(c.Names())), map[siyu.UserID]string{}
			record := schema.NewRecord()
			levels := make([]int, len(who))
			for k, attrs := range who {
				levels[k] = c.Level(attrs, clock)
				record.Fill(attrs)
				if got := bound.Level(record, clock); got != levels[k] {
					t.Fatalf("bound %d, want %d", got, levels[k])
				}
			}
			for i, k := range rows {
				counts[levels[k]]++
				if level := levels[k]; level < len(rings.Rings) {
					names[siyu.UserID(strconv.Itoa(i))] = rings.Rings[level].Name
				} else {
					names[siyu.UserID(strconv.Itoa(i))] = rings.Outside
				}
				if got := a.Level(uint32(i)); got != levels[k] {
					t.Fatalf("row %d: %d, want %d", i, got, levels[k])
				}
			}
			if !slices.Equal(a.Counts(), counts) || !slices.Equal(plan.Count(nil), counts) {
				t.Fatalf("assigned %v, counted %v, want %v", a.Counts(), plan.Count(nil), counts)
			}
			return a, names
		}
		before, wasIn := snapshot(rapid.SampledFrom([]int{1, 100, 17_000}).Draw(t, "before"))
		after, isIn := snapshot(rapid.SampledFrom([]int{1, 100, 17_000}).Draw(t, "after"))
		got, err := before.Migration(after)
		if err != nil {
			t.Fatal(err)
		}
		want, err := segment.Migrate(c.Names(), wasIn, isIn)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got.Counts) != fmt.Sprint(want.Counts) {
			t.Fatalf("migration %v, want %v", got.Counts, want.Counts)
		}
	})
}

func TestRingPlan_Gaps_addUpPeople(t *testing.T) {
	schema := people(t)
	rapid.Check(t, func(t *rapid.T) {
		rings := segment.Rings{Outside: "outside"}
		for i := range rapid.IntRange(1, 3).Draw(t, "rings") {
			rings.Rings = append(rings.Rings, segment.Ring{Name: fmt.Sprint("ring ", i), Rule: rule().Draw(t, "rule")})
		}
		c, err := segment.CompileRings(rings, nil)
		if err != nil {
			t.Fatal(err)
		}
		table, who, rows := population(t, schema, rapid.IntRange(1, 100).Draw(t, "rows"))
		plan, err := table.QueryRings(rings, nil, clock)
		if err != nil {
			t.Fatal(err)
		}
		for _, gap := range plan.Gaps(nil) {
			people, lack := 0, map[string]int{}
			for _, k := range rows {
				p := c.Assign(who[k], clock)
				if p.Ring != gap.From {
					continue
				}
				people++
				for _, set := range p.Missing {
					if len(set) == 1 {
						lack[set[0].Path]++
					}
				}
			}
			if people != gap.People {
				t.Fatalf("%s has %d people, want %d", gap.From, gap.People, people)
			}
			for _, f := range gap.Facts {
				if f.People != lack[f.Path] {
					t.Fatalf("%d of %s lack only %s to be %s, want %d", f.People, gap.From, f.Rule, gap.To, lack[f.Path])
				}
			}
		}
	})
}
