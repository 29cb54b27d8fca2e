package funnel

import (
	"math"
	"math/bits"
	"slices"
	"time"
)

// plan is a definition made ready for one log: names and texts looked up, times
// in ticks.
type plan struct {
	log      *Log
	def      Definition
	n        int
	window   int64 // ticks
	from, to int64 // ticks, inclusive
	steps    []matcher
	excluded []matcher
	tainted  []uint64 // per exclusion: the steps that it spoils the way to
	byName   []uint64 // per name: steps that it may meet
	sure     []uint64 // per name: steps that it meets whatever its properties
	exByName []uint64 // per name: exclusions that it may meet
	filter   test
	optional uint64
	firsts   []int // steps with FirstTime
	actor    *column
	actorOf  Source
	within   []int64 // by step, in ticks; nil without bounds
	group    *grouping
	hold     *grouping
	orders   [][]int // of the steps, with groups
}

// matcher is a step or exclusion: any of its alternatives.
type matcher struct {
	alternatives []alternative
	first        FirstTime
}

type alternative struct {
	name int // -1 is any
	test test
}

// test decides a condition; nil is always true.
type test func(place int, user uint32) bool

const absent = -2 // a name that the log does not have

func compile(l *Log, d Definition) (*plan, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	p := &plan{log: l, def: d, n: len(d.Steps), window: l.ticksOf(d.Window), from: math.MinInt64, to: math.MaxInt64}
	p.bound()
	names := make(map[string]int, len(l.name))
	for code, name := range l.name {
		names[name] = code
	}
	for i, s := range d.Steps {
		p.steps = append(p.steps, matcher{l.alternatives(s, names, nil), s.FirstTime})
		if s.Optional {
			p.optional |= 1 << i
		}
		if s.FirstTime != "" {
			p.firsts = append(p.firsts, i)
		}
	}
	for _, x := range d.Exclusions {
		p.excluded = append(p.excluded, matcher{alternatives: l.alternatives(Step{Event: x.Event, Where: x.Where}, names, nil)})
		p.tainted = append(p.tainted, lowBits(x.ToStep+1)&^lowBits(x.FromStep+1))
	}
	p.bounds()
	p.orders = d.orders()
	p.byName, p.sure = candidates(len(l.name), p.steps)
	p.exByName, _ = candidates(len(l.name), p.excluded)
	if d.Filter != nil {
		p.filter = l.test(*d.Filter)
	}
	switch {
	case d.Actor.Prop != "":
		p.actor, p.actorOf = l.column(FromEvent, d.Actor.Prop), FromEvent
	case d.Actor.UserProp != "":
		p.actor, p.actorOf = l.column(FromUser, d.Actor.UserProp), FromUser
	}
	if d.Breakdown != nil {
		p.group = newGrouping(l, *d.Breakdown)
	}
	if len(d.Hold) > 0 {
		p.hold = newGrouping(l, Breakdown{By: d.Hold})
	}
	return p, nil
}

// lowBits returns the set of the first n steps.
func lowBits(n int) uint64 { return 1<<n - 1 }

// ticksOf returns how many whole ticks fit into a duration, which is the exact
// bound for a distance between two instants of the log.
func (l *Log) ticksOf(d time.Duration) int64 { return int64(d / l.tick) }

// bounds fills within if any step has a bound.
func (p *plan) bounds() {
	if !slices.ContainsFunc(p.def.Steps, func(s Step) bool { return s.Within > 0 }) {
		return
	}
	for _, s := range p.def.Steps {
		within := int64(math.MaxInt64)
		if s.Within > 0 {
			within = p.log.ticksOf(s.Within)
		}
		p.within = append(p.within, within)
	}
}

func (p *plan) bound() {
	unit := p.log.tick.Microseconds()
	epoch := p.log.epoch.UnixMicro()
	if from := p.def.Range.From; !from.IsZero() {
		p.from = -floorDiv(epoch-ceilMicro(from), unit)
	}
	if to := p.def.Range.To; !to.IsZero() {
		p.to = floorDiv(to.UnixMicro()-epoch, unit)
	}
}

