// Command growth measures what an event costs as a funnel grows: it lays out and
// counts logs of 1 to 200 million events, ten to a user, prints a table, and draws
// it. If the cost is linear the lines are level.
//
//	cd bench && go run ./growth -svg ../docs/funnel-growth.svg
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/funnel"
)

const (
	tick          = 10 * time.Millisecond
	eventsPerUser = 10
)

var names = []string{"visit", "view", "cart", "order", "pay"}

func main() {
	sizes := flag.String("millions", "1,2,5,10,20,50,100,200", "sizes in million events")
	turns := flag.Int("turns", 3, "how often each is measured; the median counts")
	svg := flag.String("svg", "", "file to draw to")
	flag.Parse()
	if err := run(*sizes, *turns, *svg); err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

func run(sizes string, turns int, svg string) error {
	var points []point
	fmt.Println("events  bytes/event  build cpu-ns/event  count cpu-ns/event")
	for size := range strings.SplitSeq(sizes, ",") {
		millions, err := strconv.ParseFloat(size, 64)
		if err != nil || millions <= 0 {
			return fmt.Errorf("%q is not a size", size)
		}
		p, err := measure(uint64(millions*1e6), max(turns, 1))
		if err != nil {
			return err
		}
		fmt.Printf("%5gM  %11.2f  %18.1f  %18.2f\n", millions, p.bytes, p.build, p.count)
		points = append(points, p)
		runtime.GC()
	}
	first, last := points[0], points[len(points)-1]
	fmt.Printf("from %.0f to %.0f events the cost of one is %.2f-fold in building and %.2f-fold in counting\n",
		first.events, last.events, last.build/first.build, last.count/first.count)
	if svg == "" {
		return nil
	}
	return draw(points, svg)
}

// point is what an event costs in a log of a size.
type point struct {
	events       float64
	bytes        float64
	build, count float64 // CPU nanoseconds
}

func measure(events uint64, turns int) (point, error) {
	users := max(events/eventsPerUser, 1)
	who, when, what := make([]uint32, events), make([]uint32, events), make([]uint8, events)
	for i := range events {
		who[i], when[i], what[i] = gen.Event(i, events, users)
	}
	d := funnel.Definition{Window: 7 * 24 * time.Hour}
	for _, name := range names {
		d.Steps = append(d.Steps, funnel.Step{Event: name})
	}
	var builds, counts []float64
	p := point{events: float64(events)}
	for range turns {
		began := cpu()
		b := funnel.NewBuilder(int(users), names, &funnel.BuilderOptions{Tick: tick})
		b.AddColumns(who, when, what)
		log, err := b.Log()
		if err != nil {
			return p, err
		}
		builds = append(builds, (cpu()-began)/p.events)
		p.bytes = float64(log.Bytes()) / p.events
		took, err := counting(log, d, p.events)
		if err != nil {
			return p, err
		}
		counts = append(counts, took)
	}
	p.build, p.count = median(builds), median(counts)
	return p, nil
}

// counting counts a log as often as it takes to be measured, and checks that
// somebody reached the last step.
func counting(log *funnel.Log, d funnel.Definition, events float64) (ns float64, err error) {
	began := cpu()
	for n := 1.0; ; n++ {
		counts, err := funnel.Count(log, d)
		if err != nil {
			return 0, err
		}
		if counts.Steps[len(counts.Steps)-1] == 0 {
			return 0, errors.New("nobody reached the last step")
		}
		if took := cpu() - began; took > 1e8 {
			return took / n / events, nil
		}
	}
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// cpu returns the nanoseconds of CPU that the process has taken.
func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // cannot fail with a valid argument
	}
	return float64(u.Utime.Nano() + u.Stime.Nano())
}
