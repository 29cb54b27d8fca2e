package segment

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
)

// test is a compiled leaf in its positive form: a missing, null or wrongly
// typed value never passes. The operand is held in the fields its operator
// needs.
type test struct {
	op     Op
	cmp    Op
	ci     bool
	source *leaf
	parts  []string // of the path; none for the element itself

	operand any    // of eq
	than    scalar // of lt le gt ge size type
	list    []any  // of any_of all_of
	members members
	texts   []string // of prefix suffix contains
	re      *regexp.Regexp
	at      int64 // of before and after
	rel     *span
	ver     version
	vers    versionRange
	nets    []netip.Prefix
	elem    *pred
	events  EventCondition
	set     *Set
}

// newTest prepares a leaf that was checked. The caller adds what the catalog
// holds.
func newTest(l *leaf) *test {
	t := &test{op: l.op, cmp: l.cmp, ci: l.ci, source: l}
	if of := describe(l.op).of; of != "" {
		t.op = of
	}
	if l.attr != "." {
		t.parts = strings.Split(l.attr, ".")
	}
	if t.cmp == "" {
		t.cmp = OpEq
	}
	text, _ := l.value.(string)
	switch describe(l.op).operand {
	case anyOperand:
		t.operand, t.than = l.value, scalarOf(l.value).folded(l.ci)
	case orderOperand, sizeOperand, typeOperand:
		t.than = scalarOf(l.value).folded(l.ci)
	case listOperand:
		t.list = l.value.([]any)
		t.members = newMembers(t.list, l.ci)
	case textsOperand:
		t.texts = foldedTexts(l.value, l.ci)
	case patternOperand:
		t.re = regexp.MustCompile(l.pattern()) // compiles, as checked
	case timeOperand:
		t.at, t.rel, _ = parseMoment(l.value)
	case versionOperand:
		t.ver, _ = parseVersion(text)
		switch l.op {
		case OpVerTilde:
			t.vers = tildeRange(t.ver)
		case OpVerCaret:
			t.vers = caretRange(t.ver)
		}
	case wildOperand:
		t.vers, _ = parseWild(text)
	case networkOperand:
		t.nets = networks(l.value.([]any))
	}
	return t
}

// positive returns the leaf with the operator that the test applies.
func (t *test) positive() *leaf {
	l := *t.source
	l.op = t.op
	return &l
}

// members are the scalars that in, in_list and the list operators look for.
type members struct {
	list  []scalar
	index map[scalar]struct{} // when they are many
}

func newMembers(list []any, ci bool) members {
	var m members
	for _, v := range list {
		if s := scalarOf(v); s.kind != nullKind && s.kind < arrayKind {
			m.list = append(m.list, s.folded(ci))
		}
	}
	if len(m.list) > 8 {
		m.index = make(map[scalar]struct{}, len(m.list))
		for _, s := range m.list {
			m.index[s] = struct{}{}
		}
	}
	return m
}

func (m members) contain(s scalar) bool {
	if m.index != nil {
		_, ok := m.index[s]
		return ok
	}
	return slices.Contains(m.list, s)
}

func foldedTexts(v any, ci bool) []string {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = e.(string)
		if ci {
			out[i] = fold(out[i])
		}
	}
	return out
}

func networks(list []any) []netip.Prefix {
	var out []netip.Prefix
	for _, v := range list {
		text := v.(string)
		if addr, err := netip.ParseAddr(text); err == nil {
			addr = addr.Unmap().WithZone("")
			out = append(out, netip.PrefixFrom(addr, addr.BitLen()))
		} else if net, err := netip.ParsePrefix(text); err == nil {
			out = append(out, net.Masked())
		}
	}
	return out
}

// lookup finds the attribute from the root: a person's attributes, or an
// element of a list.
func (t *test) lookup(root any) any {
	for _, part := range t.parts {
		object, ok := root.(map[string]any)
		if !ok {
			return nil
		}
		root = object[part]
	}
	return root
}

