// Package siyu (私域) is the shared vocabulary of a library for private-domain
// operations: keeping, understanding and growing the customers that a company
// can reach directly, without buying the traffic again.
//
// Six packages answer one question each, and each can be imported alone:
//
//	segment   Who is this person to us?             rules, rings, value
//	persona   Who speaks for us, and to whom?       persona cards, capped groups
//	campaign  What do we send, when, to whom?       consent, caps, quiet hours
//	coupon    What do we give for spending more?    thresholds, ladders, claims
//	referral  What do we give for bringing friends? tiers, hold, ledger
//	funnel    Did it work?                          ordered funnels, retention
//
// They meet in the types of this package: [UserID], [Money], [Event], [Clock],
// [Window] and the errors. Whatever changes state in one of them is an [Event],
// and the stream of events is what package funnel measures: the loop
// acquire → settle → activate → convert → repurchase → refer closes through
// that stream, never through calls from one domain into another.
//
// Three rules hold everywhere. Amounts are integers in minor units and every
// operation on them is checked, never wrapped and never a float. Instants are
// UTC in microseconds, windows are half-open, and calendar rules name their
// location. Nothing reads the wall clock but [SystemClock].
package siyu
