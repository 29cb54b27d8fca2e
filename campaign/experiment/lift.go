package experiment

import "github.com/siyu-go/siyu"

// Sample is a group of people and how many of them converted.
type Sample struct {
	N           int64 `json:"n"`
	Conversions int64 `json:"conversions"`
}

// Rate returns conversions per person; false for an empty sample.
func (s Sample) Rate() (float64, bool) {
	if s.N <= 0 {
		return 0, false
	}
	return float64(s.Conversions) / float64(s.N), true
}

// Lift is what a campaign brought beyond what would have come anyway. Without
// anyone held out it is unknown, not zero.
type Lift struct {
	Treated     float64 `json:"treated_rate"`
	Held        float64 `json:"held_rate"`
	Points      float64 `json:"lift_points"` // difference of the rates
	Incremental float64 `json:"incremental"` // conversions of the treated that the campaign brought
	Known       bool    `json:"known"`       // false: only rates of samples that are not empty are set
}

// LiftOf compares the treated with the held out.
func LiftOf(treated, held Sample) (Lift, error) {
	for name, s := range map[string]Sample{"treated": treated, "held": held} {
		if s.N < 0 || s.Conversions < 0 || s.Conversions > s.N {
			return Lift{}, siyu.Invalid(name, "wants 0 <= conversions <= n")
		}
	}
	var l Lift
	t, okT := treated.Rate()
	h, okH := held.Rate()
	l.Treated, l.Held = t, h
	if l.Known = okT && okH; l.Known {
		l.Points = t - h
		l.Incremental = float64(treated.N) * l.Points
	}
	return l, nil
}
