package coupon

import (
	"math/bits"

	"github.com/siyu-go/siyu"
)

// spread divides what a rule gives among the lines of its scope into s.parts,
// by place in the scope.
func (s *solver) spread(r *rule, st *state, amount siyu.Money) []siyu.Money {
	sc := &s.scopes[r.scope]
	n := len(sc.lines)
	parts := s.parts[:n]
	if !s.pinned && r.kind < unitAmount && s.q.policy.Basis != Original && !s.q.policy.PerLine {
		return s.plain(sc, st, amount, parts)
	}
	if r.kind.byUnit() || s.q.policy.PerLine {
		if g, missing := s.reduction(r, st); missing == 0 && (r.kind.byUnit() || g.rate != 0) {
			if _, whole := s.byLine(r, st, g); whole {
				return parts
			}
		}
	}
	s.weigh(r, st)
	s.allocate(amount, s.weights[:n], s.caps[:n], parts)
	return parts
}

// plain is the usual spread: every line weighs what is left of it and may go
// down to nothing. Then no line is full before all are.
func (s *solver) plain(sc *scoped, st *state, amount siyu.Money, parts []siyu.Money) []siyu.Money {
	if len(parts) == 1 {
		parts[0] = amount
		return parts
	}
	weights, sum := s.weights[:len(parts)], uint64(0)
	for k, line := range sc.lines {
		left := st.left[line]
		parts[k], weights[k] = left, uint64(left) // all of it, if nothing is to be left
		sum += uint64(left)
	}
	switch hi, _ := bits.Mul64(uint64(amount), sum); {
	case uint64(amount) >= sum:
	case len(parts) <= fewLines && hi == 0 && sum < 1<<60:
		shareFew(uint64(amount), sum, weights, parts)
	default:
		s.open = s.open[:0]
		for k, w := range weights {
			if w > 0 {
				s.open = append(s.open, int32(k))
			}
		}
		s.shareOut(uint64(amount), sum, s.open, weights, parts)
	}
	return parts
}

// byLine works a reduction out on each line into s.parts. Where the sum exceeds the
// reduction's maximum it returns the maximum and false: the parts are to be
// allocated.
func (s *solver) byLine(r *rule, st *state, g reduction) (sum siyu.Money, whole bool) {
	s.weigh(r, st)
	sc := &s.scopes[r.scope]
	for k := range sc.lines {
		part := s.caps[k]
		switch r.kind {
		case unitAmount:
			part = min(part, saturated(g.fixed, s.taken(r, sc, k)))
		case unitPrice:
			part = min(part, max(siyu.Money(s.weights[k])-saturated(g.fixed, s.taken(r, sc, k)), 0))
		default:
			part = min(part, off(siyu.Money(s.weights[k]), r.rounding, g.rate, 0))
		}
		s.parts[k] = part
		sum += part
	}
	if g.max > 0 && sum > g.max {
		return g.max, false
	}
	return sum, true
}

// weigh writes the weight and the room of each line of a scope, by place, and
// returns their sums. For a benefit of limited units a line weighs as much as
// its units that are among the dearest.
func (s *solver) weigh(r *rule, st *state) (base, room siyu.Money) {
	sc := &s.scopes[r.scope]
	for k, line := range sc.lines {
		w, c := st.left[line], max(st.left[line]-s.floors[line], 0)
		if s.q.policy.Basis == Original {
			w = s.original[line]
		}
		if r.maxUnits > 0 {
			taken := s.taken(r, sc, k)
			w, c = share(w, taken, s.units[line]), share(c, taken, s.units[line])
		}
		s.weights[k], s.caps[k] = uint64(w), c
		base += w
		room += c
	}
	return base, room
}

// taken returns how many units of the k-th line of a scope the benefit reaches.
func (s *solver) taken(r *rule, sc *scoped, k int) int64 {
	if r.maxUnits == 0 {
		return s.units[sc.lines[k]]
	}
	quota := r.maxUnits
	for _, place := range sc.dear {
		units := min(s.units[sc.lines[place]], quota)
		if int(place) == k {
			return units
		}
		quota -= units
	}
	return 0
}

// share returns the whole part of amount*part/whole, 0 of nothing.
func share(amount siyu.Money, part, whole int64) siyu.Money {
	if part >= whole {
		if whole == 0 {
			return 0
		}
		return amount
	}
	m, _ := amount.MulDiv(part, whole, siyu.Floor) // part < whole: it fits
	return m
}