// value applies the test to an attribute.
func (t *test) value(v any, now int64) bool {
	switch t.op {
	case opBehaviour, opHeld:
		return t.events.Holds(nil, time.UnixMicro(now))
	case opSet:
		return false // nobody knows who it is
	case OpEq:
		if s := scalarOf(v); s.kind != arrayKind && s.kind != objectKind {
			return s.kind != nullKind && s.folded(t.ci) == t.than
		}
		return equal(v, t.operand, t.ci)
	case OpAnyOf, OpAllOf, OpAnyElem, OpSize:
		if s := scalarOf(v); s.kind != arrayKind {
			return false
		}
		return t.array(elements(v), now)
	}
	return t.scalar(scalarOf(v), now)
}

func (t *test) array(a array, now int64) bool {
	switch t.op {
	case OpSize:
		return t.cmp.holds(intNumber(int64(a.len())).compare(t.than.num))
	case OpAllOf:
		for _, want := range t.list {
			if !t.has(a, want) {
				return false
			}
		}
		return true
	case OpAnyElem:
		for _, text := range a.texts {
			if t.elem.matchText(text, now) {
				return true
			}
		}
		for _, v := range a.values {
			if t.elem.match(v, now) {
				return true
			}
		}
		return false
	}
	if len(t.members.list) < len(t.list) { // some values are no scalars
		return slices.ContainsFunc(t.list, func(want any) bool { return t.has(a, want) })
	}
	for i := range a.len() {
		if t.members.contain(a.scalar(i).folded(t.ci)) {
			return true
		}
	}
	return false
}

func (t *test) has(a array, want any) bool {
	if text, ok := want.(string); ok && a.texts != nil {
		sought := scalar{kind: stringKind, str: text}.folded(t.ci)
		for i := range a.texts {
			if a.scalar(i).folded(t.ci) == sought {
				return true
			}
		}
		return false
	}
	for i := range a.len() {
		if equal(a.at(i), want, t.ci) {
			return true
		}
	}
	return false
}

// scalar applies a test that looks at the value as a whole. Arrays and objects
// pass only exists and type.
func (t *test) scalar(s scalar, now int64) bool {
	switch t.op {
	case OpExists:
		return s.kind != nullKind
	case OpType:
		return kindNames[s.kind] == t.than.str
	case OpEq:
		return s.kind != nullKind && s.folded(t.ci) == t.than
	case OpIn, OpInList:
		return s.kind != nullKind && t.members.contain(s.folded(t.ci))
	case OpLt, OpLe, OpGt, OpGe:
		sign, ok := s.folded(t.ci).compare(t.than)
		return ok && t.op.holds(sign)
	case OpBefore, OpAfter:
		return t.moment(s, now)
	case OpAnyOf, OpAllOf, OpAnyElem, OpSize:
		return false
	}
	return s.kind == stringKind && t.text(s.str)
}

func (t *test) moment(s scalar, now int64) bool {
	at, ok := int64(s.num.bits), s.kind == timeKind
	if s.kind == stringKind {
		at, ok = parseDate(s.str)
	}
	if !ok {
		return false
	}
	limit := t.limit(now)
	if t.op == OpBefore {
		return at < limit
	}
	return at > limit
}

// limit returns the instant that before and after compare with.
func (t *test) limit(now int64) int64 {
	if t.rel != nil {
		return t.rel.from(now)
	}
	return t.at
}

func (t *test) text(s string) bool {
	switch t.op {
	case OpPrefix:
		return t.some(s, strings.HasPrefix)
	case OpSuffix:
		return t.some(s, strings.HasSuffix)
	case OpContains:
		return t.some(s, strings.Contains)
	case OpRegex:
		return t.re.MatchString(s)
	case OpCIDR:
		addr, err := netip.ParseAddr(s)
		return err == nil && t.inNetworks(addr)
	}
	v, ok := parseVersion(s)
	return ok && t.version(v)
}

func (t *test) some(s string, found func(s, part string) bool) bool {
	if t.ci {
		s = fold(s)
	}
	for _, part := range t.texts {
		if found(s, part) {
			return true
		}
	}
	return false
}

func (t *test) inNetworks(addr netip.Addr) bool {
	addr = addr.Unmap()
	for _, n := range t.nets {
		if n.Contains(addr) {
			return true
		}
	}
	return false
}

func (t *test) version(v version) bool {
	switch t.op {
	case OpVerTilde, OpVerCaret, OpVerWild:
		return t.vers.contains(v)
	}
	return t.op.holds(v.compare(t.ver))
}
