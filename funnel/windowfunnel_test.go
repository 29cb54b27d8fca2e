package funnel_test

import (
	"cmp"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// refChain is a chain as ClickHouse keeps it: its start, its last row and all
// its rows.
type refChain struct {
	start, last int64
	rows        []int
}

// engineByChains follows the documented rule of windowFunnel with every chain
// written out. It is exponential and fit for a dozen rows.
func engineByChains(rows []funnel.Row, steps int, window int64, has map[funnel.Mode]bool) int {
	type entry struct {
		at   int64
		step int // -1: meets no condition
		row  int
	}
	var entries []entry
	for i, r := range rows {
		any := false
		for s := range steps {
			if r.Met>>s&1 != 0 {
				entries = append(entries, entry{r.At, s, i})
				any = true
			}
		}
		if !any && has[funnel.StrictOrder] {
			entries = append(entries, entry{r.At, -1, i})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.step, b.step), cmp.Compare(a.row, b.row))
	})
	chains := make([][]refChain, steps)
	deepest := func() int {
		for s := steps; s > 0; s-- {
			if len(chains[s-1]) > 0 {
				return s
			}
		}
		return 0
	}
	for _, e := range entries {
		begun := len(chains[0]) > 0
		switch {
		case e.step < 0:
			if begun {
				return deepest()
			}
		case e.step == 0:
			chains[0] = append(chains[0], refChain{e.at, e.at, []int{e.row}})
		case has[funnel.StrictDeduplication] && len(chains[e.step]) > 0:
			return deepest()
		case has[funnel.StrictOrder] && begun && len(chains[e.step-1]) == 0:
			if has[funnel.AllowReentry] {
				continue
			}
			for s := range steps {
				if len(chains[s]) == 0 {
					return s
				}
			}
		default:
			for _, c := range chains[e.step-1] {
				if e.at > c.start+window || has[funnel.StrictIncrease] && c.last >= e.at ||
					has[funnel.StrictOnce] && slices.Contains(c.rows, e.row) {
					continue
				}
				chains[e.step] = append(chains[e.step], refChain{c.start, e.at, append(slices.Clone(c.rows), e.row)})
			}
			if len(chains[steps-1]) > 0 {
				return steps
			}
		}
	}
	return deepest()
}

func genRows(n, conditions int, maxTime int64) *rapid.Generator[[]funnel.Row] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) funnel.Row {
		return funnel.Row{At: rapid.Int64Range(0, maxTime).Draw(t, "at"), Met: uint32(rapid.IntRange(0, 1<<conditions-1).Draw(t, "met"))}
	}), 0, n)
}

func TestWindowFunnel_agreesWithEveryChain(t *testing.T) {
	all := []funnel.Mode{funnel.StrictOrder, funnel.StrictDeduplication, funnel.StrictIncrease, funnel.StrictOnce, funnel.AllowReentry}
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.IntRange(1, 4).Draw(t, "steps")
		window := rapid.Int64Range(0, 8).Draw(t, "window")
		has := map[funnel.Mode]bool{}
		var modes []funnel.Mode
		for _, m := range all {
			if rapid.Bool().Draw(t, string(m)) && (m != funnel.AllowReentry || has[funnel.StrictOrder]) {
				has[m] = true
				modes = append(modes, m)
			}
		}
		w, err := funnel.NewWindowFunnel(steps, window, modes...)
		if err != nil {
			t.Fatal(err)
		}
		rows := genRows(9, steps, 10).Draw(t, "rows")
		want := engineByChains(rows, steps, window, has)
		if got := w.EveryChain(rows); got != want {
			t.Fatalf("EveryChain, modes %v: got %d, want %d", modes, got, want)
		}
		got := w.Level(rows)
		switch exact := has[funnel.StrictOnce] || !has[funnel.StrictIncrease]; {
		case exact && got != want:
			t.Fatalf("Level, modes %v: got %d, want %d", modes, got, want)
		case got > want && !has[funnel.StrictOrder] && !has[funnel.StrictDeduplication]:
			t.Fatalf("Level, modes %v: got %d, more than the rule's %d", modes, got, want)
		}
	})
}

