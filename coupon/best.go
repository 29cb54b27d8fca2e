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
	groups  []int32    // by candidate: its group, -1 for none
	masks   []uint64   // by group: its candidates
	names   []string   // by group
	room    siyu.Money // all that discounts may take
	levels  [maxLive + 1]level
	nodes   int         // looked at
	cut     siyu.Money  // the largest bound of what was left out
	best    combination // so far
}

// level is the state at a depth of the search.
type level struct {
	left   []siyu.Money // by line
	bounds []siyu.Money // by candidate: the most it gives from here on
	chosen int32        // the candidate added to get deeper
}

// combination is a set of rules in the order of application.
type combination struct {
	total siyu.Money
	turns []int32
	ranks []int32 // of the ids, sorted
}

// best finds the best combination and applies it.
func (s *solver) best(quote *Quote) {
	b := &s.search
	b.best.total, b.best.turns, b.best.ranks = 0, b.best.turns[:0], b.best.ranks[:0]
	b.nodes, b.cut = 0, 0
	live := s.candidates()
	if s.q.policy.MaxPromos != 1 {
		b.room = 0
		for i := range s.original {
			b.room += s.original[i] - s.floors[i]
		}
		s.groupUp()
		s.root()
		s.tryGreedy(live)
		if s.q.policy.AnyOrder {
			s.descendAny(live, 0, 0)
		} else {
			s.descend(live, 0, 0)
		}
	}
	for _, turn := range b.best.turns {
		s.apply(turn, s.value(int(turn), s.left, false).amount, quote)
	}
	for i := range s.outcomes {
		o := &s.outcomes[i]
		if o.verdict = s.verdicts[i]; o.reason == "" {
			o.reason = NotBetter
		}
	}
	bound := max(b.best.total, b.cut)
	quote.Proof = Proof{Exact: bound == b.best.total, Bound: bound, Nodes: b.nodes}
}

// candidates values every rule alone, offers each as a combination of one, and
// collects those that could be part of a larger one. It returns them as a set.
func (s *solver) candidates() uint64 {
	b := &s.search
	b.rules = b.rules[:0]
	for i := range s.q.rules {
		v := &s.verdicts[i]
		if v.reason != "" {
			continue
		}
		*v = s.value(i, s.original, false)
		if v.amount > 0 {
			s.offerOne(int32(i), v.amount)
		}
		if r := &s.q.rules[i]; !r.Exclusive && (v.amount > 0 || r.loose) {
			b.rules = append(b.rules, int32(i))
		}
	}
	if len(b.rules) > maxLive {
		s.keepLargest()
	}
	n := len(b.rules)
	if n == 0 {
		return 0
	}
	b.clashes = sized(b.clashes, n)
	for x, i := range b.rules {
		b.clashes[x] = 0
		if s.q.words == 1 && n == len(s.q.rules) {
			b.clashes[x] = s.q.conflicts[i]
			continue
		}
		for y, j := range b.rules {
			if s.q.conflict(i, j) {
				b.clashes[x] |= 1 << y
			}
		}
	}
	return ^uint64(0) >> (64 - n)
}

// keepLargest drops the candidates with the smallest bounds, and remembers what
// they could have added.
func (s *solver) keepLargest() {
	b := &s.search
	slices.SortFunc(b.rules, func(i, j int32) int {
		return cmp.Or(cmp.Compare(s.value(int(j), s.original, true).amount, s.value(int(i), s.original, true).amount), cmp.Compare(i, j))
	})
	for i := range s.original {
		b.cut += s.original[i] - s.floors[i] // no finer bound is worth its price here
	}
	b.rules = b.rules[:maxLive]
	slices.Sort(b.rules)
}

// groupUp finds the groups of the candidates.
func (s *solver) groupUp() {
	b := &s.search
	b.groups, b.masks, b.names = sized(b.groups, len(b.rules)), b.masks[:0], b.names[:0]
	for x, i := range b.rules {
		name := s.q.rules[i].Group
		if name == "" {
			b.groups[x] = -1
			continue
		}
		g := slices.Index(b.names, name)
		if g < 0 {
			g = len(b.names)
			b.names, b.masks = append(b.names, name), append(b.masks, 0)
		}
		b.groups[x] = int32(g)
		b.masks[g] |= 1 << x
	}
}

// root sets up the untouched cart.
func (s *solver) root() {
	l := &s.search.levels[0]
	l.left = append(l.left[:0], s.original...)
	l.bounds = sized(l.bounds, len(s.search.rules))
	for x, i := range s.search.rules {
		l.bounds[x] = s.verdicts[i].amount
		if s.q.rules[i].loose {
			l.bounds[x] = s.value(int(i), l.left, true).amount
		}
	}
}

// tryGreedy offers a good combination before the search begins: in sequence
// order, the largest of each group and all that has none.
func (s *solver) tryGreedy(live uint64) {
	b := &s.search
	bounds := b.levels[0].bounds
	pick := live
	for _, mask := range b.masks {
		top := -1
		for m := mask; m != 0; m &= m - 1 {
			if x := bits.TrailingZeros64(m); top < 0 || bounds[x] > bounds[top] {
				top = x
			}
		}
		pick &^= mask
		pick |= 1 << top
	}
	depth, sum := 0, siyu.Money(0)
	for pick != 0 && !s.full(depth) {
		x := bits.TrailingZeros64(pick)
		pick &= pick - 1
		l := &b.levels[depth]
		v := s.value(int(b.rules[x]), l.left, false)
		if v.amount == 0 {
			continue
		}
		l.chosen = int32(x)
		s.step(depth, x, v.amount)
		depth++
		sum += v.amount
		pick &^= b.clashes[x]
		if s.q.rules[b.rules[x]].Stop {
			break
		}
	}
	if depth > 1 {
		s.offer(depth, sum)
	}
}

