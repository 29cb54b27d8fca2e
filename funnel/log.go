package funnel

import (
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// Log is an event stream laid out for analysis: immutable columns, the events
// of a user side by side in the order of time, those of one instant in the
// order of arrival. It answers any number of questions without being changed
// and is safe for concurrent use.
//
// Make one from events with [NewLog], or from integers with a [Builder]. A log
// takes about 5 bytes an event plus what properties and event ids need.
type Log struct {
	layout
	tick  time.Duration // length of one tick
	epoch time.Time     // instant of tick 0

	ticks  []uint32 // instants by place; nil when they do not fit
	wide   []int64  // the same in 64 bits
	names8 []uint8  // names by place; nil with more than 256 names
	names  []uint16
	tied   []uint64 // bit set over positions: two different names at one instant

	name     []string
	users    []siyu.UserID // by number; nil for integer logs
	number   map[siyu.UserID]uint32
	props    map[string]*column // by place
	userProp map[string]*column // by number of the user
	ids      []siyu.EventID     // by place
}

// column is a property by dictionary: the text of row i is text[code[i]]. Code 0
// is the empty text of a missing value.
type column struct {
	code []uint32
	text []string
}

// LogOptions says what a log keeps. Nil is everything.
type LogOptions struct {
	// Props lists the event properties to keep; nil keeps all. Besides those of
	// [siyu.Event.Props] there are $channel, $domain and $value.
	Props []string
	// UserProps returns the properties of a user; it is asked once for each.
	UserProps func(siyu.UserID) map[string]string
	// DropIDs forgets the event ids once duplicates are dropped. A log without
	// them is smaller, but its chains cannot name their events.
	DropIDs bool
	// Progress, if not nil, is told now and then how far the log has come. An
	// error that it returns ends the building and is returned: to cancel with a
	// context, return its Err().
	Progress func(Progress) error
}

// NewLog builds a log from events in any order. An event that comes again with
// the same id, user and instant is dropped. It ends with the first error of the
// sequence or the first event that [siyu.Event.Validate] refuses, or
// that [LogOptions.Progress] returns. [EstimateLog] tells how much memory it
// will take.
func NewLog(events iter.Seq2[siyu.Event, error], opts *LogOptions) (*Log, error) {
	if opts == nil {
		opts = &LogOptions{}
	}
	c := newCollector(opts)
	n := 0
	for e, err := range events {
		if err != nil {
			return nil, err
		}
		if err := e.Validate(); err != nil {
			return nil, siyu.Within("events["+strconv.Itoa(n)+"]", err)
		}
		if err := c.add(e); err != nil {
			return nil, err
		}
		n++
		if n%progressEvery == 0 {
			if err := tell(opts.Progress, Progress{Read: n}); err != nil {
				return nil, err
			}
		}
	}
	return c.log()
}

// FromSlice yields events that are at hand, for [NewLog].
func FromSlice(events []siyu.Event) iter.Seq2[siyu.Event, error] {
	return func(yield func(siyu.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Events returns how many events the log holds.
func (l *Log) Events() int { return l.places }

// Users returns how many users the log knows, with or without events.
func (l *Log) Users() int { return len(l.order) }

// Names returns the names of events, sorted.
func (l *Log) Names() []string { return slices.Sorted(slices.Values(l.name)) }

// at returns the instant of the event at a place, in ticks.
func (l *Log) at(place int) int64 {
	if l.wide != nil {
		return l.wide[place]
	}
	return int64(l.ticks[place])
}

// instant turns ticks into time.
func (l *Log) instant(ticks int64) time.Time {
	return time.UnixMicro(l.micro(ticks)).UTC()
}

// micro turns ticks into microseconds since 1970.
func (l *Log) micro(ticks int64) int64 {
	return l.epoch.UnixMicro() + ticks*l.tick.Microseconds()
}

// seconds turns a distance in ticks into seconds.
func (l *Log) seconds(ticks int64) float64 {
	return float64(ticks) * l.tick.Seconds()
}

func (l *Log) nameAt(place int) int {
	if l.names8 != nil {
		return int(l.names8[place])
	}
	return int(l.names[place])
}

// user returns the id of the user with a number.
func (l *Log) user(number uint32) siyu.UserID {
	if l.users == nil {
		return siyu.UserID(strconv.FormatUint(uint64(number), 10))
	}
	return l.users[number]
}

// numberOf finds a user by id.
func (l *Log) numberOf(id siyu.UserID) (uint32, bool) {
	if l.users != nil {
		n, ok := l.number[id]
		return n, ok
	}
	n, err := strconv.ParseUint(string(id), 10, 32)
	return uint32(n), err == nil && n < uint64(len(l.order)) && strconv.FormatUint(n, 10) == string(id)
}

func (l *Log) isTied(position int) bool {
	return l.tied != nil && l.tied[position>>6]>>(position&63)&1 != 0
}

// Bytes returns how much memory the columns of the log take, user ids and
// texts aside.
func (l *Log) Bytes() int {
	size := 4*len(l.order) + 4*len(l.ticks) + 8*len(l.wide) + len(l.names8) + 2*len(l.names) + 8*len(l.tied) + 40*len(l.classes) + 16*len(l.ids)
	for _, columns := range []map[string]*column{l.props, l.userProp} {
		for _, c := range columns {
			size += 4 * len(c.code)
		}
	}
	return size
}
