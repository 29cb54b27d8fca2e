package forest_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/forest"
)

// mix is the finaliser of splitmix64, the generator of the benchmark data.
func mix(seed, i uint64) uint64 {
	z := seed + (i+1)*0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// parentOf is the inviter of member i: a tenth are seeds, early members bring
// more.
func parentOf(i uint64) int32 {
	h := mix(11, i)
	if i == 0 || h&0xffff < 6554 {
		return -1
	}
	u := h >> 32
	return int32((u * u >> 32) * i >> 32)
}

func parents(n int) []int32 {
	parent := make([]int32, n)
	for i := range parent {
		parent[i] = parentOf(uint64(i))
	}
	return parent
}

func tiers() []forest.Tier {
	return []forest.Tier{
		{From: 1, Direct: 500, Second: 100},
		{From: 3, Direct: 600, Second: 150},
		{From: 10, Direct: 800, Second: 200},
		{From: 50, Direct: 1000, Second: 300},
	}
}

// Counted by hand over small random forests.
func TestForest_equalsCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "n")
		parent := make([]int32, n)
		children := make([][]int, n)
		for i := range parent {
			parent[i] = int32(rapid.IntRange(-1, i-1).Draw(t, "parent"))
			if p := parent[i]; p >= 0 {
				children[p] = append(children[p], i)
			}
		}
		f, err := forest.Build(parent)
		if err != nil {
			t.Fatal(err)
		}
		report, err := f.Reckon(tiers())
		if err != nil {
			t.Fatal(err)
		}
		var total siyu.Money
		generations := []int64{}
		for i := range parent {
			second, depth := 0, 0
			for _, c := range children[i] {
				second += len(children[c])
			}
			for p := parent[i]; p >= 0; p = parent[p] {
				depth++
			}
			if f.Direct(i) != len(children[i]) || f.Second(i) != second || f.Depth(i) != depth {
				t.Fatalf("member %d: %d, %d, depth %d; want %d, %d, %d", i, f.Direct(i), f.Second(i), f.Depth(i), len(children[i]), second, depth)
			}
			for len(generations) <= depth {
				generations = append(generations, 0)
			}
			generations[depth]++
			var want siyu.Money
			for _, tier := range tiers() {
				if len(children[i]) >= tier.From {
					want = tier.Direct*siyu.Money(len(children[i])) + tier.Second*siyu.Money(second)
				}
			}
			got, err := f.Reward(i, tiers())
			if err != nil || got != want {
				t.Fatalf("reward of %d: %d, %v; want %d", i, got, err, want)
			}
			total += want
		}
		if report.Total != total || !slices.Equal(f.Generations(), generations) {
			t.Fatalf("total %d, generations %v; want %d, %v", report.Total, f.Generations(), total, generations)
		}
	})
}

func TestBuild_refuses(t *testing.T) {
	for name, parent := range map[string][]int32{
		"oneself": {0}, "a later member": {-1, 2, 0}, "no member": {-2},
	} {
		if _, err := forest.Build(parent); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f, err := forest.Build([]int32{-1, 0})
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]forest.Tier{
		"not ascending": {{From: 2}, {From: 2}}, "negative": {{From: 1, Direct: -1}},
	} {
		if _, err := f.Reckon(bad); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := f.Reckon([]forest.Tier{{From: 1, Direct: 1 << 62}}); err != nil {
		t.Error(err)
	}
	f, _ = forest.Build([]int32{-1, 0, 0})
	if _, err := f.Reckon([]forest.Tier{{From: 1, Direct: 1 << 62}}); !errors.Is(err, siyu.ErrOverflow) {
		t.Errorf("two times 2^62: %v", err)
	}
}

// The figures of the ten million members that the peers are measured on.
func TestForest_tenMillion(t *testing.T) {
	if testing.Short() {
		t.Skip("builds ten million members")
	}
	f, err := forest.Build(parents(10_000_000))
	if err != nil {
		t.Fatal(err)
	}
	report, err := f.Reckon(tiers())
	if err != nil {
		t.Fatal(err)
	}
	if want := []int64{6182936, 2886836, 841352, 85564, 3312}; !slices.Equal(report.Members, want) {
		t.Errorf("members by tier %v, want %v", report.Members, want)
	}
	if report.Total != 6_886_295_300 || len(f.Generations()) != 24 {
		t.Errorf("total %d in %d generations, want 6886295300 in 24: seeds and 23 below", report.Total, len(f.Generations()))
	}
}

func BenchmarkForest(b *testing.B) {
	parent := parents(10_000_000)
	b.Run("members=1e7", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := forest.Build(parent)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := f.Reckon(tiers()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// Members with more invitees than fit a byte, and lines deeper than one.
func TestForest_large(t *testing.T) {
	for name, up := range map[string]func(i int) int32{
		"a star":        func(int) int32 { return 0 },
		"two stars":     func(i int) int32 { return int32(min(i-1, i%2)) },
		"a line":        func(i int) int32 { return int32(i - 1) },
		"a broom":       func(i int) int32 { return int32(min(i-1, 300)) },
		"a wide line":   func(i int) int32 { return int32(max(i-2, 0) / 2) },
		"nearly a byte": func(i int) int32 { return int32(min(i-1, 254)) },
		"just a byte":   func(i int) int32 { return int32(min(i-1, 255)) },
	} {
		t.Run(name, func(t *testing.T) {
			const n = 1200
			parent := make([]int32, n)
			depth, direct, second := make([]int, n), make([]int, n), make([]int, n)
			parent[0] = -1
			for i := 1; i < n; i++ {
				p := up(i)
				parent[i] = p
				depth[i] = depth[p] + 1
				direct[p]++
				if g := parent[p]; g >= 0 {
					second[g]++
				}
			}
			f, err := forest.Build(parent)
			if err != nil {
				t.Fatal(err)
			}
			for i := range n {
				if f.Depth(i) != depth[i] || f.Direct(i) != direct[i] || f.Second(i) != second[i] {
					t.Fatalf("member %d: depth %d, %d and %d; want %d, %d and %d", i, f.Depth(i), f.Direct(i), f.Second(i), depth[i], direct[i], second[i])
				}
			}
		})
	}
}
