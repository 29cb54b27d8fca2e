package funnel

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// collector gathers events in the order of arrival, as columns.
type collector struct {
	opts     *LogOptions
	user     []uint32
	at       []int64 // microseconds since 1970
	nameCode []uint16
	props    map[string]*columnBuilder
	ids      []siyu.EventID

	users    []siyu.UserID
	number   map[siyu.UserID]uint32
	name     []string
	code     map[string]uint16
	userProp map[string]*columnBuilder
}

type columnBuilder struct {
	code []uint32
	text []string
	of   map[string]uint32
}

func newCollector(opts *LogOptions) *collector {
	return &collector{
		opts: opts, number: map[siyu.UserID]uint32{}, code: map[string]uint16{},
		props: map[string]*columnBuilder{}, userProp: map[string]*columnBuilder{},
	}
}

func (c *collector) add(e siyu.Event) error {
	if len(c.at) == math.MaxInt32 {
		return siyu.Invalid("events", "are more than %d", math.MaxInt32)
	}
	name, known := c.code[e.Name]
	if !known {
		if len(c.name) > math.MaxUint16 {
			return siyu.Invalid("name", "is one more than %d different ones", math.MaxUint16+1)
		}
		name = uint16(len(c.name))
		c.code[e.Name] = name
		c.name = append(c.name, e.Name)
	}
	row := len(c.at)
	for key, text := range e.Props {
		c.prop(row, key, text)
	}
	if _, given := e.Props["$channel"]; !given {
		c.prop(row, "$channel", e.Channel)
	}
	if _, given := e.Props["$domain"]; !given {
		c.prop(row, "$domain", string(e.Domain))
	}
	if _, given := e.Props["$value"]; !given && e.Value != 0 {
		c.prop(row, "$value", strconv.FormatInt(int64(e.Value), 10))
	}
	c.user = append(c.user, c.userNumber(e.User))
	c.at = append(c.at, e.At.UnixMicro())
	c.nameCode = append(c.nameCode, name)
	c.ids = append(c.ids, e.ID)
	return nil
}

func (c *collector) prop(row int, key, text string) {
	if text == "" || (c.opts.Props != nil && !slices.Contains(c.opts.Props, key)) {
		return
	}
	set(c.props, row, key, text)
}

func set(columns map[string]*columnBuilder, row int, key, text string) {
	b := columns[key]
	if b == nil {
		b = &columnBuilder{text: []string{""}, of: map[string]uint32{"": 0}}
		columns[key] = b
	}
	code, known := b.of[text]
	if !known {
		code = uint32(len(b.text))
		b.of[text] = code
		b.text = append(b.text, text)
	}
	for len(b.code) <= row {
		b.code = append(b.code, 0)
	}
	b.code[row] = code
}

func (c *collector) userNumber(id siyu.UserID) uint32 {
	if n, known := c.number[id]; known {
		return n
	}
	n := uint32(len(c.users))
	c.number[id] = n
	c.users = append(c.users, id)
	if c.opts.UserProps != nil {
		for key, text := range c.opts.UserProps(id) {
			if text != "" {
				set(c.userProp, int(n), key, text)
			}
		}
	}
	return n
}

// log sorts what was gathered, drops duplicates and lays it out.
func (c *collector) log() (*Log, error) {
	if err := tell(c.opts.Progress, Progress{Read: len(c.at)}); err != nil {
		return nil, err
	}
	rows, err := c.sorted()
	if err != nil {
		return nil, err
	}
	l := &Log{layout: newLayout(len(c.users)), name: c.name, users: c.users, number: c.number}
	counts := make([]uint32, len(c.users))
	for _, row := range rows {
		counts[c.user[row]]++
	}
	place := 0
	starts := make([]uint32, len(c.users))
	for s := range l.shardCount() {
		from, to := l.numbers(s)
		classes, local := l.arrange(s, place, counts[from:to])
		l.shards = append(l.shards, shard{len(l.classes), len(l.classes) + len(classes)})
		l.classes = append(l.classes, classes...)
		base := uint32(place)
		for i, start := range local {
			starts[from+i] = base + start
			place += int(counts[from+i])
		}
	}
	l.places = place
	source := make([]uint32, place) // row of each place
	for _, row := range rows {
		u := c.user[row]
		source[starts[u]] = row
		starts[u]++
	}
	c.fill(l, source)
	return l, tell(c.opts.Progress, Progress{len(c.at), len(c.at)})
}

