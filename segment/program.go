package segment

import (
	"slices"
	"time"
)

// instruction tests one field and says where to go on; a program ends at
// accept or refuse.
type instruction struct {
	op      opcode
	slot    int32
	yes, no int32
	lo      int64 // opRange, opBits: value-lo is compared unsigned
	span    uint64
	bits    *[4]uint64
	texts   []string // opText
	leaf    *bound
	tests   []rangeTest // opTogether
}

// rangeTest is a leaf of opTogether: a range of integers or, with bits, a set of
// integers of which the range is all.
type rangeTest struct {
	slot int32
	not  bool // it must fail
	lo   int64
	span uint64
	bits *[4]uint64
}

type opcode uint8

const (
	opRange    opcode = iota // one range of integers
	opBits                   // a set of integers within 256 of each other
	opRanges                 // any other set of integers
	opMoment                 // a range relative to now
	opText                   // a text that is one of a few
	opCell                   // any other text, list, version or address
	opOther                  // a condition on events, of which there are none, or on a set
	opTogether               // several of opRange and opBits that must all hold
	opJump
)

const (
	accept = -1
	refuse = -2
)

// assemble turns a tree into a program that visits its leaves in order and
// skips those that cannot matter.
func assemble(b *bound) []instruction {
	code := make([]instruction, leaves(b))
	emit(code, b, 0, accept, refuse)
	return code
}

func leaves(b *bound) int {
	n := 0
	for _, kid := range b.kids {
		n += leaves(kid)
	}
	return max(n, 1)
}

func emit(code []instruction, b *bound, at, yes, no int32) {
	if b.neg {
		yes, no = no, yes
	}
	switch {
	case b.kind == leafNode:
		code[at] = instructionOf(b)
		code[at].yes, code[at].no = yes, no
		return
	case len(b.kids) == 0 && b.kind == allNode:
		code[at] = instruction{op: opJump, yes: yes}
		return
	case len(b.kids) == 0:
		code[at] = instruction{op: opJump, yes: no}
		return
	}
	steps := together(b.kids)
	for i, kids := range steps {
		next := at
		for _, kid := range kids {
			next += int32(leaves(kid))
		}
		kidYes, kidNo := yes, no
		if i < len(steps)-1 {
			if b.kind == allNode {
				kidYes = next
			} else {
				kidNo = next
			}
		}
		if len(kids) == 1 {
			emit(code, kids[0], at, kidYes, kidNo)
		} else {
			emitTogether(code, kids, at, kidYes, kidNo, b.kind == anyNode)
		}
		at = next
	}
}

// together cuts the kids of an all or any into steps: those that one opTogether
// tests, and the others one by one.
func together(kids []*bound) [][]*bound {
	const most = 8 // beyond it, going on from one to the next is as good
	var steps [][]*bound
	var group []*bound
	for _, kid := range kids {
		if !kid.isRange() {
			steps = append(steps, []*bound{kid})
			continue
		}
		if group = append(group, kid); len(group) == most {
			steps, group = append(steps, group), nil
		}
	}
	if group != nil {
		steps = append(steps, group)
	}
	// Numbers are compared in less than anything else takes.
	slices.SortStableFunc(steps, func(x, y []*bound) int { return len(y) - len(x) })
	return steps
}

// isRange reports that a leaf is an opRange or opBits.
func (b *bound) isRange() bool {
	if b.kind != leafNode {
		return false
	}
	op := instructionOf(b).op
	return op == opRange || op == opBits
}

// emitTogether tests ranges in one instruction. An any of them is that not all
// fail.
func emitTogether(code []instruction, kids []*bound, at, yes, no int32, any bool) {
	ins := instruction{op: opTogether, yes: yes, no: no}
	if any {
		ins.yes, ins.no = no, yes
	}
	for _, kid := range kids {
		one := instructionOf(kid)
		t := rangeTest{slot: one.slot, not: kid.neg != any, lo: one.lo, span: one.span, bits: one.bits}
		if one.op == opBits {
			t.span = 255
		}
		ins.tests = append(ins.tests, t)
	}
	code[at] = ins
}

