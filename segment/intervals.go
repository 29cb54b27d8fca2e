package segment

import (
	"cmp"
	"math"
	"slices"
)

// interval is the integers from lo to hi, both included.
type interval struct{ lo, hi int64 }

// intervals is a set of integers: disjoint, ascending, not adjacent. It never
// holds the mark of a missing value.
type intervals []interval

func allIntegers() intervals { return intervals{{missing + 1, math.MaxInt64}} }

func oneInteger(v int64) intervals {
	if v == missing {
		return nil
	}
	return intervals{{v, v}}
}

// integersOf returns the integers that compare with n as op says.
func integersOf(op Op, n number) intervals {
	all := interval{missing + 1, math.MaxInt64}
	at, whole := n.int64()
	if !whole {
		// Between two integers, or beyond them all.
		if op == OpEq {
			return nil
		}
		above := op == OpGt || op == OpGe
		switch {
		case n.compare(intNumber(math.MaxInt64)) > 0:
			if above {
				return nil
			}
			return intervals{all}
		case n.compare(intNumber(math.MinInt64)) < 0:
			if above {
				return intervals{all}
			}
			return nil
		}
		floor, _ := floatNumber(math.Floor(math.Float64frombits(n.bits)))
		at, _ = floor.int64()
		if above {
			op = OpGt
		} else {
			op = OpLe
		}
	}
	switch op {
	case OpEq:
		return oneInteger(at)
	case OpLt:
		all.hi = at - 1
		if at == math.MinInt64 {
			return nil
		}
	case OpLe:
		all.hi = at
	case OpGt:
		if at == math.MaxInt64 {
			return nil
		}
		all.lo = max(all.lo, at+1)
	case OpGe:
		all.lo = max(all.lo, at)
	}
	if all.lo > all.hi {
		return nil
	}
	return intervals{all}
}

// union returns the integers in any of the sets.
func union(sets ...intervals) intervals {
	list := slices.Concat(sets...)
	slices.SortFunc(list, func(a, b interval) int { return cmp.Compare(a.lo, b.lo) })
	var out intervals
	for _, iv := range list {
		if n := len(out); n > 0 && (out[n-1].hi == math.MaxInt64 || iv.lo <= out[n-1].hi+1) {
			out[n-1].hi = max(out[n-1].hi, iv.hi)
			continue
		}
		out = append(out, iv)
	}
	return out
}

// intersect returns the integers in both sets.
func (s intervals) intersect(t intervals) intervals {
	var out intervals
	for i, j := 0, 0; i < len(s) && j < len(t); {
		if lo, hi := max(s[i].lo, t[j].lo), min(s[i].hi, t[j].hi); lo <= hi {
			out = append(out, interval{lo, hi})
		}
		if s[i].hi < t[j].hi {
			i++
		} else {
			j++
		}
	}
	return out
}

func (s intervals) contains(v int64) bool {
	i, found := slices.BinarySearchFunc(s, v, func(iv interval, v int64) int { return cmp.Compare(iv.lo, v) })
	return found || (i > 0 && v <= s[i-1].hi)
}
