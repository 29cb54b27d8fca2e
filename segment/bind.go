package segment

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Bound is a rule fitted to a schema: names have become places, comparisons of
// numbers, booleans and instants ranges of integers. It is immutable and safe
// for concurrent use.
type Bound struct {
	matcher *Matcher
	schema  *Schema
	root    *bound // leaf by leaf
	merged  *bound // ranges joined
	code    []instruction
}

// bound is a pred fitted to a schema.
type bound struct {
	kind nodeKind // leafNode, allNode or anyNode
	neg  bool
	kids []*bound
	from *pred // of a leaf; nil if several leaves were merged
	slot slot
	ints intervals // of whole-number fields, unless rel
	rel  bool      // before or after a moment relative to now
	test *test     // of the other fields, and if rel
	set  *Set      // of a leaf about a set, or about events once they were answered for a table
}

// Bind fits the rule to a schema. It is siyu.ErrInvalid, with the path of the
// leaf, if the schema lacks an attribute of the rule or if a leaf compares it
// with a value of another type, which could never hold.
func (m *Matcher) Bind(schema *Schema) (*Bound, error) {
	root, err := bind(m.root, schema)
	if err != nil {
		return nil, err
	}
	b := &Bound{matcher: m, schema: schema, root: root, merged: merge(root)}
	b.code = assemble(b.merged)
	return b, nil
}

// Match reports whether the rule holds for a record. The record's schema must
// have the fields of the bound one in the same order, or it never matches. Only
// comparisons that ignore letter case may allocate. Conditions on events are
// answered for a person who did nothing, those on sets for one who is in none.
func (b *Bound) Match(r *Record, now time.Time) bool {
	switch {
	case r.schema != b.schema && !r.schema.equal(b.schema):
		return false
	case b.code[0].op == opTogether && b.code[0].ends():
		return hold(b.code[0].tests, r.wholes) == (b.code[0].yes == accept)
	}
	return execute(b.code, r.wholes, r.cells, now)
}

// Matcher returns the compiled rule.
func (b *Bound) Matcher() *Matcher { return b.matcher }

// Schema returns the schema that the rule is fitted to.
func (b *Bound) Schema() *Schema { return b.schema }

