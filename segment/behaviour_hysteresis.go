package segment

import (
	"math"
	"time"

	"github.com/siyu-go/siyu"
)

// Hysteresis turns a value that wavers into a membership that does not: it
// begins at one threshold and ends at a lower one, lasts a minimum stay and
// pauses for a cool-down. Both times are half-open, so a stay of three days
// that began on day 0 may end on day 3.
type Hysteresis struct {
	EnterAtOrAbove float64 `json:"enter_at_or_above"`
	ExitBelow      float64 `json:"exit_below"` // at most EnterAtOrAbove
	MinStay        Period  `json:"min_stay,omitempty"`
	CoolDown       Period  `json:"cool_down,omitempty"`
}

// ParseHysteresis reads the JSON form strictly and validates it.
func ParseHysteresis(data []byte) (Hysteresis, error) { return parseDefinition[Hysteresis](data) }

// Validate refuses thresholds that are not numbers or cross, and negative
// times.
func (h Hysteresis) Validate() error {
	switch {
	case math.IsNaN(h.EnterAtOrAbove) || math.IsInf(h.EnterAtOrAbove, 0):
		return siyu.Invalid("enter_at_or_above", "is not a number")
	case !(h.ExitBelow <= h.EnterAtOrAbove):
		return siyu.Invalid("exit_below", "is not at or below enter_at_or_above")
	case h.MinStay < 0:
		return siyu.Invalid("min_stay", "is negative")
	case h.CoolDown < 0:
		return siyu.Invalid("cool_down", "is negative")
	}
	return nil
}

// Membership is where a person stands under a [Hysteresis] or a
// [BehaviourSegment]: inside or outside since Since, or always so if that is
// zero. For a Hysteresis keep it beside the person; it is all the state there
// is.
type Membership struct {
	Inside bool      `json:"inside"`
	Since  time.Time `json:"since,omitzero"`
}

// Step takes one reading at a moment that is not before the last one, and
// returns the new membership and whether it changed. NaN stands for a missing
// value and counts as below everything.
func (h Hysteresis) Step(m Membership, at time.Time, value float64) (Membership, bool) {
	switch at = siyu.Instant(at); {
	case m.Inside:
		if value >= h.ExitBelow || !m.Since.IsZero() && at.Before(h.MinStay.after(m.Since)) {
			return m, false
		}
	default:
		cooling := !m.Since.IsZero() && at.Before(h.CoolDown.after(m.Since))
		if !(value >= h.EnterAtOrAbove) || cooling {
			return m, false
		}
	}
	return Membership{Inside: !m.Inside, Since: at}, true
}

// Reading is a value at a moment.
type Reading struct {
	At    time.Time
	Value float64 // NaN if missing
}

// Flips runs readings in order of time from the zero [Membership] and lists
// the changes.
func (h Hysteresis) Flips(readings []Reading) []Flip {
	var (
		flips []Flip
		m     Membership
	)
	for _, r := range readings {
		var changed bool
		if m, changed = h.Step(m, r.At, r.Value); changed {
			flips = append(flips, Flip{At: m.Since, Type: map[bool]FlipType{true: Enter, false: Exit}[m.Inside]})
		}
	}
	return flips
}
