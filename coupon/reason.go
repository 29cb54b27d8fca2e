package coupon

import "github.com/siyu-go/siyu"

// Reason names why a promo does not apply or a step of a coupon's life does
// not happen. Reasons are stable words: branch on them, show [Reason.Text].
type Reason string

// Why a promo does not apply to a cart.
const (
	NotStarted   Reason = "not_started"  // its window has not begun
	Expired      Reason = "expired"      // its window is over
	OtherMoney   Reason = "currency"     // it is in another currency
	NotInvited   Reason = "audience"     // the customer is in none of its groups
	NoLine       Reason = "scope"        // no line of the cart is eligible
	BelowMin     Reason = "min_spend"    // spend more; the gap says how much
	AboveMax     Reason = "max_spend"    // the spend is over its maximum
	TooFewUnits  Reason = "min_quantity" // buy more units; the gap says how many
	InConflict   Reason = "conflict"     // it does not go with an applied one
	NotBetter    Reason = "not_better"   // it could apply, another combination saves more
	MaxReached   Reason = "max_promos"   // as many as the policy allows are applied
	NoEffect     Reason = "zero_effect"  // there is nothing left that it could reduce
	NoEligibleTo Reason = "zero_weights" // an amount has no line to go to
)

// Why a step of a coupon's life does not happen.
const (
	Ended             Reason = "ended"    // the claim window is over
	SoldOut           Reason = "sold_out" // the batch's quota is used up
	UserLimit         Reason = "user_limit"
	QuotaReached      Reason = "quota"  // the shared code's uses are used up
	BudgetSpent       Reason = "budget" // the money is used up
	LockedElsewhere   Reason = "locked" // another order holds it
	LockExpired       Reason = "lock_expired"
	LockRequired      Reason = "lock_required"
	AlreadyRedeemed   Reason = "already_redeemed"
	WrongOwner        Reason = "wrong_owner"
	InvalidTransition Reason = "invalid_transition"
	Voided            Reason = "voided"
	Unknown           Reason = "unknown"
	CodeUnknown       Reason = "code_unknown"
	CodeSpace         Reason = "code_space" // too few codes of this shape
)

var reasonTexts = map[Reason]siyu.Text{
	NotStarted:        {ZH: "尚未到可用时间", EN: "not valid yet"},
	Expired:           {ZH: "已过期", EN: "has expired"},
	OtherMoney:        {ZH: "币种不符", EN: "in another currency"},
	NotInvited:        {ZH: "不在适用人群内", EN: "not offered to this customer"},
	NoLine:            {ZH: "没有适用的商品", EN: "no eligible item"},
	BelowMin:          {ZH: "未达到使用门槛", EN: "spend is below the minimum"},
	AboveMax:          {ZH: "超过金额上限", EN: "spend is above the maximum"},
	TooFewUnits:       {ZH: "件数不足", EN: "too few units"},
	InConflict:        {ZH: "不可与已用优惠叠加", EN: "cannot be combined with an applied offer"},
	NotBetter:         {ZH: "已选择更省的组合", EN: "another combination saves more"},
	MaxReached:        {ZH: "已达可用张数上限", EN: "as many offers as allowed are applied"},
	NoEffect:          {ZH: "没有可优惠的金额", EN: "nothing left to reduce"},
	NoEligibleTo:      {ZH: "没有可分摊的商品", EN: "no line to allocate to"},
	Ended:             {ZH: "领取已结束", EN: "claiming has ended"},
	SoldOut:           {ZH: "已领完", EN: "sold out"},
	UserLimit:         {ZH: "已达每人限领数量", EN: "the limit per person is reached"},
	QuotaReached:      {ZH: "使用次数已用完", EN: "all uses are taken"},
	BudgetSpent:       {ZH: "优惠预算已用完", EN: "the budget is used up"},
	LockedElsewhere:   {ZH: "已被其他订单占用", EN: "held by another order"},
	LockExpired:       {ZH: "占用已超时", EN: "the hold has lapsed"},
	LockRequired:      {ZH: "须先占用再核销", EN: "must be held before it is redeemed"},
	AlreadyRedeemed:   {ZH: "已核销", EN: "already redeemed"},
	WrongOwner:        {ZH: "不属于该用户", EN: "belongs to another user"},
	InvalidTransition: {ZH: "当前状态不允许此操作", EN: "not possible in its present state"},
	Voided:            {ZH: "已作废", EN: "has been voided"},
	Unknown:           {ZH: "不存在", EN: "not known"},
	CodeUnknown:       {ZH: "优惠码不存在", EN: "no such code"},
	CodeSpace:         {ZH: "可用编码空间不足", EN: "too few codes of this shape"},
}

// Text says the reason in a language; an unknown reason is its own text.
func (r Reason) Text(lang siyu.Lang) string {
	if t, ok := reasonTexts[r]; ok {
		return t.In(lang)
	}
	return string(r)
}
