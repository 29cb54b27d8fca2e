package invite

import (
	"time"

	"github.com/siyu-go/siyu"
)

// Kind says whose code it is.
type Kind string

// The kinds of inviters.
const (
	Member  Kind = "member"  // 会员: a customer who brings friends
	Partner Kind = "partner" // 渠道伙伴: a dealer, a shop, another company
	KOL     Kind = "kol"     // 达人: says the code in a video
)

// Code is a code that people type in, and what it stands for. Program and
// inviter are what referral.Bind needs.
type Code struct {
	Text     string      `json:"text"` // the normal form: see [Normal]
	Program  string      `json:"program"`
	Inviter  siyu.UserID `json:"inviter"`
	Kind     Kind        `json:"kind"`
	Channel  string      `json:"channel,omitempty"` // where it is shared, such as "douyin"; may be empty
	Window   siyu.Window `json:"window,omitzero"`   // when it can be used
	MaxUses  int64       `json:"max_uses,omitempty"`
	Disabled bool        `json:"disabled,omitempty"`
}

// Validate refuses a code that is not in its normal form, lacks program or
// inviter, is of no known kind, or has limits that nothing could meet. MaxUses 0
// is no limit.
func (c Code) Validate() error {
	if text, err := Normal(c.Text); err != nil || text != c.Text {
		return siyu.Invalid("text", "is not in its normal form")
	}
	if err := siyu.CheckID("program", c.Program); err != nil {
		return err
	}
	if err := siyu.CheckID("inviter", string(c.Inviter)); err != nil {
		return err
	}
	if c.Kind != Member && c.Kind != Partner && c.Kind != KOL {
		return siyu.Invalid("kind", "%q is none of member, partner, kol", string(c.Kind))
	}
	if c.Channel != "" {
		if err := siyu.CheckID("channel", c.Channel); err != nil {
			return err
		}
	}
	if c.MaxUses < 0 {
		return siyu.Invalid("max_uses", "is negative")
	}
	return siyu.Within("window", c.Window.Validate())
}

// Kept is a code as a store keeps it.
type Kept struct {
	Code Code  `json:"code"`
	Uses int64 `json:"uses"` // counted so far, whatever became of the code since
}

// Refusal says why the code cannot be used at an instant; "" is that it can. In
// order: Disabled, NotYet, Over, UsedUp.
func (k Kept) Refusal(at time.Time) Reason {
	switch c := k.Code; {
	case c.Disabled:
		return Disabled
	case c.Window.Before(at):
		return NotYet
	case c.Window.After(at):
		return Over
	case c.MaxUses > 0 && k.Uses >= c.MaxUses:
		return UsedUp
	}
	return ""
}
