package segment

import (
	"encoding/json"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/fixed"
)

// Hysteresis turns a value that wavers into a membership that does not: it
// begins at one threshold and ends at a lower one, lasts a minimum stay and
// pauses for a cool-down. Both times are half-open, so a stay of three days
// that began on day 0 may end on day 3. Numbers are decimals, and exact.
type Hysteresis struct {
	EnterAtOrAbove json.Number `json:"enter_at_or_above"`
	ExitBelow      json.Number `json:"exit_below"` // at most EnterAtOrAbove
	MinStay        Period      `json:"min_stay,omitempty"`
	CoolDown       Period      `json:"cool_down,omitempty"`
}

// ParseHysteresis reads the JSON form strictly and validates it.
func ParseHysteresis(data []byte) (Hysteresis, error) { return parseDefinition[Hysteresis](data) }

// Validate refuses thresholds that are not decimal numbers or cross, and
// negative times.
func (h Hysteresis) Validate() error {
	enter, ok := fixed.Parse(h.EnterAtOrAbove.String())
	if !ok {
		return siyu.Invalid("enter_at_or_above", "%q is not a decimal number with at most 18 digits and 9 decimals", h.EnterAtOrAbove.String())
	}
	exit, ok := fixed.Parse(h.ExitBelow.String())
	switch {
	case !ok || exit.Cmp(enter) > 0:
		return siyu.Invalid("exit_below", "is not a decimal number at or below enter_at_or_above")
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

// Reading is a value at a moment.
type Reading struct {
	At    time.Time
	Value json.Number // a decimal number; anything else counts as missing
}

// Step takes one reading at a moment that is not before the last one, and
// returns the new membership and whether it changed. A missing value counts as
// below everything.
func (h Hysteresis) Step(m Membership, r Reading) (Membership, bool) {
	at := siyu.Instant(r.At)
	value, there := fixed.Parse(r.Value.String())
	reaches := func(threshold json.Number) bool {
		limit, ok := fixed.Parse(threshold.String())
		return there && ok && value.Cmp(limit) >= 0
	}
	wait, change := h.CoolDown, reaches(h.EnterAtOrAbove)
	if m.Inside {
		wait, change = h.MinStay, !reaches(h.ExitBelow)
	}
	if !change || !m.Since.IsZero() && at.Before(wait.after(m.Since)) {
		return m, false
	}
	return Membership{Inside: !m.Inside, Since: at}, true
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
		if m, changed = h.Step(m, r); changed {
			flips = append(flips, Flip{At: m.Since, Type: flipTo(m.Inside)})
		}
	}
	return flips
}
