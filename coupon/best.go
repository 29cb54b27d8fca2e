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
type search struct {
	rules   []int32    // by candidate: its place in the quoter's rules, ascending
	clashes []uint64   // by candidate: the candidates it excludes
	masks   []uint64   // by group: its candidates
	lined   uint64     // candidates worked out line by line
	room    siyu.Money // all that discounts may take
	levels  [maxLive + 1]level
	nodes   int         // looked at
	cut     siyu.Money  // the largest bound of what was left out
	best    combination // so far

	// memory of the above where rules are numbered anew
	ownRules   []int32
	ownClashes []uint64
	ownMasks   []uint64
}

// level is the state at a depth of the search. The lines are not worked out
// before something asks for them: most that follows looks at sums.
type level struct {
	state
	laid   bool                // left holds
	bounds [maxLive]siyu.Money // by candidate: the most it gives from here on
	chosen int32               // the candidate added to get deeper
	amount siyu.Money          // what it gives
}

// combination is a set of rules in the order of application.
type combination struct {
	total   siyu.Money
	turns   []int32
	amounts []siyu.Money
	ranks   []int32 // of the ids, sorted
}

func (c *combination) clear(total siyu.Money) {
	c.total, c.turns, c.amounts, c.ranks = total, c.turns[:0], c.amounts[:0], c.ranks[:0]
}

func (c *combination) add(turn int32, amount siyu.Money, rank int32) {
	c.turns, c.amounts, c.ranks = append(c.turns, turn), append(c.amounts, amount), append(c.ranks, rank)
}

// best finds the best combination and applies it.
func (s *solver) best(quote *Quote) {
	b := &s.search
	b.best.clear(0)
	b.nodes, b.cut = 0, 0
	s.tryAlone()
	if s.q.policy.MaxPromos != 1 {
		if live := s.candidates(); live != 0 {
			s.root(live)
			s.tryGreedy(live)
			s.descend(live, 0, 0, s.most(live, &b.levels[0]))
		}
	}
	s.restart()
	for i := range s.outcomes {
		o := &s.outcomes[i]
		if *o = (outcome{verdict: s.verdicts[i], with: -1}); o.why == applies {
			o.why = notBetter
		}
	}
	for i, turn := range b.best.turns {
		s.apply(turn, b.best.amounts[i], quote)
	}
	bound := max(b.best.total, b.cut)
	quote.Proof = Proof{Exact: bound == b.best.total, Bound: bound, Nodes: b.nodes}
}

// tryAlone offers every rule as a combination of one.
func (s *solver) tryAlone() {
	b := &s.search.best
	for i := range s.verdicts {
		amount, rank := s.verdicts[i].amount, s.q.rules[i].rank
		if amount == 0 || amount < b.total || (amount == b.total && rank > b.ranks[0]) {
			continue
		}
		b.clear(amount)
		b.add(int32(i), amount, rank)
	}
}

