package segment

import (
	"slices"

	"github.com/siyu-go/siyu"
)

// MaxFields bounds the fields of a schema.
const MaxFields = 4096

// Schema is the set of typed fields that records, tables and SQL columns have.
// It is immutable.
type Schema struct {
	fields []Field
	slots  map[string]slot
	order  []namedSlot // of fields
}

type namedSlot struct {
	name string
	slot
}

// slot is where a field's values live in a Record or Table.
type slot struct {
	typ   Type
	index int // among the whole-number fields, or among the others
	place int // among all fields
}

// whole reports whether values of the type are held as 64-bit integers:
// booleans as 0 and 1, times in microseconds.
func (t Type) whole() bool {
	return t == BoolType || t == IntType || t == AmountType || t == TimeType
}

func (t Type) known() bool {
	switch t {
	case BoolType, IntType, AmountType, TextType, TimeType, ListType, VersionType, IPType:
		return true
	}
	return false
}

// NewSchema makes a schema. Names must be valid attribute paths and differ.
func NewSchema(fields ...Field) (*Schema, error) {
	if len(fields) == 0 || len(fields) > MaxFields {
		return nil, siyu.Invalid("fields", "there must be 1 to %d", MaxFields)
	}
	s := &Schema{fields: slices.Clone(fields), slots: make(map[string]slot, len(fields))}
	wholes, others := 0, 0
	for i, f := range fields {
		if err := checkPath(f.Name(), false); err != nil {
			return nil, siyu.Within(elem("fields", i), err)
		}
		if !f.Type().known() {
			return nil, siyu.Invalid(elem("fields", i), "%q is no type", f.Type())
		}
		if _, dup := s.slots[f.Name()]; dup {
			return nil, siyu.Invalid(elem("fields", i), "%q is given twice", f.Name())
		}
		at := slot{f.Type(), others, i}
		if f.Type().whole() {
			at.index = wholes
			wholes++
		} else {
			others++
		}
		s.slots[f.Name()] = at
		s.order = append(s.order, namedSlot{f.Name(), at})
	}
	return s, nil
}

// Fields returns the fields in order.
func (s *Schema) Fields() []Field { return slices.Clone(s.fields) }

// equal reports whether two schemas have the same fields in the same order.
func (s *Schema) equal(other *Schema) bool {
	return s == other || slices.EqualFunc(s.order, other.order, func(a, b namedSlot) bool { return a == b })
}

// counts returns how many fields are held as integers and otherwise.
func (s *Schema) counts() (wholes, others int) {
	for _, f := range s.fields {
		if f.Type().whole() {
			wholes++
		}
	}
	return wholes, len(s.fields) - wholes
}
