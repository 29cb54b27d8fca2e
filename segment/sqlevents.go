package segment

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/fixed"
)

// EventColumns say where events are, for [SQLOptions.Events]: a table with a
// row for each event. Names are quoted, never trusted. People are whole numbers,
// or texts of a collation that tells all texts apart; neither they nor names and
// instants are NULL.
type EventColumns struct {
	Table  string // may be qualified, as in "crm.events"
	Person string // column of the people's table that User refers to
	User   string
	Name   string // text
	At     string // of the type of time fields, see SQLOptions.Timestamps
	Value  string // bigint, minor units
	// Props gives the columns of the properties that conditions ask for, and
	// Numbers those of the ones that they add up or compare: text, and bigint. A
	// missing property is NULL, and so is one that is no number.
	Props   map[string]string
	Numbers map[string]string
}

// events writes a leaf about events: the people who are in, or not in, what a
// grouped query over the events finds.
func (w *sqlWriter) events(t *test) error {
	c := w.opts.Events
	if c == nil {
		return siyu.Invalid("", "is about events, and the options do not say where they are")
	}
	person, err := w.quote(c.Person)
	if err != nil {
		return err
	}
	user, err := w.quote(c.User)
	if err != nil {
		return err
	}
	now := time.UnixMicro(w.now).UTC()
	idle := t.events.Holds(nil, now)
	if idle {
		w.put("NOT ")
	}
	w.put("(", person, " IN (SELECT ", user, " FROM ")
	for i, part := range strings.Split(c.Table, ".") {
		quoted, err := w.quote(part)
		if err != nil {
			return err
		}
		if i > 0 {
			w.put(".")
		}
		w.put(quoted)
	}
	w.put(" WHERE ")
	if err := w.eventRows(c, t.events.source()); err != nil {
		return err
	}
	if err := t.events.having(w, c, user, now, idle); err != nil {
		return err
	}
	w.put("))")
	return nil
}

// eventRows writes which events a condition looks at.
func (w *sqlWriter) eventRows(c *EventColumns, s eventSource) error {
	name, err := w.quote(c.Name)
	if err != nil {
		return err
	}
	w.put(w.bytes(name), " = ")
	w.textArg(s.event)
	for _, prop := range slices.Sorted(maps.Keys(s.where)) {
		column, err := w.column(c.Props, prop)
		if err != nil {
			return err
		}
		w.put(" AND ", w.bytes(column), " = ")
		w.textArg(s.where[prop])
	}
	return nil
}

// column writes the column of a property.
func (w *sqlWriter) column(columns map[string]string, prop string) (string, error) {
	name, ok := columns[prop]
	if !ok {
		return "", siyu.Invalid("", "the options give no column for property %q", prop)
	}
	return w.quote(name)
}

// amount writes the column of the number that a condition looks at.
func (w *sqlWriter) amount(c *EventColumns, field string) (string, error) {
	if field == "" {
		return w.quote(c.Value)
	}
	return w.column(c.Numbers, field)
}

func (c *BehaviourCondition) having(w *sqlWriter, e *EventColumns, user string, now time.Time, idle bool) error {
	at, err := w.quote(e.At)
	if err != nil {
		return err
	}
	lo, hi := c.window(now)
	if !lo.IsZero() {
		w.put(" AND ", at, " > ")
		w.whole(TimeType, lo.UnixMicro())
	}
	w.put(" AND ", at, " <= ")
	w.whole(TimeType, hi.UnixMicro())
	total := "COUNT(*)"
	if c.def.Agg == SumOf {
		column, err := w.amount(e, c.def.Field)
		if err != nil {
			return err
		}
		if w.dialect == ClickHouse {
			column = "toInt128(" + column + ")" // sums of Int64 wrap
		}
		total = "COALESCE(SUM(" + column + "), 0)"
	}
	w.put(" GROUP BY ", user, " HAVING ")
	if idle {
		w.put("NOT ")
	}
	w.compare(total, c.def.Cmp, c.threshold)
	return nil
}

func (c *HeldCondition) having(w *sqlWriter, e *EventColumns, user string, now time.Time, _ bool) error {
	at, err := w.quote(e.At)
	if err != nil {
		return err
	}
	amount, err := w.amount(e, c.def.Field)
	if err != nil {
		return err
	}
	w.put(" AND ", at, " <= ")
	w.whole(TimeType, now.UnixMicro())
	began := func() {
		w.put("MAX(CASE WHEN ", at, " <= ")
		w.whole(TimeType, now.Add(-time.Duration(c.def.For)).UnixMicro())
		w.put(" THEN ", at, " END)")
	}
	broke := func() {
		w.put("MAX(CASE WHEN COALESCE(")
		w.compare(amount, c.def.Cmp, c.threshold)
		w.put(", FALSE) THEN NULL ELSE ", at, " END)")
	}
	w.put(" GROUP BY ", user, " HAVING ")
	began()
	w.put(" IS NOT NULL AND (")
	broke()
	w.put(" IS NULL OR ")
	began()
	w.put(" > ")
	broke()
	w.put(")")
	return nil
}

// compare writes a comparison of a whole number with a decimal threshold.
func (w *sqlWriter) compare(number string, op Op, threshold fixed.Num) {
	floor, whole := threshold.Floor()
	switch {
	case whole:
	case op == OpEq:
		w.put("(", number, " <> ", number, ")")
		return
	case op == OpNe:
		w.put("(", number, " = ", number, ")")
		return
	case op == OpLt:
		op = OpLe
	case op == OpGe:
		op = OpGt
	}
	w.put("(", number, map[Op]string{OpEq: " = ", OpNe: " <> ", OpLt: " < ", OpLe: " <= ", OpGt: " > ", OpGe: " >= "}[op])
	w.arg(floor)
	if w.dialect == PostgreSQL {
		w.put("::bigint")
	}
	w.put(")")
}
