package coupon

// hint returns the distance of the untouched cart to a rule's minimum spend or
// to the next tier of its ladder. A rule that is closed for another reason has
// none, nor has one whose maximum spend the step would break.
func (s *solver) hint(r *rule, alone verdict) (Hint, bool) {
	if alone.reason != "" && alone.reason != BelowMin && alone.reason != TooFewUnits && alone.reason != NoEffect {
		return Hint{}, false
	}
	sc := &s.scopes[r.scope]
	if gap := r.Requires.missing(s.spend(r, sc, s.original)); gap > 0 {
		return Hint{ID: r.ID, Gap: gap}, true
	}
	if r.Benefit.Kind != KindLadder || r.Requires.MinQuantity > sc.units {
		return Hint{}, false
	}
	measured := s.measured(r, sc, s.original)
	for _, t := range r.tiers {
		if t.At <= measured {
			continue
		}
		gap := t.At - measured
		if r.Benefit.Measure == Quantity {
			return Hint{ID: r.ID, GapUnits: int64(gap), Next: t}, true
		}
		if top := r.Requires.MaxSpend; top > 0 && gap > top-s.spend(r, sc, s.original) {
			return Hint{}, false
		}
		return Hint{ID: r.ID, Gap: gap, Next: t}, true
	}
	return Hint{}, false
}