// sorted returns the rows by user and instant, then arrival, without
// duplicates.
func (c *collector) sorted() ([]uint32, error) {
	next := make([]uint32, len(c.users)+1)
	for _, user := range c.user {
		next[user+1]++
	}
	for i := range c.users {
		next[i+1] += next[i]
	}
	rows := make([]uint32, len(c.at))
	for row, user := range c.user {
		rows[next[user]] = uint32(row)
		next[user]++
	}
	kept := rows[:0]
	from, told := uint32(0), uint32(0)
	for _, to := range next[:len(c.users)] { // now the end of each user's rows
		own := rows[from:to]
		byTime := func(a, b uint32) int { return cmp.Compare(c.at[a], c.at[b]) }
		if !slices.IsSortedFunc(own, byTime) {
			slices.SortStableFunc(own, byTime)
		}
		for i := 0; i < len(own); {
			j := i + 1
			for j < len(own) && c.at[own[j]] == c.at[own[i]] {
				j++
			}
			kept = c.unique(kept, own[i:j])
			i = j
		}
		from = to
		if from-told >= progressEvery {
			told = from
			if err := tell(c.opts.Progress, Progress{len(c.at), int(from)}); err != nil {
				return nil, err
			}
		}
	}
	return kept, nil
}

// unique appends the rows of one user and instant, each event id once.
func (c *collector) unique(kept, rows []uint32) []uint32 {
	if len(rows) == 1 {
		return append(kept, rows[0])
	}
	seen := make(map[siyu.EventID]bool, len(rows))
	for _, row := range rows {
		if id := c.ids[row]; !seen[id] {
			seen[id] = true
			kept = append(kept, row)
		}
	}
	return kept
}

// fill writes the columns of the log in the order of places.
func (c *collector) fill(l *Log, source []uint32) {
	c.fillTime(l, source)
	if len(c.name) <= 256 {
		l.names8 = make([]uint8, len(source))
		for place, row := range source {
			l.names8[place] = uint8(c.nameCode[row])
		}
	} else {
		l.names = make([]uint16, len(source))
		for place, row := range source {
			l.names[place] = c.nameCode[row]
		}
	}
	l.props = make(map[string]*column, len(c.props))
	for key, b := range c.props {
		code := make([]uint32, len(source))
		for place, row := range source {
			if int(row) < len(b.code) {
				code[place] = b.code[row]
			}
		}
		l.props[key] = &column{code, b.text}
	}
	l.userProp = make(map[string]*column, len(c.userProp))
	for key, b := range c.userProp {
		l.userProp[key] = &column{append(b.code, make([]uint32, len(c.users)-len(b.code))...), b.text}
	}
	if !c.opts.DropIDs {
		l.ids = make([]siyu.EventID, len(source))
		for place, row := range source {
			l.ids[place] = c.ids[row]
		}
	}
	l.findTies()
}

// fillTime chooses the longest tick that keeps every instant exact: the
// greatest common divisor of the distances.
func (c *collector) fillTime(l *Log, source []uint32) {
	if len(source) == 0 {
		l.tick, l.ticks = time.Microsecond, []uint32{}
		return
	}
	first, last := slices.Min(c.at), slices.Max(c.at)
	unit := int64(0)
	for _, at := range c.at {
		unit = gcd(unit, at-first)
		if unit == 1 {
			break
		}
	}
	unit = max(unit, 1)
	l.epoch = time.UnixMicro(first).UTC()
	l.tick = time.Duration(unit) * time.Microsecond
	if (last-first)/unit <= maxTick {
		l.ticks = make([]uint32, len(source))
		for place, row := range source {
			l.ticks[place] = uint32((c.at[row] - first) / unit)
		}
		return
	}
	l.wide = make([]int64, len(source))
	for place, row := range source {
		l.wide[place] = (c.at[row] - first) / unit
	}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// findTies marks the users for whom the order inside an instant matters.
func (l *Log) findTies() {
	l.tied = make([]uint64, (len(l.order)+63)/64)
	for _, c := range l.classes {
		for u := range c.users {
			from := c.place + u*c.events
			for place := from + 1; place < from+c.events; place++ {
				if l.at(place) == l.at(place-1) && l.nameAt(place) != l.nameAt(place-1) {
					p := c.first + u
					l.tied[p>>6] |= 1 << (p & 63)
					break
				}
			}
		}
	}
}
