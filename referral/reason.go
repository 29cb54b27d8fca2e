package referral

import "github.com/siyu-go/siyu"

// Outcome is what became of an event.
type Outcome string

// The outcomes.
const (
	OK        Outcome = "ok"
	Duplicate Outcome = "duplicate" // known already: nothing changed
	Rejected  Outcome = "rejected"  // for a [Reason]: nothing changed
)

// Reason names why an event was rejected or a reward was cut.
type Reason string

// The reasons. Of several the first in the order of checking is given; see the
// methods of [Service].
const (
	NotRunning       Reason = "PROGRAM_NOT_RUNNING"
	NoValidTouch     Reason = "NO_VALID_TOUCH"
	SelfReferral     Reason = "SELF_REFERRAL"
	InviterDisabled  Reason = "INVITER_DISABLED"
	NotNew           Reason = "NOT_NEW"
	AlreadyQualified Reason = "ALREADY_QUALIFIED"
	AlreadyBound     Reason = "ALREADY_BOUND"
	Cycle            Reason = "CYCLE"
	Fraud            Reason = "FRAUD"
	KeyConflict      Reason = "KEY_CONFLICT"
	NotBound         Reason = "NOT_BOUND"
	BindingExpired   Reason = "BINDING_EXPIRED"
	TooLate          Reason = "QUALIFY_WINDOW"
	BelowMinAmount   Reason = "BELOW_MIN_AMOUNT"
	UnknownKey       Reason = "UNKNOWN_KEY"
	AlreadyReversed  Reason = "ALREADY_REVERSED"
	ExceedsAmount    Reason = "EXCEEDS_AMOUNT"
	InviterCap       Reason = "INVITER_CAP"
	BudgetCap        Reason = "BUDGET"
)

var reasonTexts = map[Reason]siyu.Text{
	NotRunning:       {ZH: "活动未开始或已结束", EN: "the program is not running"},
	NoValidTouch:     {ZH: "没有有效的邀请记录", EN: "no valid invitation was found"},
	SelfReferral:     {ZH: "不能邀请自己", EN: "nobody can invite themselves"},
	InviterDisabled:  {ZH: "邀请人资格已停用", EN: "the inviter is disabled"},
	NotNew:           {ZH: "仅限新客户", EN: "only new customers can be invited"},
	AlreadyQualified: {ZH: "已达成过有效邀请", EN: "a qualification is live already"},
	AlreadyBound:     {ZH: "已绑定其他邀请人", EN: "bound to another inviter already"},
	Cycle:            {ZH: "邀请关系形成循环", EN: "the invitation would close a circle"},
	Fraud:            {ZH: "触发风控规则", EN: "a fraud rule matched"},
	KeyConflict:      {ZH: "同一编号内容不一致", EN: "the key is known with other contents"},
	NotBound:         {ZH: "没有绑定邀请人", EN: "no inviter is bound"},
	BindingExpired:   {ZH: "邀请绑定已过期", EN: "the binding has expired"},
	TooLate:          {ZH: "超过达成期限", EN: "the time to qualify is over"},
	BelowMinAmount:   {ZH: "未达到最低金额", EN: "the amount is below the minimum"},
	UnknownKey:       {ZH: "找不到对应的订单", EN: "no qualification has this key"},
	AlreadyReversed:  {ZH: "该订单已撤销", EN: "the qualification is reversed already"},
	ExceedsAmount:    {ZH: "退款超过剩余金额", EN: "the refund exceeds what is left of the amount"},
	InviterCap:       {ZH: "已达个人奖励上限", EN: "the inviter's cap is reached"},
	BudgetCap:        {ZH: "活动预算已用完", EN: "the program's budget is used up"},
}

// Text says the reason for people.
func (r Reason) Text(lang siyu.Lang) string {
	if t, ok := reasonTexts[r]; ok {
		return t.In(lang)
	}
	return string(r)
}
