package coupon

import (
	"math"

	"github.com/siyu-go/siyu"
)

// gift is what a benefit comes to before it meets the lines: a fixed amount,
// or a rate of them up to max.
type gift struct {
	fixed siyu.Money
	rate  siyu.BPS
	max   siyu.Money // of the rate; 0: none
}

// value returns what a rule gives on what is left. With bound set it returns
// an amount that the rule never exceeds from here on: conditions that spending
// less could satisfy are taken as satisfied.
func (s *solver) value(i int, left []siyu.Money, bound bool) verdict {
	r, sc := &s.q.rules[i], &s.scopes[s.q.rules[i].scope]
	if v := s.admits(r, sc, left, bound); v.reason != "" {
		return v
	}
	var amount siyu.Money
	if bound && r.loose && r.Benefit.Kind == KindLadder {
		measured := s.measured(r, sc, left)
		for _, t := range r.tiers {
			if t.At <= measured {
				amount = max(amount, s.worth(r, sc, left, gift{t.Amount, t.Rate, t.Max}))
			}
		}
	} else {
		g, v := s.gift(r, sc, left)
		if v.reason != "" {
			return v
		}
		amount = s.worth(r, sc, left, g)
	}
	if amount == 0 {
		return verdict{reason: NoEffect}
	}
	return verdict{amount: amount}
}

// admits checks what the rule requires of the spend and the units.
func (s *solver) admits(r *rule, sc *scoped, left []siyu.Money, bound bool) verdict {
	req := &r.Requires
	if req.MinSpend > 0 || req.MaxSpend > 0 {
		spend := s.spend(r, sc, left)
		if gap := req.missing(spend); gap > 0 {
			return verdict{reason: BelowMin, gap: gap}
		}
		over := req.MaxSpend > 0 && (spend > req.MaxSpend || (req.Below && spend == req.MaxSpend))
		if over && (!bound || req.SpendBasis != Remaining) {
			return verdict{reason: AboveMax}
		}
	}
	if req.MinQuantity > sc.units {
		return verdict{reason: TooFewUnits, gap: siyu.Money(req.MinQuantity - sc.units)}
	}
	return verdict{}
}

func (s *solver) spend(r *rule, sc *scoped, left []siyu.Money) siyu.Money {
	switch {
	case r.Requires.SpendBasis == Remaining && r.Requires.WholeCart:
		return total(left, s.openAll)
	case r.Requires.SpendBasis == Remaining:
		return total(left, sc.lines)
	case r.Requires.WholeCart:
		return s.whole
	}
	return sc.sum
}

// missing returns how much more than spend the minimum asks.
func (r *Requires) missing(spend siyu.Money) siyu.Money {
	switch {
	case spend < r.MinSpend:
		gap := r.MinSpend - spend
		if r.Above && gap < math.MaxInt64 {
			gap++
		}
		return gap
	case r.Above && r.MinSpend > 0 && spend == r.MinSpend:
		return 1
	}
	return 0
}

// gift finds the step of the benefit that applies.
func (s *solver) gift(r *rule, sc *scoped, left []siyu.Money) (gift, verdict) {
	b := &r.Benefit
	switch b.Kind {
	case KindLadder:
		measured := s.measured(r, sc, left)
		if measured < r.tiers[0].At {
			reason := BelowMin
			if b.Measure == Quantity {
				reason = TooFewUnits
			}
			return gift{}, verdict{reason: reason, gap: r.tiers[0].At - measured}
		}
		t := &r.tiers[0]
		for i := 1; i < len(r.tiers) && r.tiers[i].At <= measured; i++ {
			t = &r.tiers[i]
		}
		return gift{t.Amount, t.Rate, t.Max}, verdict{}
	case KindEvery:
		measured := s.measured(r, sc, left)
		if measured < b.Step {
			return gift{}, verdict{reason: BelowMin, gap: b.Step - measured}
		}
		times := int64(measured / b.Step)
		if b.MaxTimes > 0 {
			times = min(times, b.MaxTimes)
		}
		return gift{fixed: saturated(b.Amount, times)}, verdict{}
	}
	return gift{b.Amount, b.Rate, b.Max}, verdict{}
}

