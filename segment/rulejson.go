package segment

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/siyu-go/siyu"
)

// ParseRule reads the JSON form of a rule: {"all":[…]}, {"any":[…]},
// {"none":[…]}, {"not":rule}, {"ref":"name"}, or a leaf
// {"attr":"a.b","op":OP,"value":V}, where an [Op] may need "rule" (any_elem) or
// "cmp" (size; eq if it is left out) and those that compare texts take
// "ci":true to ignore letter case. Leaves about events are {"behaviour":{…}}
// and {"held":{…}}, see [Behaviour] and [Held]; a threshold that is not whole
// has at most 15 digits there. {"set":"name"} is [InSet]. It is strict: unknown or repeated
// fields, unknown operators and operands of a wrong type are siyu.ErrInvalid
// with the path of the fault, such as "all[2].value", and so is anything beyond
// the limits.
func ParseRule(data []byte) (Rule, error) {
	v, err := readAll(data, MaxRuleBytes)
	if err != nil {
		return Rule{}, err
	}
	return ruleOf(v)
}

// UnmarshalJSON reads the rule as [ParseRule] does.
func (r *Rule) UnmarshalJSON(data []byte) error {
	parsed, err := ParseRule(data)
	if err == nil {
		*r = parsed
	}
	return err
}

// MarshalJSON writes the canonical JSON form: fields in fixed order, numbers
// in shortest form, no spaces. Rules with equal forms are equal.
func (r Rule) MarshalJSON() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return appendNode(nil, r.node), nil
}

// readJSON reads one value. Numbers become number.
func readJSON(d *json.Decoder, depth int) (any, error) {
	if depth > 3*MaxRuleDepth {
		return nil, siyu.Invalid("json", "is nested too deep")
	}
	token, err := d.Token()
	if err != nil {
		return nil, siyu.Invalid("json", "is not JSON: %v", err)
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return readArray(d, depth)
		}
		return readObject(d, depth)
	case json.Number:
		n, ok := parseNumber(string(t))
		if !ok || !n.finite() {
			return nil, siyu.Invalid("json", "a number is out of range")
		}
		return n, nil
	}
	return token, nil
}

func readArray(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := readJSON(d, depth+1)
		if err != nil {
			return nil, siyu.Within("["+strconv.Itoa(len(list))+"]", err)
		}
		list = append(list, v)
	}
	return list, closeJSON(d)
}

func readObject(d *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, siyu.Invalid("json", "is not JSON: %v", err)
		}
		key, _ := token.(string)
		if _, dup := object[key]; dup {
			return nil, siyu.Invalid(key, "is given twice")
		}
		if object[key], err = readJSON(d, depth+1); err != nil {
			return nil, err
		}
	}
	return object, closeJSON(d)
}

func closeJSON(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return siyu.Invalid("json", "is not JSON: %v", err)
	}
	return nil
}

func parseNode(v any, depth int) (*node, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, siyu.Invalid("", "a rule is an object")
	}
	if depth > MaxRuleDepth {
		return nil, siyu.Invalid("", "is nested deeper than %d", MaxRuleDepth)
	}
	for kind := allNode; kind <= refNode; kind++ {
		name := groupNames[kind]
		inner, ok := object[name]
		if !ok {
			continue
		}
		if len(object) != 1 {
			return nil, siyu.Invalid(name, "stands beside other fields")
		}
		n, err := parseGroup(kind, inner, depth)
		return n, siyu.Within(name, err)
	}
	for _, op := range []Op{opBehaviour, opHeld, opSet} {
		inner, ok := object[string(op)]
		if !ok {
			continue
		}
		if len(object) != 1 {
			return nil, siyu.Invalid(string(op), "stands beside other fields")
		}
		n, err := parseEvents(op, inner)
		return n, siyu.Within(string(op), err)
	}
	return parseLeaf(object, depth)
}

func parseGroup(kind nodeKind, inner any, depth int) (*node, error) {
	n := &node{kind: kind}
	switch kind {
	case refNode:
		name, ok := inner.(string)
		if !ok {
			return nil, siyu.Invalid("", "is not a text")
		}
		n.name = name
		return n, nil
	case notNode:
		kid, err := parseNode(inner, depth+1)
		n.kids = []*node{kid}
		return n, err
	}
	list, ok := inner.([]any)
	if !ok {
		return nil, siyu.Invalid("", "is not a list of rules")
	}
	n.kids = make([]*node, len(list))
	for i, v := range list {
		kid, err := parseNode(v, depth+1)
		if err != nil {
			return nil, siyu.Within("["+strconv.Itoa(i)+"]", err)
		}
		n.kids[i] = kid
	}
	return n, nil
}

func parseLeaf(object map[string]any, depth int) (*node, error) {
	n := &node{}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		v, ok := object[key], true
		switch key {
		case "attr":
			n.attr, ok = v.(string)
		case "op":
			var op string
			op, ok = v.(string)
			n.op = Op(op)
		case "cmp":
			var op string
			op, ok = v.(string)
			n.cmp = Op(op)
		case "ci":
			n.ci, ok = v.(bool)
		case "value":
			n.value, n.given = v, true
		case "rule":
			elem, err := parseNode(v, depth+1)
			if err != nil {
				return nil, siyu.Within("rule", err)
			}
			n.elem = elem
		default:
			return nil, siyu.Invalid(key, "is not a field of a rule")
		}
		if !ok {
			return nil, siyu.Invalid(key, "has the wrong type")
		}
	}
	return n, nil
}

func appendNode(b []byte, n *node) []byte {
	switch {
	case n == nil:
		return append(b, "null"...)
	case n.kind == leafNode:
		return appendLeaf(b, &n.leaf)
	}
	b = append(b, '{')
	b = append(appendText(b, groupNames[n.kind]), ':')
	switch n.kind {
	case refNode:
		b = appendText(b, n.name)
	case notNode:
		b = appendNode(b, n.kids[0])
	default:
		b = append(b, '[')
		for i, kid := range n.kids {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendNode(b, kid)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func appendLeaf(b []byte, l *leaf) []byte {
	switch {
	case l.events != nil:
		return appendEvents(b, l)
	case l.inSet:
		return append(appendText(append(b, `{"set":`...), l.attr), '}')
	}
	b = appendText(append(b, `{"attr":`...), l.attr)
	b = appendText(append(b, `,"op":`...), string(l.op))
	if l.op == OpSize && l.cmp != "" {
		b = appendText(append(b, `,"cmp":`...), string(l.cmp))
	}
	if l.given {
		b = appendValue(append(b, `,"value":`...), l.value)
	}
	if l.elem != nil {
		b = appendNode(append(b, `,"rule":`...), l.elem)
	}
	if l.ci {
		b = append(b, `,"ci":true`...)
	}
	return append(b, '}')
}

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case number:
		return v.append(b)
	case string:
		return appendText(b, v)
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, e)
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for i, k := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(append(appendText(b, k), ':'), v[k])
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}

func appendText(b []byte, s string) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string has a JSON form and a buffer takes it
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}
