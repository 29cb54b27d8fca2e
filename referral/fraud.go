package referral

import (
	"time"

	"github.com/siyu-go/siyu"
)

func (f FraudRule) validate() error {
	if err := siyu.CheckID("id", f.ID); err != nil {
		return err
	}
	if f.Action != Reject && f.Action != HoldAndCheck {
		return siyu.Invalid("action", "%q is none of reject, hold", f.Action)
	}
	window := f.Window >= 1 && f.Window.valid()
	switch f.Kind {
	case Velocity:
		if !window || f.MaxBinds < 0 {
			return siyu.Invalid("window_seconds", "velocity needs a window and a maximum")
		}
		return nil
	case MatchInviter:
		return siyu.CheckID("signal", f.Signal)
	case MatchSiblings, MatchAncestors:
		if f.Threshold < 1 || f.Kind == MatchAncestors && f.Threshold > MaxClimb {
			return siyu.Invalid("threshold", "is below 1 or beyond the climb")
		}
		return siyu.CheckID("signal", f.Signal)
	case Chain, Barren:
		if f.Threshold < 1 || f.Kind == Chain && f.Threshold > MaxClimb {
			return siyu.Invalid("threshold", "is below 1 or beyond the climb")
		}
		if !window {
			return siyu.Invalid("window_seconds", "%s needs a window", f.Kind)
		}
		return nil
	}
	return siyu.Invalid("kind", "%q is unknown", f.Kind)
}

// matches reports whether a fraud rule matches a bind about to be accepted.
func (s *step) matches(f *FraudRule, b Binding) bool {
	switch f.Kind {
	case MatchInviter:
		v := s.person(b.Invitee).Signals[f.Signal]
		return v != "" && v == s.person(b.Inviter).Signals[f.Signal]
	case MatchSiblings:
		return s.matchesSiblings(f, b)
	case MatchAncestors:
		return s.matchesAncestors(f, b)
	case Velocity:
		return s.binds(b.Inviter, s.at.Add(-f.Window.Duration()))+1 > f.MaxBinds
	case Chain:
		return s.endsChain(f, b)
	case Barren:
		if s.tally(b.Inviter, string(Inviter)).N > 0 {
			return false
		}
		ever, late := s.binds(b.Inviter, time.Time{}), s.binds(b.Inviter, s.at.Add(-f.Window.Duration()))
		return ever-late >= f.Threshold
	}
	return false
}

func (s *step) matchesSiblings(f *FraudRule, b Binding) bool {
	v := s.person(b.Invitee).Signals[f.Signal]
	if v == "" {
		return false
	}
	n, err := s.view.Siblings(SiblingQuery{
		Inviter: b.Inviter, Except: b.Invitee, Signal: f.Signal, Value: v, Since: s.since(),
	})
	if err != nil {
		s.fail(err)
	}
	return n >= f.Threshold
}

func (s *step) matchesAncestors(f *FraudRule, b Binding) bool {
	v := s.person(b.Invitee).Signals[f.Signal]
	if v == "" {
		return false
	}
	up := &b
	for range f.Threshold {
		if s.person(up.Inviter).Signals[f.Signal] == v {
			return true
		}
		if up = s.active(up.Inviter); up == nil {
			return false
		}
	}
	return false
}

// endsChain climbs from a bind as long as every inviter has bound one only.
func (s *step) endsChain(f *FraudRule, b Binding) bool {
	after := s.at.Add(-f.Window.Duration())
	up, others := &b, int64(0) // the bind itself is not written yet
	for range f.Threshold - 1 {
		if s.binds(up.Inviter, time.Time{}) != others {
			return false
		}
		if up = s.active(up.Inviter); up == nil || !up.At.After(after) {
			return false
		}
		others = 1
	}
	return s.binds(up.Inviter, time.Time{}) == others
}

// binds counts an inviter's accepted binds after an instant.
func (s *step) binds(inviter siyu.UserID, after time.Time) int64 {
	n, err := s.view.Binds(inviter, after)
	if err != nil {
		s.fail(err)
	}
	return n
}
