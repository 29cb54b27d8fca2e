package memstore

// referralData is one tenant's part of package referral.
type referralData struct{}

func newReferralData() referralData { return referralData{} }
