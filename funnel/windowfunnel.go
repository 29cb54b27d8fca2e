package funnel

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/siyu-go/siyu"
)

// MaxEngineSteps is how many conditions ClickHouse's funnel functions take.
const MaxEngineSteps = 32

// Row is an event of one user as ClickHouse's functions see it: an instant in
// any unit, and the set of conditions that it meets.
type Row struct {
	At  int64
	Met uint32 // bit k-1 for condition k
}

// Met returns the set of the given conditions, counted from 1.
func Met(conditions ...int) uint32 {
	var set uint32
	for _, c := range conditions {
		set |= 1 << (c - 1)
	}
	return set
}

// Mode changes what a [WindowFunnel] counts.
type Mode string

// The modes of ClickHouse's windowFunnel.
const (
	StrictDeduplication Mode = "strict_deduplication" // a repeated condition ends the scan
	StrictOrder         Mode = "strict_order"         // a foreign event ends the scan
	StrictIncrease      Mode = "strict_increase"      // each step strictly later than the one before
	StrictOnce          Mode = "strict_once"          // a row fills at most one step of a chain
	AllowReentry        Mode = "allow_reentry"        // with StrictOrder: a step too early is skipped
)

// WindowFunnel is ClickHouse's windowFunnel(window, modes...)(at, conditions...)
// as version 26.7 answers it, so that a funnel that runs in the database and
// one that runs here agree to the last user. For everything else there is
// [Run], whose rules are the more sensible ones: by default one row may fill
// several steps here.
//
// Every mode takes time in proportion to n log n for n rows of a user, also
// strict_once, for which the engine's own time explodes. Use [NewWindowFunnel].
type WindowFunnel struct {
	steps                                 int
	window                                int64
	dedup, order, increase, once, reentry bool
}

// NewWindowFunnel checks and returns a funnel of 1 to [MaxEngineSteps] steps.
// The window is in the unit of the rows, and inclusive.
func NewWindowFunnel(steps int, window int64, modes ...Mode) (WindowFunnel, error) {
	w := WindowFunnel{steps: steps, window: window}
	if steps < 1 || steps > MaxEngineSteps {
		return w, siyu.Invalid("steps", "must be 1 to %d", MaxEngineSteps)
	}
	if window < 0 {
		return w, siyu.Invalid("window", "is negative")
	}
	for _, m := range modes {
		switch m {
		case StrictDeduplication:
			w.dedup = true
		case StrictOrder:
			w.order = true
		case StrictIncrease:
			w.increase = true
		case StrictOnce:
			w.once = true
		case AllowReentry:
			w.reentry = true
		default:
			return w, siyu.Invalid("modes", "%q is not a mode", string(m))
		}
	}
	if w.reentry && !w.order {
		return w, siyu.Invalid("modes", "allow_reentry requires strict_order")
	}
	return w, nil
}

// Level returns the deepest step that the rows reach, in any order given; 0 is
// none. It is the engine's answer to the last row. With strict_increase and
// without strict_once the engine forgets chains and may answer less than its
// documentation says; see [WindowFunnel.EveryChain].
func (w WindowFunnel) Level(rows []Row) int {
	rows = w.sorted(rows)
	if w.once {
		return w.levelOnce(rows)
	}
	return w.level(rows, false)
}

// EveryChain returns the level by the engine's documented rule, with no chain
// forgotten. It differs from Level only with strict_increase without
// strict_once, where it is never less.
func (w WindowFunnel) EveryChain(rows []Row) int {
	rows = w.sorted(rows)
	if w.once {
		return w.levelOnce(rows)
	}
	return w.level(rows, w.increase)
}

// sorted returns the rows that the engine stores, by instant.
func (w WindowFunnel) sorted(rows []Row) []Row {
	all := uint32(1)<<w.steps - 1
	kept := make([]Row, 0, len(rows))
	for _, r := range rows {
		if r.Met &= all; r.Met != 0 || w.order {
			kept = append(kept, r)
		}
	}
	byTime := func(a, b Row) int { return cmp.Compare(a.At, b.At) }
	if !slices.IsSortedFunc(kept, byTime) {
		slices.SortStableFunc(kept, byTime)
	}
	return kept
}

// group returns the end of the rows that share the instant of rows[i].
func group(rows []Row, i int) int {
	j := i + 1
	for j < len(rows) && rows[j].At == rows[i].At {
		j++
	}
	return j
}

// chainAt is what is known of the chains at one step: the start of the latest,
// and the instant of its last row. With every chain kept, early is the latest
// start of those whose last row is before the present instant.
type chainAt struct {
	any         bool
	start, last int64
	early       int64
	isEarly     bool
}

// before returns the start of a chain that a row at the given instant can
// continue.
func (c *chainAt) before(at int64, increase, every bool) (start int64, ok bool) {
	switch {
	case !c.any:
		return 0, false
	case !increase || c.last < at:
		return c.start, true
	case every:
		return c.early, c.isEarly
	}
	return 0, false
}

func (c *chainAt) set(start, at int64) {
	if c.any && c.last < at {
		if !c.isEarly || c.start > c.early {
			c.early = c.start
		}
		c.isEarly = true
	}
	c.any, c.start, c.last = true, start, at
}

// level is the engine's scan without strict_once: one chain per step.
func (w WindowFunnel) level(rows []Row, every bool) int {
	var steps [MaxEngineSteps]chainAt
	begun := false
	for i := 0; i < len(rows); {
		j := group(rows, i)
		at := rows[i].At
		// Rows of one instant come by condition: first those that meet none.
		var count [MaxEngineSteps]int
		foreign := false
		for _, r := range rows[i:j] {
			foreign = foreign || r.Met == 0
			for rest := r.Met; rest != 0; rest &= rest - 1 {
				count[bits.TrailingZeros32(rest)]++
			}
		}
		if foreign && begun {
			break
		}
		if count[0] > 0 {
			steps[0].set(at, at)
			begun = true
		}
		for s := 1; s < w.steps; s++ {
			for range min(count[s], 2) { // a third repeats the second
				switch {
				case w.dedup && steps[s].any:
					return w.deepest(&steps)
				case w.order && begun && !steps[s-1].any:
					if !w.reentry {
						return w.firstEmpty(&steps)
					}
				default:
					start, ok := steps[s-1].before(at, w.increase, every)
					if ok && at-start <= w.window {
						steps[s].set(start, at)
					}
				}
			}
			if steps[w.steps-1].any {
				return w.steps
			}
		}
		i = j
	}
	return w.deepest(&steps)
}

func (w WindowFunnel) deepest(steps *[MaxEngineSteps]chainAt) int {
	for s := w.steps; s > 0; s-- {
		if steps[s-1].any {
			return s
		}
	}
	return 0
}

func (w WindowFunnel) firstEmpty(steps *[MaxEngineSteps]chainAt) int {
	for s := range w.steps {
		if !steps[s].any {
			return s
		}
	}
	return w.steps
}
