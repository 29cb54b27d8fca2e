package coupon

import "github.com/siyu-go/siyu"

// sequence gives each rule its turn.
func (s *solver) sequence(quote *Quote) {
	s.restart()
	stopped := int32(-1)
	for i := range s.q.rules {
		turn, o := int32(i), &s.outcomes[i]
		*o = outcome{with: -1}
		if s.q.rules[i].kind == giftItem {
			continue // its turn comes after the discounts
		}
		switch with := s.clash(turn, stopped); {
		case with >= 0:
			o.why, o.with = inConflict, with
		case s.q.policy.MaxPromos > 0 && len(s.applied) >= s.q.policy.MaxPromos:
			o.why = maxReached
		default:
			v := s.verdicts[i]
			if len(s.applied) > 0 && !v.why.fixed() {
				v = s.value(&s.q.rules[i], &s.now, false)
			}
			if o.gap, o.why = v.gap, v.why; v.why == applies {
				s.apply(turn, v.amount, quote)
				if s.q.rules[i].stop {
					stopped = turn
				}
			}
		}
	}
	var discount siyu.Money
	for i := range quote.Applied {
		discount += quote.Applied[i].Amount
	}
	quote.Proof = Proof{Exact: true, Bound: discount, Nodes: 1}
}

// clash returns the first applied rule that a rule conflicts with, the one that
// stopped the sequence, or -1.
func (s *solver) clash(turn, stopped int32) int32 {
	for _, a := range s.applied {
		if s.q.conflict(turn, a) {
			return a
		}
	}
	return stopped
}

// apply takes a rule's discount off the cart and records it.
func (s *solver) apply(turn int32, amount siyu.Money, quote *Quote) {
	s.record(turn, amount, s.take(&s.q.rules[turn], &s.now, amount), quote)
}

// record writes down that a rule applies, with the parts of the lines by place
// in its scope.
func (s *solver) record(turn int32, amount siyu.Money, parts []siyu.Money, quote *Quote) {
	r := &s.q.rules[turn]
	applied := quote.apply(r.id, amount)
	for k, line := range s.scopes[r.scope].lines {
		if parts[k] > 0 {
			applied.Lines = append(applied.Lines, LineAmount{Line: s.cart.Lines[line].ID, Amount: parts[k]})
		}
	}
	s.outcomes[turn].applied = true
	s.applied = append(s.applied, turn)
}
