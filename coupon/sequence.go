package coupon

import "github.com/siyu-go/siyu"

// sequence gives each rule its turn.
func (s *solver) sequence(quote *Quote) {
	stopped := int32(-1)
	for i := range s.q.rules {
		turn, o := int32(i), &s.outcomes[i]
		if s.verdicts[i].reason == "" {
			s.verdicts[i] = s.value(i, s.original, false)
		}
		switch with := s.clash(turn, stopped); {
		case with >= 0:
			o.reason, o.with = InConflict, with
		case s.q.policy.MaxPromos > 0 && len(s.applied) >= s.q.policy.MaxPromos:
			o.reason = MaxReached
		default:
			o.verdict = s.verdicts[i]
			if len(s.applied) > 0 && !fixedReason(o.reason) {
				o.verdict = s.value(i, s.left, false)
			}
			if o.reason == "" {
				s.apply(turn, o.amount, quote)
				if s.q.rules[i].Stop {
					stopped = turn
				}
			}
		}
	}
	quote.Proof = Proof{Exact: true, Bound: s.discount(), Nodes: 1}
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

// fixedReason reports whether a reason holds whatever is left of the cart.
func fixedReason(r Reason) bool {
	switch r {
	case NotStarted, Expired, OtherMoney, NotInvited, NoLine:
		return true
	}
	return false
}

// apply takes a rule's discount off the cart and records it.
func (s *solver) apply(turn int32, amount siyu.Money, quote *Quote) {
	r := &s.q.rules[turn]
	sc := &s.scopes[r.scope]
	parts := s.spread(r, sc, s.left, amount)
	applied := quote.apply(r.ID, amount)
	for k, line := range sc.lines {
		if parts[k] > 0 {
			s.left[line] -= parts[k]
			applied.Lines = append(applied.Lines, LineAmount{Line: s.cart.Lines[line].ID, Amount: parts[k]})
		}
	}
	s.outcomes[turn].applied = true
	s.applied = append(s.applied, turn)
}

func (s *solver) discount() (sum siyu.Money) {
	for i := range s.original {
		sum += s.original[i] - s.left[i]
	}
	return sum
}
