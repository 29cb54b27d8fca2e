// Package coupontest is the conformance suite for stores of package coupon.
// Whoever implements coupon.Store runs
//
//	func TestCoupons(t *testing.T) {
//		coupontest.TestStore(t, func(t *testing.T) *mystore.Store { return mystore.New(t) })
//	}
//
// and has each clause of the contract tried as a subtest of its own, alone and
// with many callers at once. [RunScript] and [RunRace] run scenarios written in
// JSON, such as the project's case files, on any store; [CompareHistories]
// holds a store against another one that is trusted.
package coupontest
