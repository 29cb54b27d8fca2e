package segment

// TextField is a text. Comparisons are by code point, and by letter case too
// unless the field is made with [TextField.IgnoreCase].
type TextField struct {
	field
	ci bool
}

// Text names a text attribute.
func Text(name string) TextField { return TextField{field: field{name}} }

// Type returns TextType.
func (TextField) Type() Type { return TextType }

// IgnoreCase returns the field with comparisons that ignore letter case, by
// Unicode simple folding.
func (f TextField) IgnoreCase() TextField {
	f.ci = true
	return f
}

// Eq holds if the attribute equals v.
func (f TextField) Eq(v string) Rule { return f.where(OpEq, v) }

// Ne is the exact complement of Eq.
func (f TextField) Ne(v string) Rule { return f.where(OpNe, v) }

// In holds if the attribute is one of the values.
func (f TextField) In(values ...string) Rule { return f.where(OpIn, texts(values)) }

// NotIn is the exact complement of In.
func (f TextField) NotIn(values ...string) Rule { return f.where(OpNotIn, texts(values)) }

// Less holds if the attribute sorts before v.
func (f TextField) Less(v string) Rule { return f.where(OpLt, v) }

// AtMost holds if the attribute is v or sorts before it.
func (f TextField) AtMost(v string) Rule { return f.where(OpLe, v) }

// More holds if the attribute sorts after v.
func (f TextField) More(v string) Rule { return f.where(OpGt, v) }

// AtLeast holds if the attribute is v or sorts after it.
func (f TextField) AtLeast(v string) Rule { return f.where(OpGe, v) }

// HasPrefix holds if the attribute begins with any of the texts.
func (f TextField) HasPrefix(anyOf ...string) Rule { return f.where(OpPrefix, texts(anyOf)) }

// HasSuffix holds if the attribute ends with any of the texts.
func (f TextField) HasSuffix(anyOf ...string) Rule { return f.where(OpSuffix, texts(anyOf)) }

// Contains holds if any of the texts occurs in the attribute.
func (f TextField) Contains(anyOf ...string) Rule { return f.where(OpContains, texts(anyOf)) }

// Matches holds if the RE2 pattern matches some part of the attribute.
func (f TextField) Matches(pattern string) Rule { return f.where(OpRegex, pattern) }

// InList holds if the attribute is in the named list of the [Catalog].
func (f TextField) InList(name string) Rule { return f.where(OpInList, name) }

// NotInList is the exact complement of InList.
func (f TextField) NotInList(name string) Rule { return f.where(OpNotInList, name) }

func (f TextField) where(op Op, value any) Rule {
	r := f.field.where(op, value)
	r.node.ci = f.ci
	return r
}

// ListField is a list of texts, such as tags.
type ListField struct {
	field
	ci bool
}

// List names a list attribute.
func List(name string) ListField { return ListField{field: field{name}} }

// Type returns ListType.
func (ListField) Type() Type { return ListType }

// IgnoreCase returns the field with comparisons that ignore letter case.
func (f ListField) IgnoreCase() ListField {
	f.ci = true
	return f
}

// AnyOf holds if the list has at least one of the values.
func (f ListField) AnyOf(values ...string) Rule { return f.where(OpAnyOf, texts(values)) }

// AllOf holds if the list has every one of the values.
func (f ListField) AllOf(values ...string) Rule { return f.where(OpAllOf, texts(values)) }

// NoneOf is the exact complement of AnyOf: it holds for a missing list too.
func (f ListField) NoneOf(values ...string) Rule { return f.where(OpNoneOf, texts(values)) }

// AnyElem holds if some element matches the rule that match makes of it.
func (f ListField) AnyElem(match func(element TextField) Rule) Rule {
	return Rule{&node{leaf: leaf{attr: f.name, op: OpAnyElem, elem: match(Text(".")).node}}}
}

// SizeAtLeast holds if the list has n elements or more.
func (f ListField) SizeAtLeast(n int) Rule { return f.size(OpGe, n) }

// SizeAtMost holds if the list is there and has n elements or fewer.
func (f ListField) SizeAtMost(n int) Rule { return f.size(OpLe, n) }

// SizeEq holds if the list has exactly n elements.
func (f ListField) SizeEq(n int) Rule { return f.size(OpEq, n) }

func (f ListField) size(cmp Op, n int) Rule {
	r := f.field.where(OpSize, intNumber(int64(n)))
	r.node.cmp = cmp
	return r
}

func (f ListField) where(op Op, value any) Rule {
	r := f.field.where(op, value)
	r.node.ci = f.ci
	return r
}
