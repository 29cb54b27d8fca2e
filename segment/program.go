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
}

type opcode uint8

const (
	opRange  opcode = iota // one range of integers
	opBits                 // a set of integers within 256 of each other
	opRanges               // any other set of integers
	opMoment               // a range relative to now
	opText                 // a text that is one of a few
	opCell                 // any other text, list, version or address
	opOther                // a condition on events, of which there are none, or on a set
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
	for i, kid := range b.kids {
		next := at + int32(leaves(kid))
		kidYes, kidNo := yes, no
		if i < len(b.kids)-1 {
			if b.kind == allNode {
				kidYes = next
			} else {
				kidNo = next
			}
		}
		emit(code, kid, at, kidYes, kidNo)
		at = next
	}
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
