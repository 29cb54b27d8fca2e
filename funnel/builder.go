package funnel

import (
	"math"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/hugepage"
)

// Builder makes a [Log] from integers, for hosts whose users and events are
// numbered already and too many for structs: 100 million events take about two
// seconds of CPU. Such a log has no properties and no event ids, and its user
// ids are the numbers in decimal.
//
//	b := funnel.NewBuilder(users, []string{"lead", "application", "paid"}, nil)
//	for ... {
//		b.Add(user, tick, name) // name is an index of the list above
//	}
//	log, err := b.Log()
//
// Events may come in any order, but are built fastest in the order of time; of
// events at one tick those added first come first. Beside the log itself,
// building takes 4 bytes a user, up to 64 MB of buffers, and 9 bytes for each
// event that was given to Add. It is not safe for concurrent use.
type Builder struct {
	users    int
	names    []string
	tick     time.Duration
	epoch    time.Time
	segments []segment // in the order of arrival
	adding   bool      // the last segment is of Add
	progress func(Progress) error
	err      error
	wrong    bool // an event was out of range
}

// BuilderOptions say what a tick is. Nil is seconds since 1970.
type BuilderOptions struct {
	Tick  time.Duration // a multiple of a microsecond; a second unless said
	Epoch time.Time     // instant of tick 0; 1970 unless said
	// Progress, if not nil, is told by [Builder.Log] after every few million
	// events how far it has come. An error that it returns ends the building
	// and is returned: to cancel with a context, return its Err().
	Progress func(Progress) error
}

// MaxTick is the greatest tick that a [Builder] takes.
const MaxTick = maxTick

// segment is a run of events as columns.
type segment struct {
	users, ticks []uint32
	names        []uint8
}

func (s segment) cut(from, to int) segment {
	return segment{s.users[from:to], s.ticks[from:to], s.names[from:to]}
}

// NewBuilder returns a builder for the users 0 to users-1 and at most 256 names
// of events.
func NewBuilder(users int, names []string, opts *BuilderOptions) *Builder {
	b := &Builder{users: users, names: slices.Clone(names), tick: time.Second, epoch: time.Unix(0, 0).UTC()}
	if opts != nil {
		b.progress = opts.Progress
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
	const size = 1 << 16
	if !b.adding || len(b.segments[len(b.segments)-1].users) == size {
		b.segments = append(b.segments, segment{make([]uint32, 0, size), make([]uint32, 0, size), make([]uint8, 0, size)})
		b.adding = true
	}
	s := &b.segments[len(b.segments)-1]
	s.users, s.ticks, s.names = append(s.users, user), append(s.ticks, tick), append(s.names, name)
}

// AddColumns adds events given as columns of equal length. They are read when
// [Builder.Log] is called: do not change them before.
func (b *Builder) AddColumns(users, ticks []uint32, names []uint8) {
	if len(users) != len(ticks) || len(users) != len(names) {
		b.wrong = true
		return
	}
	b.segments = append(b.segments, segment{users, ticks, names})
	b.adding = false
}

// Log lays the events out, on all cores. The error is [siyu.ErrInvalid] if an
// argument of the builder or of an event was wrong, or that of
// [BuilderOptions.Progress]. [EstimateBuilder] tells how much memory it takes.
//
// It goes over the events twice: to count those of each user, which fixes all
// places, and to put them there. Each time it first splits a batch by ranges of
// users, so that counting and placing stay inside a core's cache.
func (b *Builder) Log() (*Log, error) {
	if b.err != nil {
		return nil, b.err
	}
	l := &Log{layout: newLayout(b.users), tick: b.tick, epoch: b.epoch, name: b.names}
	s := newSplitter(b, l)
	if s.events > math.MaxInt32 {
		return nil, siyu.Invalid("events", "are more than %d", math.MaxInt32)
	}
	next := hugepage.Make[uint32](b.users) // first the count of each user, then where his next event goes
	if b.wrong {
		return nil, errWrongEvents
	}
	err := s.each(func(part int, events []uint64) {
		from, to := l.numbers(part)
		counts := next[from:to]
		for _, event := range events {
			counts[event>>userOffset]++
		}
	}, func(done int) error { return tell(b.progress, Progress{Read: done}) })
	if err != nil {
		return nil, err
	}
	places := l.lay(next)
	l.ticks = hugepage.Make[uint32](l.places)
	l.names8 = hugepage.Make[uint8](l.places)
	err = s.each(func(part int, events []uint64) {
		from, to := l.numbers(part)
		next, ticks, names := next[from:to], l.ticks[places[part]:], l.names8[places[part]:]
		for _, event := range events {
			at := next[event>>userOffset]
			next[event>>userOffset] = at + 1
			ticks[at] = uint32(event >> tickOffset)
			names[at] = uint8(event)
		}
	}, func(done int) error { return tell(b.progress, Progress{s.events, done}) })
	if err != nil {
		return nil, err
	}
	l.settleAll()
	return l, nil
}

var errWrongEvents = siyu.Invalid("events", "hold a user, tick or name out of range, or columns of unequal length")

// lay makes the classes from the counts of all users, replaces each count by
// the place of the user's first event in his part, and returns the first place
// of each part.
func (l *Log) lay(counts []uint32) (places []int) {
	parts := l.shardCount()
	places = make([]int, parts)
	for part := range parts {
		places[part] = l.places
		from, to := l.numbers(part)
		for _, n := range counts[from:to] {
			l.places += int(n)
		}
	}
	classes := make([][]class, parts)
	inParallel(parts, func() func(int) {
		return func(part int) {
			from, to := l.numbers(part)
			c, starts := l.arrange(part, places[part], counts[from:to])
			classes[part] = c
			copy(counts[from:to], starts)
		}
	})
	for _, c := range classes {
		l.shards = append(l.shards, shard{len(l.classes), len(l.classes) + len(c)})
		l.classes = append(l.classes, c...)
	}
	return places
}

// settleAll sorts what came out of order and notes who has ties.
func (l *Log) settleAll() {
	l.tied = make([]uint64, (len(l.order)+63)/64)
	tied := make([][]int, len(l.shards))
	inParallel(len(l.shards), func() func(int) {
		return func(part int) {
			tied[part] = l.settle(l.classes[l.shards[part].from:l.shards[part].to])
		}
	})
	for _, positions := range tied {
		for _, position := range positions {
			l.tied[position>>6] |= 1 << (position & 63)
		}
	}
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
