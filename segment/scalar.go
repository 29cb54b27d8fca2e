package segment

import (
	"encoding/json"
	"net/netip"
	"time"

	"github.com/siyu-go/siyu"
)

// kind is the JSON type of a value.
type kind uint8

const (
	nullKind kind = iota
	boolKind
	numberKind
	stringKind
	timeKind // an instant from Go code; a text in JSON
	arrayKind
	objectKind
)

var kindNames = [...]string{"null", "boolean", "number", "string", "string", "array", "object"}

// scalar is a value without parts. Equal scalars are equal by ==, so it keys
// maps. Of arrays and objects it holds the kind only.
type scalar struct {
	kind kind
	num  number // of a number; of an instant its microseconds; of a true boolean 1
	str  string
}

// scalarOf reads an attribute. Values of Go types other than those of decoded
// JSON, the numeric types, siyu.Money, time.Time and netip.Addr count as null.
func scalarOf(v any) scalar {
	switch v := v.(type) {
	case string:
		return scalar{kind: stringKind, str: v}
	case bool:
		return boolScalar(v)
	case []any, []string:
		return scalar{kind: arrayKind}
	case map[string]any:
		return scalar{kind: objectKind}
	case json.Number:
		if n, ok := parseNumber(string(v)); ok {
			return scalar{kind: numberKind, num: n}
		}
	case number:
		return scalar{kind: numberKind, num: v}
	case float64:
		return floatScalar(v)
	case float32:
		return floatScalar(float64(v))
	case siyu.Money:
		return intScalar(int64(v))
	case time.Time:
		return scalar{kind: timeKind, num: intNumber(v.UnixMicro())}
	case netip.Addr:
		return scalar{kind: stringKind, str: v.String()}
	default:
		return goInteger(v)
	}
	return scalar{}
}

func goInteger(v any) scalar {
	switch v := v.(type) {
	case int:
		return intScalar(int64(v))
	case int64:
		return intScalar(v)
	case int32:
		return intScalar(int64(v))
	case int16:
		return intScalar(int64(v))
	case int8:
		return intScalar(int64(v))
	case uint:
		return scalar{kind: numberKind, num: uintNumber(uint64(v))}
	case uint64:
		return scalar{kind: numberKind, num: uintNumber(v)}
	case uint32:
		return intScalar(int64(v))
	case uint16:
		return intScalar(int64(v))
	case uint8:
		return intScalar(int64(v))
	}
	return scalar{}
}

func boolScalar(b bool) scalar {
	if b {
		return scalar{kind: boolKind, num: intNumber(1)}
	}
	return scalar{kind: boolKind}
}

func intScalar(i int64) scalar { return scalar{kind: numberKind, num: intNumber(i)} }

func floatScalar(f float64) scalar {
	if n, ok := floatNumber(f); ok {
		return scalar{kind: numberKind, num: n}
	}
	return scalar{}
}

// folded returns s with its text case-folded if ci.
func (s scalar) folded(ci bool) scalar {
	if ci && s.kind == stringKind {
		s.str = fold(s.str)
	}
	return s
}

// compare orders two numbers or two texts; ok is false for anything else.
func (s scalar) compare(t scalar) (sign int, ok bool) {
	switch {
	case s.kind != t.kind:
	case s.kind == numberKind:
		return s.num.compare(t.num), true
	case s.kind == stringKind:
		return compareText(s.str, t.str), true
	}
	return 0, false
}

func compareText(a, b string) int {
	switch {
	case a < b: // bytes of UTF-8 sort as code points
		return -1
	case a > b:
		return 1
	}
	return 0
}

// equal compares two values of decoded JSON in full; null equals nothing.
func equal(a, b any, ci bool) bool {
	s, t := scalarOf(a), scalarOf(b)
	if s.kind != t.kind || s.kind == nullKind {
		return false
	}
	switch s.kind {
	case arrayKind:
		x, y := elements(a), elements(b)
		if x.len() != y.len() {
			return false
		}
		for i := range x.len() {
			if !same(x.at(i), y.at(i), ci) {
				return false
			}
		}
		return true
	case objectKind:
		x, y := a.(map[string]any), b.(map[string]any)
		if len(x) != len(y) {
			return false
		}
		for k, v := range x {
			w, ok := y[k]
			if !ok || !same(v, w, ci) {
				return false
			}
		}
		return true
	}
	return s.folded(ci) == t.folded(ci)
}

// same is equal for parts of a value, where null equals null.
func same(a, b any, ci bool) bool {
	return equal(a, b, ci) || (scalarOf(a).kind == nullKind && scalarOf(b).kind == nullKind)
}

// array is a list attribute in either of its Go forms.
type array struct {
	values []any
	texts  []string
}

func elements(v any) array {
	switch v := v.(type) {
	case []any:
		return array{values: v}
	case []string:
		return array{texts: v}
	}
	return array{}
}

func (a array) len() int { return len(a.values) + len(a.texts) }

func (a array) at(i int) any {
	if a.texts != nil {
		return a.texts[i]
	}
	return a.values[i]
}

func (a array) scalar(i int) scalar {
	if a.texts != nil {
		return scalar{kind: stringKind, str: a.texts[i]}
	}
	return scalarOf(a.values[i])
}
