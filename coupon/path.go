package coupon

import (
	"math/bits"

	"github.com/siyu-go/siyu"
)

// path is a combination being built, with the state before each of its rules.
type path [maxLive + 1]node

// node is the state at a depth of a path. The lines are not worked out before
// something asks for them: most that follows looks at sums.
type node struct {
	state
	laid   bool       // left holds
	sum    siyu.Money // discount so far
	open   uint64     // candidates that may come after it
	next   int32      // the candidate that comes next
	turn   int32      // its rule
	amount siyu.Money // what it gives

	ready  bool                 // state holds for all that is open
	bounds *[maxLive]siyu.Money // by candidate: the most it gives from here on
	own    state                // memory of state
}

// begin sets a path to the untouched cart.
func (s *solver) begin(p *path, open uint64) {
	n := &p[0]
	n.state, n.laid, n.sum, n.open = s.start, true, 0, open // nothing writes to the start
}

// choose makes candidate x the next of a path at a depth.
func (s *solver) choose(p *path, depth, x int, amount siyu.Money) {
	n, after := &p[depth], &p[depth+1]
	n.next, n.turn, n.amount = int32(x), s.search.rules[x], amount
	after.laid, after.sum, after.open = false, n.sum+amount, s.rest(n.open, depth, x)
}

// rest returns which of the open candidates may come after x at a depth.
func (s *solver) rest(open uint64, depth, x int) uint64 {
	b := &s.search
	if s.q.rules[b.rules[x]].stop || (s.q.policy.MaxPromos > 0 && depth+1 >= s.q.policy.MaxPromos) {
		return 0
	}
	if s.q.policy.AnyOrder {
		return open &^ (b.clashes[x] | 1<<x)
	}
	return open &^ b.clashes[x] & (^uint64(0) << x << 1)
}

// step makes the node below a depth the state after the candidate chosen there,
// as far as some candidates look at it.
func (s *solver) step(p *path, depth int, looking uint64) {
	n, after := &p[depth], &p[depth+1]
	if s.q.scopes.words > 1 {
		s.layOut(p, depth+1)
		s.recount(after)
		return
	}
	sc := &s.scopes[s.q.rules[n.turn].scope]
	after.own.sums = append(after.own.sums[:0], n.sums...)
	after.sums = after.own.sums
	s.lower(sc, &after.state, n.amount)
	if looking&s.search.lined != 0 {
		s.layOut(p, depth+1)
	}
	part := sc.meets &^ sc.over
	if part == 0 {
		return
	}
	looked := uint64(0)
	for m := looking; m != 0; m &= m - 1 {
		r := &s.q.rules[s.search.rules[bits.TrailingZeros64(m)]]
		looked |= 1<<r.scope | 1<<r.asked
	}
	if part &= looked; part == 0 {
		return
	}
	s.layOut(p, depth+1)
	for ; part != 0; part &= part - 1 {
		k := bits.TrailingZeros64(part)
		after.sums[k] = s.sum(k, &after.state)
	}
}

// layOut works out what is left of the lines at a depth.
func (s *solver) layOut(p *path, depth int) {
	n := &p[depth]
	if n.laid {
		return
	}
	s.layOut(p, depth-1)
	before := &p[depth-1]
	r := &s.q.rules[before.turn]
	parts := s.spread(r, &before.state, before.amount)
	n.own.left = append(n.own.left[:0], before.left...)
	n.left = n.own.left
	for k, line := range s.scopes[r.scope].lines {
		n.left[line] -= parts[k]
	}
	n.laid = true
}

// recount adds up all sums of lines that are laid out.
func (s *solver) recount(n *node) {
	n.own.sums = sized(n.own.sums, len(s.scopes))
	n.sums = n.own.sums
	for k := range n.sums {
		n.sums[k] = s.sum(k, &n.state)
	}
}
