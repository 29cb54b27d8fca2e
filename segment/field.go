package segment

import (
	"time"

	"github.com/siyu-go/siyu"
)

// Type is the type of a field: what its values are in Go, in a [Schema] and in
// a database column.
type Type string

// The types. In the JSON form booleans are booleans, ints and amounts are
// numbers, text, times, versions and IP addresses are strings, and lists are
// arrays of strings.
const (
	BoolType    Type = "bool"
	IntType     Type = "int"
	AmountType  Type = "amount" // siyu.Money: whole minor units
	TextType    Type = "text"
	TimeType    Type = "time" // UTC, microseconds
	ListType    Type = "list" // of texts
	VersionType Type = "version"
	IPType      Type = "ip"
)

// Field is an attribute with its type: one of the field types of this package.
type Field interface {
	Name() string
	Type() Type
}

// field has what the fields share. Its name is a dot path.
type field struct{ name string }

// Name returns the attribute's path.
func (f field) Name() string { return f.name }

// Exists holds if the attribute is there and not null.
func (f field) Exists() Rule { return f.bare(OpExists) }

// Missing holds if the attribute is absent or null.
func (f field) Missing() Rule { return f.bare(OpMissing) }

func (f field) bare(op Op) Rule { return Rule{&node{leaf: leaf{attr: f.name, op: op}}} }

func (f field) where(op Op, value any) Rule {
	return Rule{&node{leaf: leaf{attr: f.name, op: op, value: value, given: true}}}
}

// BoolField is an attribute that is true or false.
type BoolField struct{ field }

// Bool names a boolean attribute.
func Bool(name string) BoolField { return BoolField{field{name}} }

// Type returns BoolType.
func (BoolField) Type() Type { return BoolType }

// Is holds if the attribute is there and equals v.
func (f BoolField) Is(v bool) Rule { return f.where(OpEq, v) }

// IntField is a whole number of 64 bits.
type IntField struct{ field }

// Int names a whole-number attribute.
func Int(name string) IntField { return IntField{field{name}} }

// Type returns IntType.
func (IntField) Type() Type { return IntType }

// Eq holds if the attribute equals v.
func (f IntField) Eq(v int64) Rule { return f.where(OpEq, intNumber(v)) }

// Ne is the exact complement of Eq: it holds for a missing attribute too.
func (f IntField) Ne(v int64) Rule { return f.where(OpNe, intNumber(v)) }

// In holds if the attribute is one of the values.
func (f IntField) In(values ...int64) Rule { return f.where(OpIn, numbers(values)) }

// NotIn is the exact complement of In.
func (f IntField) NotIn(values ...int64) Rule { return f.where(OpNotIn, numbers(values)) }

// Less holds if the attribute is below v.
func (f IntField) Less(v int64) Rule { return f.where(OpLt, intNumber(v)) }

// AtMost holds if the attribute is v or below.
func (f IntField) AtMost(v int64) Rule { return f.where(OpLe, intNumber(v)) }

// More holds if the attribute is above v.
func (f IntField) More(v int64) Rule { return f.where(OpGt, intNumber(v)) }

// AtLeast holds if the attribute is v or above.
func (f IntField) AtLeast(v int64) Rule { return f.where(OpGe, intNumber(v)) }

// Between holds if low <= attribute <= high.
func (f IntField) Between(low, high int64) Rule { return All(f.AtLeast(low), f.AtMost(high)) }

// InList holds if the attribute is in the named list of the [Catalog].
func (f IntField) InList(name string) Rule { return f.where(OpInList, name) }

// AmountField is an amount in minor units.
type AmountField struct{ field }

// Amount names an amount attribute.
func Amount(name string) AmountField { return AmountField{field{name}} }

// Type returns AmountType.
func (AmountField) Type() Type { return AmountType }

// Eq holds if the attribute equals v.
func (f AmountField) Eq(v siyu.Money) Rule { return f.where(OpEq, intNumber(int64(v))) }

// Ne is the exact complement of Eq.
func (f AmountField) Ne(v siyu.Money) Rule { return f.where(OpNe, intNumber(int64(v))) }

// Less holds if the attribute is below v.
func (f AmountField) Less(v siyu.Money) Rule { return f.where(OpLt, intNumber(int64(v))) }

// AtMost holds if the attribute is v or below.
func (f AmountField) AtMost(v siyu.Money) Rule { return f.where(OpLe, intNumber(int64(v))) }

