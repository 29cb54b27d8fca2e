package funnel

import "sort"

// search looks for matches of a pattern in the rows of a user, the shortest runs
// first, as the engine does. Whether the rest of the pattern matches from a row
// on does not depend on how the search got there; so what failed once is passed
// over, and no row is tried twice after the same run.
type search struct {
	Pattern
	rows  []Row
	runs  []run
	tried [][]int32 // by action that is a run: for a row the next that is worth a try, by way of others
}

// run is a run of any events, or a bound of time, that the search is inside of:
// the rest of the pattern is tried from row, and then from later ones up to the
// last.
type run struct{ action, row, last int }

func (p Pattern) search(rows []Row) *search {
	return &search{Pattern: p, rows: rows, tried: make([][]int32, len(p.actions))}
}

// match searches from a row on and returns where the match ends.
func (s *search) match(from int) (end int, ok bool) {
	s.runs = s.runs[:0]
	action, row, base := 0, from, from // base is the row that times count from
	for action < len(s.actions) && row < len(s.rows) {
		a := s.actions[action]
		goOn := true
		switch {
		case a.kind == anyOne || a.kind == oneOf && s.rows[row].Met>>a.value&1 != 0:
			action, row, base = action+1, row+1, row
		case a.kind == oneOf:
			action, row, goOn = s.back()
			base = row
		default:
			next := run{action, row, len(s.rows) - 1}
			next.row, next.last = s.reach(a, row, base)
			action, row, goOn = s.enter(next)
			base = row
		}
		if !goOn {
			return row, false
		}
	}
	for action < len(s.actions) && s.actions[action].empty() {
		action++
	}
	return max(row, from+1), action == len(s.actions)
}

// reach returns the rows, from the given one on, with which a run may end.
func (s *search) reach(a action, row, base int) (first, last int) {
	at, rest := s.rows[base].At, s.rows[row:]
	from := func(distance int64) int {
		return row + sort.Search(len(rest), func(k int) bool { return rest[k].At-at >= distance })
	}
	switch a.kind {
	case atMost:
		return row, from(a.value+1) - 1
	case below:
		return row, from(a.value) - 1
	case atLeast:
		return from(a.value), len(s.rows) - 1
	case above:
		return from(a.value + 1), len(s.rows) - 1
	case exactly:
		return from(a.value), from(a.value+1) - 1
	}
	return row, len(s.rows) - 1
}

// enter goes on behind a run, from the first row that is worth a try.
func (s *search) enter(r run) (action, row int, ok bool) {
	if r.row = s.untried(r.action, r.row); r.row > r.last {
		return s.back()
	}
	s.runs = append(s.runs, r)
	return r.action + 1, r.row, true
}

// back notes that what follows the innermost run failed, and makes it longer.
func (s *search) back() (action, row int, ok bool) {
	for len(s.runs) > 0 {
		r := s.runs[len(s.runs)-1]
		s.runs = s.runs[:len(s.runs)-1]
		s.fail(r.action, r.row)
		if r.row = s.untried(r.action, r.row); r.row <= r.last {
			return s.enter(r)
		}
	}
	return 0, 0, false
}

func (s *search) fail(action, row int) {
	if s.tried[action] == nil {
		s.tried[action] = make([]int32, len(s.rows)+1)
		for i := range s.tried[action] {
			s.tried[action][i] = int32(i)
		}
	}
	s.tried[action][row] = int32(row + 1)
}

// untried returns the first row, from the given one on, from which the search
// has not failed behind a run. Ways that were gone are made shorter.
func (s *search) untried(action, row int) int {
	next := s.tried[action]
	if next == nil {
		return row
	}
	for int(next[row]) != row {
		next[row] = next[next[row]]
		row = int(next[row])
	}
	return row
}

// empty reports whether the action is met by the end of the rows.
func (a action) empty() bool {
	return a.kind == anyRun || a.kind == atMost || a.kind == below || a.kind == atLeast && a.value == 0
}
