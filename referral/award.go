package referral

import "github.com/siyu-go/siyu"

// line is one reward to be changed: the award and what it should come to by
// its rule.
type line struct {
	award *Award
	rule  *rule
	want  siyu.Money
}

// set brings awards to what their rule wants. What falls is taken back at
// once; what rises is returned, for settle to fit into the caps. An award that
// was cut stays cut: it falls only below what was granted, and rises only by
// what its rule adds.
func (s *step) set(l line) (rises bool) {
	a := l.award
	if l.want >= a.Want {
		return l.want > a.Want
	}
	a.Want = l.want
	s.touched(a)
	if a.Granted > a.Want {
		s.post(a, a.Want-a.Granted)
	}
	return false
}

// settle grants what lines rise by, in their order, within the caps.
func (s *step) settle(lines []line) {
	type payment struct {
		amount siyu.Money
		reason Reason
	}
	fit := fitting{s: s}
	pays := make([]payment, len(lines))
	for i, l := range lines {
		if rise := l.want - l.award.Want; rise > 0 && !l.award.Refused {
			pays[i].amount, pays[i].reason = fit.room(l.award, rise)
		}
	}
	together := fit.together()
	for i, l := range lines {
		pay := pays[i]
		if !together && pay.amount > 0 {
			pay = payment{0, BudgetCap}
		}
		if pay.reason != "" {
			s.skip(l, pay.reason, pay.amount)
		}
		l.award.Want = l.want
		s.touched(l.award)
		if pay.amount > 0 {
			s.post(l.award, pay.amount)
		}
	}
}

func (s *step) skip(l line, reason Reason, paid siyu.Money) {
	s.change.Result.Skips = append(s.change.Result.Skips, Skipped{
		Person: l.award.Person, Rule: l.award.Rule, Reason: reason, Want: l.want - l.award.Want, Paid: paid,
	})
}

// post grants an amount on an award, or takes it back if it is below 0, in the
// bucket where the award is by now.
func (s *step) post(a *Award, amount siyu.Money) {
	s.ripen(a)
	from, to := Funds, a.Bucket
	moved := amount
	if amount < 0 {
		from, to = to, from
		moved = s.money(amount.Neg())
	}
	s.entry(a, from, to, moved)
	s.add(&a.Granted, amount)
	s.touched(a)
	s.add(&s.change.Totals.Net, amount)
	d := s.deltas.get(a.Person)
	if d == nil {
		d = s.deltas.add(a.Person, 0)
	}
	s.add(d, amount)
	for _, limit := range s.plan.limits(a) {
		t := s.tally(a.Person, limit.series)
		s.add(&t.Amount, amount)
		s.touched(t)
	}
}

// ripen releases an award whose hold is over.
func (s *step) ripen(a *Award) {
	if a.Bucket == Pending && !s.at.Before(a.Due) {
		s.shift(a, Balance)
	}
}

// shift moves an award's money to another bucket of its person.
func (s *step) shift(a *Award, to Bucket) {
	if a.Granted > 0 {
		s.entry(a, a.Bucket, to, a.Granted)
	}
	a.Bucket = to
	s.touched(a)
}

// entry writes a line of the ledger and moves the person's buckets.
func (s *step) entry(a *Award, from, to Bucket, amount siyu.Money) {
	p := s.person(a.Person)
	if err := p.move(from, to, amount); err != nil {
		s.fail(err)
	}
	s.touched(p)
	s.change.Entries = append(s.change.Entries, Entry{
		Seq: s.change.Totals.Seq, Line: len(s.change.Entries), At: s.at, Person: a.Person,
		From: from, To: to, Amount: amount, Key: a.Qualification, Rule: a.Rule,
	})
}
