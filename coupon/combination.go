package coupon

import (
	"cmp"
	"slices"

	"github.com/siyu-go/siyu"
)

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

// offer compares what a path chooses down to a depth with the best so far.
func (s *solver) offer(p *path, depth int) {
	b, sum := &s.search.best, p[depth].sum
	if sum < b.total || (sum == b.total && depth > len(b.turns)) {
		return
	}
	if sum == b.total && depth == len(b.turns) && s.compareChosen(p, depth) >= 0 {
		return
	}
	b.clear(sum)
	for d := range depth {
		b.add(p[d].turn, p[d].amount, s.q.rules[p[d].turn].rank)
	}
	sortFew(b.ranks)
}

// compareChosen compares the sorted ids of the rules chosen with those of
// the best, then the orders of application.
func (s *solver) compareChosen(p *path, depth int) int {
	var ranks [maxLive]int32
	for d := range depth {
		ranks[d] = s.q.rules[p[d].turn].rank
	}
	sortFew(ranks[:depth])
	if c := slices.Compare(ranks[:depth], s.search.best.ranks); c != 0 {
		return c
	}
	for d := range depth {
		if c := cmp.Compare(p[d].turn, s.search.best.turns[d]); c != 0 {
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
