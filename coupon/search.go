package coupon

import (
	"math/bits"

	"github.com/siyu-go/siyu"
)

// search is the state of a branch and bound over the combinations of the
// promos that could apply, a combination being built in the order of its
// application.
//
// The bound rests on every benefit being monotone: with less left on each
// line a rule gives no more than before, except for those that are marked
// loose, which are valued by what they could give at most. So what a rule
// would give in a state bounds what it gives in all later ones, and the bounds
// of rules that can still be added, only the largest of each group, bound what
// is still to come. The search is exact unless it runs out of nodes.
//
// It begins with a greedy combination, which is nearly always the best one,
// and looks at what branches off from it, from its end to its beginning.
type search struct {
	rules   []int32    // by candidate: its place in the quoter's rules, ascending
	clashes []uint64   // by candidate: the candidates it excludes
	masks   []uint64   // by group: its candidates
	lined   uint64     // candidates worked out line by line
	gives   uint64     // of at most maxLive rules, those that give something alone
	room    siyu.Money // all that discounts may take
	greedy  path
	steps   int // of the greedy combination
	tree    path
	bounds  [maxLive + 1][maxLive]siyu.Money // memory of those of the tree
	nodes   int                              // looked at
	cut     siyu.Money                       // the largest bound of what was left out
	best    combination                      // so far

	// memory of the above where rules are numbered anew
	ownRules   []int32
	ownClashes []uint64
	ownMasks   []uint64
}

// branchOff looks at the combinations that begin as the greedy one does and go
// on with something else.
func (s *solver) branchOff(live uint64) {
	b := &s.search
	live = s.worthwhile(live)
	for depth := b.steps; depth >= 0 && live != 0; depth-- {
		g, n := &b.greedy[depth], &b.tree[depth]
		n.sum, n.open, n.ready, n.bounds = g.sum, g.open&live, false, &b.bounds[0]
		known := -1
		if depth < b.steps {
			known = int(g.next)
		}
		s.descend(depth, s.most(n.open, n.bounds), known)
	}
}

// worthwhile returns the candidates that could be part of a better combination,
// none if there is no better one. A combination with a candidate that is not the
// largest of its group lacks the difference to the bound of all, one
// without any of a group lacks the largest.
func (s *solver) worthwhile(live uint64) uint64 {
	b, bounds := &s.search, &s.search.bounds[0]
	slack := s.most(live, bounds) - b.best.total
	if slack < 0 {
		return 0
	}
	for _, mask := range b.masks {
		mask &= live
		if mask&(mask-1) == 0 {
			continue
		}
		top := s.top(mask, bounds, 0)
		for m := mask; m != 0; m &= m - 1 {
			if x := bits.TrailingZeros64(m); top-bounds[x] > slack {
				live &^= 1 << x
			}
		}
	}
	if s.q.policy.AnyOrder {
		return live
	}
	rest := live
	for d := range b.steps {
		if x := b.greedy[d].next; bounds[x] > slack {
			rest &^= 1 << x
		}
	}
	if rest == 0 {
		return 0 // all of it is needed, and all of it is in the greedy one
	}
	return live
}

// fetch makes the node of the tree where it branches off from the greedy
// combination a copy of that one's.
func (s *solver) fetch(depth int) {
	b := &s.search
	g, n := &b.greedy[depth], &b.tree[depth]
	for d := range depth {
		b.tree[d].turn, b.tree[d].amount = b.greedy[d].turn, b.greedy[d].amount
	}
	s.layOut(&b.greedy, depth)
	n.left, n.laid, n.ready = g.left, true, true
	s.recount(n)
	if depth > 0 {
		s.sharpen(depth)
	}
}

// sharpen works out the bounds in the state at a depth, if there are enough of
// them to be worth it.
func (s *solver) sharpen(depth int) bool {
	b := &s.search
	n := &b.tree[depth]
	if bits.OnesCount64(n.open) <= 6 {
		return false
	}
	n.bounds = &b.bounds[depth]
	for m := n.open; m != 0; m &= m - 1 {
		x := bits.TrailingZeros64(m)
		n.bounds[x] = s.bound(b.rules[x], &n.state)
	}
	return true
}

