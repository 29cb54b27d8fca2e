package referral

import (
	"hash/maphash"
	"math"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/hugepage"
)

// none is the number of nobody.
const none = -1

// member is a person with a place in the graph. Members hold on to each other by
// number, and fit a line of the processor's cache.
type member struct {
	id      siyu.UserID
	account *account // nil for somebody who is only in the graph

	parent     int32 // the inviter, or none
	child      int32 // one of the present invitees, or none
	prev, next int32 // others of the same inviter, in no order
	direct     int32 // present invitees
	generation int32 // inviters above, or none if they close a circle
	binds      int32 // the latest accepted bind as inviter
	accepted   int32 // how many there were
	hash       uint32
	held       bool // the binding waits for a review
}

// roster numbers people by their ids. Nobody ever leaves it.
//
// It is laid out for memory that answers slowly: what one look needs lies
// together, and what most looks need lies close.
type roster struct {
	members []member
	parent  []int32 // of each member once more, to be climbed fast
	bound   []int64 // and since when, in microseconds
	second  []int32 // present invitees of the present invitees
	seed    maphash.Seed
	// The hash table: a power of two of places, at most two thirds in use. Tags are
	// eight bits of the hash, 0 for a free place; most looks for somebody new end
	// there.
	tags    []uint8
	numbers []int32
	// near are the last who were looked up: an event asks for the same two again
	// and again.
	near [2]lookup
	turn int
}

type lookup struct {
	id     siyu.UserID
	number int32
}

func newRoster() roster {
	return roster{seed: maphash.MakeSeed(), tags: make([]uint8, 16), numbers: make([]int32, 16)}
}

// at returns a member by number. It is good until somebody enters.
func (r *roster) at(n int32) *member { return &r.members[n] }

// find returns the number of a person, or none.
func (r *roster) find(id siyu.UserID) int32 {
	for i := range r.near {
		if r.near[i].id == id {
			return r.near[i].number
		}
	}
	n, _ := r.search(id, uint32(maphash.String(r.seed, string(id))))
	r.remember(id, n)
	return n
}

// enter returns the number of a person, who gets one if need be.
func (r *roster) enter(id siyu.UserID) int32 {
	for i := range r.near {
		if r.near[i].id == id && r.near[i].number != none {
			return r.near[i].number
		}
	}
	hash := uint32(maphash.String(r.seed, string(id)))
	n, free := r.search(id, hash)
	if n == none {
		n = r.add(id, hash, free)
	}
	r.remember(id, n)
	return n
}

// remember keeps a look-up in the place of the older of the two.
func (r *roster) remember(id siyu.UserID, n int32) {
	for i := range r.near {
		if r.near[i].id == id {
			r.near[i].number = n
			return
		}
	}
	r.near[r.turn] = lookup{id, n}
	r.turn = 1 - r.turn
}

func (r *roster) search(id siyu.UserID, hash uint32) (n int32, free int) {
	mask, tag := len(r.tags)-1, tagOf(hash)
	for i := int(hash) & mask; ; i = (i + 1) & mask {
		switch r.tags[i] {
		case 0:
			return none, i
		case tag:
			if n := r.numbers[i]; r.at(n).id == id {
				return n, i
			}
		}
	}
}

func tagOf(hash uint32) uint8 { return uint8(hash>>24) | 1 }

func (r *roster) add(id siyu.UserID, hash uint32, free int) int32 {
	n := len(r.members)
	if n == math.MaxInt32-1 {
		panic("referral: more than 2,147,483,646 people")
	}
	r.members = extend(r.members, member{id: id, hash: hash, parent: none, child: none, prev: none, next: none, binds: none})
	r.parent, r.bound, r.second = extend(r.parent, none), extend(r.bound, 0), extend(r.second, 0)
	r.tags[free], r.numbers[free] = tagOf(hash), int32(n)
	if len(r.members)*3 > len(r.tags)*2 {
		r.grow()
	}
	return int32(n)
}

func (r *roster) grow() {
	size := 2 * len(r.tags)
	r.tags, r.numbers = hugepage.Make[uint8](size), hugepage.Make[int32](size)
	for n := range r.members {
		hash := r.members[n].hash
		i := int(hash) & (size - 1)
		for r.tags[i] != 0 {
			i = (i + 1) & (size - 1)
		}
		r.tags[i], r.numbers[i] = tagOf(hash), int32(n)
	}
}

// extend appends to a list that may become large.
func extend[T any](list []T, v T) []T {
	if len(list) == cap(list) {
		more := hugepage.Make[T](max(2*len(list), 16))
		list = more[:copy(more, list)]
	}
	return append(list, v)
}

// pages is a list that grows without moving what it holds.
type pages[T any] struct {
	list [][]T
	n    int
}

const (
	pageBits = 10
	pageSize = 1 << pageBits
)

func (p *pages[T]) len() int    { return p.n }
func (p *pages[T]) at(i int) *T { return &p.list[i>>pageBits][i&(pageSize-1)] }

// add returns a new last element.
func (p *pages[T]) add() *T {
	if p.n == len(p.list)<<pageBits {
		p.list = append(p.list, make([]T, pageSize))
	}
	p.n++
	return p.at(p.n - 1)
}

// cut takes the last elements away.
func (p *pages[T]) cut(n int) {
	for ; p.n > n; p.n-- {
		var zero T
		*p.at(p.n - 1) = zero
	}
}