// More holds if the attribute is above v.
func (f AmountField) More(v siyu.Money) Rule { return f.where(OpGt, intNumber(int64(v))) }

// AtLeast holds if the attribute is v or above.
func (f AmountField) AtLeast(v siyu.Money) Rule { return f.where(OpGe, intNumber(int64(v))) }

// Between holds if low <= attribute <= high.
func (f AmountField) Between(low, high siyu.Money) Rule { return All(f.AtLeast(low), f.AtMost(high)) }

// TimeField is an instant.
type TimeField struct{ field }

// Time names an attribute that is an instant, in JSON a date text.
func Time(name string) TimeField { return TimeField{field{name}} }

// Type returns TimeType.
func (TimeField) Type() Type { return TimeType }

// Before holds if the attribute lies before t, exclusive.
func (f TimeField) Before(t time.Time) Rule { return f.where(OpBefore, dateText(t)) }

// After holds if the attribute lies after t, exclusive.
func (f TimeField) After(t time.Time) Rule { return f.where(OpAfter, dateText(t)) }

// Within holds if the attribute lies in the window [Start, End).
func (f TimeField) Within(w siyu.Window) Rule {
	var rules []Rule
	if !w.Start.IsZero() {
		rules = append(rules, f.After(w.Start.Add(-time.Microsecond)))
	}
	if !w.End.IsZero() {
		rules = append(rules, f.Before(w.End))
	}
	return All(append(rules, f.Exists())...)
}

// BeforeAgo holds if the attribute lies longer ago than the span.
func (f TimeField) BeforeAgo(a Ago) Rule { return f.where(OpBefore, a.value()) }

// AfterAgo holds if the attribute lies less far back than the span.
func (f TimeField) AfterAgo(a Ago) Rule { return f.where(OpAfter, a.value()) }

func (a Ago) value() any {
	s, ok := a.span()
	if !ok {
		return map[string]any{"now": "more than one unit"}
	}
	return map[string]any{"now": s.String()}
}

func dateText(t time.Time) string { return siyu.Instant(t).Format(time.RFC3339Nano) }

// VersionField is a SemVer 2.0 version such as 1.2.3-beta; parts that are left
// out are 0 and a leading v is allowed.
type VersionField struct{ field }

// Version names a version attribute.
func Version(name string) VersionField { return VersionField{field{name}} }

// Type returns VersionType.
func (VersionField) Type() Type { return VersionType }

// Eq holds if the attribute has the same precedence as v.
func (f VersionField) Eq(v string) Rule { return f.where(OpVerEq, v) }

// Ne is the exact complement of Eq.
func (f VersionField) Ne(v string) Rule { return f.where(OpVerNe, v) }

// Less holds if the attribute is lower than v.
func (f VersionField) Less(v string) Rule { return f.where(OpVerLt, v) }

// AtMost holds if the attribute is v or lower.
func (f VersionField) AtMost(v string) Rule { return f.where(OpVerLe, v) }

// More holds if the attribute is higher than v.
func (f VersionField) More(v string) Rule { return f.where(OpVerGt, v) }

// AtLeast holds if the attribute is v or higher.
func (f VersionField) AtLeast(v string) Rule { return f.where(OpVerGe, v) }

// Tilde holds from v up to the next minor version, ~1.2.3.
func (f VersionField) Tilde(v string) Rule { return f.where(OpVerTilde, v) }

// Caret holds from v up to the next change of the leftmost non-zero part, ^1.2.3.
func (f VersionField) Caret(v string) Rule { return f.where(OpVerCaret, v) }

// Wild holds for the versions of a pattern such as 1.2.*.
func (f VersionField) Wild(pattern string) Rule { return f.where(OpVerWild, pattern) }

// IPField is an IPv4 or IPv6 address.
type IPField struct{ field }

// IP names an address attribute.
func IP(name string) IPField { return IPField{field{name}} }

// Type returns IPType.
func (IPField) Type() Type { return IPType }

// InNetworks holds if the address is in one of the networks ("10.0.0.0/8"; a
// bare address is itself). Networks that do not parse hold nothing.
func (f IPField) InNetworks(networks ...string) Rule { return f.where(OpCIDR, texts(networks)) }

func numbers(values []int64) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = intNumber(v)
	}
	return out
}

func texts(values []string) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}
