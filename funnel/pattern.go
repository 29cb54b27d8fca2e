package funnel

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/siyu-go/siyu"
)

// Pattern is a regular expression over events, as ClickHouse's sequenceMatch
// and sequenceCount have it:
//
//	(?N)      an event that meets condition N, counted from 1
//	.         any event
//	.*        any number of events
//	(?t<=S)   the time since the event before, also <, >, >= and ==
//
// A match may begin anywhere. Events that meet no condition are not seen, so
// two events that follow each other in the pattern may have such events, and
// only such events, between them. Use [ParsePattern].
type Pattern struct {
	actions  []action
	timed    bool
	required uint32
}

type actionKind uint8

const (
	oneOf actionKind = iota // an event that meets the condition
	anyOne
	anyRun
	atMost
	below
	atLeast
	above
	exactly
)

type action struct {
	kind  actionKind
	value int64
}

var timeOps = []struct {
	text string
	kind actionKind
}{{"<=", atMost}, {"<", below}, {">=", atLeast}, {">", above}, {"==", exactly}}

// MaxPattern bounds the length of a pattern in bytes.
const MaxPattern = 4096

// ParsePattern reads a pattern over the given number of conditions, at most
// [MaxEngineSteps].
func ParsePattern(pattern string, conditions int) (Pattern, error) {
	p := Pattern{actions: []action{{kind: anyRun}}}
	if len(pattern) > MaxPattern {
		return p, siyu.Invalid("pattern", "is longer than %d bytes", MaxPattern)
	}
	if conditions < 1 || conditions > MaxEngineSteps {
		return p, siyu.Invalid("conditions", "must be 1 to %d", MaxEngineSteps)
	}
	for rest := pattern; rest != ""; {
		at := len(pattern) - len(rest)
		switch {
		case strings.HasPrefix(rest, "(?"):
			inner, after, closed := strings.Cut(rest[2:], ")")
			if !closed {
				return p, siyu.Invalid("pattern", "misses a closing parenthesis at byte %d", at)
			}
			a, err := parseAction(inner, conditions)
			if err != nil {
				return p, siyu.Invalid("pattern", "%v at byte %d", err, at)
			}
			last := p.actions[len(p.actions)-1].kind
			if a.kind >= atMost && last >= atMost {
				return p, siyu.Invalid("pattern", "has two times in a row at byte %d", at)
			}
			if a.kind == oneOf {
				p.required |= 1 << a.value
			}
			p.timed = p.timed || a.kind >= atMost
			p.actions = append(p.actions, a)
			rest = after
		case strings.HasPrefix(rest, ".*"):
			p.actions = append(p.actions, action{kind: anyRun})
			rest = rest[2:]
		case rest[0] == '.':
			p.actions = append(p.actions, action{kind: anyOne})
			rest = rest[1:]
		default:
			return p, siyu.Invalid("pattern", "has an unknown sign at byte %d", at)
		}
	}
	return p, nil
}

type patternError string

func (e patternError) Error() string { return string(e) }

