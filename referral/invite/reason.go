package invite

import "github.com/siyu-go/siyu"

// Reason names why a request about a code was refused; "" is none.
type Reason string

// The reasons, in the order of checking: for a code to issue, and for one to
// use.
const (
	Reserved Reason = "CODE_RESERVED"
	Taken    Reason = "CODE_TAKEN"

	Unknown      Reason = "CODE_UNKNOWN"
	Disabled     Reason = "CODE_DISABLED"
	NotYet       Reason = "CODE_NOT_YET"
	Over         Reason = "CODE_OVER"
	UsedUp       Reason = "CODE_USED_UP"
	SelfReferral Reason = "SELF_REFERRAL"
)

var texts = map[Reason]siyu.Text{
	Reserved:     {ZH: "邀请码含有保留词", EN: "the code holds a reserved word"},
	Taken:        {ZH: "邀请码已被占用", EN: "the code is taken"},
	Unknown:      {ZH: "邀请码不存在", EN: "there is no such code"},
	Disabled:     {ZH: "邀请码已停用", EN: "the code is disabled"},
	NotYet:       {ZH: "邀请码尚未生效", EN: "the code is not valid yet"},
	Over:         {ZH: "邀请码已过期", EN: "the code is no longer valid"},
	UsedUp:       {ZH: "邀请码已用完", EN: "the code is used up"},
	SelfReferral: {ZH: "不能使用自己的邀请码", EN: "nobody can use their own code"},
}

// Text says the reason for people.
func (r Reason) Text(lang siyu.Lang) string {
	if t, ok := texts[r]; ok {
		return t.In(lang)
	}
	return string(r)
}
