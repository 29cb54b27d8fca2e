package identity

import (
	"time"

	"github.com/siyu-go/siyu"
)

// Link says that two identifiers belong to one person. A link of an identifier
// with itself only makes it known.
type Link struct {
	ID     string     `json:"id"` // idempotency key, unique in the graph
	A      Identifier `json:"a"`
	B      Identifier `json:"b"`
	Source string     `json:"source,omitempty"` // which system said so
	At     time.Time  `json:"at,omitzero"`
}

// Reason says what became of a link.
type Reason string

// The reasons.
const (
	Joined    Reason = "joined"     // two persons became one
	Known     Reason = "known"      // the two were one person already
	Limited   Reason = "limit"      // the person would have too many identifiers of a kind
	Blocked   Reason = "blocked"    // one side is blocked
	TakenBack Reason = "taken_back" // the link was made before and taken back
)

var reasonTexts = map[Reason]siyu.Text{
	Joined:    {ZH: "已合并为同一人", EN: "joined into one person"},
	Known:     {ZH: "本来就是同一人", EN: "already one person"},
	Limited:   {ZH: "合并后某类标识超过上限", EN: "the joined person would have too many identifiers of a kind"},
	Blocked:   {ZH: "标识已被屏蔽", EN: "an identifier is blocked"},
	TakenBack: {ZH: "该关联已被撤销", EN: "the link was taken back"},
}

// Text returns the reason in words.
func (r Reason) Text(lang siyu.Lang) string { return reasonTexts[r].In(lang) }

// Decision is what became of a link, with the facts.
type Decision struct {
	Reason Reason `json:"reason"`
	Kind   string `json:"kind,omitempty"`  // with Limited: the first kind over its limit
	Limit  int    `json:"limit,omitempty"` // with Limited
	Count  int    `json:"count,omitempty"` // with Limited: how many the person would have
}

// Refused reports whether the link joins nothing.
func (d Decision) Refused() bool { return d.Reason != Joined && d.Reason != Known }

func (l Link) validate() error {
	if err := siyu.CheckID("id", l.ID); err != nil {
		return err
	}
	if err := l.A.Validate(); err != nil {
		return siyu.Within("a", err)
	}
	return siyu.Within("b", l.B.Validate())
}

func (l Link) same(other Link) bool {
	return l.A == other.A && l.B == other.B && l.Source == other.Source && l.At.Equal(other.At)
}

// sides are the link's identifiers, once each.
func (l Link) sides() []Identifier {
	if l.A == l.B {
		return []Identifier{l.A}
	}
	return []Identifier{l.A, l.B}
}
