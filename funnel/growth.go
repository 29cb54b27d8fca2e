package funnel

// Growth is a count or an amount in two periods, and how far the one is from
// the other (增长). A multiple is not a percentage: from 1 to 50 is 50 times as
// much, and 4,900 % more.
type Growth struct {
	Before int64 `json:"before"`
	After  int64 `json:"after"`
}

// Rate returns what came on top as a share of what there was before: 1.65 is
// +165 %. It is false if there was nothing before, or less.
func (g Growth) Rate() (share float64, ok bool) {
	times, ok := g.Multiple()
	if !ok {
		return 0, false
	}
	return times - 1, true
}

// Multiple returns how many times as much there is as before. It is false if
// there was nothing before, or less.
func (g Growth) Multiple() (times float64, ok bool) {
	if g.Before <= 0 {
		return 0, false
	}
	return float64(g.After) / float64(g.Before), true
}
