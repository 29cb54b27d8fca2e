package ltv

import (
	"cmp"
	"math"
	"slices"

	"github.com/siyu-go/siyu"
)

// History is all that the models of purchase times need to know of one
// customer. The first purchase makes the customer and is not counted.
type History struct {
	Frequency int     // x: repeat purchases
	Recency   float64 // t_x: time from the first to the last purchase, 0 without a repeat
	T         float64 // time from the first purchase to the end of observation
}

// Validate refuses what no customer can have done: negative or infinite
// numbers, a recency beyond T, repeats at time 0, or a recency without a
// repeat.
func (h History) Validate() error {
	switch {
	case h.Frequency < 0:
		return siyu.Invalid("frequency", "is negative")
	case !(h.T >= 0) || math.IsInf(h.T, 1):
		return siyu.Invalid("t", "is not a number at or above 0")
	case !(h.Recency >= 0 && h.Recency <= h.T):
		return siyu.Invalid("recency", "is not between 0 and t")
	case h.Frequency == 0 && h.Recency != 0:
		return siyu.Invalid("recency", "is not 0 without a repeat purchase")
	case h.Frequency > 0 && h.Recency == 0:
		return siyu.Invalid("recency", "is 0 with a repeat purchase")
	}
	return nil
}

// clean takes numbers out of range as the nearest possible ones, so that a
// prediction is never NaN.
func (h History) clean() History {
	h.Frequency = max(h.Frequency, 0)
	if !(h.T > 0) {
		h.T = 0
	}
	h.T = min(h.T, math.MaxFloat32)
	if !(h.Recency > 0) || h.Frequency == 0 {
		h.Recency = 0
	}
	h.Recency = min(h.Recency, h.T)
	return h
}

// Group is a number of customers with one history. The models need no more, so
// that 100 million customers are fitted as fast as the few thousand histories
// they have.
type Group struct {
	History
	Customers int
}

// Groups counts the customers by history, in order of T, frequency and
// recency.
func Groups(summaries []Summary) []Group {
	counts := make(map[History]int)
	for _, s := range summaries {
		counts[s.History]++
	}
	groups := make([]Group, 0, len(counts))
	for h, n := range counts {
		groups = append(groups, Group{h, n})
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.T, b.T), cmp.Compare(a.Frequency, b.Frequency), cmp.Compare(a.Recency, b.Recency))
	})
	return groups
}
