package segment

import (
	"cmp"
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// UserTag is a tag of one person.
type UserTag struct {
	User siyu.UserID
	Tag
}

// TagTable makes a table of tags in bulk: row i is person i of the dictionary,
// and each field is the tag of its name as of now, chosen among sources as a
// [Portrait] of the person's tags chooses it ([Portrait.Tag]). Tags come in any
// order; names that the schema does not have and people whom the dictionary does
// not know are passed over. It ends at the first error, or tag that does not
// validate.
//
// Values are read by the field's type: whole numbers and minor units in decimal,
// dates as in rules, "true" and "false" (a tag without a value is true), a list
// as a JSON array of texts or as its one element. A value that is none counts as
// missing. It costs about 100 bytes for each tag while it runs.
func TagTable(schema *Schema, users *Users, tags iter.Seq2[UserTag, error], now time.Time, sources ...string) (*Table, error) {
	words, err := collectTags(schema, users, tags)
	if err != nil {
		return nil, err
	}
	b, r := NewTableBuilder(schema), schema.NewRecord()
	for row := range uint32(users.Len()) {
		r.Reset()
		n := 0
		for n < len(words) && words[n].row == row {
			n++
		}
		for _, t := range speaking(words[:n], now, sources) {
			r.setTag(schema.order[t.field], t.tag.Value)
		}
		words = words[n:]
		if err := b.Append(r); err != nil {
			return nil, err
		}
	}
	return b.Table().Of(users)
}

// rowTag is a tag with its place in a table.
type rowTag struct {
	row   uint32
	field int32
	seq   int // in the order given
	tag   Tag
}

// collectTags returns the newest word of each source, by row, field and source.
func collectTags(schema *Schema, users *Users, tags iter.Seq2[UserTag, error]) ([]rowTag, error) {
	var all []rowTag
	for t, err := range tags {
		if err != nil {
			return nil, err
		}
		at, known := schema.slots[t.Name]
		if !known {
			continue
		}
		row, known := users.Row(t.User)
		if !known {
			continue
		}
		if err := t.Validate(); err != nil {
			return nil, siyu.Within(elem("tags", len(all)), err)
		}
		t.At = siyu.Instant(t.At)
		all = append(all, rowTag{row, int32(at.place), len(all), t.Tag})
	}
	slices.SortFunc(all, func(a, b rowTag) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.field, b.field), cmp.Compare(a.tag.Source, b.tag.Source),
			b.tag.At.Compare(a.tag.At), cmp.Compare(b.seq, a.seq))
	})
	return slices.CompactFunc(all, func(a, b rowTag) bool {
		return a.row == b.row && a.field == b.field && a.tag.Source == b.tag.Source
	}), nil
}

// speaking returns the word that speaks for each field of one person.
func speaking(words []rowTag, now time.Time, sources []string) []rowTag {
	var out []rowTag
	for _, w := range words {
		if !w.tag.valid(now) {
			continue
		}
		n := len(out)
		if n == 0 || out[n-1].field != w.field {
			out = append(out, w)
			continue
		}
		best := &out[n-1]
		if cmp.Or(rank(sources, w.tag.Source)-rank(sources, best.tag.Source), best.tag.At.Compare(w.tag.At)) < 0 {
			*best = w
		}
	}
	return out
}

// setTag sets a field from the value of a tag.
func (r *Record) setTag(f namedSlot, value string) {
	if !f.typ.whole() {
		var list []string
		switch {
		case f.typ != ListType:
			r.cells[f.index] = cellOf(f.typ, value)
		case value != "" && value[0] == '[' && json.Unmarshal([]byte(value), &list) == nil:
			r.cells[f.index] = listCell(list)
		default:
			r.cells[f.index] = listCell([]string{value})
		}
		return
	}
	var n int64
	var ok bool
	switch f.typ {
	case TimeType:
		n, ok = parseDate(value)
	case BoolType:
		if ok = value == "" || value == "true" || value == "false"; value != "false" {
			n = 1
		}
	default:
		var err error
		n, err = strconv.ParseInt(value, 10, 64)
		ok = err == nil && n != missing
	}
	if ok {
		r.wholes[f.index] = n
	}
}
