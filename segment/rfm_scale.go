package segment

import (
	"cmp"
	"math"
	"slices"

	"github.com/siyu-go/siyu"
)

// Better says which end of a measure is the good one.
type Better uint8

// Recency is better when lower, frequency and amounts when higher.
const (
	Higher Better = iota
	Lower
)

// MarshalText writes "higher" or "lower".
func (b Better) MarshalText() ([]byte, error) {
	switch b {
	case Higher:
		return []byte("higher"), nil
	case Lower:
		return []byte("lower"), nil
	}
	return nil, siyu.Invalid("better", "unknown direction %d", uint8(b))
}

// UnmarshalText reads "higher" or "lower".
func (b *Better) UnmarshalText(text []byte) error {
	switch string(text) {
	case "higher":
		*b = Higher
	case "lower":
		*b = Lower
	default:
		return siyu.Invalid("better", "%q is none of higher, lower", text)
	}
	return nil
}

// Number is what can be scored: any integer or float, and so also siyu.Money.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// MaxLevels is the most levels that a scale may have.
const MaxLevels = 100

// Scale turns values into levels, 1 (worst) to Levels. It depends on nothing
// but its cuts, so a level does not change with the order of the customers,
// equal values have equal levels, and a scale kept from last month scores this
// month's customers on the same footing.
type Scale[N Number] struct {
	Cuts   []N    `json:"cuts"`             // ascending; one fewer than levels
	Better Better `json:"better,omitempty"` // Higher by default
	// RightClosed puts a value equal to a cut into the range below it;
	// otherwise it begins the range above.
	RightClosed bool `json:"right_closed,omitempty"`
}

// FixedScale makes a scale of ranges [lower, upper) from ascending cuts: k-1
// cuts make k levels.
func FixedScale[N Number](better Better, cuts ...N) (Scale[N], error) {
	s := Scale[N]{Cuts: slices.Clone(cuts), Better: better}
	return s, s.Validate()
}

// Validate refuses cuts that are none, too many, not numbers or not ascending.
// Equal cuts are allowed: the level between them stays empty.
func (s Scale[N]) Validate() error {
	if len(s.Cuts) >= MaxLevels {
		return siyu.Invalid("cuts", "make more than %d levels", MaxLevels)
	}
	for i, c := range s.Cuts {
		if isNaN(c) {
			return siyu.Invalid("cuts", "cut %d is not a number", i)
		}
		if i > 0 && c < s.Cuts[i-1] {
			return siyu.Invalid("cuts", "cut %d is below the one before", i)
		}
	}
	if s.Better > Lower {
		return siyu.Invalid("better", "unknown direction %d", uint8(s.Better))
	}
	return nil
}

// Levels returns the highest level.
func (s Scale[N]) Levels() int { return len(s.Cuts) + 1 }

// Level returns the level of v. NaN is the worst.
func (s Scale[N]) Level(v N) int {
	if isNaN(v) {
		return 1
	}
	below := 0
	for _, c := range s.Cuts {
		if v > c || v == c && !s.RightClosed {
			below++
		}
	}
	if s.Better == Lower {
		return s.Levels() - below
	}
	return 1 + below
}

// LevelsOf returns the level of each value.
func (s Scale[N]) LevelsOf(values []N) []int {
	levels := make([]int, len(values))
	for i, v := range values {
		levels[i] = s.Level(v)
	}
	return levels
}

// MidRankScale cuts so that a value's level is the one its middle rank falls
// in: level = min(k, 1 + floor(k*(less+equal/2)/n)), where less and equal
// count the values that are worse and as good. Large blocks of equal values,
// such as the customers with one order, sit together in the level of their
// middle and leave levels empty, instead of being torn apart or pushed to an
// end. It is the default way to score.
//
// No value at all, and NaN among them, are [siyu.ErrInvalid].
func MidRankScale[N Number](values []N, levels int, better Better) (Scale[N], error) {
	sorted, err := prepare(values, levels)
	if err != nil {
		return Scale[N]{}, err
	}
	return midRank(runs(sorted), len(sorted), levels, better), nil
}

