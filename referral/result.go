package referral

import "github.com/siyu-go/siyu"

// Result is the answer to an event.
type Result struct {
	Outcome Outcome `json:"outcome"`
	Reason  Reason  `json:"reason,omitempty"` // of a rejection
	Rule    string  `json:"rule,omitempty"`   // the fraud rule that rejected or held

	Inviter siyu.UserID `json:"inviter,omitempty"` // credited by a bind
	Held    bool        `json:"held,omitempty"`    // the bind's rewards wait for a review
	Paid    siyu.Money  `json:"paid,omitempty"`    // by a payout
	// Released counts the rewards that an advance released.
	Released int `json:"released,omitempty"`

	// Deltas are the changes of net per person, without zeros, by person.
	Deltas []Delta `json:"deltas,omitempty"`
	// Skips are the reward lines that were cut or refused, in the order of
	// rules.
	Skips []Skipped `json:"skips,omitempty"`
}

// Delta is the change of one person's net.
type Delta struct {
	Person siyu.UserID `json:"person"`
	Amount siyu.Money  `json:"amount"`
}

// Skipped is a reward line that was not paid in full.
type Skipped struct {
	Person siyu.UserID `json:"person"`
	Rule   string      `json:"rule"`
	Reason Reason      `json:"reason"`
	Want   siyu.Money  `json:"want"` // by the rule
	Paid   siyu.Money  `json:"paid"` // of that
}
