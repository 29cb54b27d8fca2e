package funnel

import (
	"cmp"
	"maps"
	"slices"
)

// unit is what is counted: its key, and its events by time.
type unit struct {
	number uint32 // of the user, or the code of the actor's key
	places []int  // events of several users; nil for a user's own
	from   int    // a user's events are the places [from, to)
	to     int
}

func (u unit) len() int {
	if u.places != nil {
		return len(u.places)
	}
	return u.to - u.from
}

func (u unit) place(i int) int {
	if u.places != nil {
		return u.places[i]
	}
	return u.from + i
}

// hit is an event of a unit that the funnel sees.
type hit struct {
	at     int64
	steps  uint64
	spoils uint64
	place  int32
	user   uint32
	group  int32 // code of the breakdown value
	held   int32 // code of the held properties
}

// userUnits calls visit for each user of a range of classes.
func (l *Log) userUnits(classes []class, visit func(position int, u unit)) {
	for _, c := range classes {
		for i := range c.users {
			from := c.place + i*c.events
			position := c.first + i
			visit(position, unit{number: l.order[position], from: from, to: from + c.events})
		}
	}
}

// actorUnits gathers the events of each value of the actor's property, in the
// order of time, then user and arrival.
func (p *plan) actorUnits() []unit {
	byKey := map[uint32][]int{}
	p.log.userUnits(p.log.classes, func(_ int, u unit) {
		for place := u.from; place < u.to; place++ {
			row := place
			if p.actorOf == FromUser {
				row = int(u.number)
			}
			if key := p.actor.code[row]; key != 0 {
				byKey[key] = append(byKey[key], place)
			}
		}
	})
	units := make([]unit, 0, len(byKey))
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		places := byKey[key]
		slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(p.log.at(a), p.log.at(b)) })
		units = append(units, unit{number: key, places: places})
	}
	return units
}

// key returns the text that names a unit.
func (p *plan) key(number uint32) string {
	if p.actor != nil {
		return p.actor.text[number]
	}
	return string(p.log.user(number))
}

// owners maps places to the numbers of their users, for units of several.
func (l *Log) owners() []uint32 {
	owner := make([]uint32, l.places)
	l.userUnits(l.classes, func(_ int, u unit) {
		for place := u.from; place < u.to; place++ {
			owner[place] = u.number
		}
	})
	return owner
}

// reader turns units into hits; it is used by one goroutine.
type reader struct {
	*plan
	owner []uint32
	hits  []hit
	first []int // per step with FirstTime: the place of the first event, or -1
}

func (r *reader) userAt(u unit, place int) uint32 {
	if r.owner != nil {
		return r.owner[place]
	}
	return u.number
}

// read returns the events of a unit that are in range, pass the filter and meet
// a step or exclusion; in a strict funnel also those that meet none. The slice
// is valid until the next call.
func (r *reader) read(u unit) []hit {
	r.findFirsts(u)
	r.hits = r.hits[:0]
	strict := r.def.Order == Strict
	for i := range u.len() {
		place := u.place(i)
		at := r.log.at(place)
		if at < r.from || at > r.to {
			continue
		}
		name := r.log.nameAt(place)
		if !strict && r.byName[name]|r.exByName[name] == 0 {
			continue
		}
		user := r.userAt(u, place)
		if !r.filter.holds(place, user) {
			continue
		}
		steps, spoils := r.match(place, user)
		for j, step := range r.firsts {
			if r.first[j] != place {
				steps &^= 1 << step
			}
		}
		if steps|spoils == 0 && !strict {
			continue
		}
		h := hit{at: at, steps: steps, spoils: spoils, place: int32(place), user: user}
		if r.group != nil {
			h.group = r.group.code(place, user, u.number, r.plan)
		}
		if r.hold != nil {
			h.held = r.hold.code(place, user, u.number, r.plan)
		}
		r.hits = append(r.hits, h)
	}
	return r.hits
}

// findFirsts looks for the first events ever of the steps with FirstTime.
func (r *reader) findFirsts(u unit) {
	if len(r.firsts) == 0 {
		return
	}
	r.first = r.first[:0]
	for _, step := range r.firsts {
		m := r.steps[step]
		found := -1
		for i := range u.len() {
			place := u.place(i)
			name := r.log.nameAt(place)
			if m.first == FirstEvent && m.named(name) || m.first == FirstFiltered && m.matches(name, place, r.userAt(u, place)) {
				found = place
				break
			}
		}
		r.first = append(r.first, found)
	}
}
