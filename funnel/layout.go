package funnel

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"

	"github.com/siyu-go/siyu/internal/hugepage"
)

// layout places users and events: users are split into shards by number, in a
// shard they stand in the order of their number of events, and the events of
// users follow each other in that order. So the users of one count form a class
// in which every place is known by arithmetic, and no offset is stored.
type layout struct {
	order   []uint32 // position to number of the user
	classes []class
	shards  []shard
	shift   int // shard of a user: number >> shift
	places  int
}

// class is a run of users with the same number of events.
type class struct {
	events int // of each user
	users  int
	first  int // position of the first user
	place  int // of the first event of the first user
}

// shard is a range of classes; shards are the parts that run in parallel.
type shard struct{ from, to int }

// maxShards keeps the events of a shard of a big log inside a core's cache
// while it is built.
const maxShards = 256

// newLayout returns a layout for the given number of users without classes.
func newLayout(users int) layout {
	shift := max(0, bits.Len(uint(max(users-1, 0)))-bits.Len(uint(maxShards-1)))
	return layout{order: hugepage.Make[uint32](users), shift: shift}
}

// shardCount returns how many shards the users fall into.
func (l *layout) shardCount() int {
	if len(l.order) == 0 {
		return 0
	}
	return (len(l.order)-1)>>l.shift + 1
}

// numbers returns the range of user numbers in a shard.
func (l *layout) numbers(s int) (from, to int) {
	return s << l.shift, min((s+1)<<l.shift, len(l.order))
}

// arrange orders the users of one shard by their counts (indexed from the
// shard's first number), and returns its classes and where each user's events
// begin. place is that of the shard's first event.
func (l *layout) arrange(s, place int, counts []uint32) (classes []class, starts []uint32) {
	from, to := l.numbers(s)
	order := l.order[from:to]
	sortByCount(order, counts, uint32(from))
	starts = make([]uint32, len(counts))
	offset := uint32(0)
	for i, number := range order {
		local := number - uint32(from)
		n := int(counts[local])
		if i == 0 || classes[len(classes)-1].events != n {
			classes = append(classes, class{events: n, first: from + i, place: place + int(offset)})
		}
		classes[len(classes)-1].users++
		starts[local] = offset
		offset += uint32(n)
	}
	return classes, starts
}

// sortByCount fills order with numbers from first on, by ascending count and
// then number: a counting sort for the many small counts, a comparison sort for
// the few large ones.
func sortByCount(order, counts []uint32, first uint32) {
	const small = 1 << 12
	var next [small + 1]uint32
	for _, n := range counts {
		next[min(n, small)]++
	}
	sum := uint32(0)
	for i, n := range next {
		next[i] = sum
		sum += n
	}
	heavy := next[small]
	for i, n := range counts {
		bucket := min(n, small)
		order[next[bucket]] = first + uint32(i)
		next[bucket]++
	}
	slices.SortStableFunc(order[heavy:], func(a, b uint32) int {
		return cmp.Compare(counts[a-first], counts[b-first])
	})
}

// span returns the places of the events of the user at a position.
func (l *layout) span(position int) (from, to int) {
	i := sort.Search(len(l.classes), func(i int) bool { return l.classes[i].first > position }) - 1
	c := l.classes[i]
	from = c.place + (position-c.first)*c.events
	return from, from + c.events
}

// position finds where the user with a number stands.
func (l *layout) position(number uint32) int {
	from, to := l.numbers(int(number) >> l.shift)
	return from + slices.Index(l.order[from:to], number)
}

// maxTick is the greatest instant of a log with 32-bit instants: it leaves the
// sum of an instant and a window in 31 bits to spare for the sign.
const maxTick = 1<<30 - 1
