package referral

import "github.com/siyu-go/siyu"

func (e Qualify) decide(s *step) {
	p := &s.plan.program
	if known := s.qualification(e.Key); known != nil {
		if known.Invitee == e.Invitee && known.Amount == e.Amount {
			s.duplicate()
		} else {
			s.reject(KeyConflict)
		}
		return
	}
	if !s.plan.window().Contains(s.at) {
		s.reject(NotRunning)
		return
	}
	b := s.binding(e.Invitee)
	switch {
	case b == nil:
		s.reject(NotBound)
	case s.plan.expired(b, s.at):
		s.reject(BindingExpired)
	case p.QualifyWithin > 0 && !s.at.Before(b.At.Add(p.QualifyWithin.Duration())):
		s.reject(TooLate)
	case e.Amount < p.MinAmount:
		s.reject(BelowMinAmount)
	case p.RewardOn == First && s.qualified(e.Invitee):
		s.reject(AlreadyQualified)
	default:
		q := Qualification{
			Key: e.Key, Seq: s.change.Totals.Seq, Invitee: e.Invitee, Level1: b.Inviter,
			Amount: e.Amount, Remaining: e.Amount, At: s.at, Live: true, Held: b.Held,
		}
		if up := s.active(b.Inviter); up != nil {
			q.Level2 = up.Inviter
		}
		s.accept(s.quals.add(q.Key, q))
	}
}

// accept counts a new qualification and pays what the rules make of it.
func (s *step) accept(q *Qualification) {
	s.touched(q)
	s.countLive(q, 1, q.Amount)
	var lines []line
	for i := range s.plan.rules {
		r := &s.plan.rules[i]
		person := q.beneficiary(r.To)
		if person == "" {
			continue
		}
		reason := s.ineligible(r, q)
		made := s.lines(r, q, person, reason != "")
		if reason == "" {
			lines = append(lines, made...)
			continue
		}
		for _, l := range made {
			if l.want > 0 {
				s.skip(l, reason, 0)
			}
			l.award.Want = l.want
		}
	}
	s.settle(lines)
}

// ineligible says why a rule pays nothing for q whatever it would be worth.
func (s *step) ineligible(r *rule, q *Qualification) Reason {
	p := &s.plan.program
	switch {
	case r.To == Inviter && s.person(q.Level1).Disabled:
		return InviterDisabled
	case r.To == Inviter && p.Caps.InviterCount != nil && s.tally(q.Level1, string(Inviter)).N > *p.Caps.InviterCount:
		return InviterCap
	case r.To == Inviter2 && p.OnIneligibleUpline == Stop && s.person(q.Level1).Disabled:
		return InviterDisabled
	case r.To == Inviter2 && s.person(q.Level2).Disabled:
		return InviterDisabled
	}
	return ""
}

// lines returns what a new qualification makes one rule pay: its own award,
// and what others are re-rated by. Falling rates are applied at once. If the
// rule is refused, others stay as they are.
func (s *step) lines(r *rule, q *Qualification, person siyu.UserID, refused bool) []line {
	series := r.counter.series(q.At)
	count := s.tally(person, series) // q included
	a := Award{
		Qualification: q.Key, Rule: r.ID, Person: person, Role: r.To, Series: series, Seq: q.Seq,
		At: s.at, Due: s.at.Add(s.plan.program.Hold.Duration()), Amount: q.Amount, Refused: refused, Live: true,
	}
	a.Bucket = s.bucket(q.Held, &a)
	want := siyu.Money(0)
	var others []line
	switch r.Kind {
	case Flat, TieredCount:
		want = r.Slot(count.N)
		if r.Mode == Whole && !refused && want != r.Slot(count.N-1) {
			others = s.rerate(r, SeriesQuery{Person: person, Rule: r.ID, Series: series})
		}
	case Percent:
		want = s.money(r.OnVolume(q.Amount))
	case TieredVolume:
		a.Base = s.money(count.Amount.Sub(q.Amount))
		want = s.money(r.share(a.Base, q.Amount, r.rate(count.Amount)))
		if r.Mode == Whole && !refused && r.rate(a.Base) != r.rate(count.Amount) {
			others = s.rerate(r, SeriesQuery{Person: person, Rule: r.ID, Series: series})
		}
	case Milestone:
		want = r.Slot(count.N)
		if want == 0 || s.reached(r, person, series, count.N) {
			return nil
		}
		a.Step = count.N
	}
	if want == 0 && (r.Kind == Flat || r.Kind == Percent) {
		return nil
	}
	own := s.known(&a)
	s.touched(own)
	return append(others, line{own, r, want})
}

// reached reports whether a milestone has been granted before and stays so.
// Where reversals are recomputed it has been reversed on the way down.
func (s *step) reached(r *rule, person siyu.UserID, series string, step int64) bool {
	if r.OnReverse != Frozen {
		return false
	}
	for _, a := range s.series(SeriesQuery{Person: person, Rule: r.ID, Series: series, FromStep: step}) {
		if a.Step == step {
			return true
		}
	}
	return false
}

// bucket returns where an award's money is at this instant.
func (s *step) bucket(held bool, a *Award) Bucket {
	switch {
	case held:
		return Held
	case s.at.Before(a.Due):
		return Pending
	}
	return Balance
}

// countLive changes every count that a qualification is in.
func (s *step) countLive(q *Qualification, n int64, amount siyu.Money) {
	for _, c := range s.plan.counters {
		person := q.beneficiary(c.role)
		if person == "" {
			continue
		}
		t := s.tally(person, c.series(q.At))
		t.N += n
		s.add(&t.Amount, amount)
		s.touched(t)
	}
}
