package coupon

import (
	"slices"
	"strings"
)

// scopes are the different scopes of a set of rules, with what they select by
// turned round: which scopes a tag or a line id puts a line into.
type scopes struct {
	list  []Scope
	words int // of a set of scopes
	open  []uint64
	tags  index
	lines index
}

// index finds the set of scopes of a name. Few names are told apart by their last
// byte and compared, many are looked up.
type index struct {
	names []string
	sets  [][]uint64
	ends  [64]int8       // by last byte: one more than the place of the first name
	next  [fewNames]int8 // by place: the same of the next name with that last byte
	at    map[string]int // only of many names
}

const fewNames = 12

// add returns the place of a scope.
func (s *scopes) add(scope Scope) int32 {
	if i := slices.IndexFunc(s.list, scope.equal); i >= 0 {
		return int32(i)
	}
	s.list = append(s.list, scope)
	return int32(len(s.list) - 1)
}

// ready is called once all scopes are added.
func (s *scopes) ready() {
	s.words = (len(s.list) + 63) / 64
	s.open = make([]uint64, s.words)
	for k, scope := range s.list {
		if scope.all() {
			s.open[k/64] |= 1 << (k % 64)
		}
		for _, tag := range scope.Tags {
			s.tags.put(tag, k, s.words)
		}
		for _, line := range scope.Lines {
			s.lines.put(string(line), k, s.words)
		}
	}
	s.tags.ready()
	s.lines.ready()
}

func (x *index) put(name string, k, words int) {
	i := slices.Index(x.names, name)
	if i < 0 {
		i = len(x.names)
		x.names, x.sets = append(x.names, strings.Clone(name)), append(x.sets, make([]uint64, words))
	}
	x.sets[i][k/64] |= 1 << (k % 64)
}

func (x *index) ready() {
	if len(x.names) <= fewNames {
		for i, name := range x.names {
			first := &x.ends[end(name)]
			x.next[i], *first = *first, int8(i+1)
		}
		return
	}
	x.at = make(map[string]int, len(x.names))
	for i, name := range x.names {
		x.at[name] = i
	}
}

// find returns the place of a name among few, or -1.
func (x *index) find(name string) int {
	i := int(x.ends[end(name)]) - 1
	for i >= 0 && x.names[i] != name {
		i = int(x.next[i]) - 1
	}
	return i
}

// end returns the last byte of a name in six bits.
func end(name string) byte {
	if name == "" {
		return 0
	}
	return name[len(name)-1] % 64
}

// same reports whether two names are equal. Those that differ mostly do at
// their end, such as "line 1" and "line 2".
func same(a, b string) bool {
	n := len(a)
	return n == len(b) && (n == 0 || a[n-1] == b[n-1]) && a == b
}

// addTo adds the scopes of a name to a set.
func (x *index) addTo(set []uint64, name string) {
	i := -1
	if x.at == nil {
		i = x.find(name)
	} else if at, ok := x.at[name]; ok {
		i = at
	}
	if i < 0 {
		return
	}
	for w, bits := range x.sets[i] {
		set[w] |= bits
	}
}

// of writes the scopes that a line is in. A line at full price is in none.
func (s *scopes) of(l *Line, set []uint64) {
	if l.FullPrice {
		clear(set)
		return
	}
	for w := range set { // mostly one
		set[w] = s.open[w]
	}
	for _, tag := range l.Tags {
		s.tags.addTo(set, tag)
	}
	if len(s.lines.names) > 0 {
		s.lines.addTo(set, string(l.ID))
	}
}
