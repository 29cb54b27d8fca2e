package referral

import (
	"time"

	"github.com/siyu-go/siyu"
)

// Program is a referral program as data: who is credited, what counts, what is
// paid and where it ends. It has a JSON form, see [ParseProgram]; zero fields
// mean the default. [Program.Check] says what a careful reviewer would, and
// [Program.Compile] makes the [Plan] that decides.
//
// A program that has begun is not edited: end it and start another, so that
// every reward can be recomputed from the terms under which it was granted.
type Program struct {
	// Currency of every amount in the program.
	Currency siyu.Currency `json:"currency"`
	// StartsAt and EndsAt bound binds and qualifications: start <= t < end.
	// Refunds, reviews and payouts go on after the end.
	StartsAt    time.Time     `json:"starts_at,omitzero"`
	EndsAt      time.Time     `json:"ends_at,omitzero"`
	Attribution Attribution   `json:"attribution,omitzero"`
	Binding     BindingPolicy `json:"binding,omitzero"`
	// QualifyWithin is how long after the bind a qualification counts; 0 means
	// for ever.
	QualifyWithin Seconds `json:"qualify_within_seconds,omitempty"`
	// RewardOn says which orders of an invitee qualify; default [First].
	RewardOn RewardOn `json:"reward_on,omitempty"`
	// MinAmount is the smallest order that qualifies; a refund below it
	// reverses the whole qualification.
	MinAmount siyu.Money `json:"min_amount,omitempty"`
	// Hold is how long a reward stays pending before it can be paid.
	Hold Seconds `json:"hold_seconds,omitempty"`
	// OnIneligibleUpline says what a disabled level 1 means for level 2;
	// default [Stop].
	OnIneligibleUpline UplinePolicy `json:"on_ineligible_upline,omitempty"`
	// MaxLevels is how deep rewards may reach: 1 or 2, default 2. It is only
	// checked, and cannot be raised above 2.
	MaxLevels int         `json:"max_levels,omitempty"`
	Caps      Caps        `json:"caps,omitzero"`
	Fraud     []FraudRule `json:"fraud,omitempty"` // in the order of evaluation
	Rules     []Rule      `json:"rules"`           // in the order of evaluation
	// RefundWindow is the longest time after which the host still takes an
	// order back, and InviterEntryFee what it costs to become an inviter. Both
	// are only checked.
	RefundWindow    Seconds    `json:"refund_window_seconds,omitempty"`
	InviterEntryFee siyu.Money `json:"inviter_entry_fee,omitempty"`
}

// Seconds is a length of time in whole seconds.
type Seconds int64

// Common lengths; Day is 24 hours.
const (
	Second Seconds = 1
	Minute         = 60 * Second
	Hour           = 60 * Minute
	Day            = 24 * Hour
)

// maxSeconds keeps every length within time.Duration: about 200 years.
const maxSeconds = 200 * 365 * Day

// Duration returns s as a time.Duration.
func (s Seconds) Duration() time.Duration { return time.Duration(s) * time.Second }

// Attribution says which touch is credited when an invitee binds without
// naming an inviter.
type Attribution struct {
	Model  Model   `json:"model,omitempty"`          // default FirstTouch
	Window Seconds `json:"window_seconds,omitempty"` // a touch counts while t < touch + window; 0 means for ever
}

// Model picks one touch of several.
type Model string

// The models; among touches at one instant the order of arrival decides.
const (
	FirstTouch Model = "first_touch"
	LastTouch  Model = "last_touch"
)

// BindingPolicy says how long an invitee belongs to an inviter.
type BindingPolicy struct {
	Mode    BindingMode `json:"mode,omitempty"`        // default Permanent
	TTL     Seconds     `json:"ttl_seconds,omitempty"` // not with Permanent, needed for Expiring
	NewOnly bool        `json:"new_only,omitempty"`    // existing customers cannot be invited
}

// BindingMode is one of the policies.
type BindingMode string

// The modes.
const (
	Permanent BindingMode = "permanent" // the first inviter keeps the invitee
	Expiring  BindingMode = "expiring"  // until the time to live is over
	Overwrite BindingMode = "overwrite" // a later inviter takes over until the invitee qualifies
)

// RewardOn says which orders of one invitee qualify.
type RewardOn string

// First lets one live qualification count, Every counts all.
const (
	First RewardOn = "first"
	Every RewardOn = "every"
)

