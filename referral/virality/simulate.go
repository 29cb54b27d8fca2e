package virality

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// Trial says what [Offspring.Simulate] plays through.
type Trial struct {
	Seeds      int    // members at the start
	Cycles     int    // generations after them
	Population int    // how many there are to be won, the seeds included; 0 means MaxMembers
	Runs       int    // how often; 1000 gives intervals within a few per cent
	Seed       uint64 // of the generator: the same seed gives the same answer

	// Cost, if set, prices a run: parent[i] is the number of i's inviter, below
	// i, or -1. It is called once a run and must not keep the slice; package
	// forest reckons such a table.
	Cost func(parent []int32) (siyu.Money, error)
}

// Limits of a trial.
const (
	MaxMembers = 1_000_000 // in one run
	MaxRuns    = 100_000
)

// Outlook is what came out over all runs.
type Outlook struct {
	Members Spread
	Cost    Spread // in minor units; zeros without a price
	Extinct int    // runs in which a cycle brought nobody, before the population was won
}

// Spread is how a figure is distributed: in nine runs of ten it was within Low
// and High.
type Spread struct {
	Mean, Low, Median, High float64 // Low and High are the 5 % and 95 % quantiles
}

// Simulate plays the branching process: each member brings others by the law,
// once, in the order of joining, until the population is won. It stops between
// runs when the context ends.
func (o Offspring) Simulate(ctx context.Context, t Trial) (Outlook, error) {
	if t.Population == 0 {
		t.Population = MaxMembers
	}
	switch {
	case len(o.pmf) == 0:
		return Outlook{}, siyu.Invalid("offspring", "has no probabilities")
	case t.Seeds < 1 || t.Seeds > t.Population || t.Population > MaxMembers:
		return Outlook{}, siyu.Invalid("seeds", "needs 1 <= seeds <= population <= %d", MaxMembers)
	case t.Cycles < 0 || t.Cycles > MaxCycles:
		return Outlook{}, siyu.Invalid("cycles", "is outside 0..%d", MaxCycles)
	case t.Runs < 1 || t.Runs > MaxRuns:
		return Outlook{}, siyu.Invalid("runs", "is outside 1..%d", MaxRuns)
	}
	cumulative := make([]float64, len(o.f))
	sum := 0.0
	for i, p := range o.f {
		sum += p
		cumulative[i] = sum
	}
	cumulative[len(cumulative)-1] = math.Inf(1) // whatever the sum rounds to
	var (
		members = make([]float64, t.Runs)
		costs   = make([]float64, t.Runs)
		parent  []int32
		out     Outlook
	)
	for run := range t.Runs {
		if err := ctx.Err(); err != nil {
			return Outlook{}, err
		}
		var extinct bool
		parent, extinct = t.grow(parent[:0], cumulative, rand.New(rand.NewPCG(t.Seed, uint64(run))))
		members[run] = float64(len(parent))
		if extinct {
			out.Extinct++
		}
		if t.Cost != nil {
			cost, err := t.Cost(parent)
			if err != nil {
				return Outlook{}, err
			}
			costs[run] = float64(cost)
		}
	}
	out.Members = spread(members)
	if t.Cost != nil {
		out.Cost = spread(costs)
	}
	return out, nil
}

// grow plays one run.
func (t Trial) grow(parent []int32, cumulative []float64, random *rand.Rand) (_ []int32, extinct bool) {
	for range t.Seeds {
		parent = append(parent, -1)
	}
	start := 0
	for range t.Cycles {
		end := len(parent)
		for i := start; i < end; i++ {
			u := random.Float64()
			children, _ := slices.BinarySearchFunc(cumulative, u, func(c, u float64) int {
				if c > u {
					return 1
				}
				return -1
			})
			for range children {
				if len(parent) == t.Population {
					return parent, false
				}
				parent = append(parent, int32(i))
			}
		}
		if len(parent) == end {
			return parent, true
		}
		start = end
	}
	return parent, false
}

func spread(values []float64) Spread {
	s := Spread{Mean: stats.Mean(values)}
	slices.Sort(values)
	s.Low, s.Median, s.High = stats.Quantile(values, 0.05), stats.Quantile(values, 0.5), stats.Quantile(values, 0.95)
	return s
}
