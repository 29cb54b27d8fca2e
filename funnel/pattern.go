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

// Match reports whether the rows of a user, in any order, hold the pattern. It
// takes time in proportion to rows and pattern, and to the logarithm of the rows
// with times in the pattern.
func (p Pattern) Match(rows []Row) bool {
	rows, ok := p.seen(rows)
	if !ok {
		return false
	}
	if !p.timed {
		return p.matchUntimed(rows)
	}
	_, matched := p.search(rows).match(0)
	return matched
}

// Count returns how many times the rows hold the pattern, one match after the
// other without overlap, in the time of Match.
func (p Pattern) Count(rows []Row) int {
	rows, ok := p.seen(rows)
	if !ok {
		return 0
	}
	n := 0
	s := p.search(rows)
	for from := 0; from < len(rows); n++ {
		next, matched := s.match(from)
		if !matched {
			break
		}
		from = next
	}
	return n
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
