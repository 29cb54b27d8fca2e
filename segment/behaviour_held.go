package segment

import (
	"math"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Held is a condition on a value that has to last: "a balance of at least
// 50,000 for 30 days". A value holds from its reading to the next one.
type Held struct {
	Cmp   Op      `json:"cmp"` // OpEq, OpNe, OpLt, OpLe, OpGt or OpGe
	Value float64 `json:"value"`
	For   Period  `json:"for"` // above 0
}

// ParseHeld reads the JSON form strictly and validates it.
func ParseHeld(data []byte) (Held, error) { return parseDefinition[Held](data) }

// Validate refuses an unknown comparison, a threshold that is not a number and
// a time that is not positive.
func (h Held) Validate() error {
	switch {
	case !slices.Contains([]Op{OpEq, OpNe, OpLt, OpLe, OpGt, OpGe}, h.Cmp):
		return siyu.Invalid("cmp", "%q is none of eq, ne, lt, le, gt, ge", string(h.Cmp))
	case math.IsNaN(h.Value) || math.IsInf(h.Value, 0):
		return siyu.Invalid("value", "is not a number")
	case h.For <= 0:
		return siyu.Invalid("for", "is not positive")
	}
	return nil
}

// Holds reports whether the condition has held without a break for the whole
// time up to and including now. Readings are in order of time; those after now
// are ignored, and before the first there is no value.
func (h Held) Holds(readings []Reading, now time.Time) bool {
	holds := false
	for _, f := range h.Flips(readings, now) {
		holds = f.Type == Enter
	}
	return holds
}

// Flips lists every moment up to and including to at which the answer changes:
// it becomes true the moment the time is full, and false with the reading that
// breaks it.
func (h Held) Flips(readings []Reading, to time.Time) []Flip {
	var (
		flips []Flip
		since time.Time // of the present run; zero if there is none
	)
	to = siyu.Instant(to)
	ripen := func(end time.Time, inclusive bool) { // the run lasts to end
		full := h.For.after(since)
		inside := len(flips) > 0 && flips[len(flips)-1].Type == Enter
		if !since.IsZero() && !inside && (full.Before(end) || inclusive && full.Equal(end)) {
			flips = append(flips, Flip{At: full, Type: Enter})
		}
	}
	for _, r := range readings {
		at := siyu.Instant(r.At)
		if at.After(to) {
			break
		}
		holds := r.Value == r.Value && ordered(h.Cmp, compare(r.Value, h.Value))
		ripen(at, holds)
		switch {
		case holds && since.IsZero():
			since = at
		case !holds:
			since = time.Time{}
			if len(flips) > 0 && flips[len(flips)-1].Type == Enter {
				flips = append(flips, Flip{At: at, Type: Exit})
			}
		}
	}
	ripen(to, true)
	return flips
}

// Next returns the change after t that will come if there is no further
// reading: the moment the time is full. Readings after t are ignored; ok is
// false if nothing will change. It is when to look at this person again.
func (h Held) Next(readings []Reading, t time.Time) (flip Flip, ok bool) {
	t = siyu.Instant(t)
	known := slices.IndexFunc(readings, func(r Reading) bool { return siyu.Instant(r.At).After(t) })
	if known >= 0 {
		readings = readings[:known]
	}
	flips := h.Flips(readings, h.For.after(t))
	if len(flips) == 0 || !flips[len(flips)-1].At.After(t) {
		return Flip{}, false
	}
	return flips[len(flips)-1], true
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
