package virality

import (
	"math/big"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Member is a person in a referral tree.
type Member struct {
	ID       siyu.UserID
	JoinedAt time.Time
	Inviter  siyu.UserID // empty for a seed
	Sent     int64       // invitations sent
}

// Tree is the shape of a referral forest.
type Tree struct {
	Members     int
	Seeds       int   // members without an inviter: generation 0
	Generations []int // members by depth
	Direct      map[siyu.UserID]int
	Descendants map[siyu.UserID]int // at any depth, oneself not included
}

// Grow builds the tree of the members, in any order. An id that comes twice, an
// inviter who is not a member, or a circle is [siyu.ErrInvalid].
func Grow(members []Member) (Tree, error) {
	number, err := index(members)
	if err != nil {
		return Tree{}, err
	}
	t := Tree{
		Members: len(members), Generations: []int{},
		Direct: make(map[siyu.UserID]int, len(members)), Descendants: make(map[siyu.UserID]int, len(members)),
	}
	children := make([][]int, len(members))
	order := make([]int, 0, len(members)) // parents first
	for i, m := range members {
		if m.Inviter == "" {
			t.Seeds++
			order = append(order, i)
			continue
		}
		up := number[m.Inviter]
		children[up] = append(children[up], i)
	}
	for level := order; len(level) > 0; {
		t.Generations = append(t.Generations, len(level))
		start := len(order)
		for _, i := range level {
			order = append(order, children[i]...)
		}
		level = order[start:]
	}
	if len(order) < len(members) {
		return Tree{}, siyu.Invalid("members", "close a circle")
	}
	below := make([]int, len(members))
	for _, i := range slices.Backward(order) {
		id := members[i].ID
		t.Direct[id], t.Descendants[id] = len(children[i]), below[i]
		if up := members[i].Inviter; up != "" {
			below[number[up]] += below[i] + 1
		}
	}
	return t, nil
}

// MaxDepth returns the depth of the last generation, 0 for seeds only.
func (t Tree) MaxDepth() int { return max(len(t.Generations)-1, 0) }

// Ratios returns how much each generation is of the one before.
func (t Tree) Ratios() []*big.Rat {
	ratios := []*big.Rat{}
	for i := 1; i < len(t.Generations); i++ {
		ratios = append(ratios, big.NewRat(int64(t.Generations[i]), int64(t.Generations[i-1])))
	}
	return ratios
}

// index numbers the members and checks that they belong together.
func index(members []Member) (map[siyu.UserID]int, error) {
	number := make(map[siyu.UserID]int, len(members))
	for i, m := range members {
		if m.ID == "" {
			return nil, siyu.Invalid("members", "member %d has no id", i)
		}
		if _, twice := number[m.ID]; twice {
			return nil, siyu.Invalid("members", "member %d comes twice", i)
		}
		number[m.ID] = i
	}
	for i, m := range members {
		if _, known := number[m.Inviter]; m.Inviter != "" && !known {
			return nil, siyu.Invalid("members", "the inviter of member %d is not a member", i)
		}
	}
	return number, nil
}
