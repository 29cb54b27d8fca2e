// Package stats holds the statistics that several packages report: intervals,
// tests and quantiles. Every function names its formula.
package stats
