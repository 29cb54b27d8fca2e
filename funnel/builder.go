package funnel

import (
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/hugepage"
)

// Builder makes a [Log] from integers, for hosts whose users and events are
// numbered already and too many for structs: 100 million events take about a
// second on two cores. Such a log has no properties and no event ids, and its
// user ids are the numbers in decimal.
//
//	b := funnel.NewBuilder(users, []string{"lead", "application", "paid"}, nil)
//	for ... {
//		b.Add(user, tick, name) // name is an index of the list above
//	}
//	log, err := b.Log()
//
// Events may come in any order, but are built fastest in the order of time; of
// events at one tick those added first come first. While it builds, a Builder
// holds 8 bytes for each event beside the log. It is not safe for concurrent
// use.
type Builder struct {
	users int
	names []string
	tick  time.Duration
	epoch time.Time
	shift int
	parts []chunks
	err   error
	wrong bool // an event was out of range

	slab     []uint64 // what chunks are cut from
	slabSize int
}

// BuilderOptions say what a tick is. Nil is seconds since 1970.
type BuilderOptions struct {
	Tick  time.Duration // a multiple of a microsecond; a second unless said
	Epoch time.Time     // instant of tick 0; 1970 unless said
}

// MaxTick is the greatest tick that a [Builder] takes.
const MaxTick = maxTick

// chunks are the events of one range of users in the order of arrival. An
// event is its user's number in the range, its tick and its name, as 24, 32
// and 8 bits.
type chunks struct {
	full [][]uint64
	last []uint64
}

const (
	chunkSize = 1 << 10
	maxSlab   = 1 << 21
)

func (b *Builder) add(part uint32, event uint64) {
	c := &b.parts[part]
	if len(c.last) == cap(c.last) {
		if c.last != nil {
			c.full = append(c.full, c.last)
		}
		c.last = b.chunk()
	}
	c.last = append(c.last, event)
}

// chunk cuts an empty chunk from the slab.
func (b *Builder) chunk() []uint64 {
	if len(b.slab) < chunkSize {
		// Small logs stay small: slabs grow with what came before.
		b.slabSize = min(max(2*b.slabSize, 16*chunkSize), maxSlab)
		b.slab = hugepage.Make[uint64](b.slabSize)
	}
	c := b.slab[:0:chunkSize]
	b.slab = b.slab[chunkSize:]
	return c
}

func (c *chunks) all() [][]uint64 { return append(c.full, c.last) }

// NewBuilder returns a builder for the users 0 to users-1 and at most 256 names
// of events.
func NewBuilder(users int, names []string, opts *BuilderOptions) *Builder {
	b := &Builder{users: users, names: slices.Clone(names), tick: time.Second, epoch: time.Unix(0, 0).UTC()}
	if opts != nil {
		if opts.Tick != 0 {
			b.tick = opts.Tick
		}
		if !opts.Epoch.IsZero() {
			b.epoch = siyu.Instant(opts.Epoch)
		}
	}
	if b.err = b.check(); b.err != nil {
		b.users = 0
	}
	l := newLayout(b.users)
	b.shift = l.shift
	b.parts = make([]chunks, l.shardCount())
	return b
}

func (b *Builder) check() error {
	switch {
	case b.users < 0 || b.users > 1<<31:
		return siyu.Invalid("users", "must be 0 to %d", 1<<31)
	case len(b.names) > 256:
		return siyu.Invalid("names", "are more than 256")
	case b.tick <= 0 || b.tick%time.Microsecond != 0:
		return siyu.Invalid("tick", "is not a positive multiple of a microsecond")
	}
	return nil
}

// Add adds one event. Of an event out of range [Builder.Log] tells.
func (b *Builder) Add(user, tick uint32, name uint8) {
	if int(user) >= b.users || tick > MaxTick || int(name) >= len(b.names) {
		b.wrong = true
		return
	}
	b.add(user>>b.shift, b.pack(user, tick, name))
}

func (b *Builder) pack(user, tick uint32, name uint8) uint64 {
	local := uint64(user) & (1<<b.shift - 1)
	return local<<40 | uint64(tick)<<8 | uint64(name)
}

// AddColumns adds events given as columns of equal length, on all cores.
func (b *Builder) AddColumns(users, ticks []uint32, names []uint8) {
	if len(users) != len(ticks) || len(users) != len(names) {
		b.wrong = true
		return
	}
	workers := runtime.GOMAXPROCS(0)
	if len(users) < 1<<16 {
		workers = 1
	}
	split := make([][][]uint64, workers)
	wrong := make([]bool, workers)
	var group sync.WaitGroup
	for w := range split {
		from, to := w*len(users)/workers, (w+1)*len(users)/workers
		group.Go(func() {
			split[w], wrong[w] = b.partition(users[from:to], ticks[from:to], names[from:to])
		})
	}
	group.Wait()
	for w := range split {
		b.wrong = b.wrong || wrong[w]
		for p, events := range split[w] {
			b.parts[p].full = append(b.parts[p].all(), events)
			b.parts[p].last = nil
		}
	}
}