func parseAction(text string, conditions int) (action, error) {
	if timed, ok := strings.CutPrefix(text, "t"); ok {
		for _, op := range timeOps {
			if digits, ok := strings.CutPrefix(timed, op.text); ok {
				n, err := strconv.ParseUint(digits, 10, 62)
				if err != nil {
					return action{}, patternError("has no time")
				}
				return action{op.kind, int64(n)}, nil
			}
		}
		return action{}, patternError("has an unknown comparison")
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n < 1 || n > uint64(conditions) {
		return action{}, patternError("has no condition of that number")
	}
	return action{oneOf, int64(n) - 1}, nil
}

// Match reports whether the rows of a user, in any order, hold the pattern. Without
// times in the pattern that takes time in proportion to rows and pattern. With
// times it is a search, whose hardest cases, which the engine gives up on as
// well, are [siyu.ErrInvalid].
func (p Pattern) Match(rows []Row) (bool, error) {
	rows, ok := p.seen(rows)
	if !ok {
		return false, nil
	}
	if !p.timed {
		return p.matchUntimed(rows), nil
	}
	_, matched, err := p.match(rows, 0)
	return matched, err
}

// Count returns how many times the rows hold the pattern, one match after the
// other without overlap. It is a search as that of Match.
func (p Pattern) Count(rows []Row) (int, error) {
	rows, ok := p.seen(rows)
	if !ok {
		return 0, nil
	}
	n := 0
	for from := 0; from < len(rows); {
		next, matched, err := p.match(rows, from)
		if err != nil {
			return 0, err
		}
		if !matched {
			break
		}
		n++
		from = next
	}
	return n, nil
}

// seen returns the rows that meet a condition, by time, and false if one that
// the pattern requires is never met.
func (p Pattern) seen(rows []Row) ([]Row, bool) {
	var kept []Row
	met := uint32(0)
	for _, r := range rows {
		if r.Met != 0 {
			kept = append(kept, r)
			met |= r.Met
		}
	}
	slices.SortStableFunc(kept, func(a, b Row) int { return cmp.Compare(a.At, b.At) })
	return kept, met&p.required == p.required
}

// matchUntimed follows all states at once, in time of rows times pattern.
func (p Pattern) matchUntimed(rows []Row) bool {
	active := make([]bool, len(p.actions)+1)
	next := make([]bool, len(p.actions)+1)
	active[0] = true
	p.skipRuns(active)
	for _, r := range rows {
		if active[len(p.actions)] {
			return true
		}
		clear(next)
		for i, a := range p.actions {
			switch {
			case !active[i]:
			case a.kind == anyRun:
				next[i] = true
			case a.kind == anyOne || r.Met>>a.value&1 != 0:
				next[i+1] = true
			}
		}
		p.skipRuns(next)
		active, next = next, active
	}
	return active[len(p.actions)]
}

// skipRuns adds the states behind empty runs.
func (p Pattern) skipRuns(active []bool) {
	for i, a := range p.actions {
		if active[i] && a.kind == anyRun {
			active[i+1] = true
		}
	}
}

// state is where a search stands: the action and row to look at, and the row
// that times count from.
type state struct{ action, row, base int }

// Limits of one search: how many states it looks at, from how many on it
// remembers which failed, and how many of those.
const (
	maxStates     = 1 << 21 // and eightfold the rows
	rememberAfter = 1 << 12
	maxRemembered = 1 << 20
)

// match searches from a row on and returns where the match ends. It takes the
// shortest runs first, as the engine does. A state that failed once fails
// always, so those of a long search are remembered and not tried again.
func (p Pattern) match(rows []Row, from int) (end int, ok bool, err error) {
	var stack []state
	failed := map[state]bool{}
	now := state{0, from, from}
	back := func() bool {
		for len(stack) > 0 {
			now = stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if now.row++; now.row < len(rows) {
				return true
			}
		}
		return false
	}
	for looked := 0; now.action < len(p.actions) && now.row < len(rows); looked++ {
		if looked > maxStates+8*len(rows) {
			return 0, false, siyu.Invalid("pattern", "is too hard for a user with %d rows", len(rows))
		}
		if looked > rememberAfter {
			if failed[now] {
				if !back() {
					break
				}
				continue
			}
			if len(failed) < maxRemembered {
				failed[now] = true
			}
		}
		a := p.actions[now.action]
		row, base := rows[now.row], rows[now.base]
		switch {
		case a.kind == oneOf && row.Met>>a.value&1 == 0:
			if !back() {
				return now.row, false, nil
			}
		case a.kind == oneOf || a.kind == anyOne:
			now = state{now.action + 1, now.row + 1, now.row}
		case a.kind == anyRun || a.holds(row.At, base.At):
			stack = append(stack, now)
			now = state{now.action + 1, now.row, now.row}
		case a.kind == atMost || a.kind == below:
			if !back() {
				return now.row, false, nil
			}
		default: // too early: look at the next row
			if now.row++; now.row == len(rows) && !back() {
				return now.row, false, nil
			}
		}
	}
	for now.action < len(p.actions) && p.actions[now.action].empty() {
		now.action++
	}
	return max(now.row, from+1), now.action == len(p.actions), nil
}

func (a action) holds(at, base int64) bool {
	switch a.kind {
	case atMost:
		return at <= base+a.value
	case below:
		return at < base+a.value
	case atLeast:
		return at >= base+a.value
	case above:
		return at > base+a.value
	}
	return at == base+a.value
}

// empty reports whether the action is met by the end of the rows.
func (a action) empty() bool {
	return a.kind == anyRun || a.kind == atMost || a.kind == below || a.kind == atLeast && a.value == 0
}
