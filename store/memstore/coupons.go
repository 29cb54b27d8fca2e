package memstore

// couponData is one tenant's part of package coupon.
type couponData struct{}

func newCouponData() couponData { return couponData{} }
