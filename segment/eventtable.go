package segment

import (
	"slices"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/fixed"
	"github.com/siyu-go/siyu/internal/hugepage"
)

// EventTable holds the events of a population in columns, by the rows of a
// [Users] dictionary, and answers an [EventCondition] for everybody in one pass
// over the events of its name. It is immutable and safe for concurrent use. Make
// one with an [EventTableBuilder].
type EventTable struct {
	rows  int
	users *Users
	names map[string]*eventColumns
}

// eventColumns are the events of one name, those of a person side by side.
type eventColumns struct {
	rows   []uint32
	at     []int64
	values []int64 // nil if all are 0
	props  map[string]*propColumn
}

// propColumn holds a property: the code of its text, 0 if it is missing.
type propColumn struct {
	codes   []uint32
	texts   []string // by code-1
	numbers []fixed.Num
	numeric []bool
	index   map[string]uint32
}

// Select returns the people for whom a condition holds as of now, those
// without any event included where it holds for them. The set's universe is
// the dictionary as it was when the table was made.
func (t *EventTable) Select(c EventCondition, now time.Time) *Set { return t.answer(c, now, t.rows) }

// Len returns the number of events.
func (t *EventTable) Len() int {
	n := 0
	for _, c := range t.names {
		n += len(c.rows)
	}
	return n
}

// answer is Select over the first people only.
func (t *EventTable) answer(c EventCondition, now time.Time, people int) *Set {
	counter := c.counter(now)
	counter.reset()
	idle := counter.holds()
	words := hugepage.Make[uint64](wordsOf(people))
	source := c.source()
	if columns := t.names[source.event]; columns != nil {
		columns.each(source, counter, func(row uint32) {
			if counter.holds() != idle && int(row) < people {
				words[row>>6] |= 1 << (row & 63)
			}
		})
	}
	out := fromWords(people, words).of(t.users)
	if idle {
		return out.Not()
	}
	return out
}

// each gives the counter the events of one person after another, and calls fn
// after each of them.
func (c *eventColumns) each(source eventSource, counter eventCounter, fn func(row uint32)) {
	type wanted struct {
		codes []uint32
		code  uint32
	}
	var where []wanted
	for name, text := range source.where {
		p := c.props[name]
		if p == nil || p.index[text] == 0 {
			return // no event has it
		}
		where = append(where, wanted{p.codes, p.index[text]})
	}
	field := c.props[source.field]
	one := fixed.Int(1)
	for i := 0; i < len(c.rows); {
		row := c.rows[i]
		counter.reset()
	events:
		for ; i < len(c.rows) && c.rows[i] == row; i++ {
			for _, w := range where {
				if w.codes[i] != w.code {
					continue events
				}
			}
			v, number := one, true
			switch {
			case source.counted:
			case source.field == "" && c.values == nil:
				v = fixed.Num{}
			case source.field == "":
				v = fixed.Int(c.values[i])
			case field == nil || field.codes[i] == 0:
				number = false
			default:
				v, number = field.numbers[field.codes[i]-1], field.numeric[field.codes[i]-1]
			}
			counter.add(c.at[i], v, number)
		}
		fn(row)
	}
}

// EventTableBuilder collects events into an [EventTable]. It is not safe for
// concurrent use.
type EventTableBuilder struct {
	users   *Users
	names   map[string]*eventColumns
	unknown int
}

// NewEventTableBuilder returns a builder for the events of the people of a
// dictionary.
func NewEventTableBuilder(users *Users) *EventTableBuilder {
	return &EventTableBuilder{users: users, names: map[string]*eventColumns{}}
}

// Append adds an event, in any order. An event must come once, as from a
// [siyu.EventLog]. Events of people whom the dictionary does not know are
// counted and left out.
func (b *EventTableBuilder) Append(e siyu.Event) {
	row, ok := b.users.Row(e.User)
	if !ok {
		b.unknown++
		return
	}
	c := b.names[e.Name]
	if c == nil {
		c = &eventColumns{props: map[string]*propColumn{}}
		b.names[strings.Clone(e.Name)] = c
	}
	n := len(c.rows)
	c.rows = append(c.rows, row)
	c.at = append(c.at, siyu.Instant(e.At).UnixMicro())
	if c.values == nil && e.Value != 0 {
		c.values = make([]int64, n)
	}
	if c.values != nil {
		c.values = append(c.values, int64(e.Value))
	}
	for name, text := range e.Props {
		p := c.props[name]
		if p == nil {
			p = &propColumn{index: map[string]uint32{}}
			c.props[strings.Clone(name)] = p
		}
		p.codes = append(p.codes, make([]uint32, n+1-len(p.codes))...)
		p.codes[n] = p.code(text)
	}
}

