package segment

import (
	"encoding/binary"
	"iter"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/hugepage"
)

// Table holds a population in columns: row i is one person, of whom a [Users]
// dictionary knows the id. Columns are cut into blocks of 16,384 rows; a block
// keeps its values as bit planes, as many as its own range needs, so that a
// condition reads a few bits a person. Texts, lists, versions and addresses are
// numbered in a dictionary and each distinct value is judged once.
//
// A table is immutable and safe for concurrent use. Make one with a
// [TableBuilder] or [BuildTable].
type Table struct {
	schema *Schema
	rows   int
	users  *Users // nil if rows are all that is known
	wholes []wholeColumn
	cells  []cellColumn
}

const (
	blockRows  = 1 << 14
	blockWords = blockRows / 64
)

// words is one bit for each row of a block.
type words [blockWords]uint64

type wholeColumn []wholeBlock

// wholeBlock holds (value-base)/unit in bit planes, lowest bit first. The unit
// is what all differences share, so that days kept in microseconds take a few
// planes only.
type wholeBlock struct {
	min, max int64 // of the values that are there; min > max if none is
	base     int64
	unit     uint64
	planes   planes
	present  *words // nil if every row has a value, or none has
}

type cellColumn struct {
	values []cell // by code-1; code 0 is a missing value
	blocks []cellBlock
}

// cellBlock holds codes in bit planes.
type cellBlock struct {
	planes planes
}

// BuildTable makes a table from records, which the iterator may use again once
// it goes on. It ends at the first error.
func BuildTable(schema *Schema, records iter.Seq2[*Record, error]) (*Table, error) {
	b := NewTableBuilder(schema)
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		if err := b.Append(r); err != nil {
			return nil, err
		}
	}
	return b.Table(), nil
}

// Schema returns the fields of the table.
func (t *Table) Schema() *Schema { return t.schema }

// Len returns the number of people.
func (t *Table) Len() int { return t.rows }

// Of returns the table as one of a dictionary that numbers its people, which
// all its sets know then. A dictionary of fewer people is siyu.ErrInvalid.
func (t *Table) Of(users *Users) (*Table, error) {
	if users.Len() < t.rows {
		return nil, siyu.Invalid("users", "are %d, the table has %d", users.Len(), t.rows)
	}
	out := *t
	out.users = users
	return &out, nil
}

// Bytes returns the memory that the columns take.
func (t *Table) Bytes() int {
	n := 0
	for _, c := range t.wholes {
		for _, b := range c {
			n += 64 + 64*len(b.planes)
			if b.present != nil {
				n += blockRows / 8
			}
		}
	}
	for _, c := range t.cells {
		for _, b := range c.blocks {
			n += 24 + 64*len(b.planes)
		}
		for _, v := range c.values {
			n += 160 + len(v.text)
			for _, e := range v.list {
				n += 16 + len(e)
			}
		}
	}
	return n
}

// TableBuilder collects records into a [Table], block by block: besides the
// table it needs memory for one block and the dictionaries only. It is not safe
// for concurrent use.
type TableBuilder struct {
	table  *Table
	wholes []*[blockRows]int64 // of the open block
	codes  []*[blockRows]uint64
	index  []map[string]uint32 // code of each distinct value
	key    []byte
	diffs  [blockRows]uint64
	chunk  []line // for the next planes
	size   int    // of the last chunk
}

// NewTableBuilder returns a builder of an empty table.
func NewTableBuilder(schema *Schema) *TableBuilder {
	wholes, others := schema.counts()
	b := &TableBuilder{
		table:  &Table{schema: schema, wholes: make([]wholeColumn, wholes), cells: make([]cellColumn, others)},
		wholes: make([]*[blockRows]int64, wholes),
		codes:  make([]*[blockRows]uint64, others),
		index:  make([]map[string]uint32, others),
	}
	for i := range b.wholes {
		b.wholes[i] = new([blockRows]int64)
	}
	for i := range b.codes {
		b.codes[i] = new([blockRows]uint64)
		b.index[i] = map[string]uint32{}
	}
	return b
}

// Append adds a person as the next row and copies the record's values. A record
// of another schema, or with an error of its own, is siyu.ErrInvalid and adds
// nothing.
func (b *TableBuilder) Append(r *Record) error {
	switch {
	case !r.schema.equal(b.table.schema):
		return siyu.Invalid("record", "is of another schema")
	case r.err != nil:
		return r.err
	case b.table.rows == MaxUniverse:
		return siyu.Invalid("record", "the table has %d rows already", MaxUniverse)
	}
	at := b.table.rows % blockRows
	for i, v := range r.wholes {
		b.wholes[i][at] = v
	}
	for i := range r.cells {
		b.codes[i][at] = uint64(b.code(i, &r.cells[i]))
	}
	if b.table.rows++; at == blockRows-1 {
		b.flush(blockRows)
	}
	return nil
}