func bind(p *pred, schema *Schema) (*bound, error) {
	out := &bound{kind: p.kind, neg: p.neg, kids: make([]*bound, len(p.kids))}
	if p.kind == leafNode {
		err := out.bindLeaf(p, schema)
		return out, siyu.Within(p.path, err)
	}
	for i, kid := range p.kids {
		var err error
		if out.kids[i], err = bind(kid, schema); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (b *bound) bindLeaf(p *pred, schema *Schema) error {
	t := p.test
	if t.events != nil || t.set != nil {
		b.from, b.test, b.set = p, t, t.set
		return nil
	}
	at, ok := schema.slots[t.source.attr]
	if !ok {
		return siyu.Invalid("attr", "the schema has no field %q", t.source.attr)
	}
	if !fits(t, at.typ) {
		return siyu.Invalid("op", "%s with this value never holds for a field of type %s", t.source.op, at.typ)
	}
	b.from, b.slot, b.test = p, at, t
	if !at.typ.whole() {
		return nil
	}
	switch {
	case t.op == OpType && t.than.str == kindNames[nullKind]:
		b.ints, b.neg = allIntegers(), !b.neg
	case t.op == OpType && t.than.str != kindNames[at.typ.kind()]:
	case t.op == OpType:
		b.ints = allIntegers()
	case t.rel != nil:
		b.rel = true
	default:
		b.ints = t.integers(at.typ, 0)
	}
	return nil
}

// fits reports whether a test can hold for values of a type.
func fits(t *test, typ Type) bool {
	if t.op == OpExists || t.op == OpType {
		return true
	}
	want := typ.kind()
	switch t.op {
	case OpBefore, OpAfter:
		return typ == TimeType || typ == TextType
	case OpAnyOf, OpAllOf, OpAnyElem, OpSize:
		return typ == ListType
	case OpInList:
		return typ != TimeType && typ != ListType
	case OpIn:
		other := func(v any) bool { return scalarOf(v).kind != want }
		return typ != TimeType && typ != ListType && !slices.ContainsFunc(t.list, other)
	case OpEq:
		return typ != TimeType && t.than.kind == want
	case OpLt, OpLe, OpGt, OpGe:
		return typ != TimeType && t.than.kind == want && typ != BoolType
	}
	return want == stringKind && typ != TimeType
}

// kind returns the JSON type of a field's values.
func (t Type) kind() kind {
	switch t {
	case BoolType:
		return boolKind
	case IntType, AmountType:
		return numberKind
	case ListType:
		return arrayKind
	}
	return stringKind
}

// integers returns the values of a whole-number field that pass the test.
func (t *test) integers(typ Type, now int64) intervals {
	switch t.op {
	case OpExists:
		return allIntegers()
	case OpBefore:
		return integersOf(OpLt, intNumber(t.limit(now)))
	case OpAfter:
		return integersOf(OpGt, intNumber(t.limit(now)))
	case OpIn, OpInList:
		sets := make([]intervals, len(t.members.list))
		for i, s := range t.members.list {
			if s.kind == typ.kind() {
				sets[i] = integersOf(OpEq, s.num)
			}
		}
		return union(sets...)
	}
	return integersOf(t.op, t.than.num)
}

// cell applies the test to a field that is no whole number.
func (t *test) cell(c *cell, now int64) bool {
	switch {
	case c.kind == nullKind:
		return t.op == OpType && t.than.str == kindNames[nullKind]
	case c.kind == arrayKind:
		switch t.op {
		case OpAnyOf, OpAllOf, OpAnyElem, OpSize:
			return t.array(array{texts: c.list}, now)
		case OpEq:
			return t.equalTexts(c.list)
		}
		return t.scalar(scalar{kind: arrayKind}, now)
	case c.special:
		switch t.op {
		case OpCIDR:
			return c.isAddr && t.inNetworks(c.addr)
		case OpVerEq, OpVerLt, OpVerLe, OpVerGt, OpVerGe, OpVerTilde, OpVerCaret, OpVerWild:
			return c.isVer && t.version(c.ver)
		}
	}
	return t.scalar(scalar{kind: stringKind, str: c.text}, now)
}

func (t *test) equalTexts(list []string) bool {
	want, ok := t.operand.([]any)
	if !ok || len(want) != len(list) {
		return false
	}
	for i, text := range list {
		s := scalarOf(want[i])
		if (scalar{kind: stringKind, str: text}).folded(t.ci) != s.folded(t.ci) {
			return false
		}
	}
	return true
}

// merge joins the ranges of one field that stand side by side in an all or any.
func merge(b *bound) *bound {
	if b.kind == leafNode {
		return b
	}
	kids := make([]*bound, 0, len(b.kids))
	for _, kid := range b.kids {
		kid = merge(kid)
		if kid.kind == b.kind && !kid.neg { // all within all
			kids = append(kids, kid.kids...)
		} else {
			kids = append(kids, kid)
		}
	}
	out := &bound{kind: b.kind, neg: b.neg}
	for _, kid := range kids {
		if same := slices.IndexFunc(out.kids, kid.joins); same >= 0 {
			joined := *out.kids[same]
			joined.from, joined.test = nil, nil
			if b.kind == allNode {
				joined.ints = joined.ints.intersect(kid.ints)
			} else {
				joined.ints = union(joined.ints, kid.ints)
			}
			out.kids[same] = &joined
			continue
		}
		out.kids = append(out.kids, kid)
	}
	if len(out.kids) == 1 {
		only := *out.kids[0]
		only.neg = only.neg != out.neg
		return &only
	}
	return out
}

// joins reports whether two ranges can become one.
func (b *bound) joins(other *bound) bool {
	range1 := b.kind == leafNode && b.slot.typ.whole() && !b.rel && !b.neg
	range2 := other.kind == leafNode && other.slot.typ.whole() && !other.rel && !other.neg
	return range1 && range2 && b.slot == other.slot
}

// integersAt returns the passing values of a whole-number leaf at a moment.
func (b *bound) integersAt(now int64) intervals {
	if b.rel {
		return b.test.integers(b.slot.typ, now)
	}
	return b.ints
}
