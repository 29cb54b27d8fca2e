package main

// couponZen: the carts and coupons of coupon/best. The peer does less here too.
var couponZen = workload{
	name:     "coupon/best-zen",
	peer:     "gorules zen-engine, a decision table of 20 rows, eligibility only",
	goal:     40,
	openOurs: openQuoter,
	openPeer: func(scale float64) (side, error) { return openRules("zen", scale) },
}