// descend looks at the combinations that begin with those chosen so far and go
// on with some of what is open, but not with the one that is known already: in
// sequence order, or in any where the policy says so. What is open can add at
// most more.
func (s *solver) descend(depth int, more siyu.Money, known int) {
	n := &s.search.tree[depth]
	for m := n.open; m != 0; m &= m - 1 {
		if !s.promising(depth, n.sum, more) {
			return
		}
		x, with := bits.TrailingZeros64(m), more
		if !s.q.policy.AnyOrder {
			with, more = s.apart(x, m&(m-1), n.bounds, more)
		}
		if x != known && !s.hopeless(depth, n.sum, with) {
			s.try(depth, x)
		}
	}
}

// try goes on with candidate x and then with what may come after it.
func (s *solver) try(depth, x int) {
	b := &s.search
	n, after := &b.tree[depth], &b.tree[depth+1]
	rest := s.rest(n.open, depth, x)
	more := s.most(rest, n.bounds)
	if !s.promising(depth, n.sum, plus(n.bounds[x], more)) {
		return
	}
	if !n.ready {
		s.fetch(depth)
		more = s.most(rest, n.bounds)
	}
	b.nodes++
	amount := s.value(&s.q.rules[b.rules[x]], &n.state, false).amount
	if amount == 0 {
		return
	}
	s.choose(&b.tree, depth, x, amount)
	s.offer(&b.tree, depth+1)
	if rest == 0 || !s.promising(depth+1, after.sum, more) {
		return
	}
	s.step(&b.tree, depth, rest)
	after.ready, after.bounds = true, n.bounds
	if s.sharpen(depth + 1) {
		more = s.most(rest, after.bounds)
	}
	s.descend(depth+1, more, -1)
}

// most returns the most that a set of candidates can add: the largest bound of
// each group and all that have none.
func (s *solver) most(set uint64, bounds *[maxLive]siyu.Money) siyu.Money {
	most := siyu.Money(0)
	for _, mask := range s.search.masks {
		top := siyu.Money(0)
		for m := set & mask; m != 0; m &= m - 1 {
			top = max(top, bounds[bits.TrailingZeros64(m)])
		}
		most = plus(most, top)
		set &^= mask
	}
	for ; set != 0; set &= set - 1 {
		most = plus(most, bounds[bits.TrailingZeros64(set)])
	}
	return most
}

// top returns the largest of a bound and those of a set.
func (s *solver) top(set uint64, bounds *[maxLive]siyu.Money, top siyu.Money) siyu.Money {
	for ; set != 0; set &= set - 1 {
		top = max(top, bounds[bits.TrailingZeros64(set)])
	}
	return top
}

// apart divides more, the most that x and rest can add: it returns the most with x
// among what is added, as far as its group tells, and without it.
func (s *solver) apart(x int, rest uint64, bounds *[maxLive]siyu.Money, more siyu.Money) (with, without siyu.Money) {
	if more > 1<<60 { // perhaps cut off at the largest amount
		return more, s.most(rest, bounds)
	}
	group, own := s.q.rules[s.search.rules[x]].group, bounds[x]
	if group < 0 {
		return more, more - own
	}
	others := s.top(rest&s.search.masks[group], bounds, 0)
	return more - max(others-own, 0), more - max(own-others, 0)
}

// promising reports whether a sum that more can be added to could make a better
// combination than the best so far. When the nodes have run out it notes the
// bound and says no.
func (s *solver) promising(depth int, sum, more siyu.Money) bool {
	b := &s.search
	if s.hopeless(depth, sum, more) {
		return false
	}
	if b.nodes >= s.q.policy.MaxNodes {
		b.cut = max(b.cut, min(plus(sum, more), b.room))
		return false
	}
	return true
}

// hopeless reports whether a sum that more can be added to cannot make a better
// combination than the best so far.
func (s *solver) hopeless(depth int, sum, more siyu.Money) bool {
	b := &s.search
	most := min(plus(sum, more), b.room)
	// Equal totals need as few promos, and at least one is still to be added
	// unless the sum is there already.
	return most < b.best.total || (most == b.best.total && depth+1 > len(b.best.turns))
}

// plus returns the sum of two amounts, or the largest amount.
func plus(a, b siyu.Money) siyu.Money { return siyu.Money(add(int64(a), int64(b))) }
