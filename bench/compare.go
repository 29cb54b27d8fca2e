package main

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// Ours is fast enough to be asked more than once in its turn.
const (
	oursTurns   = 5
	oursSeconds = 2.0 // no further turn after that
)

// compare opens both sides, lets them have their turns alternately, and returns
// the lines to print. Answers that differ are an error.
func compare(w workload, scale float64, rounds int) (text string, err error) {
	ours, err := w.openOurs(scale)
	if err != nil {
		return "", fmt.Errorf("ours: %w", err)
	}
	defer closeSide(ours, &err)
	peer, err := w.openPeer(scale)
	if err != nil {
		return "", fmt.Errorf("peer: %w", err)
	}
	defer closeSide(peer, &err)

	var oursCosts, peerCosts []cost
	var speeds []float64
	for range rounds {
		runtime.GC() // what one turn left behind is not charged to the next
		speeds = append(speeds, memory().measure())
		want, took, err := peer.ask()
		if err != nil {
			return "", fmt.Errorf("peer: %w", err)
		}
		peerCosts = append(peerCosts, took)
		for turn, spent := 0, 0.0; turn < oursTurns && spent < oursSeconds; turn++ {
			got, took, err := ours.ask()
			if err != nil {
				return "", fmt.Errorf("ours: %w", err)
			}
			if err := check(w, scale, got, want); err != nil {
				return "", err
			}
			oursCosts = append(oursCosts, took)
			spent += took.Wall
		}
	}
	slices.Sort(speeds)
	text = report(w, scale, rounds, ours.build, peer.build, oursCosts, peerCosts, speeds[len(speeds)/2])
	if ours.note != nil {
		text += "  " + ours.note() + "\n"
	}
	return text, nil
}

func check(w workload, scale float64, got, want []int64) error {
	if !slices.Equal(got, want) {
		return fmt.Errorf("answers differ: ours %s, peer %s", brief(got), brief(want))
	}
	if known := min(len(w.exact), len(got)); scale == 1 && !slices.Equal(got[:known], w.exact) {
		return fmt.Errorf("both answer %s, but the workload's answer begins with %s", brief(got), brief(w.exact))
	}
	return nil
}

func report(w workload, scale float64, rounds int, oursBuild, peerBuild cost, ours, peer []cost, speed float64) string {
	o, p := median(ours), median(peer)
	var b strings.Builder
	fmt.Fprintf(&b, "bench %s: ours %s peer %s ratio %.1f", w.name, seconds(o.Wall), seconds(p.Wall), p.Wall/o.Wall)
	if w.goal > 0 {
		fmt.Fprintf(&b, " goal %.1f", w.goal)
	}
	b.WriteByte('\n')
	line := func(who string, median cost, costs []cost, build cost) {
		fmt.Fprintf(&b, "  %s: %s cpu, %s at best of %d, built in %s (%s cpu)\n",
			who, seconds(median.CPU), seconds(best(costs)), len(costs), seconds(build.Wall), seconds(build.CPU))
	}
	line("ours", o, ours, oursBuild)
	line("peer", p, peer, peerBuild)
	fmt.Fprintf(&b, "  peer is %s; ratio by cpu %.1f, of the best turns %.1f; memory read at %.1f GB/s on %d cores; scale %g, %d rounds, %s; answers equal\n",
		w.peer, p.CPU/o.CPU, best(peer)/best(ours), speed/1e9, runtime.GOMAXPROCS(0), scale, rounds, runtime.Version())
	reached := p.Wall / o.Wall
	if w.byCPU {
		reached = p.CPU / o.CPU
		b.WriteString("  the goal is by cpu\n")
	}
	if reached < w.goal {
		b.WriteString("  goal missed\n")
	}
	return b.String()
}

func seconds(s float64) string {
	switch {
	case s < 1e-3:
		return fmt.Sprintf("%.1f us", s*1e6)
	case s < 1:
		return fmt.Sprintf("%.1f ms", s*1e3)
	}
	return fmt.Sprintf("%.2f s", s)
}

// brief shows an answer without flooding the terminal.
func brief(answer []int64) string {
	const most = 12
	if len(answer) <= most {
		return fmt.Sprint(answer)
	}
	return fmt.Sprintf("%v and %d more", answer[:most], len(answer)-most)
}

func closeSide(s side, err *error) {
	if s.close != nil {
		*err = errors.Join(*err, s.close())
	}
}
