package funnel_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"github.com/siyu-go/siyu/internal/hugepage"
	"pgregory.net/rapid"
)

var kindNames = []string{"a", "b", "c", "d", "e", "other"}

type numbered struct {
	user, tick uint32
	name       uint8
}

func genNumbered(n int, maxTick uint32) *rapid.Generator[[]numbered] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) numbered {
		return numbered{rapid.Uint32Range(0, 3).Draw(t, "user"), rapid.Uint32Range(0, maxTick).Draw(t, "tick"), rapid.Uint8Range(0, 5).Draw(t, "name")}
	}), 0, n)
}

func plainDefinition(steps, window int) funnel.Definition {
	d := funnel.Definition{Window: time.Duration(window) * time.Second}
	for _, name := range kindNames[:steps] {
		d.Steps = append(d.Steps, funnel.Step{Event: name})
	}
	return d
}

// A tracker's answer is that of a log of the events that it took, at any time,
// also after a snapshot is restored, and however late events come.
func TestTracker_agreesWithCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := plainDefinition(rapid.IntRange(1, 5).Draw(t, "steps"), rapid.IntRange(1, 20).Draw(t, "window"))
		opts := &funnel.TrackerOptions{Lateness: time.Duration(rapid.IntRange(0, 40).Draw(t, "lateness")) * time.Second}
		if rapid.Bool().Draw(t, "sessions") {
			d.Counting, d.SessionGap = funnel.Sessions, time.Duration(rapid.IntRange(1, 8).Draw(t, "gap"))*time.Second
		}
		tracker, err := funnel.NewTracker(d, kindNames, opts)
		if err != nil {
			t.Fatal(err)
		}
		b := funnel.NewBuilder(4, kindNames, nil)
		taken, refused := 0, 0
		for _, e := range genNumbered(40, 60).Draw(t, "events") {
			if !tracker.Add(e.user, e.tick, e.name) {
				refused++
				continue
			}
			taken++
			b.Add(e.user, e.tick, e.name)
			if rapid.IntRange(0, 9).Draw(t, "restart") == 0 {
				var buffer bytes.Buffer
				if err := tracker.Snapshot(&buffer); err != nil {
					t.Fatal(err)
				}
				if tracker, err = funnel.RestoreTracker(&buffer, d, kindNames, opts); err != nil {
					t.Fatal(err)
				}
			}
		}
		log, err := b.Log()
		if err != nil {
			t.Fatal(err)
		}
		want, err := funnel.Count(log, d)
		if err != nil {
			t.Fatal(err)
		}
		if got := tracker.Steps(); fmt.Sprint(got) != fmt.Sprint(want.Steps) || tracker.Refused() != refused {
			t.Fatalf("got %v and %d refused, want %v and %d, of %d events taken", got, tracker.Refused(), want.Steps, refused, taken)
		}
	})
}

// Trackers of different users merge in any order to the answer of one.
func TestTracker_Merge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := plainDefinition(3, 10)
		if rapid.Bool().Draw(t, "sessions") {
			d.Counting, d.SessionGap = funnel.Sessions, 4*time.Second
		}
		newTracker := func() *funnel.Tracker {
			tracker, err := funnel.NewTracker(d, kindNames, &funnel.TrackerOptions{Lateness: 100 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			return tracker
		}
		one := newTracker()
		parts := []*funnel.Tracker{newTracker(), newTracker(), newTracker(), newTracker()}
		for _, e := range genNumbered(60, 60).Draw(t, "events") {
			one.Add(e.user, e.tick, e.name)
			parts[e.user].Add(e.user, e.tick, e.name)
		}
		all := newTracker()
		for _, i := range rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "order") {
			if err := all.Merge(parts[i]); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := fmt.Sprint(all.Steps()), fmt.Sprint(one.Steps()); got != want {
			t.Fatalf("merged %s, want %s", got, want)
		}
		if one.Steps()[0] > 0 && !errors.Is(all.Merge(one), siyu.ErrConflict) {
			t.Fatal("merged trackers of the same users")
		}
	})
}

