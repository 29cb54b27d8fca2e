package funnel_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// A log built from integers answers as one built from the same events.
func TestBuilder_equalsNewLog(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f", "g"}
	rapid.Check(t, func(t *rapid.T) {
		users := rapid.IntRange(1, 700).Draw(t, "users")
		n := rapid.IntRange(0, 400).Draw(t, "events")
		steps := rapid.IntRange(1, len(names)).Draw(t, "steps")
		maxTick := rapid.Uint32Range(0, 200).Draw(t, "max tick")
		single := rapid.Bool().Draw(t, "one by one")
		seed := rapid.Uint64().Draw(t, "seed")
		b := funnel.NewBuilder(users, names, nil)
		var events []siyu.Event
		var us, ts []uint32
		var ns []uint8
		for i := range uint64(n) {
			h := mix(seed, i)
			user, tick, name := uint32(h%uint64(min(users, 9))), uint32(h>>20)%(maxTick+1), uint8(h>>50)%uint8(len(names))
			us, ts, ns = append(us, user), append(ts, tick), append(ns, name)
			if single {
				b.Add(user, tick, name)
			}
			events = append(events, siyu.Event{
				ID: siyu.EventID(strconv.Itoa(int(i))), User: siyu.UserID(strconv.Itoa(int(user))),
				Name: names[name], At: time.Unix(int64(tick), 0),
			})
		}
		if !single {
			b.AddColumns(us[:n/2], ts[:n/2], ns[:n/2])
			b.AddColumns(us[n/2:], ts[n/2:], ns[n/2:])
		}
		fromNumbers, err := b.Log()
		if err != nil {
			t.Fatal(err)
		}
		if fromNumbers.Users() != users || fromNumbers.Events() != n {
			t.Fatalf("log of %d users and %d events, want %d and %d", fromNumbers.Users(), fromNumbers.Events(), users, n)
		}
		d := funnel.Definition{Window: time.Duration(rapid.IntRange(1, 90).Draw(t, "window")) * time.Second}
		for _, name := range names[:steps] {
			d.Steps = append(d.Steps, funnel.Step{Event: name})
		}
		want, err := funnel.Run(newLog(t, events), d)
		if err != nil {
			t.Fatal(err)
		}
		for _, log := range []*funnel.Log{fromNumbers, newLog(t, events)} {
			fast, err := funnel.Count(log, d)
			if err != nil {
				t.Fatal(err)
			}
			full, err := funnel.Run(log, d)
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(fast.Steps, countsOf(full)); got != fmt.Sprint(countsOf(want), countsOf(want)) {
				t.Fatalf("got %s, want %v twice", got, countsOf(want))
			}
			for k := range full.Steps {
				if g, w := full.Steps[k].Time, want.Steps[k].Time; g.Mean != w.Mean || g.Median != w.Median {
					t.Fatalf("step %d: times %v, want %v", k, g, w)
				}
			}
		}
	})
}

func TestBuilder_refuses(t *testing.T) {
	for name, build := range map[string]func() *funnel.Builder{
		"user": func() *funnel.Builder {
			b := funnel.NewBuilder(2, []string{"a"}, nil)
			b.Add(2, 0, 0)
			return b
		},
		"user in columns": func() *funnel.Builder {
			b := funnel.NewBuilder(2, []string{"a"}, nil)
			b.AddColumns([]uint32{2}, []uint32{0}, []uint8{0})
			return b
		},
		"name": func() *funnel.Builder {
			b := funnel.NewBuilder(2, []string{"a"}, nil)
			b.AddColumns([]uint32{1}, []uint32{0}, []uint8{1})
			return b
		},
		"tick": func() *funnel.Builder {
			b := funnel.NewBuilder(2, []string{"a"}, nil)
			b.Add(1, funnel.MaxTick+1, 0)
			return b
		},
		"lengths": func() *funnel.Builder {
			b := funnel.NewBuilder(2, []string{"a"}, nil)
			b.AddColumns([]uint32{1}, []uint32{0, 1}, []uint8{0})
			return b
		},
		"users": func() *funnel.Builder { return funnel.NewBuilder(-1, nil, nil) },
		"unit": func() *funnel.Builder {
			return funnel.NewBuilder(1, nil, &funnel.BuilderOptions{Tick: time.Nanosecond})
		},
	} {
		if _, err := build().Log(); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s out of range: %v", name, err)
		}
	}
}

// The answer of the published workload, a tenth of a million events.
func TestCount_workload(t *testing.T) {
	const n, u = 100_000, 10_000
	users, ticks, names := columns(n, u)
	log := buildLog(t, n, u, users, ticks, names)
	fast, err := funnel.Count(log, fiveSteps)
	if err != nil {
		t.Fatal(err)
	}
	slow, err := funnel.Run(log, fiveSteps)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(fast.Steps) != fmt.Sprint(countsOf(slow)) || fast.Steps[0] == 0 {
		t.Fatalf("Count %v, Run %v", fast.Steps, countsOf(slow))
	}
}

func TestBuilder_empty(t *testing.T) {
	for _, users := range []int{0, 1, 1000} {
		log, err := funnel.NewBuilder(users, []string{"a"}, nil).Log()
		if err != nil {
			t.Fatal(err)
		}
		d := funnel.Definition{Steps: []funnel.Step{{Event: "a"}, {Event: "b"}}, Window: time.Hour}
		counts, err := funnel.Count(log, d)
		if err != nil || counts.Units != users || fmt.Sprint(counts.Steps) != "[0 0]" {
			t.Errorf("%d users: %+v, %v", users, counts, err)
		}
		report, err := funnel.Run(log, d)
		if err != nil || report.Steps[1].Next.High != 1 || len(report.Reached(0)) != 0 {
			t.Errorf("%d users: %+v, %v", users, report, err)
		}
	}
	if _, err := funnel.Run(newLog(t, nil), funnel.Definition{Steps: []funnel.Step{{Any: true}}, Window: 1}); err != nil {
		t.Error(err)
	}
}
