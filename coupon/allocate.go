package coupon

import (
	"math"
	"math/bits"

	"github.com/siyu-go/siyu"
)

// Allocate divides an amount among lines in proportion to their weights, by
// largest remainder: the whole units of the exact share for everyone, then one
// unit each to the largest fractions, ties to the lowest index. A weight of 0
// gets nothing. The shares always sum to the amount.
//
// With caps, the room left on each line, no share exceeds its cap: a line
// whose share reaches the cap is filled and the others share the rest
// (water-filling). Where all the room is less than the amount, the shares sum
// to the room.
//
// No positive weight is siyu.ErrZeroWeights; a negative weight or cap, a
// negative amount with caps, or lists of different length are siyu.ErrInvalid.
func Allocate(amount siyu.Money, weights []int64, caps []siyu.Money) ([]siyu.Money, error) {
	if caps == nil {
		return amount.Split(weights...)
	}
	if len(caps) != len(weights) {
		return nil, siyu.Invalid("caps", "are %d for %d weights", len(caps), len(weights))
	}
	if amount < 0 {
		return nil, siyu.Invalid("amount", "is negative")
	}
	for i, c := range caps {
		if c < 0 {
			return nil, siyu.Invalid("caps", "cap %d is negative", i)
		}
	}
	if _, err := siyu.Money(0).Split(weights...); err != nil {
		return nil, err // negative, all zero, or a sum beyond 64 bits
	}
	var (
		a      allocator
		w      = make([]uint64, len(weights))
		shares = make([]siyu.Money, len(weights))
	)
	for i := range weights {
		w[i] = uint64(weights[i])
	}
	a.allocate(amount, w, caps, shares)
	return shares, nil
}

// allocator holds the scratch of an allocation, so that none is made per call.
type allocator struct {
	open   []int32  // lines that still share
	rests  []uint64 // remainder of each line's exact share
	ranked []uint64 // rests in the making of an order
}

// fewLines is how many lines are looked through for each unit left over; of more,
// the rests are put in order.
const fewLines = 8

// allocate writes the capped shares. The weights must add up within 64 bits.
func (a *allocator) allocate(amount siyu.Money, weights []uint64, caps, shares []siyu.Money) {
	open, total := a.open[:0], uint64(0)
	for i, w := range weights {
		shares[i] = 0
		if w > 0 && caps[i] > 0 {
			open = append(open, int32(i))
			total += w
		}
	}
	a.open = open
	left := uint64(amount)
	for len(open) > 0 {
		var taken, dropped uint64
		keep := open[:0]
		for _, i := range open {
			c := uint64(caps[i])
			if left >= c && !lessProduct(left, weights[i], c, total) {
				shares[i] = caps[i]
				taken += c
				dropped += weights[i]
			} else {
				keep = append(keep, i)
			}
		}
		open = keep
		if dropped == 0 {
			a.shareOut(left, total, open, weights, shares)
			return
		}
		left -= taken
		total -= dropped
	}
}

// shareOut divides left among the open lines, none of which reaches its cap.
func (a *allocator) shareOut(left, total uint64, open []int32, weights []uint64, shares []siyu.Money) {
	if cap(a.rests) < len(weights) {
		a.rests = make([]uint64, len(weights))
	}
	rests, over := a.rests[:len(weights)], left
	for _, i := range open {
		hi, lo := bits.Mul64(left, weights[i])
		var q, r uint64
		if hi == 0 {
			q, r = lo/total, lo%total
		} else {
			q, r = bits.Div64(hi, lo, total) // weights[i] <= total, so q <= left
		}
		shares[i] = siyu.Money(q)
		rests[i] = r
		over -= q
	}
	if over == 0 {
		return
	}
	if len(open) > fewLines {
		a.shareRest(over, open, rests, shares)
		return
	}
	for ; over > 0; over-- {
		best := open[0]
		for _, i := range open[1:] {
			if rests[i] > rests[best] {
				best = i
			}
		}
		shares[best]++
		rests[best] = 0 // more units are left over than lines with a fraction never
	}
}

// shareFew is shareOut of few lines, all of which share, and of a total below
// 1<<60 whose product with the amount fits. A line without weight has no rest, so
// that it gets nothing.
func shareFew(left, total uint64, weights []uint64, shares []siyu.Money) {
	var room [fewLines]uint64
	rests, over := room[:min(len(weights), fewLines)], left
	for k := range rests {
		product := left * weights[k]
		q := product / total
		shares[k] = siyu.Money(q)
		rests[k] = (product-q*total)*fewLines + uint64(fewLines-1-k) // of equal ones the first is the largest
		over -= q
	}
	for ; over > 0; over-- {
		most := uint64(0)
		for _, rest := range rests {
			most = max(most, rest)
		}
		best := fewLines - 1 - most%fewLines
		shares[best]++
		rests[best] = 0
	}
}

// shareRest gives a unit each to the lines with the largest rests, of equal ones
// to the first.
func (a *allocator) shareRest(over uint64, open []int32, rests []uint64, shares []siyu.Money) {
	a.ranked = a.ranked[:0]
	for _, i := range open {
		a.ranked = append(a.ranked, rests[i])
	}
	least := nthLargest(a.ranked, int(over)-1)
	ties := over
	for _, i := range open {
		if rests[i] > least {
			ties--
		}
	}
	for _, i := range open {
		if rests[i] > least {
			shares[i]++
		} else if rests[i] == least && ties > 0 {
			shares[i]++
			ties--
		}
	}
}

// nthLargest returns the number that would be at place n if list were sorted from
// the largest to the smallest; it changes the order of list (Hoare's quickselect).
func nthLargest(list []uint64, n int) uint64 {
	from, to := 0, len(list)-1
	for from < to {
		pivot, i, j := list[from+(to-from)/2], from, to
		for i <= j {
			for list[i] > pivot {
				i++
			}
			for list[j] < pivot {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i++
				j--
			}
		}
		switch {
		case n <= j:
			to = j
		case n >= i:
			from = i
		default:
			return list[n]
		}
	}
	return list[from]
}

// lessProduct reports whether a*b < c*d.
func lessProduct(a, b, c, d uint64) bool {
	h1, l1 := bits.Mul64(a, b)
	h2, l2 := bits.Mul64(c, d)
	return h1 < h2 || (h1 == h2 && l1 < l2)
}

// saturated returns a*b, or the largest amount if that does not fit. Neither
// may be negative.
func saturated(a siyu.Money, b int64) siyu.Money {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi != 0 || lo > math.MaxInt64 {
		return math.MaxInt64
	}
	return siyu.Money(lo)
}