func TestNewTracker_refuses(t *testing.T) {
	condition := funnel.Condition{Prop: "p", Op: funnel.IsSet}
	for name, change := range map[string]func(*funnel.Definition){
		"strict":    func(d *funnel.Definition) { d.Order = funnel.Strict },
		"filter":    func(d *funnel.Definition) { d.Filter = &condition },
		"where":     func(d *funnel.Definition) { d.Steps[1].Where = []funnel.Condition{condition} },
		"optional":  func(d *funnel.Definition) { d.Steps[1].Optional = true },
		"repeated":  func(d *funnel.Definition) { d.Steps[1].Event = "a" },
		"not named": func(d *funnel.Definition) { d.Steps[1].Event = "z" },
		"no window": func(d *funnel.Definition) { d.Window = 0 },
		"totals":    func(d *funnel.Definition) { d.Counting = funnel.Totals },
		"too wide":  func(d *funnel.Definition) { d.Window = 1 << 62 },
	} {
		d := plainDefinition(3, 10)
		change(&d)
		if _, err := funnel.NewTracker(d, kindNames, nil); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRestoreTracker(f *testing.F) {
	d := plainDefinition(5, 10)
	tracker, err := funnel.NewTracker(d, kindNames, nil)
	if err != nil {
		f.Fatal(err)
	}
	for i := range uint32(50) {
		tracker.Add(i%7, i, uint8(i%6))
	}
	var whole bytes.Buffer
	if err := tracker.Snapshot(&whole); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add(whole.Bytes()[:100])
	f.Add([]byte("siyufnl\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		restored, err := funnel.RestoreTracker(bytes.NewReader(data), d, kindNames, nil)
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := restored.Snapshot(&again); err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(data, again.Bytes()) {
			t.Fatal("a snapshot that was accepted is written otherwise")
		}
		restored.Add(1, 100, 0)
		restored.Steps()
	})
}

// Sixteen bytes a user, and an answer at any moment.
func ExampleTracker() {
	d := funnel.Definition{
		Steps:  []funnel.Step{{Event: "lead"}, {Event: "application"}, {Event: "paid"}},
		Window: time.Hour,
	}
	tracker, err := funnel.NewTracker(d, []string{"lead", "application", "paid"}, &funnel.TrackerOptions{Lateness: time.Minute})
	if err != nil {
		fmt.Println(err)
		return
	}
	tracker.Add(7, 100, 0)
	tracker.Add(8, 130, 0)
	tracker.Add(7, 120, 1) // ten seconds late: fine
	fmt.Println(tracker.Steps())
	fmt.Println(tracker.Add(8, 10, 1), tracker.Refused()) // two minutes late: refused
	// Output:
	// [2 1 0]
	// false 1
}

// BenchmarkTracker streams events in the order of time, and beside it measures,
// in the same run and on the same core, how fast the machine reads, changes and
// writes words all over as much memory as the users take: what no tracker can
// pass by much.
func BenchmarkTracker(b *testing.B) {
	n := benchEvents()
	users, ticks, names := columns(n, n/10)
	opts := &funnel.TrackerOptions{BuilderOptions: funnel.BuilderOptions{Tick: 10 * time.Millisecond}}
	b.Run(fmt.Sprintf("events=%.0e", float64(n)), func(b *testing.B) {
		ours, limit := 0.0, 0.0
		for b.Loop() {
			tracker, err := funnel.NewTracker(fiveSteps, kindNames, opts)
			if err != nil {
				b.Fatal(err)
			}
			start := cpuSeconds()
			for i, user := range users {
				tracker.Add(user, ticks[i], names[i])
			}
			ours += cpuSeconds() - start
			words := hugepage.Make[uint64](tracker.Bytes() / 8)
			changeAllOver(words, uint64(len(words))) // the pages are there
			start = cpuSeconds()
			changeAllOver(words, n)
			limit += cpuSeconds() - start
			b.ReportMetric(float64(tracker.Bytes())/float64(n/10), "B/user")
		}
		b.ReportMetric(float64(n)*float64(b.N)/ours, "events/cpu-s")
		b.ReportMetric(float64(n)*float64(b.N)/limit, "changes/cpu-s")
		b.ReportMetric(100*limit/ours, "%limit")
	})
}

// changeAllOver adds to n words at random.
func changeAllOver(words []uint64, n uint64) {
	size := uint64(len(words))
	for i := range n {
		words[mix(1, i)>>32*size>>32]++
	}
}
