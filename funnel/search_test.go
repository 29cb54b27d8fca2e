package funnel_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// refAction is a part of a pattern, and what it means: how a run may go on.
type refAction struct {
	text  string
	met   uint32                    // of one event; 0 of a run
	holds func(distance int64) bool // of a run
	over  func(distance int64) bool // no later row can hold
	empty bool                      // met by the end of the rows
}

func genAction() *rapid.Generator[refAction] {
	return rapid.Custom(func(t *rapid.T) refAction {
		n := rapid.Int64Range(0, 6).Draw(t, "seconds")
		never := func(int64) bool { return false }
		always := func(int64) bool { return true }
		return rapid.SampledFrom([]refAction{
			{text: "(?1)", met: 1},
			{text: "(?2)", met: 2},
			{text: "(?3)", met: 4},
			{text: ".", met: 7},
			{text: ".*", holds: always, over: never, empty: true},
			{text: fmt.Sprintf("(?t<=%d)", n), holds: func(d int64) bool { return d <= n }, over: func(d int64) bool { return d > n }, empty: true},
			{text: fmt.Sprintf("(?t<%d)", n), holds: func(d int64) bool { return d < n }, over: func(d int64) bool { return d >= n }, empty: true},
			{text: fmt.Sprintf("(?t>=%d)", n), holds: func(d int64) bool { return d >= n }, over: never, empty: n == 0},
			{text: fmt.Sprintf("(?t>%d)", n), holds: func(d int64) bool { return d > n }, over: never},
			{text: fmt.Sprintf("(?t==%d)", n), holds: func(d int64) bool { return d == n }, over: never},
		}).Draw(t, "action")
	})
}

// refSearch is the engine's own search, step by step: it takes back what failed
// and remembers nothing.
func refSearch(actions []refAction, rows []funnel.Row, from int) (end int, ok bool) {
	type state struct{ action, row, base int }
	var stack []state
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
	for now.action < len(actions) && now.row < len(rows) {
		a := actions[now.action]
		distance := rows[now.row].At - rows[now.base].At
		failed := false
		switch {
		case a.holds == nil && rows[now.row].Met&a.met != 0:
			now = state{now.action + 1, now.row + 1, now.row}
		case a.holds == nil || a.over(distance):
			failed = true
		case a.holds(distance):
			stack = append(stack, now)
			now = state{now.action + 1, now.row, now.row}
		default:
			now.row++
			failed = now.row == len(rows)
		}
		if failed && !back() {
			return 0, false
		}
	}
	for now.action < len(actions) && actions[now.action].empty {
		now.action++
	}
	return max(now.row, from+1), now.action == len(actions)
}

// The search that remembers what failed finds the matches of the one that does
// not.
func TestPattern_agreesWithPlainSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		actions := rapid.SliceOfN(genAction(), 1, 6).Draw(t, "pattern")
		text := ""
		for _, a := range actions {
			text += a.text
		}
		p, err := funnel.ParsePattern(text, 3)
		if err != nil && !strings.Contains(err.Error(), "two times in a row") {
			t.Fatal(err)
		}
		if err != nil {
			t.Skip(err)
		}
		rows := genRows(10, 3, 20).Draw(t, "rows")
		seen := slices.DeleteFunc(slices.Clone(rows), func(r funnel.Row) bool { return r.Met == 0 })
		slices.SortStableFunc(seen, func(a, b funnel.Row) int { return int(a.At - b.At) })
		// The engine begins anywhere: with a run of its own.
		actions = append([]refAction{{holds: func(int64) bool { return true }, over: func(int64) bool { return false }, empty: true}}, actions...)
		count := 0
		for from := 0; from < len(seen); count++ {
			end, ok := refSearch(actions, seen, from)
			if !ok {
				break
			}
			from = end
		}
		if got := p.Count(rows); got != count {
			t.Fatalf("%s of %v: counted %d, want %d", text, seen, got, count)
		}
		if got := p.Match(rows); len(seen) > 0 && got != (count > 0) {
			t.Fatalf("%s of %v: got %v, want %v", text, seen, got, count > 0)
		}
	})
}
