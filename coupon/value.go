package coupon

import (
	"math"

	"github.com/siyu-go/siyu"
)

// reduction is what a benefit comes to before it meets the lines: a fixed amount,
// or a rate of them up to max.
type reduction struct {
	fixed siyu.Money
	rate  siyu.BPS
	max   siyu.Money // of the rate; 0: none
}

// value returns what a rule gives in a state of the cart. With bound set it
// returns an amount that the rule never exceeds from here on: conditions that
// spending less could satisfy are taken as satisfied.
func (s *solver) value(r *rule, st *state, bound bool) verdict {
	if r.minSpend > 0 || r.maxSpend > 0 {
		spend := s.spend(r, st)
		if spend < r.minSpend || (r.above && spend == r.minSpend) {
			return verdict{why: belowMin, gap: r.missing(spend)}
		}
		over := r.maxSpend > 0 && (spend > r.maxSpend || (r.below && spend == r.maxSpend))
		if over && !(bound && r.after) {
			return verdict{why: aboveMax}
		}
	}
	if units := s.scopes[r.scope].units; r.minQuantity > units {
		return verdict{why: tooFewUnits, gap: siyu.Money(r.minQuantity - units)}
	}
	if r.kind == giftItem {
		return verdict{}
	}
	if r.plain { // the usual benefits, without more ado
		amount := r.amount
		if r.kind == percentOff {
			amount = off(st.sums[r.scope], r.rounding, r.rate, r.max)
		}
		if amount = min(amount, s.room(r.scope, st)); amount == 0 {
			return verdict{why: noEffect}
		}
		return verdict{amount: amount}
	}
	var amount siyu.Money
	if bound && r.loose && r.kind == ladder {
		measured := s.measured(r, st)
		for _, t := range r.tiers {
			if t.At <= measured {
				amount = max(amount, s.worth(r, st, reduction{t.Amount, t.Rate, t.Max}))
			}
		}
	} else {
		g, missing := s.reduction(r, st)
		if missing > 0 {
			if r.byCount {
				return verdict{why: tooFewUnits, gap: missing}
			}
			return verdict{why: belowMin, gap: missing}
		}
		amount = s.worth(r, st, g)
	}
	if amount == 0 {
		return verdict{why: noEffect}
	}
	return verdict{amount: amount}
}

func (s *solver) spend(r *rule, st *state) siyu.Money {
	if r.after {
		return st.sums[r.asked]
	}
	return s.scopes[r.asked].sum
}

// missing returns how much more than spend the minimum asks.
func (r *rule) missing(spend siyu.Money) siyu.Money {
	switch {
	case spend < r.minSpend:
		gap := r.minSpend - spend
		if r.above && gap < math.MaxInt64 {
			gap++
		}
		return gap
	case r.above && r.minSpend > 0 && spend == r.minSpend:
		return 1
	}
	return 0
}

// reduction finds the step of the benefit that applies, or how much is missing to
// the first.
func (s *solver) reduction(r *rule, st *state) (g reduction, missing siyu.Money) {
	switch r.kind {
	case ladder:
		measured := s.measured(r, st)
		if first := &r.tiers[0]; measured < first.At {
			return reduction{}, first.At - measured
		}
		t := &r.tiers[r.reached(measured)-1]
		return reduction{t.Amount, t.Rate, t.Max}, 0
	case everyStep:
		measured := s.measured(r, st)
		if measured < r.step {
			return reduction{}, r.step - measured
		}
		times := int64(measured / r.step)
		if r.maxTimes > 0 {
			times = min(times, r.maxTimes)
		}
		return reduction{fixed: saturated(r.amount, times)}, 0
	}
	return reduction{r.amount, r.rate, r.max}, 0
}

// reached returns how many tiers a spend or a count reaches. It counts the signs of
// all differences: where a spend ends no branch foretells.
func (r *rule) reached(measured siyu.Money) int {
	below := 0
	for i := range r.tiers {
		below += int(uint64(measured-r.tiers[i].At) >> 63)
	}
	return len(r.tiers) - below
}

// measured returns what a ladder or an every benefit looks at.
func (s *solver) measured(r *rule, st *state) siyu.Money {
	switch {
	case r.byCount:
		return siyu.Money(s.scopes[r.scope].units)
	case r.later:
		return st.sums[r.scope]
	}
	return s.scopes[r.scope].sum
}

// worth returns what a reduction comes to on the lines of the rule's scope.
func (s *solver) worth(r *rule, st *state, g reduction) siyu.Money {
	switch {
	case r.kind.byUnit() || (g.rate != 0 && s.q.policy.PerLine):
		amount, _ := s.byLine(r, st, g)
		return amount
	case r.kind == percentUnits:
		base, room := s.weigh(r, st)
		return min(off(base, r.rounding, g.rate, g.max), room)
	case g.rate == 0:
		return min(g.fixed, s.room(r.scope, st))
	case s.q.policy.Basis == Original:
		return min(off(s.scopes[r.scope].sum, r.rounding, g.rate, g.max), s.room(r.scope, st))
	}
	return min(off(st.sums[r.scope], r.rounding, g.rate, g.max), s.room(r.scope, st))
}

// off returns the rate of a base, up to most; 0 is no maximum.
func off(base siyu.Money, mode siyu.Rounding, rate siyu.BPS, most siyu.Money) siyu.Money {
	var amount siyu.Money
	if mode == siyu.HalfUp && base < 1<<44 && rate < 1<<18 {
		amount = (base*siyu.Money(rate) + 5000) / 10_000 // the usual case of Rate, without 128 bits
	} else {
		var err error
		if amount, err = base.Rate(rate, mode); err != nil {
			amount = math.MaxInt64 // beyond any room
		}
	}
	if most > 0 {
		amount = min(amount, most)
	}
	return amount
}
