package persona

import "github.com/siyu-go/siyu"

// Reason names why a person was not placed.
type Reason string

// The reasons.
const (
	NoCapacity Reason = "no_capacity" // every adviser is off duty or at a cap
	GroupsFull Reason = "groups_full" // every group of the code is at its cap
)

var reasonTexts = map[Reason]siyu.Text{
	NoCapacity: {ZH: "暂无可接待的顾问,已排队", EN: "no adviser has room now: queued"},
	GroupsFull: {ZH: "群已满员", EN: "all groups are full"},
}

// Text says the reason in Chinese or English; an unknown reason is its name.
func (r Reason) Text(lang siyu.Lang) string {
	if t, ok := reasonTexts[r]; ok {
		return t.In(lang)
	}
	return string(r)
}
