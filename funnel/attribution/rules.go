package attribution

import (
	"cmp"
	"math"
	"time"
)

// weights returns what each touch of a journey weighs; they are not all 0.
func (m Model) weights(touches []Touch) []int64 {
	w := make([]int64, len(touches))
	last := len(w) - 1
	switch m.Kind {
	case First:
		w[0] = 1
	case Last:
		w[last] = 1
	case Linear:
		for i := range w {
			w[i] = 1
		}
	case Position:
		m.positions(w)
	case TimeDecay:
		halfLife := cmp.Or(m.HalfLife, 7*24*time.Hour)
		for i, t := range touches {
			age := touches[last].At.Sub(t.At)
			w[i] = int64(math.Round(math.Exp2(-float64(age)/float64(halfLife)) * (1 << 40)))
		}
	case Shapley:
		seen := map[string]bool{}
		for i, t := range touches {
			if !seen[t.Channel] {
				seen[t.Channel] = true
				w[i] = 1
			}
		}
	}
	return w
}

// positions gives first and last their shares and divides the rest evenly
// between the others. With two touches the shares are in proportion, with one
// it has all.
func (m Model) positions(w []int64) {
	first, final := int64(m.First), int64(m.Last)
	if first == 0 && final == 0 {
		first, final = 4000, 4000
	}
	n := len(w)
	if n <= 2 {
		w[0], w[n-1] = first, final
		if n == 1 {
			w[0] = 1
		}
		return
	}
	for i := range w {
		w[i] = 10_000 - first - final
	}
	w[0], w[n-1] = first*int64(n-2), final*int64(n-2)
}
