package funnel_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// workload is the events table of the performance page: event i of n over u
// users, in the order of time, five kinds, thirty days in ticks of 10 ms.
func workload(i, n, u uint64) (user, tick uint32, name uint8) {
	h := mix(42, i)
	x := h >> 32
	rank := (((x * x) >> 32) * u) >> 32
	return uint32(rank * 7368787 % u), uint32(i * 259200000 / n), kinds[h&0xffff>>1]
}

func mix(seed, i uint64) uint64 {
	z := seed + (i+1)*0x9E3779B97F4A7C15
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

var kinds = func() (t [1 << 15]uint8) {
	for i := range t {
		for _, bound := range []int{26214, 42598, 53740, 60948} {
			if i*2 >= bound {
				t[i]++
			}
		}
	}
	return t
}()

var fiveSteps = funnel.Definition{
	Steps:  []funnel.Step{{Event: "a"}, {Event: "b"}, {Event: "c"}, {Event: "d"}, {Event: "e"}},
	Window: 7 * 24 * time.Hour,
}

// benchEvents is how many events the benchmarks take: $SIYU_EVENTS or a million.
func benchEvents() uint64 {
	n, err := strconv.ParseFloat(os.Getenv("SIYU_EVENTS"), 64)
	if err != nil || n < 10 {
		n = 1e6
	}
	return uint64(n)
}

func columns(n, u uint64) (users, ticks []uint32, names []uint8) {
	users, ticks, names = make([]uint32, n), make([]uint32, n), make([]uint8, n)
	for i := range n {
		users[i], ticks[i], names[i] = workload(i, n, u)
	}
	return users, ticks, names
}

func buildLog(tb testing.TB, n, u uint64, users, ticks []uint32, names []uint8) *funnel.Log {
	b := funnel.NewBuilder(int(u), []string{"a", "b", "c", "d", "e"}, &funnel.BuilderOptions{Tick: 10 * time.Millisecond})
	b.AddColumns(users, ticks, names)
	log, err := b.Log()
	if err != nil {
		tb.Fatal(err)
	}
	return log
}

// report adds the events per second of wall time and the CPU seconds of one
// run: on a machine that others use too, the latter tell more.
func report(b *testing.B, events uint64, start float64) {
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric((cpuSeconds()-start)/float64(b.N), "cpu-s/op")
}

func BenchmarkBuild(b *testing.B) {
	n := benchEvents()
	users, ticks, names := columns(n, n/10)
	b.Run(fmt.Sprintf("events=%.0e", float64(n)), func(b *testing.B) {
		start := cpuSeconds()
		for b.Loop() {
			buildLog(b, n, n/10, users, ticks, names)
		}
		report(b, n, start)
	})
}

func BenchmarkNewLog(b *testing.B) {
	n := benchEvents()
	events := func(yield func(siyu.Event, error) bool) {
		for i := range n {
			user, tick, name := workload(i, n, n/10)
			e := siyu.Event{
				ID: siyu.EventID(strconv.FormatUint(i, 36)), User: siyu.UserID(strconv.FormatUint(uint64(user), 36)), Name: kindNames[name],
				At: epoch.Add(time.Duration(tick) * 10 * time.Millisecond),
			}
			if !yield(e, nil) {
				return
			}
		}
	}
	b.Run(fmt.Sprintf("events=%.0e", float64(n)), func(b *testing.B) {
		b.ReportAllocs()
		start := cpuSeconds()
		for b.Loop() {
			log, err := funnel.NewLog(events, &funnel.LogOptions{DropIDs: true})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(log.Bytes())/float64(n), "B/event")
		}
		report(b, n, start)
	})
}

func BenchmarkCount(b *testing.B) {
	n := benchEvents()
	users, ticks, names := columns(n, n/10)
	log := buildLog(b, n, n/10, users, ticks, names)
	b.Run(fmt.Sprintf("events=%.0e", float64(n)), func(b *testing.B) {
		b.ReportAllocs()
		start := cpuSeconds()
		for b.Loop() {
			counts, err := funnel.Count(log, fiveSteps)
			if err != nil {
				b.Fatal(err)
			}
			if n == 1e8 && fmt.Sprint(counts.Steps) != "[9397119 5631192 1795038 455691 128085]" {
				b.Fatal(counts.Steps)
			}
		}
		b.ReportMetric(float64(log.Bytes())/float64(n), "B/event")
		report(b, n, start)
	})
}

func BenchmarkRun(b *testing.B) {
	n := benchEvents()
	users, ticks, names := columns(n, n/10)
	log := buildLog(b, n, n/10, users, ticks, names)
	b.Run(fmt.Sprintf("events=%.0e", float64(n)), func(b *testing.B) {
		b.ReportAllocs()
		start := cpuSeconds()
		for b.Loop() {
			if _, err := funnel.Run(log, fiveSteps); err != nil {
				b.Fatal(err)
			}
		}
		report(b, n, start)
	})
}
