//go:build race

package funnel_test

const racing = true