// UplinePolicy says whether level 2 earns while level 1 is disabled.
type UplinePolicy string

// The policies.
const (
	Stop     UplinePolicy = "stop"
	Continue UplinePolicy = "continue"
)

// Caps are the limits of a program. A nil limit does not limit; 0 allows
// nothing.
type Caps struct {
	// InviterAmount limits what a person holds from inviter rewards of both
	// levels, net of reversals, and InviterPeriod the same by local day, week or
	// month of the grant.
	InviterAmount *siyu.Money `json:"per_inviter_amount,omitempty"`
	InviterPeriod *PeriodCap  `json:"per_inviter_period,omitempty"`
	// InviterCount stops level 1 rewards beyond so many live qualifications,
	// which still count.
	InviterCount *int64 `json:"per_inviter_count,omitempty"`
	// Budget limits the net of the whole program.
	Budget *siyu.Money `json:"program_budget,omitempty"`
	// OnCap says what happens to a reward that does not fit; default Partial.
	OnCap OnCap `json:"on_cap,omitempty"`
	// Pair says whether the rewards of one event stand or fall together when
	// the budget is short; default Independent.
	Pair Pair `json:"pair,omitempty"`
}

// PeriodCap limits an amount by calendar period.
type PeriodCap struct {
	Period Period     `json:"period"`
	TZ     string     `json:"tz"` // IANA name, such as Asia/Shanghai
	Amount siyu.Money `json:"amount"`
}

// Period is a length of the local calendar; weeks begin on Monday.
type Period string

// The periods.
const (
	Daily   Period = "day"
	Weekly  Period = "week"
	Monthly Period = "month"
)

// OnCap says what is paid of a reward that does not fit.
type OnCap string

// Partial pays what fits, Skip pays nothing.
const (
	Partial OnCap = "partial"
	Skip    OnCap = "skip"
)

// Pair ties the rewards of one event together.
type Pair string

// The choices.
const (
	Independent Pair = "independent" // each reward for itself, in the order of rules
	Atomic      Pair = "atomic"      // all within the budget, or none
)

// FraudRule is a check on every bind. A rule that matches and rejects ends the
// bind, one that holds lets it pass and keeps its rewards in the held bucket
// until a review; time never releases them.
//
// Signals are what the host knows about a person: device, payment instrument,
// address, network prefix. Hand them over hashed with a secret salt; they are
// only compared.
type FraudRule struct {
	ID        string      `json:"id"`
	Kind      FraudKind   `json:"kind"`
	Signal    string      `json:"signal,omitempty"`         // the matching kinds
	Threshold int64       `json:"threshold,omitempty"`      // MatchSiblings, MatchAncestors, Chain, Barren
	Window    Seconds     `json:"window_seconds,omitempty"` // Velocity, Chain, Barren
	MaxBinds  int64       `json:"max_binds,omitempty"`      // Velocity
	Action    FraudAction `json:"action"`
}

// FraudKind is what a fraud rule looks at.
type FraudKind string

// The kinds. An empty signal matches nothing.
const (
	// MatchInviter: invitee and inviter share the signal.
	MatchInviter FraudKind = "match_inviter"
	// MatchSiblings: so many other current invitees of the inviter share it.
	MatchSiblings FraudKind = "match_siblings"
	// Velocity: more than so many accepted binds of the inviter in the window
	// (t-window, t], this one included.
	Velocity FraudKind = "velocity"
	// MatchAncestors: invitee and any of the Threshold nearest uplines, the
	// inviter included, share the signal. It finds rings that come back to where
	// they began under another name.
	MatchAncestors FraudKind = "match_ancestors"
	// Chain: the bind is the last of Threshold links, each made in the window
	// (t-window, t] and each the only bind its inviter ever made. Trees that
	// grow by invitation branch; made-up ones are often a thread.
	Chain FraudKind = "chain"
	// Barren: of the inviter's accepted binds at least Threshold are as old as
	// the window, and no qualification of the inviter's invitees is live.
	// Refunded ones are not.
	Barren FraudKind = "barren"
)

// MaxClimb is the largest Threshold of [MatchAncestors] and [Chain]: how many
// uplines a bind may read.
const MaxClimb = 100

// FraudAction is what a match leads to.
type FraudAction string

// The actions.
const (
	Reject       FraudAction = "reject"
	HoldAndCheck FraudAction = "hold"
)