// measured returns what a ladder or an every benefit looks at.
func (s *solver) measured(r *rule, sc *scoped, left []siyu.Money) siyu.Money {
	switch {
	case r.Benefit.Measure == Quantity:
		return siyu.Money(sc.units)
	case r.Benefit.Basis == Remaining:
		return total(left, sc.lines)
	}
	return sc.sum
}

// worth returns what a gift comes to on the lines of a scope.
func (s *solver) worth(r *rule, sc *scoped, left []siyu.Money, g gift) siyu.Money {
	if r.Benefit.Kind == KindUnitAmount || (g.rate != 0 && s.q.policy.PerLine) {
		amount, _ := s.byLine(r, sc, left, g)
		return amount
	}
	if r.Benefit.Kind == KindPercentUnits {
		base, room := s.weigh(r, sc, left)
		return min(s.off(base, r, g), room)
	}
	remaining := total(left, sc.lines)
	room := remaining
	if sc.pinned {
		room = s.room(sc, left)
	}
	if g.rate == 0 {
		return min(g.fixed, room)
	}
	base := remaining
	if s.q.policy.Basis == Original {
		base = sc.sum
	}
	return min(s.off(base, r, g), room)
}

// off returns the rate of a base, up to the gift's maximum.
func (s *solver) off(base siyu.Money, r *rule, g gift) siyu.Money {
	amount, err := base.Rate(g.rate, r.rounding)
	if err != nil {
		amount = math.MaxInt64 // beyond any room
	}
	if g.max > 0 {
		amount = min(amount, g.max)
	}
	return amount
}

// spread divides what a rule gives among its lines into s.parts, by place in
// its scope.
func (s *solver) spread(r *rule, sc *scoped, left []siyu.Money, amount siyu.Money) []siyu.Money {
	n := len(sc.lines)
	parts := s.parts[:n]
	byUnits := r.Benefit.Kind == KindUnitAmount
	if byUnits || s.q.policy.PerLine {
		if g, v := s.gift(r, sc, left); v.reason == "" && (byUnits || g.rate != 0) {
			if _, whole := s.byLine(r, sc, left, g); whole {
				return parts
			}
		}
	}
	s.weigh(r, sc, left)
	s.allocate(amount, s.weights[:n], s.caps[:n], parts)
	return parts
}

// byLine works a gift out on each line into s.parts. Where the sum exceeds the
// gift's maximum it returns the maximum and false: the parts are to be
// allocated.
func (s *solver) byLine(r *rule, sc *scoped, left []siyu.Money, g gift) (sum siyu.Money, whole bool) {
	s.weigh(r, sc, left)
	units := r.Benefit.Kind == KindUnitAmount
	for k := range sc.lines {
		part := s.caps[k]
		if units {
			part = min(part, saturated(g.fixed, s.taken(r, sc, k)))
		} else {
			part = min(part, s.off(siyu.Money(s.weights[k]), r, gift{rate: g.rate}))
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
func (s *solver) weigh(r *rule, sc *scoped, left []siyu.Money) (base, room siyu.Money) {
	limited := r.Benefit.MaxUnits > 0
	for k, line := range sc.lines {
		w, c := left[line], max(left[line]-s.floors[line], 0)
		if s.q.policy.Basis == Original {
			w = s.original[line]
		}
		if limited {
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
	if r.Benefit.MaxUnits == 0 {
		return s.units[sc.lines[k]]
	}
	quota := r.Benefit.MaxUnits
	for _, place := range sc.dear {
		units := min(s.units[sc.lines[place]], quota)
		if int(place) == k {
			return units
		}
		quota -= units
	}
	return 0
}

func (s *solver) room(sc *scoped, left []siyu.Money) (room siyu.Money) {
	for _, line := range sc.lines {
		room += max(left[line]-s.floors[line], 0)
	}
	return room
}

func total(left []siyu.Money, lines []int32) (sum siyu.Money) {
	for _, line := range lines {
		sum += left[line]
	}
	return sum
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