// Unknown returns how many events were left out.
func (b *EventTableBuilder) Unknown() int { return b.unknown }

// Table returns the table and leaves the builder empty.
func (b *EventTableBuilder) Table() *EventTable {
	t := &EventTable{rows: b.users.Len(), users: b.users, names: b.names}
	for _, c := range t.names {
		for _, p := range c.props {
			p.codes = append(p.codes, make([]uint32, len(c.rows)-len(p.codes))...)
		}
		c.sort()
	}
	b.names, b.unknown = map[string]*eventColumns{}, 0
	return t
}

func (p *propColumn) code(text string) uint32 {
	if code, ok := p.index[text]; ok {
		return code
	}
	text = strings.Clone(text)
	n, ok := fixed.Parse(text)
	p.texts, p.numbers, p.numeric = append(p.texts, text), append(p.numbers, n), append(p.numeric, ok)
	p.index[text] = uint32(len(p.texts))
	return uint32(len(p.texts))
}

// sort brings the events of each person together.
func (c *eventColumns) sort() {
	if slices.IsSorted(c.rows) {
		return
	}
	order := make([]uint64, len(c.rows))
	for i, row := range c.rows {
		order[i] = uint64(row)<<32 | uint64(i)
	}
	slices.Sort(order)
	c.rows, c.at = inOrderOf(order, c.rows), inOrderOf(order, c.at)
	if c.values != nil {
		c.values = inOrderOf(order, c.values)
	}
	for _, p := range c.props {
		p.codes = inOrderOf(order, p.codes)
	}
}

func inOrderOf[T any](order []uint64, values []T) []T {
	out := make([]T, len(values))
	for i, o := range order {
		out[i] = values[uint32(o)]
	}
	return out
}

// answered returns the rule with its conditions on events answered for
// everybody in a table of that many people.
func (b *Bound) answered(events *EventTable, people int, now time.Time) (*Bound, error) {
	if !b.matcher.did {
		return b, nil
	}
	if events == nil {
		return nil, siyu.Invalid("rule", "has conditions on events: plan it with an event table")
	}
	if events.rows < people {
		return nil, siyu.Invalid("events", "are of %d people, the table of %d", events.rows, people)
	}
	root := b.root.answered(events, now, map[*test]*Set{})
	return &Bound{matcher: b.matcher, schema: b.schema, root: root, merged: merge(root), code: b.code}, nil
}

func (b *bound) answered(events *EventTable, now time.Time, known map[*test]*Set) *bound {
	out := *b
	if b.kind == leafNode {
		if b.test != nil && b.test.events != nil {
			if known[b.test] == nil {
				known[b.test] = events.answer(b.test.events, now, events.rows)
			}
			out.set = known[b.test]
		}
		return &out
	}
	out.kids = make([]*bound, len(b.kids))
	for i, kid := range b.kids {
		out.kids[i] = kid.answered(events, now, known)
	}
	return &out
}

// block writes the rows of a block of a table.
func (s *Set) block(at int, out *words) {
	first := at * blockRows
	clear(out[:])
	switch {
	case s.words != nil && first < s.universe:
		copy(out[:], s.words[first>>6:])
	case s.sparse != nil:
		it := s.sparse.Iterator()
		it.AdvanceIfNeeded(uint32(first))
		for it.HasNext() {
			row := int(it.Next()) - first
			if row >= blockRows {
				break
			}
			out[row>>6] |= 1 << (row & 63)
		}
	}
}

// reaches reports whether a block may have members.
func (s *Set) reaches(block int) bool {
	first := block * blockRows
	if s.sparse != nil {
		return s.sparse.IntersectsWithInterval(uint64(first), uint64(first+blockRows))
	}
	return s.words != nil && first < s.universe
}
