package funnel_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/siyu-go/siyu/funnel"
)

// heavyMode is a way to look at one user with very many events.
type heavyMode struct {
	name string
	// run tells whether the user took the last step as the mode wants it.
	run func(log *funnel.Log, rows []funnel.Row) (done bool, err error)
	// always and never: whatever he did, by what the mode asks for.
	always, never bool
}

// heavyModes are all that a funnel may be, each with what it costs most.
func heavyModes() []heavyMode {
	var modes []heavyMode
	steps := []funnel.Step{{Event: "a"}, {Event: "b"}, {Event: "c"}, {Event: "d"}}
	run := func(name string, change func(d *funnel.Definition)) {
		d := funnel.Definition{Steps: append([]funnel.Step(nil), steps...), Window: 1000 * time.Second}
		change(&d)
		modes = append(modes, heavyMode{name: name, run: func(log *funnel.Log, _ []funnel.Row) (bool, error) {
			r, err := funnel.Run(log, d)
			return err == nil && r.Steps[len(r.Steps)-1].Count > 0, err
		}, always: d.Steps[3].Event == "a"})
	}
	for _, kind := range []struct {
		name   string
		change func(d *funnel.Definition)
	}{
		{"ordered", func(*funnel.Definition) {}},
		{"ordered, overlapping steps", func(d *funnel.Definition) { d.Steps[1], d.Steps[3] = funnel.Step{Any: true}, funnel.Step{Event: "a"} }},
		{"strict", func(d *funnel.Definition) { d.Order = funnel.Strict }},
		{"unordered", func(d *funnel.Definition) { d.Order = funnel.Unordered }},
		{"unordered, overlapping steps", func(d *funnel.Definition) { d.Order, d.Steps[1] = funnel.Unordered, funnel.Step{Any: true} }},
		{"groups", func(d *funnel.Definition) { d.Steps[1].Group, d.Steps[2].Group = "g", "g" }},
		{"optional", func(d *funnel.Definition) { d.Steps[1].Optional = true }},
		{"bounds", func(d *funnel.Definition) { d.Steps[2].Within = 100 * time.Second }},
		{"exclusion", func(d *funnel.Definition) { d.Exclusions = []funnel.Exclusion{{Event: "x", ToStep: 3}} }},
	} {
		run(kind.name, kind.change)
		run("totals, "+kind.name, func(d *funnel.Definition) {
			kind.change(d)
			d.Counting = funnel.Totals
		})
	}
	run("sessions", func(d *funnel.Definition) { d.Counting, d.SessionGap = funnel.Sessions, 20*time.Second })
	run("trend", func(d *funnel.Definition) { d.Trend = &funnel.Trend{Interval: funnel.Hour} })
	modes = append(modes, heavyMode{name: "stops, totals", run: func(log *funnel.Log, _ []funnel.Row) (bool, error) {
		stops, err := funnel.Stops(log, funnel.Definition{Steps: steps, Window: 1000 * time.Second, Counting: funnel.Totals}, epoch)
		return slices.ContainsFunc(stops, func(s funnel.StopCount) bool { return s.Stop == funnel.Completed }), err
	}})
	for _, mode := range [][]funnel.Mode{
		nil,
		{funnel.StrictDeduplication},
		{funnel.StrictOrder},
		{funnel.StrictIncrease},
		{funnel.StrictOnce},
		{funnel.StrictOrder, funnel.AllowReentry},
		{funnel.StrictOnce, funnel.StrictIncrease},
	} {
		modes = append(modes, heavyMode{name: fmt.Sprintf("windowFunnel%q", mode), run: func(_ *funnel.Log, rows []funnel.Row) (bool, error) {
			w, err := funnel.NewWindowFunnel(4, 1000, mode...)
			return err == nil && w.Level(rows) == 4, err
		}, never: len(mode) == 1 && (mode[0] == funnel.StrictDeduplication || mode[0] == funnel.StrictOrder)}) // his first repetition ends them
	}
	modes = append(modes, heavyMode{name: "retention", run: func(_ *funnel.Log, rows []funnel.Row) (bool, error) {
		return funnel.Retention(4, rows)[3], nil
	}})
	for _, text := range []string{"(?1).*(?2).*(?3).*(?4)", "(?1)(?t<=100000)(?2).*(?t>=500)(?3).*(?4)(?4)"} {
		modes = append(modes, heavyMode{name: "sequence " + text, run: func(_ *funnel.Log, rows []funnel.Row) (bool, error) {
			p, err := funnel.ParsePattern(text, 4)
			return err == nil && p.Match(rows) && p.Count(rows) > 0, err
		}})
	}
	return modes
}

// heavyUser returns n events of one user, 10 s apart. The last step is rare, or
// does not come at all.
func heavyUser(tb testing.TB, n int, last bool) (*funnel.Log, []funnel.Row) {
	names := []string{"a", "b", "c", "d", "x"}
	b := funnel.NewBuilder(1, names, nil)
	rows := make([]funnel.Row, n)
	for i := range n {
		h := mix(3, uint64(i))
		name := uint8(h % 3)
		switch {
		case last && h>>32%1000 == 0:
			name = 3
		case h>>32%997 == 1:
			name = 4
		}
		b.Add(0, uint32(10*i), name)
		rows[i] = funnel.Row{At: int64(10 * i)}
		if name < 4 {
			rows[i].Met = 1 << name
		}
	}
	log, err := b.Log()
	if err != nil {
		tb.Fatal(err)
	}
	return log, rows
}

// One user with very many events is counted in every mode, done where he took the
// last step and not done where he did not. What compared his events in pairs would
// not come to an end here; the cost in figures is BenchmarkHeavyUser.
func TestHeavyUser_everyMode(t *testing.T) {
	n := 1 << 18
	if testing.Short() {
		n = 1 << 14
	}
	for _, last := range []bool{true, false} {
		log, rows := heavyUser(t, n, last)
		for _, mode := range heavyModes() {
			done, err := mode.run(log, rows)
			want := mode.always || last && !mode.never
			if err != nil || done != want {
				t.Errorf("%s: done %t, want %t: %v", mode.name, done, want, err)
			}
		}
	}
}

// BenchmarkHeavyUser is the table of docs/performance.md: a million events of one
// user, who takes the last step rarely or never.
func BenchmarkHeavyUser(b *testing.B) {
	n := int(benchEvents())
	for _, last := range []bool{true, false} {
		log, rows := heavyUser(b, n, last)
		for _, mode := range heavyModes() {
			b.Run(fmt.Sprintf("%s/last=%t", mode.name, last), func(b *testing.B) {
				start := cpuSeconds()
				for b.Loop() {
					if _, err := mode.run(log, rows); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric((cpuSeconds()-start)/float64(b.N)/float64(n)*1e9, "cpu-ns/event")
			})
		}
	}
}
