package coupon

import "github.com/siyu-go/siyu"

// finish writes what holds in both modes: lines, totals, refusals and hints.
func (s *solver) finish(quote *Quote) {
	var total siyu.Money
	quote.Lines = sized(quote.Lines, len(s.original))
	for i := range s.original {
		l, left := &quote.Lines[i], s.now.left[i]
		l.ID, l.Original, l.Discount, l.Payable = s.cart.Lines[i].ID, s.original[i], s.original[i]-left, left
		total += s.original[i]
		quote.Payable += left
	}
	quote.Discount = total - quote.Payable
	rejected, hints := sized(quote.Rejected, len(s.q.rules)), sized(quote.Hints, len(s.q.rules))
	refused, hinted := 0, 0
	for _, turn := range s.q.turns {
		o, r := &s.outcomes[turn], &s.q.rules[turn]
		if !o.applied {
			if o.why == applies {
				o.why, o.with = notBetter, s.clash(turn, -1)
			}
			s.reject(&rejected[refused], r, o, s.verdicts[turn].amount)
			refused++
		}
		hint := false
		switch s.verdicts[turn].why {
		case belowMin:
			hint = s.hint(&hints[hinted], r)
		case applies, tooFewUnits, noEffect: // the minimum spend is reached
			hint = r.kind == ladder && s.hint(&hints[hinted], r)
		}
		if hint {
			hinted++
		}
	}
	quote.Rejected = rejected[:refused]
	quote.Hints = hints[:hinted]
	s.cart = nil // keep nothing of the caller's
}

// reject writes why a rule does not apply, field by field into memory that is used
// again.
func (s *solver) reject(to *Rejected, r *rule, o *outcome, alone siyu.Money) {
	to.ID, to.Reason, to.Alone = r.id, o.why.reason(), alone
	to.Gap, to.GapUnits = o.gap, 0
	if o.why == tooFewUnits {
		to.Gap, to.GapUnits = 0, int64(o.gap)
	}
	if to.With = ""; o.with >= 0 {
		to.With = s.q.rules[o.with].id
	}
}

// hint writes the distance of the untouched cart to a rule's minimum spend or to
// the next tier of its ladder. A step that would break the rule's maximum spend
// is none, and what was written is not meant then.
func (s *solver) hint(to *Hint, r *rule) (meant bool) {
	spend := s.spend(r, &s.start)
	to.ID, to.Gap, to.GapUnits, to.Next = r.id, r.missing(spend), 0, Tier{}
	if to.Gap > 0 {
		return true
	}
	if r.kind != ladder || r.minQuantity > s.scopes[r.scope].units {
		return false
	}
	measured := s.measured(r, &s.start)
	next := r.reached(measured)
	if next == len(r.tiers) {
		return false
	}
	to.Next = r.tiers[next]
	gap := to.Next.At - measured
	if r.byCount {
		to.GapUnits = int64(gap)
		return true
	}
	to.Gap = gap
	return r.maxSpend == 0 || gap <= r.maxSpend-spend
}
