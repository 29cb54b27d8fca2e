//go:build !race

package coupon_test

const raceEnabled = false
