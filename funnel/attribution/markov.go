package attribution

import (
	"math"
	"slices"
	"strings"
)

// chain is a Markov chain over journeys. State 0 is the start; every other one
// is the last touches, as many as the order says. A journey ends in a
// conversion or in nothing.
type chain struct {
	last  []string // channel of each state; empty for the start
	moves []map[int]float64
	to    []float64 // chance to convert next
	known map[string]int
}

func newChain(journeys []Journey, order int) *chain {
	c := &chain{known: map[string]int{}}
	c.state(nil)
	counts := []float64{}
	for _, j := range journeys {
		if len(j.Touches) == 0 {
			continue
		}
		at := 0
		var memory []string
		for _, t := range j.Touches {
			memory = append(memory, t.Channel)
			if len(memory) > order {
				memory = memory[1:]
			}
			next := c.state(memory)
			c.moves[at][next]++
			at = next
		}
		if j.Converted {
			c.to[at]++
		} else {
			c.moves[at][nothing]++
		}
	}
	for s := range c.moves {
		total := c.to[s]
		for _, n := range c.moves[s] {
			total += n
		}
		counts = append(counts, total)
	}
	for s, total := range counts {
		for next := range c.moves[s] {
			c.moves[s][next] /= total
		}
		if total > 0 {
			c.to[s] /= total
		}
	}
	return c
}

const nothing = -1

func (c *chain) state(memory []string) int {
	var key strings.Builder
	for _, channel := range memory {
		key.WriteString(channel)
		key.WriteByte(0xff) // never part of UTF-8
	}
	if s, known := c.known[key.String()]; known {
		return s
	}
	s := len(c.last)
	c.known[key.String()] = s
	last := ""
	if len(memory) > 0 {
		last = memory[len(memory)-1]
	}
	c.last = append(c.last, last)
	c.moves = append(c.moves, map[int]float64{})
	c.to = append(c.to, 0)
	return s
}

// convert returns the chance that a journey converts when every visit to the
// channel without is the end. It solves the equations of the absorbing chain by
// Gauss and Seidel's iteration, which for such a chain always converges; the
// sums are taken in a fixed order, so the answer is the same on every run.
func (c *chain) convert(without string, removed bool) float64 {
	type edge struct {
		to     int
		chance float64
	}
	edges := make([][]edge, len(c.moves))
	for s, moves := range c.moves {
		for next, chance := range moves {
			if next != nothing && !(removed && c.last[next] == without) {
				edges[s] = append(edges[s], edge{next, chance})
			}
		}
		slices.SortFunc(edges[s], func(a, b edge) int { return a.to - b.to })
	}
	p := make([]float64, len(c.moves))
	for range maxRounds {
		change := 0.0
		for s := len(p) - 1; s >= 0; s-- {
			sum, own := c.to[s], 0.0
			for _, e := range edges[s] {
				if e.to == s {
					own = e.chance
					continue
				}
				sum += e.chance * p[e.to]
			}
			next := sum / (1 - own)
			change = max(change, math.Abs(next-p[s]))
			p[s] = next
		}
		if change < 1e-15 {
			break
		}
	}
	return p[0]
}

const maxRounds = 100_000

// divideByMarkov credits all conversions with a touch in proportion to the
// removal effects.
func (l *ledger) divideByMarkov(journeys []Journey, order int) error {
	money, conversions := l.report.Total-l.report.Unattributed, int64(0)
	for _, j := range journeys {
		if j.Converted && len(j.Touches) > 0 {
			conversions++
		}
	}
	if conversions == 0 {
		return nil
	}
	c := newChain(journeys, order)
	all := c.convert("", false)
	weights := make([]int64, len(l.report.Channels))
	for i := range l.report.Channels {
		channel := &l.report.Channels[i]
		channel.Removal = min(max(1-c.convert(channel.Channel, true)/all, 0), 1)
		weights[i] = int64(math.Round(channel.Removal * (1 << 40)))
	}
	credits, err := money.Split(weights...)
	if err != nil {
		return err
	}
	count, err := thousand.Times(conversions)
	if err != nil {
		return err
	}
	shares, err := count.Split(weights...)
	if err != nil {
		return err
	}
	for i := range l.report.Channels {
		l.report.Channels[i].Credit = credits[i]
		l.report.Channels[i].Conversions = int64(shares[i])
	}
	return nil
}
