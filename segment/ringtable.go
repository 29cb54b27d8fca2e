package segment

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/hugepage"
)

// BoundClassifier is a [Classifier] fitted to a schema. It is immutable and
// safe for concurrent use.
type BoundClassifier struct {
	names  []string
	rules  []*Bound
	schema *Schema
}

// Bind fits the rings to a schema, as [Matcher.Bind] fits a rule.
func (c *Classifier) Bind(schema *Schema) (*BoundClassifier, error) {
	b := &BoundClassifier{names: c.names, schema: schema}
	for i, m := range c.matchers {
		rule, err := m.Bind(schema)
		if err != nil {
			return nil, siyu.Within(elem("rings", i)+".rule", err)
		}
		b.rules = append(b.rules, rule)
	}
	return b, nil
}

// Names returns the names of the rings, innermost first, and that of outside
// at the end.
func (b *BoundClassifier) Names() []string { return slices.Clone(b.names) }

// Level returns the index in Names of the ring that a record is in. It does
// not allocate.
func (b *BoundClassifier) Level(r *Record, now time.Time) int {
	for i, rule := range b.rules {
		if rule.Match(r, now) {
			return i
		}
	}
	return len(b.rules)
}

// RingPlan is a classifier prepared for one table and one moment. It is
// immutable and safe for concurrent use.
type RingPlan struct {
	table *Table
	rings *BoundClassifier
	names []string
	now   int64
	scans []*scan
}

// PlanRings prepares rings that are bound to the table's schema; rings bound to
// another, and those with conditions on events, are siyu.ErrInvalid.
func (t *Table) PlanRings(rings *BoundClassifier, now time.Time) (*RingPlan, error) {
	return t.PlanRingsEvents(rings, nil, now)
}

// PlanRingsEvents prepares rings that have conditions on events too, as
// [Table.PlanEvents] does a rule.
func (t *Table) PlanRingsEvents(rings *BoundClassifier, events *EventTable, now time.Time) (*RingPlan, error) {
	if !rings.schema.equal(t.schema) {
		return nil, siyu.Invalid("rings", "are bound to another schema")
	}
	rings = &BoundClassifier{names: rings.names, rules: slices.Clone(rings.rules), schema: rings.schema}
	p := &RingPlan{table: t, rings: rings, names: rings.names, now: now.UnixMicro()}
	for i, rule := range rings.rules {
		path := elem("rings", i) + ".rule"
		if err := rule.root.checkSets(t.users); err != nil {
			return nil, siyu.Within(path, err)
		}
		rule, err := rule.answered(events, t.rows, now)
		if err != nil {
			return nil, siyu.Within(path, err)
		}
		rings.rules[i] = rule
		s := newScan(t, rule.merged, p.now)
		p.scans = append(p.scans, s)
	}
	return p, nil
}

// QueryRings compiles rings, fits them to the table and prepares them, in one
// call.
func (t *Table) QueryRings(rings Rings, catalog *Catalog, now time.Time) (*RingPlan, error) {
	c, err := CompileRings(rings, catalog)
	if err != nil {
		return nil, err
	}
	bound, err := c.Bind(t.schema)
	if err != nil {
		return nil, err
	}
	return t.PlanRings(bound, now)
}

// Count returns the number of people in each ring, in the order of the
// classifier's names, without keeping who they are.
func (p *RingPlan) Count(opts *ScanOptions) []int {
	return p.run(opts, nil)
}

// Assign returns who is in which ring.
func (p *RingPlan) Assign(opts *ScanOptions) *Assignment {
	all := make([][]uint64, len(p.names))
	for i := range all {
		all[i] = hugepage.Make[uint64](p.table.blocks() * blockWords)
	}
	counts := p.run(opts, all)
	out := &Assignment{names: p.names, rings: make([]*Set, len(all))}
	for i, w := range all {
		out.rings[i] = fromCounted(p.table.rows, w[:wordsOf(p.table.rows)], counts[i]).of(p.table.users)
	}
	return out
}

// run evaluates all blocks; keep takes the members of each ring unless nil.
func (p *RingPlan) run(opts *ScanOptions, keep [][]uint64) []int {
	perBlock := make([][]int32, p.table.blocks())
	p.table.total(opts, func(block int, s *scratch) int {
		perBlock[block] = make([]int32, len(p.names))
		p.block(block, s, perBlock[block], keep)
		return 0
	})
	counts := make([]int, len(p.names))
	for _, block := range perBlock {
		for i, n := range block {
			counts[i] += int(n)
		}
	}
	return counts
}

func (p *RingPlan) block(block int, s *scratch, counts []int32, keep [][]uint64) {
	left := &s.other // rows in no ring so far
	rows := p.table.mask(block)
	fill(left, true)
	clip(left, rows)
	outside := len(p.scans)
	for i, scan := range p.scans {
		n := scan.among(block, left, &s.out, s)
		if n == 0 {
			continue
		}
		counts[i] = int32(n)
		if keep != nil {
			copy(keep[i][block*blockWords:], s.out[:])
		}
		if rows -= n; rows == 0 {
			return
		}
		andNot(left, &s.out)
	}
	counts[outside] = int32(rows)
	if keep != nil {
		copy(keep[outside][block*blockWords:], left[:])
	}
}

// Assignment is who is in which ring at one moment. It is immutable and safe
// for concurrent use.
type Assignment struct {
	names []string
	rings []*Set
}

// Names returns the names of the rings, innermost first, and that of outside
// at the end.
func (a *Assignment) Names() []string { return slices.Clone(a.names) }

// Ring returns the people in the ring with this index in Names.
func (a *Assignment) Ring(level int) *Set { return a.rings[level] }

// Counts returns the number of people in each ring.
func (a *Assignment) Counts() []int {
	out := make([]int, len(a.rings))
	for i, s := range a.rings {
		out[i] = s.Count()
	}
	return out
}

// Level returns the index in Names of the ring that a row is in. A row beyond
// the table is outside.
func (a *Assignment) Level(row uint32) int {
	for i, s := range a.rings {
		if s.Contains(row) {
			return i
		}
	}
	return len(a.rings) - 1
}

// Migration compares with a later assignment by the same rings, over the same
// dictionary of people. People who have come since were outside.
func (a *Assignment) Migration(after *Assignment) (*Migration, error) {
	if !slices.Equal(a.names, after.names) {
		return nil, siyu.Invalid("after", "has other rings")
	}
	if _, err := a.rings[0].dictionary(after.rings[0]); err != nil {
		return nil, siyu.Within("after", err)
	}
	m, err := NewMigration(a.names)
	if err != nil {
		return nil, err
	}
	outside := len(a.names) - 1
	gone := make([]int64, len(a.names))
	for i, from := range a.rings {
		gone[i] = int64(from.Count())
	}
	for j, to := range after.rings {
		come := int64(to.Count())
		for i, from := range a.rings {
			n := int64(from.overlap(to))
			m.Counts[i][j] += n
			gone[i], come = gone[i]-n, come-n
		}
		m.Counts[outside][j] += come
	}
	for i, n := range gone {
		m.Counts[i][outside] += n
	}
	return m, nil
}
