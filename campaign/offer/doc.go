// Package offer makes scarcity that is true: seats that are really left, prices
// that really end, proofs of real orders, and a ladder of offers that does not
// push.
//
// [Seats] holds a place for some time, until it is paid or the hold ends.
// [CheckText] refuses a number typed into a text that is not the number left:
// texts say {left}, and [Seats.Fill] puts the truth there. [PriceAt] answers
// what a thing costs at an instant. A [Ladder] leads from the free offer to the
// paid ones, one rung at a time, and keeps still after a refusal. [Shown]
// keeps back what customers said or showed if no order stands behind it, or if
// they have not agreed.
//
//	seats := offer.Seats{Total: 10, Hold: 15 * time.Minute}
//	next, result := seats.Claim("u1", now)
//	text, err := next.Fill("最后{left}个名额", now) // 最后9个名额
//
// Everything here is pure; [Service] keeps seats in a [Store], where claims
// are counted in one atomic step.
package offer
