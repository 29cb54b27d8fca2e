package referral

func (e Advance) decide(s *step) {
	due, err := s.view.Due("", s.at, e.Limit)
	if err != nil {
		s.fail(err)
	}
	for i := range due {
		s.ripen(s.known(&due[i]))
	}
	s.change.Result.Released = len(due)
}

func (e Payout) decide(s *step) {
	due, err := s.view.Due(e.Person, s.at, 0)
	if err != nil {
		s.fail(err)
	}
	for i := range due {
		s.ripen(s.known(&due[i]))
	}
	p := s.person(e.Person)
	if p.Balance <= 0 {
		return
	}
	s.change.Result.Paid = p.Balance
	s.entry(&Award{Qualification: Key(e.Request), Person: e.Person}, Balance, Paid, p.Balance)
}

func (e Review) decide(s *step) {
	b := s.binding(e.Invitee)
	list, err := s.view.Qualifications(e.Invitee)
	if err != nil {
		s.fail(err)
	}
	if b == nil && len(list) == 0 {
		s.reject(NotBound)
		return
	}
	var own, live []*Qualification
	for i := range list {
		q := s.quals.add(list[i].Key, list[i])
		own = append(own, q)
		if q.Live {
			live = append(live, q)
		}
	}
	switch {
	case e.Decision == Deny:
		s.reverse(live...)
		if b != nil {
			s.change.Unbound = append(s.change.Unbound, e.Invitee)
		}
	case b != nil && b.Held:
		b.Held = false
		s.change.Bindings = append(s.change.Bindings, *b)
	}
	for _, q := range own {
		s.unhold(q)
	}
}

// unhold lets what a qualification earned go on by its original clock. After a
// denial that is a milestone which others hold up too.
func (s *step) unhold(q *Qualification) {
	if !q.Held {
		return
	}
	q.Held = false
	s.touched(q)
	for _, a := range s.awardsOf(q) {
		if a.Bucket == Held {
			s.shift(a, s.bucket(false, a))
		}
	}
}