func (s *solver) full(depth int) bool {
	return s.q.policy.MaxPromos > 0 && depth >= s.q.policy.MaxPromos
}

// step makes the level below: what is left once candidate x has taken amount.
func (s *solver) step(depth, x int, amount siyu.Money) {
	l, next := &s.search.levels[depth], &s.search.levels[depth+1]
	r := &s.q.rules[s.search.rules[x]]
	sc := &s.scopes[r.scope]
	next.left = append(next.left[:0], l.left...)
	for k, part := range s.spread(r, sc, l.left, amount) {
		next.left[sc.lines[k]] -= part
	}
}

// descend looks at the combinations that begin with those chosen so far and go
// on with some of open, in sequence order.
func (s *solver) descend(open uint64, depth int, sum siyu.Money) {
	b := &s.search
	for ; open != 0; open &= open - 1 {
		if !s.promising(open, b.levels[depth].bounds, depth, sum) {
			return
		}
		x := bits.TrailingZeros64(open)
		if v := s.enter(x, depth, sum); v > 0 {
			rest := open & (open - 1) &^ b.clashes[x]
			s.deeper(x, rest, depth, sum+v, v, (*solver).descend)
		}
	}
}

// descendAny is descend for combinations applied in any order.
func (s *solver) descendAny(open uint64, depth int, sum siyu.Money) {
	b := &s.search
	for m := open; m != 0; m &= m - 1 {
		if !s.promising(open, b.levels[depth].bounds, depth, sum) {
			return
		}
		x := bits.TrailingZeros64(m)
		if v := s.enter(x, depth, sum); v > 0 {
			rest := open &^ (1 << x) &^ b.clashes[x]
			s.deeper(x, rest, depth, sum+v, v, (*solver).descendAny)
		}
	}
}

// enter values candidate x after those chosen, offers the combination that ends
// with it, and returns its amount; 0 if it cannot be added.
func (s *solver) enter(x, depth int, sum siyu.Money) siyu.Money {
	b := &s.search
	b.nodes++
	l := &b.levels[depth]
	v := s.value(int(b.rules[x]), l.left, false)
	if v.amount == 0 {
		return 0
	}
	l.chosen = int32(x)
	s.offer(depth+1, sum+v.amount)
	return v.amount
}

// deeper goes on below candidate x if something there could be better.
func (s *solver) deeper(x int, rest uint64, depth int, sum, amount siyu.Money, on func(*solver, uint64, int, siyu.Money)) {
	b := &s.search
	if rest == 0 || s.full(depth+1) || s.q.rules[b.rules[x]].Stop {
		return
	}
	l, next := &b.levels[depth], &b.levels[depth+1]
	if !s.promising(rest, l.bounds, depth+1, sum) {
		return
	}
	s.step(depth, x, amount)
	next.bounds = append(next.bounds[:0], l.bounds...)
	if bits.OnesCount64(rest) > 3 {
		for m := rest; m != 0; m &= m - 1 {
			y := bits.TrailingZeros64(m)
			next.bounds[y] = s.value(int(b.rules[y]), next.left, true).amount
		}
		if !s.promising(rest, next.bounds, depth+1, sum) {
			return
		}
	}
	on(s, rest, depth+1, sum)
}

// promising reports whether some of open, added to sum, could make a better
// combination. When the nodes have run out it notes the bound and says no.
func (s *solver) promising(open uint64, bounds []siyu.Money, depth int, sum siyu.Money) bool {
	b := &s.search
	most := sum
	for m := open; m != 0; {
		x := bits.TrailingZeros64(m)
		g := b.groups[x]
		if g < 0 {
			most = saturate(most, bounds[x])
			m &= m - 1
			continue
		}
		top := siyu.Money(0)
		for k := m & b.masks[g]; k != 0; k &= k - 1 {
			top = max(top, bounds[bits.TrailingZeros64(k)])
		}
		most = saturate(most, top)
		m &^= b.masks[g]
	}
	most = min(most, b.room)
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

// offerOne compares a rule alone with the best so far.
func (s *solver) offerOne(turn int32, amount siyu.Money) {
	b := &s.search.best
	if amount < b.total || (amount == b.total && len(b.turns) > 0 && s.q.rules[turn].rank > b.ranks[0]) {
		return
	}
	b.total, b.turns, b.ranks = amount, append(b.turns[:0], turn), append(b.ranks[:0], s.q.rules[turn].rank)
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
	b.total, b.turns, b.ranks = sum, b.turns[:0], b.ranks[:0]
	for d := range depth {
		turn := s.turnAt(d)
		b.turns, b.ranks = append(b.turns, turn), append(b.ranks, s.q.rules[turn].rank)
	}
	slices.Sort(b.ranks)
}

func (s *solver) turnAt(depth int) int32 { return s.search.rules[s.search.levels[depth].chosen] }

// compareChosen compares the sorted ids of the candidates chosen with those of
// the best, then the orders of application.
func (s *solver) compareChosen(depth int) int {
	var ranks [maxLive]int32
	for d := range depth {
		ranks[d] = s.q.rules[s.turnAt(d)].rank
	}
	slices.Sort(ranks[:depth])
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

func saturate(a, b siyu.Money) siyu.Money {
	if s := a + b; s >= a {
		return s
	}
	return 1<<63 - 1
}
