//go:build !unix

package funnel_test

func cpuSeconds() float64 { return 0 }