func instructionOf(b *bound) instruction {
	ins := instruction{op: opCell, slot: int32(b.slot.index), leaf: b}
	switch {
	case b.test != nil && (b.test.events != nil || b.test.set != nil):
		ins.op = opOther
		return ins
	case !b.slot.typ.whole():
		if texts, ok := b.test.fewTexts(); ok && b.slot.typ == TextType {
			ins.op, ins.texts = opText, texts
		}
		return ins
	case b.rel:
		ins.op = opMoment
		return ins
	case len(b.ints) == 1:
		ins.op, ins.lo, ins.span = opRange, b.ints[0].lo, uint64(b.ints[0].hi-b.ints[0].lo)
		return ins
	case len(b.ints) == 0:
		// Nothing passes: -1<<63 marks a missing value, which fails too.
		ins.op, ins.bits = opBits, &[4]uint64{}
		return ins
	}
	ins.op = opRanges
	first, last := b.ints[0].lo, b.ints[len(b.ints)-1].hi
	if span := uint64(last - first); span < 256 {
		ins.op, ins.lo, ins.bits = opBits, first, &[4]uint64{}
		for _, iv := range b.ints {
			for v := iv.lo; v <= iv.hi; v++ {
				i := uint64(v - first)
				ins.bits[i>>6] |= 1 << (i & 63)
			}
		}
	}
	return ins
}

// fewTexts returns the texts that pass a test, if they are few.
func (t *test) fewTexts() ([]string, bool) {
	switch {
	case t.ci:
	case t.op == OpEq:
		return []string{t.than.str}, t.than.kind == stringKind
	case (t.op == OpIn || t.op == OpInList) && t.members.index == nil:
		var texts []string
		for _, m := range t.members.list {
			if m.kind == stringKind {
				texts = append(texts, m.str)
			}
		}
		return texts, true
	}
	return nil, false
}

// ends reports that the program ends here either way.
func (i *instruction) ends() bool { return i.yes < 0 && i.no < 0 }

// hold reports whether all tests do.
func hold(tests []rangeTest, wholes []int64) bool {
	for i := range tests {
		t := &tests[i]
		v := uint64(wholes[t.slot] - t.lo)
		in := v <= t.span
		if t.bits != nil && in {
			in = t.bits[v>>6&3]>>(v&63)&1 == 1
		}
		if in == t.not {
			return false
		}
	}
	return true
}

// execute runs a program for one record.
func execute(code []instruction, wholes []int64, cells []cell, now time.Time) bool {
	at := int32(0)
	for at >= 0 {
		ins := &code[at]
		var ok bool
		switch ins.op {
		case opRange:
			ok = uint64(wholes[ins.slot]-ins.lo) <= ins.span
		case opBits:
			if i := uint64(wholes[ins.slot] - ins.lo); i < 256 {
				ok = ins.bits[i>>6]>>(i&63)&1 == 1
			}
		case opRanges:
			ok = ins.leaf.ints.contains(wholes[ins.slot])
		case opMoment:
			v, limit := wholes[ins.slot], ins.leaf.test.limit(now.UnixMicro())
			ok = v != missing && ((v < limit) == (ins.leaf.test.op == OpBefore)) && v != limit
		case opText:
			c := &cells[ins.slot]
			ok = c.kind == stringKind && slices.Contains(ins.texts, c.text)
		case opCell:
			ok = ins.leaf.test.cell(&cells[ins.slot], now.UnixMicro())
		case opOther:
			ok = ins.leaf.test.value(nil, now.UnixMicro())
		case opTogether:
			ok = hold(ins.tests, wholes)
		default: // opJump
			ok = true
		}
		if ok {
			at = ins.yes
		} else {
			at = ins.no
		}
	}
	return at == accept
}
