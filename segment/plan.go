package segment

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/hugepage"
)

// ScanOptions say how a table is read. Nil means one goroutine, the caller's.
type ScanOptions struct {
	Workers int // goroutines; 0 means 1
}

func (o *ScanOptions) workers(blocks int) int {
	if o == nil {
		return 1
	}
	return max(1, min(o.Workers, blocks))
}

// Plan is a rule prepared for one table and one moment: spans from now have
// become instants, and every distinct text, list, version and address has been
// judged. It is immutable and safe for concurrent use.
type Plan struct {
	table *Table
	bound *Bound
	now   int64
	scan  *scan
}

// Plan prepares a rule that is bound to the table's schema; one bound to
// another, and one with conditions on events, is siyu.ErrInvalid.
func (t *Table) Plan(rule *Bound, now time.Time) (*Plan, error) {
	return t.PlanEvents(rule, nil, now)
}

// PlanEvents prepares a rule that has conditions on events too. They are
// answered once, for everybody in the [EventTable], whose dictionary numbers
// the people as the table does.
func (t *Table) PlanEvents(rule *Bound, events *EventTable, now time.Time) (*Plan, error) {
	if !rule.schema.equal(t.schema) {
		return nil, siyu.Invalid("rule", "is bound to another schema")
	}
	if err := rule.root.checkSets(t.users); err != nil {
		return nil, err
	}
	rule, err := rule.answered(events, t.rows, now)
	if err != nil {
		return nil, err
	}
	at := now.UnixMicro()
	return &Plan{t, rule, at, newScan(t, rule.merged, at)}, nil
}

// Query compiles a rule, fits it to the table and prepares it, in one call.
func (t *Table) Query(rule Rule, catalog *Catalog, now time.Time) (*Plan, error) {
	m, err := Compile(rule, catalog)
	if err != nil {
		return nil, err
	}
	bound, err := m.Bind(t.schema)
	if err != nil {
		return nil, err
	}
	return t.Plan(bound, now)
}

// Count returns how many people the rule holds for, without making the set.
func (p *Plan) Count(opts *ScanOptions) int {
	return p.table.total(opts, func(block int, s *scratch) int {
		return p.scan.members(p.table, block, &s.out, s)
	})
}

// Select returns the people whom the rule holds for.
func (p *Plan) Select(opts *ScanOptions) *Set {
	all := hugepage.Make[uint64](p.table.blocks() * blockWords)
	count := p.table.total(opts, func(block int, s *scratch) int {
		n := p.scan.members(p.table, block, &s.out, s)
		if n > 0 {
			copy(all[block*blockWords:], s.out[:])
		}
		return n
	})
	return fromCounted(p.table.rows, all[:wordsOf(p.table.rows)], count).of(p.table.users)
}

// blocks returns the number of blocks.
func (t *Table) blocks() int { return (t.rows + blockRows - 1) / blockRows }

// total adds up what fn returns for the blocks.
func (t *Table) total(opts *ScanOptions, fn func(block int, s *scratch) int) int {
	workers, blocks := opts.workers(t.blocks()), t.blocks()
	if workers == 1 {
		s := &scratch{}
		for block := range blocks {
			s.sum += fn(block, s)
		}
		return s.sum
	}
	var next atomic.Int64
	var sum atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			s := &scratch{}
			const batch = 16 // blocks taken at once
			for {
				first := int(next.Add(batch)) - batch
				if first >= blocks {
					break
				}
				for block := first; block < min(first+batch, blocks); block++ {
					s.sum += fn(block, s)
				}
			}
			sum.Add(int64(s.sum))
		})
	}
	wg.Wait()
	return int(sum.Load())
}
