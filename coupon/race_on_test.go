//go:build race

package coupon_test

const raceEnabled = true // sync.Pool then drops values at random