// partition splits columns by ranges of users, after counting them so that
// every range gets just the memory that it needs.
func (b *Builder) partition(users, ticks []uint32, names []uint8) (parts [][]uint64, wrong bool) {
	next := make([]int, len(b.parts)+1)
	for _, user := range users {
		if int(user) >= b.users {
			return nil, true
		}
		next[user>>b.shift+1]++
	}
	for p := range b.parts {
		next[p+1] += next[p]
	}
	events := hugepage.Make[uint64](len(users))
	ticks, names = ticks[:len(users)], names[:len(users)]
	local := uint32(1)<<b.shift - 1
	highest, last := uint32(0), uint8(0)
	for i, user := range users {
		tick, name := ticks[i], names[i]
		highest, last = max(highest, tick), max(last, name)
		at := &next[user>>b.shift]
		events[*at] = uint64(user&local)<<40 | uint64(tick)<<8 | uint64(name)
		*at++
	}
	from := 0
	for p := range b.parts {
		parts = append(parts, events[from:next[p]])
		from = next[p]
	}
	return parts, highest > MaxTick || len(users) > 0 && int(last) >= len(b.names)
}

// Log lays the events out, on all cores, and empties the builder. The error is
// [siyu.ErrInvalid] if an argument of the builder or of an event was wrong.
func (b *Builder) Log() (*Log, error) {
	if b.err != nil {
		return nil, b.err
	}
	if b.wrong {
		return nil, siyu.Invalid("events", "hold a user, tick or name out of range, or columns of unequal length")
	}
	l := &Log{layout: newLayout(b.users), tick: b.tick, epoch: b.epoch, name: b.names}
	places := make([]int, len(b.parts)+1)
	for p := range b.parts {
		places[p+1] = places[p]
		for _, c := range b.parts[p].all() {
			places[p+1] += len(c)
		}
	}
	l.places = places[len(b.parts)]
	l.ticks = hugepage.Make[uint32](l.places)
	l.names8 = hugepage.Make[uint8](l.places)
	l.tied = make([]uint64, (b.users+63)/64)
	classes := make([][]class, len(b.parts))
	tied := make([][]int, len(b.parts))
	inParallel(len(b.parts), func() func(int) {
		return func(p int) {
			classes[p] = b.place(l, p, places[p])
			b.parts[p] = chunks{}
			tied[p] = l.settle(classes[p])
		}
	})
	for p, c := range classes {
		l.shards = append(l.shards, shard{len(l.classes), len(l.classes) + len(c)})
		l.classes = append(l.classes, c...)
		for _, position := range tied[p] {
			l.tied[position>>6] |= 1 << (position & 63)
		}
	}
	return l, nil
}

// place puts the events of one range of users to their places, those of a user
// in the order of arrival.
func (b *Builder) place(l *Log, p, place int) []class {
	from, to := l.numbers(p)
	counts := make([]uint32, to-from)
	all := b.parts[p].all()
	for _, chunk := range all {
		for _, event := range chunk {
			counts[event>>40]++
		}
	}
	classes, next := l.arrange(p, place, counts)
	ticks, names := l.ticks[place:], l.names8[place:]
	for _, chunk := range all {
		for _, event := range chunk {
			local := event >> 40
			at := next[local]
			next[local] = at + 1
			ticks[at] = uint32(event >> 8)
			names[at] = uint8(event)
		}
	}
	return classes
}

// settle sorts the events of every user by time, where they are not, and
// returns the positions of the users for whom the order inside an instant
// matters.
func (l *Log) settle(classes []class) (tied []int) {
	for _, c := range classes {
		for u := range c.users {
			from := c.place + u*c.events
			ticks, names := l.ticks[from:from+c.events], l.names8[from:from+c.events]
			disorder, tie := false, false
			for i := 1; i < len(ticks); i++ {
				disorder = disorder || ticks[i] < ticks[i-1]
				tie = tie || ticks[i] == ticks[i-1] && names[i] != names[i-1]
			}
			if disorder {
				tie = sortEvents(ticks, names)
			}
			if tie {
				tied = append(tied, c.first+u)
			}
		}
	}
	return tied
}

// sortEvents sorts by tick, stably, and reports whether different names share
// one.
func sortEvents(ticks []uint32, names []uint8) (tie bool) {
	keys := make([]uint64, len(ticks))
	for i, t := range ticks {
		keys[i] = uint64(t)<<32 | uint64(i)
	}
	slices.Sort(keys)
	old := slices.Clone(names)
	for i, k := range keys {
		ticks[i], names[i] = uint32(k>>32), old[uint32(k)]
		tie = tie || i > 0 && ticks[i] == ticks[i-1] && names[i] != names[i-1]
	}
	return tie
}
