// Package referraltest is the conformance suite of [referral.Store], for those
// who write one, and the source of random histories that every store must
// answer like the plain core.
//
//	func TestReferrals(t *testing.T) {
//		referraltest.TestStore(t, func(t *testing.T) *mystore.Store { return newStore(t) })
//	}
//
// Each clause of the store's contract is a subtest with its name.
package referraltest
