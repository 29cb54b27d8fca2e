package segment

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// bytes writes a text so that the database compares it by code point and in
// full, whatever the collation.
func (w *sqlWriter) bytes(text string) string {
	switch w.dialect {
	case PostgreSQL:
		return text + ` COLLATE "C"`
	case SQLite:
		return text + " COLLATE BINARY"
	case MySQL: // binary collations of MySQL still ignore trailing spaces
		return "CAST(CONVERT(" + text + " USING utf8mb4) AS BINARY)"
	}
	return text
}

// textArg writes a constant to be compared with what bytes wrote.
func (w *sqlWriter) textArg(v string) {
	switch w.dialect {
	case MySQL:
		w.put("CAST(CONVERT(")
		w.arg(v)
		w.put(" USING utf8mb4) AS BINARY)")
	case PostgreSQL:
		w.arg(v)
		w.put("::text")
	default:
		w.arg(v)
	}
}

// textual writes a condition on a text column, or on an element of a list.
func (w *sqlWriter) textual(column string, t *test) error {
	text := w.bytes(column)
	if t.ci {
		folded, err := w.folded(column, t)
		if err != nil {
			return err
		}
		text = folded
	}
	if err := w.checkTexts(t); err != nil {
		return err
	}
	switch t.op {
	case OpEq:
		w.put("(", text, " = ")
		w.textArg(t.than.str)
		w.put(")")
		return nil
	case OpIn, OpInList:
		return w.oneOf(text, t)
	case OpLt, OpLe, OpGt, OpGe:
		w.put("(", text, map[Op]string{OpLt: " < ", OpLe: " <= ", OpGt: " > ", OpGe: " >= "}[t.op])
		w.textArg(t.than.str)
		w.put(")")
		return nil
	case OpPrefix, OpSuffix, OpContains:
		return w.join(anyNode, len(t.texts), func(i int) error {
			w.part(text, t.op, t.texts[i])
			return nil
		})
	case OpRegex:
		if w.dialect == ClickHouse {
			w.put("match(", text, ", ")
			w.arg(t.re.String())
			w.put(")")
			return nil
		}
		return w.refuse(t, "is an RE2 pattern")
	}
	return w.refuse(t, "reads another type from a text")
}

func (w *sqlWriter) oneOf(text string, t *test) error {
	var members []string
	for _, m := range t.members.list {
		if m.kind == stringKind {
			members = append(members, m.str)
		}
	}
	if len(members) == 0 {
		w.truth(false)
		return nil
	}
	w.put("(", text, " IN (")
	for i, m := range members {
		if i > 0 {
			w.put(", ")
		}
		w.textArg(m)
	}
	w.put("))")
	return nil
}

// part writes whether a text begins with, ends with or contains another.
func (w *sqlWriter) part(text string, op Op, part string) {
	switch op {
	case OpContains:
		find := map[Dialect]string{PostgreSQL: "strpos", SQLite: "instr", MySQL: "instr", ClickHouse: "position"}[w.dialect]
		w.put("(", find, "(", text, ", ")
		w.textArg(part)
		w.put(") > 0)")
		return
	case OpPrefix:
		if part == "" {
			w.put("(", text, " IS NOT NULL)")
			return
		}
	case OpSuffix:
		if part == "" {
			w.put("(", text, " IS NOT NULL)")
			return
		}
	}
	if w.dialect == ClickHouse {
		w.put(map[Op]string{OpPrefix: "startsWith(", OpSuffix: "endsWith("}[op], text, ", ")
		w.arg(part)
		w.put(")")
		return
	}
	// Binary texts of MySQL are counted in bytes, the others in characters.
	length := utf8.RuneCountInString(part)
	if w.dialect == MySQL {
		length = len(part)
	}
	switch {
	case op == OpPrefix:
		w.put("(substr(", text, ", 1, ")
	case w.dialect == PostgreSQL:
		w.put("(right(", text, ", ")
	default:
		w.put("(substr(", text, ", -")
	}
	w.number(length)
	w.put(") = ")
	w.textArg(part)
	w.put(")")
}

// folded writes a text with its letter case folded as far as the constants of
// the test need it: ASCII letters, and the two other letters that fold to ASCII
// ones.
func (w *sqlWriter) folded(column string, t *test) (string, error) {
	constants := append([]string{t.than.str}, t.texts...)
	for _, m := range t.members.list {
		constants = append(constants, m.str)
	}
	order := t.op == OpLt || t.op == OpLe || t.op == OpGt || t.op == OpGe
	cased := func(r rune) bool { return r >= utf8.RuneSelf && unicode.SimpleFold(r) != r }
	if w.dialect == MySQL || order || t.op == OpRegex || strings.ContainsFunc(strings.Join(constants, ""), cased) {
		return "", w.refuse(t, "ignores the case of other than ASCII letters")
	}
	text := w.bytes(column)
	return "upper(replace(replace(" + text + ", '\u017f', 'S'), '\u212a', 'K'))", nil
}

// checkTexts refuses constants that databases cannot hold.
func (w *sqlWriter) checkTexts(t *test) error {
	bad := func(s string) bool { return !utf8.ValidString(s) || strings.ContainsRune(s, 0) }
	constants := append([]string{t.than.str}, t.texts...)
	for _, m := range t.members.list {
		constants = append(constants, m.str)
	}
	if slices.ContainsFunc(constants, bad) {
		return w.refuse(t, "compares with a text that is not UTF-8 or holds NUL")
	}
	return nil
}
