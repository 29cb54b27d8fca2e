package referral

import "github.com/siyu-go/siyu"

// Rule is one reward line of a program. Which fields it uses depends on its
// kind.
type Rule struct {
	ID   string `json:"id"`
	To   Role   `json:"to"`
	Kind Kind   `json:"kind"`

	Amount    siyu.Money     `json:"amount,omitempty"`     // Flat; Milestone with Every
	BPS       siyu.BPS       `json:"bps,omitempty"`        // Percent
	Rounding  *siyu.Rounding `json:"rounding,omitempty"`   // Percent, TieredVolume: floor (default), half_up, half_even
	MaxAmount *siyu.Money    `json:"max_amount,omitempty"` // Percent: at most so much an order
	Mode      TierMode       `json:"mode,omitempty"`       // TieredCount, TieredVolume
	Tiers     []Tier         `json:"tiers,omitempty"`      // TieredCount, TieredVolume
	Steps     []Step         `json:"steps,omitempty"`      // Milestone
	Every     int64          `json:"every,omitempty"`      // Milestone: instead of Steps

	// Period and TZ let a TieredCount, TieredVolume or Milestone begin again
	// each local day, week or month.
	Period Period `json:"period,omitempty"`
	TZ     string `json:"tz,omitempty"`

	// OnReverse says what a reversal means for the other qualifications of the
	// same person; default Recompute.
	OnReverse OnReverse `json:"on_reverse,omitempty"`
}

// Role is the part that a person has in a qualification.
type Role string

// The roles.
const (
	Inviter  Role = "inviter"  // level 1
	Inviter2 Role = "inviter2" // level 2, the inviter's inviter
	Invitee  Role = "invitee"
)

// level returns how far the role is above the invitee: 0 for the invitee, 1
// for the inviter, n for "inviterN"; -1 for anything else.
func (r Role) level() int {
	switch {
	case r == Invitee:
		return 0
	case r == Inviter:
		return 1
	case len(r) == len(Inviter)+1 && r[:len(Inviter)] == Inviter && r[len(r)-1] >= '2' && r[len(r)-1] <= '9':
		return int(r[len(r)-1] - '0')
	}
	return -1
}

// Kind is how a rule finds its amount.
type Kind string

// The kinds. In the tiered kinds and milestones n counts the live
// qualifications of the rewarded person in the rule's role, this one included,
// and V adds up what is left of their amounts.
const (
	Flat         Kind = "flat"          // the same for each qualification
	Percent      Kind = "percent"       // of what is left of the order, rounded once
	TieredCount  Kind = "tiered_count"  // by n
	TieredVolume Kind = "tiered_volume" // by V
	Milestone    Kind = "milestone"     // once when n reaches a step
)

// TierMode says how far a tier reaches back.
type TierMode string

// Stack (阶梯叠加) and Marginal pay each slot or slice at its own tier; Whole pays
// everything at the tier reached.
const (
	Stack    TierMode = "stack"    // TieredCount: slot n pays the amount of the last tier with from <= n
	Marginal TierMode = "marginal" // TieredVolume: slices of V, rounded once on the total
	Whole    TierMode = "whole"    // both: every live qualification at the current tier
)

// Tier is one tier: an amount each for counts, a rate for volumes.
type Tier struct {
	From   int64      `json:"from"` // first count, or first minor unit of volume
	Amount siyu.Money `json:"amount,omitempty"`
	BPS    siyu.BPS   `json:"bps,omitempty"`
}

// Step is a milestone: Amount once when the count reaches At.
type Step struct {
	At     int64      `json:"at"`
	Amount siyu.Money `json:"amount"`
}

// OnReverse says what a reversal leaves to the other qualifications.
type OnReverse string

const (
	// Recompute re-slots the remaining live qualifications in the order of
	// their acceptance, so that the total is again that of n - 1; milestones
	// above are reversed and can be earned again.
	Recompute OnReverse = "recompute"
	// Frozen takes back only what the qualification itself earned; milestones
	// stay, and are earned once.
	Frozen OnReverse = "frozen"
)
