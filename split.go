package siyu

import (
	"cmp"
	"math/bits"
	"slices"
)

// Split divides m among weights by largest remainder: everyone gets the whole
// units of the exact share, and the units left over go one each to the largest
// fractions, ties to the lowest index. The shares sum to m exactly, a weight
// of 0 gets nothing, and Split(-m) is the negation of Split(m).
//
// No positive weight is [ErrZeroWeights], a negative one [ErrInvalid], and a
// sum of weights beyond 64 bits [ErrOverflow].
//
// The method is Hamilton's (largest remainder); see Balinski and Young, Fair
// Representation, 1982.
func (m Money) Split(weights ...int64) ([]Money, error) {
	var total uint64
	for i, w := range weights {
		if w < 0 {
			return nil, Invalid("weights", "weight %d is negative", i)
		}
		var carry uint64
		if total, carry = bits.Add64(total, uint64(w), 0); carry != 0 {
			return nil, overflow("sum of weights")
		}
	}
	if total == 0 {
		return nil, ErrZeroWeights
	}
	type fraction struct {
		index     int
		remainder uint64
	}
	var (
		shares    = make([]Money, len(weights))
		fractions = make([]fraction, 0, len(weights))
		amount    = magnitude(int64(m))
		left      = amount
	)
	for i, w := range weights {
		hi, lo := bits.Mul64(amount, uint64(w))
		q, r := bits.Div64(hi, lo, total) // w <= total, so q <= amount
		shares[i] = Money(q)
		left -= q
		if r > 0 {
			fractions = append(fractions, fraction{i, r})
		}
	}
	slices.SortFunc(fractions, func(a, b fraction) int {
		return cmp.Or(cmp.Compare(b.remainder, a.remainder), cmp.Compare(a.index, b.index))
	})
	for _, f := range fractions[:left] {
		shares[f.index]++
	}
	if m < 0 {
		for i := range shares {
			shares[i] = -shares[i]
		}
	}
	return shares, nil
}