// run is a block of equal values.
type run[N Number] struct {
	value N
	count int
}

func runs[N Number](sorted []N) func(yield func(run[N]) bool) {
	return func(yield func(run[N]) bool) {
		for i := 0; i < len(sorted); {
			j := i + 1
			for j < len(sorted) && sorted[j] == sorted[i] {
				j++
			}
			if !yield(run[N]{sorted[i], j - i}) {
				return
			}
			i = j
		}
	}
}

// midRank cuts where the level changes: cut j is the lowest value whose level,
// counted from the low end, is above j+1. Counting from the low end is exact
// for both directions, because n - less - equal values are better.
func midRank[N Number](blocks func(func(run[N]) bool), n, levels int, better Better) Scale[N] {
	s := Scale[N]{Better: better}
	less, last := 0, N(0)
	for b := range blocks {
		last = b.value
		at := midLevel(less, b.count, n, levels)
		if better == Lower {
			at = levels + 1 - midLevel(n-less-b.count, b.count, n, levels)
		}
		for len(s.Cuts) < at-1 {
			s.Cuts = append(s.Cuts, b.value)
		}
		less += b.count
	}
	if len(s.Cuts) < levels-1 {
		s.Cuts = append(s.Cuts, slices.Repeat([]N{above(last)}, levels-1-len(s.Cuts))...)
	}
	return s
}

func midLevel(less, equal, n, levels int) int {
	return min(levels, 1+levels*(2*less+equal)/(2*n))
}

// above returns the next value, so that a cut there leaves v below it. At the
// top of an integer type there is none, and the highest level starts at v.
func above[N Number](v N) N {
	switch f := any(&v).(type) {
	case *float64:
		*f = math.Nextafter(*f, math.Inf(1))
		return v
	case *float32:
		*f = math.Nextafter32(*f, float32(math.Inf(1)))
		return v
	}
	if v+1 > v {
		return v + 1
	}
	return v
}

// QuantileScale cuts at the quantiles of the values, interpolated linearly, as
// pandas.qcut does: ranges are closed on the right, and edges that coincide
// are dropped, so there may be fewer than the wished levels (see
// [Scale.Levels]). It is for comparison with other tools; ties at an edge make
// its levels very unequal.
//
// No value at all, and NaN among them, are [siyu.ErrInvalid].
func QuantileScale(values []float64, levels int, better Better) (Scale[float64], error) {
	sorted, err := prepare(values, levels)
	if err != nil {
		return Scale[float64]{}, err
	}
	edges := make([]float64, levels+1)
	for i := range edges {
		whole, part := i*(len(sorted)-1)/levels, i*(len(sorted)-1)%levels
		edges[i] = sorted[whole]
		if part > 0 {
			edges[i] += (sorted[whole+1] - sorted[whole]) * float64(part) / float64(levels)
		}
	}
	edges = slices.Compact(edges)
	s := Scale[float64]{Better: better, RightClosed: better == Higher}
	if len(edges) > 2 {
		s.Cuts = slices.Clone(edges[1 : len(edges)-1])
	}
	return s, nil
}

func prepare[N Number](values []N, levels int) ([]N, error) {
	if levels < 1 || levels > MaxLevels {
		return nil, siyu.Invalid("levels", "%d is not between 1 and %d", levels, MaxLevels)
	}
	if len(values) == 0 {
		return nil, siyu.Invalid("values", "are none")
	}
	if i := slices.IndexFunc(values, isNaN); i >= 0 {
		return nil, siyu.Invalid("values", "value %d is not a number", i)
	}
	sorted := slices.Clone(values)
	slices.SortFunc(sorted, cmp.Compare)
	return sorted, nil
}

func isNaN[N Number](v N) bool {
	return v != v //nolint:gocritic // what no other number is
}
