package referral

import (
	"cmp"
	"slices"

	"github.com/siyu-go/siyu"
)

func (e Refund) decide(s *step) {
	known, err := s.view.Refunded(e.RefundKey)
	if err != nil {
		s.fail(err)
		return
	}
	if known != nil {
		if known.same(e) {
			s.duplicate()
		} else {
			s.reject(KeyConflict)
		}
		return
	}
	q := s.qualification(e.Key)
	switch {
	case q == nil:
		s.reject(UnknownKey)
		return
	case !q.Live:
		s.reject(AlreadyReversed)
		return
	case e.Amount != nil && *e.Amount > q.Remaining:
		s.reject(ExceedsAmount)
		return
	}
	e.At = s.at
	s.change.Refund = &e
	rest := siyu.Money(0)
	if e.Amount != nil {
		rest = q.Remaining - *e.Amount
	}
	if rest == 0 || rest < s.plan.program.MinAmount {
		s.reverse(q)
		return
	}
	s.reduce(q, rest)
}

// same reports whether two refunds say the same of the same order.
func (e Refund) same(o Refund) bool {
	if (e.Amount == nil) != (o.Amount == nil) || e.Key != o.Key {
		return false
	}
	return e.Amount == nil || *e.Amount == *o.Amount
}

// reduce recomputes what goes by amounts from what is left of an order.
func (s *step) reduce(q *Qualification, rest siyu.Money) {
	less := rest - q.Remaining
	q.Remaining = rest
	s.touched(q)
	s.countLive(q, 0, less)
	var again []reslotting
	for _, a := range s.awardsOf(q) {
		if !a.Live {
			continue
		}
		a.Amount = rest
		s.touched(a)
		r := s.plan.rule(a.Rule)
		switch {
		case r == nil:
		case r.Kind == Percent:
			s.set(line{a, r, s.money(r.OnVolume(rest))})
		case r.Kind == TieredVolume && r.OnReverse == Frozen:
			share := s.money(r.share(a.Base, rest, r.rate(s.money(a.Base.Add(rest)))))
			s.set(line{a, r, min(share, a.Want)})
		case r.Kind == TieredVolume:
			again = append(again, reslotting{r, a.Person, a.Series, a.Seq})
		}
	}
	s.reslot(again)
}

// reverse takes qualifications back, with all that they earned, and re-slots
// what is left.
func (s *step) reverse(list ...*Qualification) {
	var again []reslotting
	for _, q := range list {
		q.Live = false
		s.touched(q)
		s.countLive(q, -1, s.money(q.Remaining.Neg()))
		for _, a := range s.awardsOf(q) {
			if r := s.plan.rule(a.Rule); !a.Live || r == nil || r.Kind == Milestone {
				continue
			}
			a.Live = false
			s.set(line{award: a, want: 0})
			s.touched(a)
		}
		for i := range s.plan.rules {
			r := &s.plan.rules[i]
			tiered := r.Kind == TieredCount || r.Kind == TieredVolume || r.Kind == Milestone
			if person := q.beneficiary(r.To); tiered && person != "" && r.OnReverse == Recompute {
				again = append(again, reslotting{r, person, r.counter.series(q.At), q.Seq})
			}
		}
	}
	s.reslot(again)
}

// reslotting is a series that has to be worked out again from an award on.
type reslotting struct {
	rule   *rule
	person siyu.UserID
	series string
	from   int64
}

// reslot brings series to their totals: first all that falls, then what rises
// within the caps.
func (s *step) reslot(list []reslotting) {
	slices.SortStableFunc(list, func(a, b reslotting) int {
		return cmp.Or(cmp.Compare(s.plan.index(a.rule.ID), s.plan.index(b.rule.ID)),
			cmp.Compare(a.person, b.person), cmp.Compare(a.series, b.series), cmp.Compare(a.from, b.from))
	})
	list = slices.CompactFunc(list, func(a, b reslotting) bool {
		return a.rule == b.rule && a.person == b.person && a.series == b.series
	})
	var rising []line
	for _, x := range list {
		q := SeriesQuery{Person: x.person, Rule: x.rule.ID, Series: x.series, FromSeq: x.from}
		if x.rule.Kind == Milestone {
			q.FromSeq, q.FromStep = 0, s.tally(x.person, x.series).N+1
			for _, a := range s.series(q) {
				a.Live = false
				s.set(line{award: a, want: 0})
				s.touched(a)
			}
			continue
		}
		rising = append(rising, s.rerate(x.rule, q)...)
	}
	s.settle(rising)
}

// rerate brings the live awards of a series to what they are worth by now, from
// the given one on where earlier ones cannot have changed, and returns those
// that rise.
func (s *step) rerate(r *rule, q SeriesQuery) (rising []line) {
	if r.Mode == Whole {
		q.FromSeq = 0
	}
	count := s.tally(q.Person, q.Series)
	awards := s.series(q)
	base, behind := count.Amount, int64(0)
	for _, a := range awards {
		base = s.money(base.Sub(a.Amount))
		behind++
	}
	if q.FromSeq == 0 {
		base, behind = 0, count.N // an award being made is behind them all
	}
	for i, a := range awards {
		var want siyu.Money
		switch {
		case r.Kind == TieredVolume:
			want = s.money(r.share(base, a.Amount, r.rate(count.Amount)))
			base = s.money(base.Add(a.Amount))
		case r.Mode == Whole:
			want = r.Slot(count.N)
		default:
			want = r.Slot(count.N - behind + int64(i) + 1)
		}
		if r.OnReverse == Frozen {
			want = max(want, a.Want)
		}
		if l := (line{a, r, want}); s.set(l) {
			rising = append(rising, l)
		}
	}
	return rising
}

func (p *Plan) rule(id string) *rule {
	if i := p.index(id); i >= 0 {
		return &p.rules[i]
	}
	return nil
}
