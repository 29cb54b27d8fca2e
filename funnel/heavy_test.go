package funnel_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu/funnel"
)

// heavyMode is a way to look at one user with very many events.
type heavyMode struct {
	name string
	run  func(log *funnel.Log, rows []funnel.Row) error
}

// heavyModes are all that a funnel may be, each with what it costs most.
func heavyModes() []heavyMode {
	var modes []heavyMode
	steps := []funnel.Step{{Event: "a"}, {Event: "b"}, {Event: "c"}, {Event: "d"}}
	run := func(name string, change func(d *funnel.Definition)) {
		d := funnel.Definition{Steps: append([]funnel.Step(nil), steps...), Window: 1000 * time.Second}
		change(&d)
		modes = append(modes, heavyMode{name, func(log *funnel.Log, _ []funnel.Row) error {
			_, err := funnel.Run(log, d)
			return err
		}})
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
	modes = append(modes, heavyMode{"stops, totals", func(log *funnel.Log, _ []funnel.Row) error {
		_, err := funnel.Stops(log, funnel.Definition{Steps: steps, Window: 1000 * time.Second, Counting: funnel.Totals}, epoch)
		return err
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
		modes = append(modes, heavyMode{fmt.Sprintf("windowFunnel%q", mode), func(_ *funnel.Log, rows []funnel.Row) error {
			w, err := funnel.NewWindowFunnel(4, 1000, mode...)
			if err == nil {
				w.Level(rows)
			}
			return err
		}})
	}
	modes = append(modes, heavyMode{"retention", func(_ *funnel.Log, rows []funnel.Row) error {
		funnel.Retention(4, rows)
		return nil
	}})
	for _, text := range []string{"(?1).*(?2).*(?3).*(?4)", "(?1)(?t<=100000)(?2).*(?t>=500)(?3).*(?4)(?4)"} {
		modes = append(modes, heavyMode{"sequence " + text, func(_ *funnel.Log, rows []funnel.Row) error {
			p, err := funnel.ParsePattern(text, 4)
			if err != nil {
				return err
			}
			p.Match(rows)
			p.Count(rows)
			return nil
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

// One user with very many events costs his share and no more, in every mode:
// eight times the events cost about eight times the CPU, not sixty-four times.
func TestHeavyUser_costsHisShare(t *testing.T) {
	if cpuSeconds() == 0 {
		t.Skip("this system does not tell CPU time")
	}
	const (
		small, times = 1 << 13, 8
		most         = 3 * times
		tries        = 6 // against noise: what is linear is so once
	)
	for _, last := range []bool{true, false} {
		few, fewRows := heavyUser(t, small, last)
		many, manyRows := heavyUser(t, times*small, last)
		for _, mode := range heavyModes() {
			growth := 0.0
			for range tries {
				one := cpuOf(t, mode, few, fewRows)
				growth = cpuOf(t, mode, many, manyRows) / one
				if growth < most {
					break
				}
			}
			if growth >= most {
				t.Errorf("%s, last step %t: %d times the events cost %.0f times the CPU", mode.name, last, times, growth)
			}
		}
	}
}

// cpuOf returns the CPU seconds of a run, of enough runs to be measured.
func cpuOf(t *testing.T, mode heavyMode, log *funnel.Log, rows []funnel.Row) float64 {
	begin := cpuSeconds()
	for n := 1.0; ; n++ {
		if err := mode.run(log, rows); err != nil {
			t.Fatalf("%s: %v", mode.name, err)
		}
		if took := cpuSeconds() - begin; took > 0.004 {
			return took / n
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
					if err := mode.run(log, rows); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric((cpuSeconds()-start)/float64(b.N)/float64(n)*1e9, "cpu-ns/event")
			})
		}
	}
}
