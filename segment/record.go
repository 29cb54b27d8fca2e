package segment

import (
	"math"
	"net/netip"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
)

// missing marks a whole-number field without a value; it is no value itself.
const missing = math.MinInt64

// Record is one person's values for the fields of a schema, for [Bound.Match]
// and [TableBuilder]. All fields are missing at first. A record may be filled
// again and again; it is not safe for concurrent use.
//
// Setting a field that the schema does not have, or the one integer that stands
// for missing (-1<<63), is kept as [Record.Err] and changes nothing.
type Record struct {
	schema *Schema
	wholes []int64
	cells  []cell
	next   int // place of the field that is set next, if the order is the last one's
	err    error
}

// cell is the value of a text, list, version or IP field.
type cell struct {
	kind    kind // nullKind, stringKind or arrayKind
	text    string
	list    []string
	ver     version
	addr    netip.Addr
	isVer   bool // text is a version
	isAddr  bool // text is an address
	special bool // ver or addr were parsed
}

// NewRecord returns a record without values.
func (s *Schema) NewRecord() *Record {
	wholes, others := s.counts()
	r := &Record{schema: s, wholes: make([]int64, wholes), cells: make([]cell, others)}
	r.Reset()
	return r
}

// Reset makes every field missing and forgets the error.
func (r *Record) Reset() {
	for i := range r.wholes {
		r.wholes[i] = missing
	}
	clear(r.cells)
	r.err = nil
}

// Err returns the first error of setting a field since the last Reset.
func (r *Record) Err() error { return r.err }

// SetBool sets a boolean.
func (r *Record) SetBool(f BoolField, v bool) {
	n := int64(0)
	if v {
		n = 1
	}
	r.setWhole(f.name, BoolType, n)
}

// SetInt sets a whole number.
func (r *Record) SetInt(f IntField, v int64) { r.setWhole(f.name, IntType, v) }

// SetAmount sets an amount in minor units.
func (r *Record) SetAmount(f AmountField, v siyu.Money) { r.setWhole(f.name, AmountType, int64(v)) }

// SetTime sets an instant, cut to microseconds.
func (r *Record) SetTime(f TimeField, v time.Time) { r.setWhole(f.name, TimeType, v.UnixMicro()) }

// SetText sets a text.
func (r *Record) SetText(f TextField, v string) {
	r.setCell(f.name, TextType, cell{kind: stringKind, text: v})
}

// SetList sets a list of texts, which the record keeps; an empty one exists.
func (r *Record) SetList(f ListField, v []string) {
	r.setCell(f.name, ListType, cell{kind: arrayKind, list: v})
}

// SetVersion sets a version. Text that is none exists but meets no comparison.
func (r *Record) SetVersion(f VersionField, v string) { r.setCell(f.name, VersionType, versionCell(v)) }

// SetIP sets an address. Text that is none exists but is in no network.
func (r *Record) SetIP(f IPField, v string) { r.setCell(f.name, IPType, addrCell(v)) }

// Clear makes a field missing.
func (r *Record) Clear(f Field) {
	if f.Type().whole() {
		if at, ok := r.slot(f.Name(), f.Type()); ok {
			r.wholes[at] = missing
		}
		return
	}
	r.setCell(f.Name(), f.Type(), cell{})
}

// Fill sets every field from attributes as [Matcher.Match] takes them. A value
// that the field's type cannot hold counts as missing, so an int field drops
// 1.5.
func (r *Record) Fill(attrs map[string]any) {
	r.Reset()
	for _, f := range r.schema.fields {
		at := r.schema.slots[f.Name()]
		v := lookup(attrs, f.Name())
		if at.typ.whole() {
			if n, ok := wholeOf(at.typ, v); ok {
				r.wholes[at.index] = n
			}
			continue
		}
		r.cells[at.index] = cellOf(at.typ, v)
	}
}

func (r *Record) setWhole(name string, t Type, v int64) {
	at, ok := r.slot(name, t)
	switch {
	case !ok:
	case v == missing:
		r.fail(siyu.Invalid(name, "the least integer stands for missing"))
	default:
		r.wholes[at] = v
	}
}

func (r *Record) setCell(name string, t Type, c cell) {
	if at, ok := r.slot(name, t); ok {
		r.cells[at] = c
	}
}

// slot finds a field. Records are mostly filled in one order, so the field
// after the last one found is tried first.
func (r *Record) slot(name string, t Type) (int, bool) {
	if r.next == len(r.schema.order) {
		r.next = 0
	}
	if f := &r.schema.order[r.next]; f.name == name && f.typ == t {
		r.next++
		return f.index, true
	}
	at, ok := r.schema.slots[name]
	if !ok || at.typ != t {
		r.fail(siyu.Invalid(name, "the schema has no such %s field", t))
		return 0, false
	}
	r.next = at.place + 1
	return at.index, true
}

func (r *Record) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func lookup(attrs map[string]any, path string) any {
	var v any = attrs
	for more := true; more; {
		var part string
		part, path, more = strings.Cut(path, ".")
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[part]
	}
	return v
}

func wholeOf(t Type, v any) (int64, bool) {
	s := scalarOf(v)
	switch t {
	case BoolType:
		return int64(s.num.bits), s.kind == boolKind
	case TimeType:
		if s.kind == stringKind {
			return parseDate(s.str)
		}
		return int64(s.num.bits), s.kind == timeKind
	}
	n, ok := s.num.int64()
	return n, ok && s.kind == numberKind && n != missing
}

func cellOf(t Type, v any) cell {
	s := scalarOf(v)
	if t == ListType {
		return listCell(v)
	}
	if s.kind != stringKind {
		return cell{}
	}
	switch t {
	case VersionType:
		return versionCell(s.str)
	case IPType:
		return addrCell(s.str)
	}
	return cell{kind: stringKind, text: s.str}
}

// listCell takes lists of texts only; other lists count as missing.
func listCell(v any) cell {
	switch v := v.(type) {
	case []string:
		return cell{kind: arrayKind, list: v}
	case []any:
		list := make([]string, len(v))
		for i, e := range v {
			text, ok := e.(string)
			if !ok {
				return cell{}
			}
			list[i] = text
		}
		return cell{kind: arrayKind, list: list}
	}
	return cell{}
}

func versionCell(text string) cell {
	c := cell{kind: stringKind, text: text, special: true}
	c.ver, c.isVer = parseVersion(text)
	return c
}

func addrCell(text string) cell {
	c := cell{kind: stringKind, text: text, special: true}
	addr, err := netip.ParseAddr(text)
	c.addr, c.isAddr = addr, err == nil
	return c
}
