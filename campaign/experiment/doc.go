// Package experiment splits people into arms and a holdout, the same way every
// time, and tells afterwards whether the split was sound and what it brought.
//
// Nothing is stored to assign an arm: [Hash] turns a seed and a unit, such as
// a user id, into a number in [0, 1), [Ranges] cuts that interval into arms by
// coverage and weights, and [Choose] finds the arm. Raising the coverage of an
// experiment never moves a unit that was in it. The hash and the ranges are
// those of GrowthBook's SDKs, versions 1 and 2, so both give the same arms.
//
//	ranges := experiment.Ranges(2, 1, nil) // two arms, everyone, equal shares
//	bucket, _ := experiment.Hash(experiment.V2, "welcome-2026", "u1")
//	arm := experiment.Choose(bucket, ranges) // -1: not in the experiment
//
// [SRM] tests whether the arms have the sizes that were intended; an experiment
// with a mismatch is not to be read. [LiftOf] compares against the holdout.
//
// # Limits
//
// A version-1 hash has 1,000 buckets, a version-2 hash 10,000: shares finer
// than that are not met.
package experiment
