package referral

import (
	"maps"
	"time"

	"github.com/siyu-go/siyu"
)

func (e Enroll) decide(s *step) {
	p := s.person(e.Person)
	p.Existing = p.Existing || e.Existing
	if len(e.Signals) > 0 {
		merged := make(map[string]string, len(p.Signals)+len(e.Signals))
		maps.Copy(merged, p.Signals)
		maps.Copy(merged, e.Signals)
		p.Signals = merged
		s.change.Signals = true
	}
	s.touched(p)
}

func (e Disable) decide(s *step) {
	p := s.person(e.Person)
	p.Disabled = true
	s.touched(p)
}

func (e Touch) decide(s *step) {
	if e.Invitee == e.Inviter {
		s.reject(SelfReferral)
		return
	}
	e.At = s.at
	s.change.Touch = &e
}

func (e Bind) decide(s *step) {
	p := &s.plan.program
	if !s.plan.window().Contains(s.at) {
		s.reject(NotRunning)
		return
	}
	inviter := e.Inviter
	if inviter == "" {
		if inviter = s.attributed(e.Invitee); inviter == "" {
			s.reject(NoValidTouch)
			return
		}
	}
	present := s.active(e.Invitee)
	switch {
	case inviter == e.Invitee:
		s.reject(SelfReferral)
	case s.person(inviter).Disabled:
		s.reject(InviterDisabled)
	case p.Binding.NewOnly && s.person(e.Invitee).Existing:
		s.reject(NotNew)
	case p.Binding.Mode == Overwrite && s.qualified(e.Invitee):
		s.reject(AlreadyQualified)
	case present != nil && present.Inviter == inviter:
		s.change.Result = Result{Outcome: Duplicate, Inviter: inviter}
	case present != nil && p.Binding.Mode != Overwrite:
		s.reject(AlreadyBound)
	case s.descends(inviter, e.Invitee):
		s.reject(Cycle)
	default:
		s.bind(Binding{Invitee: e.Invitee, Inviter: inviter, At: s.at})
	}
}

func (s *step) bind(b Binding) {
	held := ""
	for i := range s.plan.program.Fraud {
		f := &s.plan.program.Fraud[i]
		if !s.matches(f, b) {
			continue
		}
		if f.Action == Reject {
			s.change.Result = Result{Outcome: Rejected, Reason: Fraud, Rule: f.ID}
			return
		}
		if held == "" {
			held = f.ID
		}
	}
	b.Held = held != ""
	s.bound = b
	s.change.Bound = &s.bound
	s.change.Result = Result{Outcome: OK, Inviter: b.Inviter, Held: b.Held, Rule: held}
}

// attributed picks the inviter among the touches within the window.
func (s *step) attributed(invitee siyu.UserID) siyu.UserID {
	a := s.plan.program.Attribution
	var after time.Time
	if a.Window > 0 {
		after = s.at.Add(-a.Window.Duration())
	}
	touches, err := s.view.Touches(invitee, after)
	if err != nil {
		s.fail(err)
	}
	var best *Touch
	for i := range touches {
		t := &touches[i]
		switch {
		case t.At.After(s.at): // not yet, by the clock of this event
		case best == nil,
			a.Model == FirstTouch && t.At.Before(best.At),
			a.Model == LastTouch && !t.At.Before(best.At):
			best = t
		}
	}
	if best == nil {
		return ""
	}
	return best.Inviter
}

// qualified reports whether an invitee has a live qualification.
func (s *step) qualified(invitee siyu.UserID) bool { return s.tally(invitee, string(Invitee)).N > 0 }

func (s *step) descends(person, ancestor siyu.UserID) bool {
	yes, err := s.view.Descends(person, ancestor, s.since())
	if err != nil {
		s.fail(err)
	}
	return yes
}

func (e Unbind) decide(s *step) {
	if s.binding(e.Invitee) == nil {
		s.reject(NotBound)
		return
	}
	s.change.Unbound = append(s.change.Unbound, e.Invitee)
}
