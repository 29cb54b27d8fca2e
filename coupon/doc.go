// Package coupon prices carts with thresholds and ladders (满减) and carries coupons from claim to refund.
package coupon
