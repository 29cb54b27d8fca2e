package segment

import (
	"encoding/json"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// BehaviourSegment is a membership that does not flicker: people come in when
// Enter holds and go out when Exit holds, and stay in or out for a while each
// time. Where both hold, nobody comes in. "In from the third purchase in 30
// days, out after 60 days without one" is an Enter and an Exit. Both are rules:
// conditions on events, attributes and dates, joined as one likes.
type BehaviourSegment struct {
	Name     string `json:"name"`
	Enter    Rule   `json:"enter"`
	Exit     *Rule  `json:"exit,omitempty"`      // nil: when Enter does not hold
	MinStay  Period `json:"min_stay,omitempty"`  // before which nobody goes out again
	CoolDown Period `json:"cool_down,omitempty"` // before which nobody comes in again
}

// ParseBehaviourSegment reads the JSON form strictly and validates it. Names
// of lists and rules are checked by [BehaviourSegment.Compile].
func ParseBehaviourSegment(data []byte) (BehaviourSegment, error) {
	s, err := strictjson.Decode[BehaviourSegment](data, maxSegment)
	if err == nil {
		err = s.Validate()
	}
	if err != nil {
		return BehaviourSegment{}, err
	}
	return s, nil
}

const maxSegment = 3 * MaxRuleBytes

// UnmarshalJSON reads the JSON form; see [ParseBehaviourSegment].
func (s *BehaviourSegment) UnmarshalJSON(data []byte) error {
	type plain BehaviourSegment // without this method
	f, err := strictjson.Decode[struct {
		plain
		Enter json.RawMessage `json:"enter"`
		Exit  json.RawMessage `json:"exit"`
	}](data, maxSegment)
	if err != nil {
		return err
	}
	out := BehaviourSegment(f.plain)
	if out.Enter, err = ParseRule(f.Enter); err != nil {
		return siyu.Within("enter", err)
	}
	if len(f.Exit) > 0 {
		exit, err := ParseRule(f.Exit)
		if err != nil {
			return siyu.Within("exit", err)
		}
		out.Exit = &exit
	}
	*s = out
	return nil
}

// Validate checks the definition by itself, as [Rule.Validate] does.
func (s BehaviourSegment) Validate() error {
	if err := siyu.CheckID("name", s.Name); err != nil {
		return err
	}
	switch {
	case s.MinStay < 0:
		return siyu.Invalid("min_stay", "is negative")
	case s.CoolDown < 0:
		return siyu.Invalid("cool_down", "is negative")
	}
	if err := s.Enter.Validate(); err != nil {
		return siyu.Within("enter", err)
	}
	if s.Exit != nil {
		return siyu.Within("exit", s.Exit.Validate())
	}
	return nil
}

// Compile checks the definition and makes it ready to be asked; the catalog may
// be nil.
func (s BehaviourSegment) Compile(catalog *Catalog) (*BehaviourMembership, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	m := &BehaviourMembership{def: s}
	var err error
	if m.enter, err = Compile(s.Enter, catalog); err != nil {
		return nil, siyu.Within("enter", err)
	}
	if s.Exit != nil {
		if m.exit, err = Compile(*s.Exit, catalog); err != nil {
			return nil, siyu.Within("exit", err)
		}
	}
	return m, nil
}

// BehaviourMembership is a compiled [BehaviourSegment]. It is immutable and
// safe for concurrent use.
type BehaviourMembership struct {
	def         BehaviourSegment
	enter, exit *Matcher
}

// Definition returns what the membership was compiled from.
func (m *BehaviourMembership) Definition() BehaviourSegment { return m.def }

// At returns one person's membership as of a moment.
func (m *BehaviourMembership) At(p Person, t time.Time) Membership {
	member := m.Member(p)
	member.Advance(t)
	return member.at(t)
}

// Flips lists every moment in (from, to] at which the membership changes,
// exactly and in order.
func (m *BehaviourMembership) Flips(p Person, from, to time.Time) []Flip {
	member := m.Member(p)
	member.Advance(to)
	return member.Flips(from, to)
}

// Next returns the first change after t that will come without any further
// event; ok is false if there is none. It is when to look at this person again.
func (m *BehaviourMembership) Next(p Person, t time.Time) (flip Flip, ok bool) {
	return m.Member(p).Next(t)
}

// Backfill compares what was told of a person under an older definition, in
// (from, to], with what this one says over the same time.
func (m *BehaviourMembership) Backfill(told []Flip, p Person, from, to time.Time) Update {
	return revise(between(told, from, to), m.Flips(p, from, to))
}
