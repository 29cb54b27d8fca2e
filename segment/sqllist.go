package segment

import "strconv"

func (w *sqlWriter) number(n int) { w.put(strconv.Itoa(n)) }

// list writes a condition on a list column.
func (w *sqlWriter) list(column string, t *test) error {
	switch t.op {
	case OpSize:
		w.put("(", w.length(column), map[Op]string{
			OpEq: " = ", OpNe: " <> ", OpLt: " < ", OpLe: " <= ", OpGt: " > ", OpGe: " >= ",
		}[t.cmp])
		n, _ := t.than.num.int64()
		w.arg(n)
		w.put(")")
		return nil
	case OpAnyOf:
		return w.some(column, func(element string) error { return w.textual(element, t.as(OpIn, nil)) })
	case OpAllOf:
		w.put("(", column, " IS NOT NULL AND ")
		defer w.put(")")
		return w.join(allNode, len(t.list), func(i int) error {
			if _, ok := t.list[i].(string); !ok {
				w.truth(false) // elements are texts
				return nil
			}
			return w.some(column, func(element string) error { return w.textual(element, t.as(OpEq, t.list[i])) })
		})
	case OpAnyElem:
		return w.some(column, func(element string) error { return w.element(element, t.elem) })
	}
	return w.refuse(t, "compares a list as a whole")
}

// as returns the test that an element of the list has to pass.
func (t *test) as(op Op, operand any) *test {
	e := *t
	e.op = op
	if op == OpEq {
		e.members = members{}
		e.than = scalarOf(operand).folded(t.ci)
	}
	return &e
}

func (w *sqlWriter) length(column string) string {
	switch w.dialect {
	case PostgreSQL:
		return "cardinality(" + column + ")"
	case SQLite:
		return "json_array_length(" + column + ")"
	case MySQL:
		return "JSON_LENGTH(" + column + ")"
	}
	return "if(isNull(" + column + "), NULL, length(" + elementsOf(column) + "))"
}

// elementsOf reads a JSON array in ClickHouse, where NULL is no array.
func elementsOf(column string) string {
	return "JSONExtract(ifNull(" + column + ", '[]'), 'Array(String)')"
}

// some writes that an element of the list meets a condition.
func (w *sqlWriter) some(column string, condition func(element string) error) error {
	w.depth++
	defer func() { w.depth-- }()
	alias := "e" + strconv.Itoa(w.depth)
	element := alias + ".v"
	after := ")"
	switch w.dialect {
	case PostgreSQL:
		w.put("EXISTS (SELECT 1 FROM unnest(", column, ") AS ", alias, "(v) WHERE ")
	case SQLite:
		element = alias + ".value"
		w.put("EXISTS (SELECT 1 FROM json_each(", column, ") AS ", alias, " WHERE ")
	case MySQL:
		w.put("EXISTS (SELECT 1 FROM JSON_TABLE(", column, ", '$[*]' COLUMNS (v LONGTEXT CHARACTER SET utf8mb4 PATH '$')) AS ", alias, " WHERE ")
	default:
		element = alias
		w.put("arrayExists(", alias, " -> ")
		after = ", " + elementsOf(column) + ")"
	}
	if err := condition(element); err != nil {
		return err
	}
	w.put(after)
	return nil
}

// element writes a rule about an element, which is a text.
func (w *sqlWriter) element(element string, p *pred) error {
	if p.neg {
		w.put("NOT ")
	}
	if p.kind != leafNode {
		return w.join(p.kind, len(p.kids), func(i int) error { return w.element(element, p.kids[i]) })
	}
	t := p.test
	switch {
	case len(t.parts) > 0: // texts have no attributes
		w.truth(t.value(nil, w.now))
	case t.op == OpExists:
		w.truth(true)
	case t.op == OpType:
		w.truth(t.than.str == kindNames[stringKind])
	case t.op == OpEq && t.than.kind != stringKind, t.op == OpAnyOf, t.op == OpAllOf, t.op == OpSize, t.op == OpAnyElem:
		w.truth(false)
	case (t.op == OpLt || t.op == OpLe || t.op == OpGt || t.op == OpGe) && t.than.kind != stringKind:
		w.truth(false)
	default:
		return w.textual(element, t)
	}
	return nil
}
