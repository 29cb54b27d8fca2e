package campaign

import "github.com/siyu-go/siyu"

// Channel is a way to reach a person, such as "wecom", "sms" or "push".
type Channel string

// Topic is what a message is about, as people opt out of it and caps count it.
type Topic string

// Promo is the topic that a person's weekly wish limits.
const Promo Topic = "promo"

// Person is what the decision has to know about one customer. The zero Person
// can be reached nowhere and has consented to nothing.
type Person struct {
	ID        siyu.UserID      `json:"id"`
	Zone      string           `json:"zone,omitempty"`      // IANA name; empty: not known
	Reachable []Channel        `json:"reachable,omitempty"` // where an address is known and works
	Consent   map[Channel]bool `json:"consent,omitempty"`   // absent is no
	OptOut    OptOut           `json:"opt_out,omitzero"`
	Prefer    Preference       `json:"prefer,omitzero"`
	Holdout   bool             `json:"holdout,omitempty"` // kept out to measure what messages do
	Tags      []string         `json:"tags,omitempty"`    // what surveys wrote, sorted; decisions do not look at them
}

// OptOut is what a person has refused (退订).
type OptOut struct {
	All      bool      `json:"all,omitempty"`
	Topics   []Topic   `json:"topics,omitempty"`
	Channels []Channel `json:"channels,omitempty"`
}

// Preference is what a person wishes, usually said in a survey.
type Preference struct {
	Channels []Channel `json:"channels,omitempty"` // in order of liking
	Strict   bool      `json:"strict,omitempty"`   // no other channel than these
	Weekly   *int      `json:"weekly,omitempty"`   // promotions per calendar week at most; nil: no wish
}
