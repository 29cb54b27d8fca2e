package offer

import (
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Ladder is the order in which offers are made to a person, as a rule from
// free to paid and from low to high price (低价到高价,免费到付费).
type Ladder struct {
	Rungs   []string      `json:"rungs"`
	CoolOff time.Duration `json:"cool_off,omitempty"` // no offer for so long after a refusal
}

// Standing is how far a person has come on a ladder. The zero Standing is the
// foot.
type Standing struct {
	Done    []string  `json:"done,omitempty"`
	Refused time.Time `json:"refused,omitzero"` // of the last refusal
}

// Validate refuses a ladder without rungs, with an empty or repeated rung, or
// with a negative cool-off.
func (l Ladder) Validate() error {
	if len(l.Rungs) == 0 {
		return siyu.Invalid("rungs", "is empty")
	}
	for i, r := range l.Rungs {
		if r == "" || slices.Contains(l.Rungs[:i], r) {
			return siyu.Invalid(fmt.Sprintf("rungs[%d]", i), "is empty or used twice")
		}
	}
	if l.CoolOff < 0 {
		return siyu.Invalid("cool_off", "is negative")
	}
	return nil
}

// Next returns the offer to make at an instant: the first rung after the
// highest one done. False means none: everything is done, or a refusal is less
// than the cool-off ago.
func (l Ladder) Next(s Standing, now time.Time) (rung string, ok bool) {
	if !s.Refused.IsZero() && now.Before(s.Refused.Add(l.CoolOff)) {
		return "", false
	}
	next := 0
	for _, done := range s.Done {
		next = max(next, slices.Index(l.Rungs, done)+1)
	}
	if next >= len(l.Rungs) {
		return "", false
	}
	return l.Rungs[next], true
}

// Accept returns the standing after a person has taken a rung.
func (s Standing) Accept(rung string) Standing {
	s.Done = append(slices.Clip(s.Done), rung)
	return s
}

// Refuse returns the standing after a person has declined an offer.
func (s Standing) Refuse(now time.Time) Standing {
	if now.After(s.Refused) {
		s.Refused = siyu.Instant(now)
	}
	return s
}
