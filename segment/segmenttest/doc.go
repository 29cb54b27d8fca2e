// Package segmenttest shows that the ways to ask a rule agree: it draws random
// rules and people, and runs the SQL of the rules on a database beside the
// evaluator in Go. People who run segments on an engine of their own, or with
// other column types, run [TestSQL] on it.
package segmenttest
