package segment_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

// randomColumns are skewed and full of ties; spread widens the amounts.
func randomColumns(seed uint64, n int, spread uint32) segment.RFMColumns {
	random := rand.New(rand.NewPCG(seed, 7))
	c := segment.RFMColumns{Recency: make([]uint16, n), Frequency: make([]uint16, n), Monetary: make([]uint32, n)}
	for i := range n {
		c.Recency[i] = uint16(random.IntN(30) * random.IntN(30))
		c.Frequency[i] = uint16(1 + random.IntN(6)*random.IntN(6)/5)
		c.Monetary[i] = random.Uint32N(spread) / (1 + random.Uint32N(1<<10))
	}
	return c
}

// Cutting by counting gives the very scales that sorting gives, with any
// number of workers.
func TestRFMColumns_Scales_equalSorting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		spread := rapid.SampledFrom([]uint32{2, 1 << 10, 1 << 20, math.MaxUint32}).Draw(t, "spread")
		c := randomColumns(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 300).Draw(t, "n"), spread)
		levels := rapid.IntRange(1, segment.MaxColumnLevels).Draw(t, "levels")
		o := &segment.ColumnOptions{Workers: rapid.IntRange(0, 3).Draw(t, "workers")}
		got, err := c.Scales(levels, o)
		if err != nil {
			t.Fatal(err)
		}
		r, _ := segment.MidRankScale(c.Recency, levels, segment.Lower)
		f, _ := segment.MidRankScale(c.Frequency, levels, segment.Higher)
		m, _ := segment.MidRankScale(c.Monetary, levels, segment.Higher)
		for i := range c.Recency {
			want := segment.RFMScore{R: r.Level(c.Recency[i]), F: f.Level(c.Frequency[i]), M: m.Level(c.Monetary[i])}
			have := segment.RFMScore{R: got.Recency.Level(c.Recency[i]), F: got.Frequency.Level(c.Frequency[i]), M: got.Monetary.Level(c.Monetary[i])}
			if have != want {
				t.Fatalf("customer %d: got %s by %+v, want %s", i, have, got, want)
			}
		}
		o.Cuts = segment.QuantileCuts
		if got, err = c.Scales(levels, o); err != nil {
			t.Fatal(err)
		}
		sorted := slices.Sorted(slices.Values(c.Monetary))
		for j, cut := range got.Monetary.Cuts {
			if want := sorted[(j+1)*len(sorted)/levels]; cut != want {
				t.Fatalf("cut %d of %d: got %d, want %d", j, levels, cut, want)
			}
		}
	})
}

// Every cell is the score by the three scales, and the counts are those of the
// cells.
func TestRFMColumns_Score(t *testing.T) {
	t.Parallel()
	c := randomColumns(3, 5000, 1<<22)
	const levels = 5
	scales, err := c.Scales(levels, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(){
		func() {},
		func() { scales.Monetary.RightClosed, scales.Recency.RightClosed = true, true },
		func() { scales.Monetary.Better = segment.Lower },
	} {
		change()
		cells := make([]uint8, len(c.Recency))
		counts, err := c.Score(scales, cells, &segment.ColumnOptions{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		want := make([]int, levels*levels*levels)
		for i, cell := range cells {
			score := segment.RFMScore{
				R: scales.Recency.Level(c.Recency[i]), F: scales.Frequency.Level(c.Frequency[i]), M: scales.Monetary.Level(c.Monetary[i]),
			}
			if got := segment.CellScore(cell, levels); got != score {
				t.Fatalf("customer %d: got %s, want %s", i, got, score)
			}
			want[cell]++
		}
		if !slices.Equal(counts, want) {
			t.Fatalf("counts %v, want %v", counts, want)
		}
	}
}

func TestRFMColumns_refuse(t *testing.T) {
	t.Parallel()
	c := randomColumns(1, 10, 100)
	scales, err := c.Scales(5, nil)
	if err != nil {
		t.Fatal(err)
	}
	short := c
	short.Monetary = short.Monetary[:9]
	other := scales
	other.Recency.Cuts = other.Recency.Cuts[:3]
	for name, err := range map[string]error{
		"empty":         errOf(segment.RFMColumns{}.Scales(5, nil)),
		"short":         errOf(short.Scales(5, nil)),
		"levels":        errOf(c.Scales(7, nil)),
		"cells":         errOf(c.Score(scales, make([]uint8, 9), nil)),
		"uneven levels": errOf(c.Score(other, make([]uint8, 10), nil)),
	} {
		if !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// mixed is splitmix64's finaliser over seed and index.
func mixed(seed, i uint64) uint64 {
	z := seed + (i+1)*0x9E3779B97F4A7C15
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

// benchmarkColumns is the reference workload of docs/performance.md: days,
// orders and cents of customer i from one hash.
func benchmarkColumns(n int) segment.RFMColumns {
	c := segment.RFMColumns{Recency: make([]uint16, n), Frequency: make([]uint16, n), Monetary: make([]uint32, n)}
	for i := range n {
		h := mixed(9, uint64(i))
		a, b, m := h&0xffff, (h>>16&0xffff)*(h>>16&0xffff)>>16, (h>>32)*(h>>32)>>32
		c.Recency[i] = uint16(a * a * 730 >> 32)
		c.Frequency[i] = uint16(1 + (b * b * 400 >> 32))
		c.Monetary[i] = uint32(m*m>>40) + uint32(h>>20&0xff)
	}
	return c
}

// Cuts and scores of 50 million customers; the result at that size is checked
// against the figures that another engine gave.
func BenchmarkRFMColumns(b *testing.B) {
	for _, n := range []int{1e6, 5e7} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("customers=%.0e/workers=%d", float64(n), workers), func(b *testing.B) {
				if n > 1e6 && testing.Short() {
					b.Skip("large")
				}
				c, cells := benchmarkColumns(n), make([]uint8, n)
				o := &segment.ColumnOptions{Cuts: segment.QuantileCuts, Workers: workers}
				b.ReportAllocs()
				b.ResetTimer()
				sum := 0
				for b.Loop() {
					scales, err := c.Scales(5, o)
					if err != nil {
						b.Fatal(err)
					}
					scales.Recency.RightClosed, scales.Frequency.RightClosed, scales.Monetary.RightClosed = true, true, true
					counts, err := c.Score(scales, cells, o)
					if err != nil {
						b.Fatal(err)
					}
					sum = 0
					for cell, count := range counts {
						s := segment.CellScore(uint8(cell), 5)
						sum += (25*(5-s.R) + 5*(s.F-1) + s.M - 1) * count
					}
				}
				if n == 5e7 && sum != 3_087_105_748 {
					b.Errorf("sum of codes %d", sum)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/customer")
			})
		}
	}
}
