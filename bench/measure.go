package main

import (
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

// cost is what something took, in seconds.
type cost struct {
	Wall float64 `json:"wall"`
	CPU  float64 `json:"cpu"` // user and system time of all threads
}

// measure runs f and returns what it took in this process.
func measure(f func() error) (cost, error) {
	cpu, wall := cpuSeconds(), time.Now()
	err := f()
	return cost{Wall: time.Since(wall).Seconds(), CPU: cpuSeconds() - cpu}, err
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // cannot fail with a valid argument
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// median returns the middle cost by wall time and that by cpu time.
func median(costs []cost) cost {
	return cost{
		Wall: middle(costs, func(c cost) float64 { return c.Wall }),
		CPU:  middle(costs, func(c cost) float64 { return c.CPU }),
	}
}

// best returns the least wall time.
func best(costs []cost) float64 {
	least := costs[0].Wall
	for _, c := range costs {
		least = min(least, c.Wall)
	}
	return least
}

func middle(costs []cost, of func(cost) float64) float64 {
	values := make([]float64, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// bandwidth is 512 MiB, more than any cache.
type bandwidth struct{ words []uint64 }

// memory is filled at its first use and shared by all workloads.
var memory = sync.OnceValue(newBandwidth)

func newBandwidth() *bandwidth {
	b := &bandwidth{words: make([]uint64, 64<<20)}
	for i := range b.words {
		b.words[i] = uint64(i)
	}
	return b
}

// measure reads it once on all cores and returns bytes a second: what the
// machine gives in this very run.
func (b *bandwidth) measure() float64 {
	parts := runtime.GOMAXPROCS(0)
	size := len(b.words) / parts
	sums := make([]uint64, parts)
	began := time.Now()
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { sums[p] = sum(b.words[p*size : (p+1)*size]) })
	}
	wg.Wait()
	took := time.Since(began).Seconds()
	runtime.KeepAlive(sums)
	return float64(8*size*parts) / took
}

// sum adds four words a turn, so that reading is what it waits for.
func sum(words []uint64) uint64 {
	var a, b, c, d uint64
	for len(words) >= 4 {
		a += words[0]
		b += words[1]
		c += words[2]
		d += words[3]
		words = words[4:]
	}
	return a + b + c + d
}