// An ordered funnel counts as strict_once does, so a definition may be pushed
// down to the engine.
func TestRun_agreesWithStrictOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(genStep(), 1, 4).Draw(t, "steps")
		window := rapid.IntRange(1, 12).Draw(t, "window")
		d := funnel.Definition{Window: time.Duration(window) * time.Second}
		for _, s := range steps {
			d.Steps = append(d.Steps, s.step)
		}
		var events []siyu.Event
		var rows []funnel.Row
		for i, e := range genEvents(30, 40).Draw(t, "events") {
			events = append(events, e.event(0, i))
			row := funnel.Row{At: int64(e.at)}
			for k, s := range steps {
				if s.meets(e) {
					row.Met |= funnel.Met(k + 1)
				}
			}
			rows = append(rows, row)
		}
		w, err := funnel.NewWindowFunnel(len(steps), int64(window), funnel.StrictOnce)
		if err != nil {
			t.Fatal(err)
		}
		report, err := funnel.Run(newLog(t, events), d)
		if err != nil {
			t.Fatal(err)
		}
		level := 0
		for _, n := range countsOf(report) {
			level += n
		}
		if want := w.Level(rows); level != want {
			t.Fatalf("level %d, the engine's is %d", level, want)
		}
	})
}

// A hundred thousand rows of one user come to an end: in the
// engine strict_once keeps a number of chains that explodes.
func TestWindowFunnel_heavyUser(t *testing.T) {
	var rows []funnel.Row
	for i := range int64(100_000) {
		rows = append(rows, funnel.Row{At: i / 3, Met: funnel.Met(1+int(i%3)) | funnel.Met(1+int(i/7%3))})
	}
	for _, modes := range [][]funnel.Mode{
		{},
		{funnel.StrictOnce},
		{funnel.StrictIncrease},
		{funnel.StrictOnce, funnel.StrictIncrease},
		{funnel.StrictOrder},
		{funnel.StrictOrder, funnel.AllowReentry, funnel.StrictOnce},
		{funnel.StrictDeduplication, funnel.StrictOnce},
	} {
		w, err := funnel.NewWindowFunnel(4, 1<<40, modes...)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Level(rows); got > 3 {
			t.Errorf("modes %v: level %d of 3", modes, got)
		}
	}
}

func TestNewWindowFunnel_refuses(t *testing.T) {
	for _, c := range []struct {
		steps  int
		window int64
		modes  []funnel.Mode
	}{
		{0, 1, nil},
		{33, 1, nil},
		{2, -1, nil},
		{2, 1, []funnel.Mode{"strict"}},
		{2, 1, []funnel.Mode{funnel.AllowReentry}},
	} {
		if _, err := funnel.NewWindowFunnel(c.steps, c.window, c.modes...); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("NewWindowFunnel(%d, %d, %v) = %v", c.steps, c.window, c.modes, err)
		}
	}
}

// A pattern without times gives the same by the search as by following states,
// which a condition that always holds selects.
func TestPattern_timedAgreesWithUntimed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for range rapid.IntRange(1, 5).Draw(t, "length") {
			text += rapid.SampledFrom([]string{"(?1)", "(?2)", "(?3)", ".", ".*"}).Draw(t, "action")
		}
		rows := genRows(8, 3, 20).Draw(t, "rows")
		untimed, err := funnel.ParsePattern(text, 3)
		if err != nil {
			t.Fatal(err)
		}
		timed, err := funnel.ParsePattern(text+"(?t>=0)", 3)
		if err != nil {
			t.Fatal(err)
		}
		byStates, count := untimed.Match(rows), untimed.Count(rows)
		if bySearch := timed.Match(rows); byStates != bySearch {
			t.Fatalf("%s: %v by states, %v by search", text, byStates, bySearch)
		}
		seen := slices.ContainsFunc(rows, func(r funnel.Row) bool { return r.Met != 0 })
		if seen && byStates != (count > 0) {
			t.Fatalf("%s: match %v, counted %d", text, byStates, count)
		}
	})
}

func TestParsePattern_refuses(t *testing.T) {
	for _, text := range []string{"x", "(?4)", "(?0)", "(?1", "(?t=1)", "(?t<)", "(?1)(?t<1)(?t>0)", "(?-1)", "?"} {
		if _, err := funnel.ParsePattern(text, 3); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("ParsePattern(%q) = %v", text, err)
		}
	}
}