// candidates collects the rules that could be part of a combination of several
// and returns them as a set. Up to maxLive rules are their own numbers;
// of more, those that could apply are numbered anew.
func (s *solver) candidates() uint64 {
	b := &s.search
	if len(s.q.rules) <= maxLive {
		b.rules, b.clashes, b.masks, b.lined = s.q.every, s.q.conflicts, s.q.masks, s.q.lined
		live := uint64(0)
		for i := range s.verdicts {
			if s.isCandidate(i) {
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

// root sets up the untouched cart.
func (s *solver) root(live uint64) {
	b := &s.search
	b.room = 0
	for i := range s.original {
		b.room += s.original[i] - s.floors[i]
	}
	l := &b.levels[0]
	l.state, l.laid = s.start, true // nothing writes to the root
	for m := live; m != 0; m &= m - 1 {
		x := bits.TrailingZeros64(m)
		turn := b.rules[x]
		if l.bounds[x] = s.verdicts[turn].amount; s.q.rules[turn].loose {
			l.bounds[x] = s.bound(turn, &l.state)
		}
	}
}

// tryGreedy offers a good combination before the search begins: in sequence
// order, the largest of each group and all that has none.
func (s *solver) tryGreedy(live uint64) {
	b := &s.search
	bounds := &b.levels[0].bounds
	pick := live
	for _, mask := range b.masks {
		if mask &= live; mask == 0 {
			continue
		}
		top := bits.TrailingZeros64(mask)
		for m := mask & (mask - 1); m != 0; m &= m - 1 {
			if x := bits.TrailingZeros64(m); bounds[x] > bounds[top] {
				top = x
			}
		}
		pick = pick&^mask | 1<<top
	}
	depth, sum := 0, siyu.Money(0)
	for pick != 0 && !s.full(depth) {
		x := bits.TrailingZeros64(pick)
		pick &= pick - 1
		l, r := &b.levels[depth], &s.q.rules[b.rules[x]]
		amount := s.value(r, &l.state, false).amount
		if amount == 0 {
			continue
		}
		l.chosen, l.amount = int32(x), amount
		depth++
		sum += amount
		if pick &^= b.clashes[x]; r.stop || pick == 0 {
			break
		}
		s.step(depth-1, pick)
	}
	if depth > 1 {
		s.offer(depth, sum)
	}
}

func (s *solver) full(depth int) bool {
	return s.q.policy.MaxPromos > 0 && depth >= s.q.policy.MaxPromos
}

// descend looks at the combinations that begin with those chosen so far and go
// on with some of open: in sequence order, or in any where the policy says so.
// What open can add is at most more.
func (s *solver) descend(open uint64, depth int, sum, more siyu.Money) {
	b := &s.search
	l := &b.levels[depth]
	for m := open; m != 0; m &= m - 1 {
		if !s.promising(depth, sum, more) {
			return
		}
		x := bits.TrailingZeros64(m)
		turn, rest := b.rules[x], m&(m-1)
		if s.q.policy.AnyOrder {
			rest = open &^ (1 << x)
		} else {
			more = s.without(x, rest, l, more)
		}
		b.nodes++
		amount := s.value(&s.q.rules[turn], &l.state, false).amount
		if amount == 0 {
			continue
		}
		l.chosen, l.amount = int32(x), amount
		s.offer(depth+1, sum+amount)
		s.deeper(x, rest&^b.clashes[x], depth, sum, amount)
	}
}

// deeper goes on below candidate x if something of rest could be better.
func (s *solver) deeper(x int, rest uint64, depth int, sum, amount siyu.Money) {
	b := &s.search
	r := &s.q.rules[b.rules[x]]
	sum += amount
	if rest == 0 || r.stop || s.full(depth+1) {
		return
	}
	l, next := &b.levels[depth], &b.levels[depth+1]
	more := s.most(rest, l)
	if !s.promising(depth+1, sum, more) {
		return
	}
	s.step(depth, rest)
	sharper := bits.OnesCount64(rest) > 6
	for m := rest; m != 0; m &= m - 1 {
		y := bits.TrailingZeros64(m)
		if next.bounds[y] = l.bounds[y]; sharper {
			next.bounds[y] = s.bound(b.rules[y], &next.state)
		}
	}
	if sharper {
		more = s.most(rest, next)
	}
	s.descend(rest, depth+1, sum, more)
}

// step makes the next level the state after the candidate chosen at a depth, as
// far as the candidates in rest look at it.
func (s *solver) step(depth int, rest uint64) {
	b := &s.search
	l, next := &b.levels[depth], &b.levels[depth+1]
	sc := &s.scopes[s.q.rules[b.rules[l.chosen]].scope]
	next.laid = false
	if s.q.scopes.words > 1 {
		next.sums = sized(next.sums, len(l.sums))
		s.layOut(depth + 1)
		for k := range next.sums {
			next.sums[k] = s.sum(k, &next.state)
		}
		return
	}
	next.sums = append(next.sums[:0], l.sums...)
	s.lower(sc, &next.state, l.amount)
	if rest&b.lined != 0 {
		s.layOut(depth + 1)
	}
	part := sc.meets &^ sc.over
	if part == 0 {
		return
	}
	looked := uint64(0)
	for m := rest; m != 0; m &= m - 1 {
		r := &s.q.rules[b.rules[bits.TrailingZeros64(m)]]
		looked |= 1<<r.scope | 1<<r.asked
	}
	if part &= looked; part == 0 {
		return
	}
	s.layOut(depth + 1)
	for ; part != 0; part &= part - 1 {
		k := bits.TrailingZeros64(part)
		next.sums[k] = s.sum(k, &next.state)
	}
}

// layOut works out what is left of the lines at a depth.
func (s *solver) layOut(depth int) {
	l := &s.search.levels[depth]
	if l.laid {
		return
	}
	s.layOut(depth - 1)
	before := &s.search.levels[depth-1]
	r := &s.q.rules[s.search.rules[before.chosen]]
	parts := s.spread(r, &before.state, before.amount)
	l.left = append(l.left[:0], before.left...)
	for k, line := range s.scopes[r.scope].lines {
		l.left[line] -= parts[k]
	}
	l.laid = true
}

// most returns the most that a set of candidates can add: the largest bound of
// each group and all that have none.
func (s *solver) most(set uint64, l *level) siyu.Money {
	b, most := &s.search, siyu.Money(0)
	for set != 0 {
		x := bits.TrailingZeros64(set)
		top, group := l.bounds[x], s.q.rules[b.rules[x]].group
		if set &= set - 1; group >= 0 {
			top = s.top(set&b.masks[group], l, top)
			set &^= b.masks[group]
		}
		most = siyu.Money(add(int64(most), int64(top)))
	}
	return most
}

// top returns the largest of a bound and those of a set.
func (s *solver) top(set uint64, l *level, top siyu.Money) siyu.Money {
	for ; set != 0; set &= set - 1 {
		top = max(top, l.bounds[bits.TrailingZeros64(set)])
	}
	return top
}

// without returns what is left of more, the most that x and rest can add, when
// x is gone.
func (s *solver) without(x int, rest uint64, l *level, more siyu.Money) siyu.Money {
	if more > 1<<60 { // perhaps cut off at the largest amount
		return s.most(rest, l)
	}
	group := s.q.rules[s.search.rules[x]].group
	if group < 0 {
		return more - l.bounds[x]
	}
	others := s.top(rest&s.search.masks[group], l, 0)
	return more - max(l.bounds[x]-others, 0)
}

// promising reports whether a sum that more can be added to could make a better
// combination than the best so far. When the nodes have run out it notes the
// bound and says no.
func (s *solver) promising(depth int, sum, more siyu.Money) bool {
	b := &s.search
	most := min(siyu.Money(add(int64(sum), int64(more))), b.room)
	// Equal totals need as few promos, and at least one is still to be added
	// unless the sum is there already.
	if most < b.best.total || (most == b.best.total && depth+1 > len(b.best.turns)) {
		return false
	}
	if b.nodes >= s.q.policy.MaxNodes {
		b.cut = max(b.cut, most)
		return false
	}
	return true
}

// offer compares the candidates chosen down to a depth with the best so far.
func (s *solver) offer(depth int, sum siyu.Money) {
	b := &s.search.best
	if sum < b.total || (sum == b.total && depth > len(b.turns)) {
		return
	}
	if sum == b.total && depth == len(b.turns) && s.compareChosen(depth) >= 0 {
		return
	}
	b.clear(sum)
	for d := range depth {
		turn := s.turnAt(d)
		b.add(turn, s.search.levels[d].amount, s.q.rules[turn].rank)
	}
	sortFew(b.ranks)
}

func (s *solver) turnAt(depth int) int32 { return s.search.rules[s.search.levels[depth].chosen] }

// compareChosen compares the sorted ids of the candidates chosen with those of
// the best, then the orders of application.
func (s *solver) compareChosen(depth int) int {
	var ranks [maxLive]int32
	for d := range depth {
		ranks[d] = s.q.rules[s.turnAt(d)].rank
	}
	sortFew(ranks[:depth])
	if c := slices.Compare(ranks[:depth], s.search.best.ranks); c != 0 {
		return c
	}
	for d := range depth {
		if c := cmp.Compare(s.turnAt(d), s.search.best.turns[d]); c != 0 {
			return c
		}
	}
	return 0
}

// sortFew sorts a handful of numbers.
func sortFew(list []int32) {
	for i := range list {
		for j := i; j > 0 && list[j-1] > list[j]; j-- {
			list[j-1], list[j] = list[j], list[j-1]
		}
	}
}