func ceilMicro(t time.Time) int64 {
	return t.Add(time.Microsecond - 1).UnixMicro()
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// alternatives flattens a step; conditions of an outer step hold for each.
func (l *Log) alternatives(s Step, names map[string]int, outer []Condition) []alternative {
	where := append(slices.Clone(outer), s.Where...)
	if len(s.AnyOf) > 0 {
		var all []alternative
		for _, a := range s.AnyOf {
			all = append(all, l.alternatives(a, names, where)...)
		}
		return all
	}
	name := -1
	if !s.Any {
		code, known := names[s.Event]
		if !known {
			code = absent
		}
		name = code
	}
	return []alternative{{name, l.allOf(where)}}
}

// candidates returns for each name the matchers that an event of that name may
// meet, and those that it meets for sure.
func candidates(names int, matchers []matcher) (may, sure []uint64) {
	may, sure = make([]uint64, names), make([]uint64, names)
	for i, m := range matchers {
		for _, a := range m.alternatives {
			for name := range may {
				if a.name != -1 && a.name != name {
					continue
				}
				may[name] |= 1 << i
				if a.test == nil {
					sure[name] |= 1 << i
				}
			}
		}
	}
	return may, sure
}

// column returns the property, or a column that is empty in every row.
func (l *Log) column(source Source, prop string) *column {
	columns, rows := l.props, l.places
	if source == FromUser {
		columns, rows = l.userProp, len(l.order)
	}
	if c := columns[prop]; c != nil {
		return c
	}
	return &column{make([]uint32, rows), []string{""}}
}

// test compiles a condition: the comparison is done once for each text of the
// dictionary, and a row is a look-up.
func (l *Log) test(c Condition) test {
	switch {
	case c.And != nil:
		return l.allOf(c.And)
	case c.Or != nil:
		return l.anyOf(c.Or)
	}
	col := l.column(c.Source, c.Prop)
	holds := make([]bool, len(col.text))
	for code, text := range col.text {
		holds[code] = c.Op.holds(text, c.Value)
	}
	if c.Source == FromUser {
		return func(_ int, user uint32) bool { return holds[col.code[user]] }
	}
	return func(place int, _ uint32) bool { return holds[col.code[place]] }
}

func (l *Log) tests(conditions []Condition) []test {
	all := make([]test, len(conditions))
	for i, c := range conditions {
		all[i] = l.test(c)
	}
	return all
}

func (l *Log) allOf(conditions []Condition) test {
	all := l.tests(conditions)
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return func(place int, user uint32) bool {
		for _, t := range all {
			if !t.holds(place, user) {
				return false
			}
		}
		return true
	}
}

func (l *Log) anyOf(conditions []Condition) test {
	all := l.tests(conditions)
	return func(place int, user uint32) bool {
		for _, t := range all {
			if t.holds(place, user) {
				return true
			}
		}
		return false
	}
}

func (t test) holds(place int, user uint32) bool { return t == nil || t(place, user) }

func (m matcher) matches(name, place int, user uint32) bool {
	for _, a := range m.alternatives {
		if (a.name == -1 || a.name == name) && a.test.holds(place, user) {
			return true
		}
	}
	return false
}

func (m matcher) named(name int) bool {
	return slices.ContainsFunc(m.alternatives, func(a alternative) bool { return a.name == -1 || a.name == name })
}

// match returns the steps that the event at a place meets, FirstTime aside, and
// the steps to which it spoils the way.
func (p *plan) match(place int, user uint32) (steps, spoils uint64) {
	name := p.log.nameAt(place)
	steps = p.sure[name]
	for rest := p.byName[name] &^ steps; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros64(rest)
		if p.steps[i].matches(name, place, user) {
			steps |= 1 << i
		}
	}
	for rest := p.exByName[name]; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros64(rest)
		if p.excluded[i].matches(name, place, user) {
			spoils |= p.tainted[i]
		}
	}
	return steps, spoils
}
