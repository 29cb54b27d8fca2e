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
	for _, turn := range s.q.turns {
		o, r := &s.outcomes[turn], &s.q.rules[turn]
		if !o.applied {
			if o.why == notBetter {
				o.with = s.clash(turn, -1)
			}
			s.reject(quote, r, o, s.verdicts[turn].amount)
		}
		switch s.verdicts[turn].why {
		case belowMin:
			s.hint(quote, r)
		case applies, tooFewUnits, noEffect: // the minimum spend is reached
			if r.kind == ladder {
				s.hint(quote, r)
			}
		}
	}
	s.cart = nil // keep nothing of the caller's
}

func (s *solver) reject(quote *Quote, r *rule, o *outcome, alone siyu.Money) {
	n := len(quote.Rejected)
	if n == cap(quote.Rejected) {
		quote.Rejected = append(quote.Rejected, Rejected{})
	}
	quote.Rejected = quote.Rejected[:n+1]
	to := &quote.Rejected[n]
	*to = Rejected{ID: r.promo.ID, Reason: o.why.reason(), Alone: alone}
	if o.why == tooFewUnits {
		to.GapUnits = int64(o.gap)
	} else {
		to.Gap = o.gap
	}
	if o.with >= 0 {
		to.With = s.q.rules[o.with].promo.ID
	}
}

// hint adds the distance of the untouched cart to a rule's minimum spend or to
// the next tier of its ladder. A step that would break the rule's maximum spend
// is none.
func (s *solver) hint(quote *Quote, r *rule) {
	sc := &s.scopes[r.scope]
	spend := s.spend(r, &s.start)
	if gap := r.missing(spend); gap > 0 {
		quote.Hints = append(quote.Hints, Hint{ID: r.promo.ID, Gap: gap})
		return
	}
	if r.kind != ladder || r.minQuantity > sc.units {
		return
	}
	measured := s.measured(r, &s.start)
	for i := range r.tiers {
		t := &r.tiers[i]
		if t.At <= measured {
			continue
		}
		gap := t.At - measured
		if r.byCount {
			quote.Hints = append(quote.Hints, Hint{ID: r.promo.ID, GapUnits: int64(gap), Next: *t})
		} else if r.maxSpend == 0 || gap <= r.maxSpend-spend {
			quote.Hints = append(quote.Hints, Hint{ID: r.promo.ID, Gap: gap, Next: *t})
		}
		return
	}
}
