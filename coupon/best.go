package coupon

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/siyu-go/siyu"
)

// maxLive is how many promos that could apply a search looks at; of more it
// takes those that could give most, and says so in the proof.
const maxLive = 64

// best finds the best combination and applies it.
func (s *solver) best(quote *Quote) {
	b := &s.search
	b.nodes, b.cut, b.steps = 0, 0, 0
	s.tryAlone()
	if s.q.policy.MaxPromos != 1 {
		if live := s.candidates(); live != 0 {
			s.root(live)
			s.tryGreedy(live)
			s.branchOff(live)
		}
	}
	s.applyBest(quote)
	bound := max(b.best.total, b.cut)
	quote.Proof = Proof{Exact: bound == b.best.total, Bound: bound, Nodes: b.nodes}
}

// tryAlone offers every rule as a combination of one.
func (s *solver) tryAlone() {
	amount, gives := siyu.Money(0), uint64(0)
	for i := range s.verdicts {
		own := s.verdicts[i].amount
		amount = max(amount, own)
		gives |= uint64(-own) >> 63 << (i % 64) // the sign: without a branch that nothing foretells
	}
	s.search.gives = gives
	s.search.best.clear(amount)
	if amount == 0 {
		return
	}
	top, rules := -1, s.q.rules
	for i := range s.verdicts {
		if s.verdicts[i].amount == amount && (top < 0 || rules[i].rank < rules[top].rank) {
			top = i
		}
	}
	s.search.best.add(int32(top), amount, rules[top].rank)
}

// candidates collects the rules that could be part of a combination of several
// and returns them as a set. Up to maxLive rules are their own numbers;
// of more, those that could apply are numbered anew.
func (s *solver) candidates() uint64 {
	b := &s.search
	if len(s.q.rules) <= maxLive {
		b.rules, b.clashes, b.masks, b.lined = s.q.every, s.q.conflicts, s.q.masks, s.q.lined
		live := b.gives &^ s.q.solo
		for m := s.q.loose; m != 0; m &= m - 1 {
			if i := bits.TrailingZeros64(m); s.isCandidate(i) {
				live |= 1 << i
			}
		}
		return live
	}
	b.ownRules = b.ownRules[:0]
	for i := range s.verdicts {
		if s.isCandidate(i) {
			b.ownRules = append(b.ownRules, int32(i))
		}
	}
	if len(b.ownRules) > maxLive {
		s.keepLargest()
	}
	b.ownClashes = sized(b.ownClashes, len(b.ownRules))
	b.ownMasks = sized(b.ownMasks, s.q.groups)
	clear(b.ownMasks)
	b.lined = 0
	for x, i := range b.ownRules {
		b.ownClashes[x] = 0
		for y, j := range b.ownRules {
			if s.q.conflict(i, j) {
				b.ownClashes[x] |= 1 << y
			}
		}
		if g := s.q.rules[i].group; g >= 0 {
			b.ownMasks[g] |= 1 << x
		}
		if s.q.rules[i].lined {
			b.lined |= 1 << x
		}
	}
	b.rules, b.clashes, b.masks = b.ownRules, b.ownClashes, b.ownMasks
	return 1<<len(b.rules) - 1 // all, if that is 64
}

// isCandidate reports whether a rule could be part of a combination of several.
func (s *solver) isCandidate(i int) bool {
	r := &s.q.rules[i]
	return !r.solo && (s.verdicts[i].amount > 0 || (r.loose && !s.verdicts[i].why.fixed()))
}

// keepLargest drops the candidates with the smallest bounds, and notes that
// anything might have come of them.
func (s *solver) keepLargest() {
	b := &s.search
	slices.SortFunc(b.ownRules, func(i, j int32) int {
		return cmp.Or(cmp.Compare(s.bound(j, &s.start), s.bound(i, &s.start)), cmp.Compare(i, j))
	})
	for i := range s.original {
		b.cut += s.original[i] - s.floors[i] // no finer bound is worth its price here
	}
	b.ownRules = b.ownRules[:maxLive]
	slices.Sort(b.ownRules)
}

// bound returns the most a rule gives in a state and all later ones.
func (s *solver) bound(turn int32, st *state) siyu.Money {
	return s.value(&s.q.rules[turn], st, true).amount
}

// root sets up the bounds on the untouched cart.
func (s *solver) root(live uint64) {
	b := &s.search
	b.room = 0
	for i := range s.original {
		b.room += s.original[i] - s.floors[i]
	}
	for m := live; m != 0; m &= m - 1 {
		x := bits.TrailingZeros64(m)
		turn := b.rules[x]
		if b.bounds[0][x] = s.verdicts[turn].amount; s.q.rules[turn].loose {
			b.bounds[0][x] = s.bound(turn, &s.start)
		}
	}
}

// tryGreedy offers a good combination before the search begins: in sequence
// order, the largest of each group and all that has none.
func (s *solver) tryGreedy(live uint64) {
	b := &s.search
	p, pick := &b.greedy, s.largest(live)
	s.begin(p, live)
	for pick &= p[0].open; pick != 0; {
		x := bits.TrailingZeros64(pick)
		pick &= pick - 1
		b.nodes++
		amount := s.value(&s.q.rules[b.rules[x]], &p[b.steps].state, false).amount
		if amount == 0 {
			continue
		}
		s.choose(p, b.steps, x, amount)
		if pick &= p[b.steps+1].open; pick != 0 {
			s.step(p, b.steps, pick)
		}
		b.steps++
	}
	s.offer(p, b.steps)
}

// largest returns the candidates without those of a group that has a larger one.
func (s *solver) largest(live uint64) uint64 {
	b, bounds := &s.search, &s.search.bounds[0]
	for _, mask := range b.masks {
		mask &= live
		if mask&(mask-1) == 0 {
			continue
		}
		top := bits.TrailingZeros64(mask)
		for m := mask & (mask - 1); m != 0; m &= m - 1 {
			if x := bits.TrailingZeros64(m); bounds[x] > bounds[top] {
				top = x
			}
		}
		live = live&^mask | 1<<top
	}
	return live
}

// applyBest applies the best combination, which is mostly the greedy one.
func (s *solver) applyBest(quote *Quote) {
	b := &s.search
	s.restart()
	for i := range s.outcomes {
		s.outcomes[i] = outcome{gap: s.verdicts[i].gap, why: s.verdicts[i].why, with: -1}
	}
	p, same := &b.greedy, true
	s.begin(p, 0)
	for d, turn := range b.best.turns {
		n, after := &p[d], &p[d+1]
		if same = same && d < b.steps && n.turn == turn; !same {
			if n.turn, n.amount, after.laid = turn, b.best.amounts[d], false; d > 0 {
				s.recount(n)
			}
		}
		s.layOut(p, d+1)
		parts := s.parts[:len(s.scopes[s.q.rules[turn].scope].lines)]
		for k, line := range s.scopes[s.q.rules[turn].scope].lines {
			parts[k] = n.left[line] - after.left[line]
		}
		s.record(turn, n.amount, parts, quote)
	}
	s.now.left = append(s.now.left[:0], p[len(b.best.turns)].left...)
	if s.q.gives {
		for k := range s.now.sums {
			s.now.sums[k] = s.sum(k, &s.now)
		}
	}
}