// Table returns the table and leaves the builder empty.
func (b *TableBuilder) Table() *Table {
	if rows := b.table.rows % blockRows; rows != 0 {
		b.flush(rows)
	}
	t := b.table
	*b = *NewTableBuilder(t.schema)
	return t
}

func (b *TableBuilder) code(column int, c *cell) uint32 {
	if c.kind == nullKind {
		return 0
	}
	b.key = append(b.key[:0], byte(c.kind))
	if c.kind == stringKind {
		b.key = append(b.key, c.text...)
	}
	for _, e := range c.list {
		b.key = binary.AppendUvarint(b.key, uint64(len(e)))
		b.key = append(b.key, e...)
	}
	if code, ok := b.index[column][string(b.key)]; ok {
		return code
	}
	values := &b.table.cells[column].values
	kept := *c
	kept.text = strings.Clone(c.text)
	kept.list = make([]string, len(c.list))
	for i, e := range c.list {
		kept.list[i] = strings.Clone(e)
	}
	*values = append(*values, kept)
	code := uint32(len(*values))
	b.index[column][string(b.key)] = code
	return code
}

func (b *TableBuilder) flush(rows int) {
	for i, values := range b.wholes {
		b.table.wholes[i] = append(b.table.wholes[i], b.wholeBlock(values[:rows]))
	}
	for i, codes := range b.codes {
		c := &b.table.cells[i]
		c.blocks = append(c.blocks, cellBlock{b.slice(codes[:rows], bits.Len64(slices.Max(codes[:rows])))})
	}
}

func (b *TableBuilder) wholeBlock(values []int64) wholeBlock {
	diffs := b.diffs[:len(values)]
	w := wholeBlock{min: math.MaxInt64, max: missing, unit: 1}
	there := 0
	for _, v := range values {
		if v != missing {
			w.min, w.max = min(w.min, v), max(w.max, v)
			there++
		}
	}
	if there == 0 {
		return w
	}
	w.base = w.min
	if w.min >= 0 && w.max < 1<<maxDiagram {
		w.base = 0 // so that sets of small numbers need one diagram for all blocks
	} else {
		w.unit = unitOf(values, w.base)
	}
	if there < len(values) {
		w.present = new(words)
	}
	for i, v := range values {
		diffs[i] = uint64(v - w.base)
		if v == missing {
			diffs[i] = 0
		} else if w.present != nil {
			w.present[i>>6] |= 1 << (i & 63)
		}
	}
	if w.unit > 1 {
		for i := range diffs {
			diffs[i] /= w.unit
		}
	}
	w.planes = b.slice(diffs, bits.Len64(uint64(w.max-w.base)/w.unit))
	return w
}

// unitOf returns the greatest common divisor of the differences from base.
func unitOf(values []int64, base int64) uint64 {
	unit := uint64(0)
	for _, v := range values {
		if v == missing {
			continue
		}
		for a, b := unit, uint64(v-base); ; a, b = b, a%b {
			if b == 0 {
				unit = a
				break
			}
		}
		if unit == 1 {
			break
		}
	}
	return max(unit, 1)
}

// slice turns values into bit planes.
func (b *TableBuilder) slice(values []uint64, width int) planes {
	p := b.room(width)
	if width == 1 {
		for i, v := range values {
			p[i>>6/lineWords][i>>6%lineWords] |= v << (i & 63)
		}
		return p
	}
	var square [64]uint64
	for w := 0; w*64 < len(values); w++ {
		clear(square[copy(square[:], values[w*64:]):])
		transpose(&square)
		lines := p.lines(w / lineWords)
		for k := range lines {
			lines[k][w%lineWords] = square[k]
		}
	}
	return p
}

// Planes of all columns are cut from chunks, so that what a scan reads lies
// together and in huge pages.
const (
	firstChunk = 1 << 12 // lines
	mostChunk  = 1 << 19
)

// room returns empty planes.
func (b *TableBuilder) room(width int) planes {
	n := width * blockLines
	if len(b.chunk) < n {
		b.size = max(min(2*b.size, mostChunk), firstChunk)
		b.chunk = hugepage.Make[line](b.size)
	}
	p := planes(b.chunk[:n:n])
	b.chunk = b.chunk[n:]
	return p
}

// unslice turns the planes of the rows in word w of a line back into values.
func unslice(x []line, w int, square *[64]uint64) {
	for k := range x {
		square[k] = x[k][w]
	}
	clear(square[len(x):])
	transpose(square)
}

// transpose exchanges bit i of word j with bit j of word i (Hacker's Delight,
// section 7-3).
func transpose(m *[64]uint64) {
	mask := uint64(0x00000000FFFFFFFF)
	for j := 32; j != 0; j >>= 1 {
		for k := 0; k < 64; k = (k + j + 1) &^ j {
			t := (m[k]>>j ^ m[k+j]) & mask
			m[k] ^= t << j
			m[k+j] ^= t
		}
		mask ^= mask << (j >> 1)
	}
}
