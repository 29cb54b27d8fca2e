package month

// The library's events that the month counts.
const (
	Sent     = "campaign.sent"
	Failed   = "campaign.failed"
	Deferred = "campaign.deferred"
	Assigned = "persona.assign"
	Joined   = "persona.join"
	Claimed  = "coupon.claimed"
	Locked   = "coupon.locked"
	Redeemed = "coupon.redeemed"
	Given    = "coupon.returned"

	Touched   = "referral.touched"
	Bound     = "referral.bound"
	Qualified = "referral.qualified"
	Rewarded  = "referral.rewarded"
	Reversed  = "referral.reversed"
	PaidOut   = "referral.paid"
)

// The bank's own events, beside the library's.
const (
	HeldBack = "bank.held_back" // a message was not sent; reason
	Came     = "bank.came"      // a customer answered a message; Channel says through which
	CheckIn  = "bank.checkin"   // to the course (打卡)
	Ritual   = "bank.hometown"  // told, on the first day of the course (家乡签到)
	Taught   = "bank.course"    // what the course sent; message
	Order    = "bank.order"     // paid; Value is what was paid
	Return   = "bank.return"    // of a part or the whole of an order; Value is what was given back
	Refused  = "bank.refused"   // the program refused an act of an invitation; reason

	FriendOrder = "bank.friend_order" // a friend invested; Value is how much
	Brought     = "bank.brought"      // a friend of this person qualified: made of referral.qualified while counting
)

// channelFriend is the channel of those who were brought by a friend.
const channelFriend = "friends"

// Properties of the bank's events.
const (
	propCampaign = "campaign"
	propReason   = "reason"
	propMessage  = "message"
	propOrder    = "order"
	propGross    = "gross"    // fen before the discount
	propDiscount = "discount" // fen
	propRung     = "rung"
	propCoupon   = "coupon"
	propWhole    = "whole" // the whole order came back
	propOf       = "of"    // id of the event of the order that came back
)
