package experiment

import "github.com/siyu-go/siyu"

// Experiment is the definition of one split into arms.
type Experiment struct {
	Version  Version   `json:"version,omitempty"` // empty is V2
	Seed     string    `json:"seed"`              // as a rule the experiment's id
	Arms     int       `json:"arms"`
	Coverage float64   `json:"coverage"`
	Weights  []float64 `json:"weights,omitempty"` // none: equal shares

	// BucketVersion is raised when units are to be assigned afresh; recorded
	// assignments below MinBucketVersion are forgotten.
	BucketVersion    int `json:"bucket_version,omitempty"`
	MinBucketVersion int `json:"min_bucket_version,omitempty"`
}

// MaxArms is how many arms an experiment may have.
const MaxArms = 100

// Validate refuses an unknown version, an empty seed, less than 2 or more than
// [MaxArms] arms, and negative weights.
func (e Experiment) Validate() error {
	if v := e.Version.or(); v != V1 && v != V2 {
		return siyu.Invalid("version", "%q is neither gb-v1 nor gb-v2", string(v))
	}
	if e.Seed == "" {
		return siyu.Invalid("seed", "is missing")
	}
	if e.Arms < 2 || e.Arms > MaxArms {
		return siyu.Invalid("arms", "is %d, wants 2 to %d", e.Arms, MaxArms)
	}
	for _, w := range e.Weights {
		if !(w >= 0) {
			return siyu.Invalid("weights", "holds a negative weight")
		}
	}
	return nil
}

// Recorded is an assignment that was kept when a unit first saw its arm.
type Recorded struct {
	Arm           int `json:"arm"`
	BucketVersion int `json:"bucket_version"`
}

// Assign returns the arm of a unit, or [NoArm]. One once recorded wins over
// weights and coverage while its bucket version is not below the minimum; pass
// nil where none is. Record what is returned when the unit sees it.
func (e Experiment) Assign(unit string, recorded *Recorded) int {
	if recorded != nil && recorded.BucketVersion >= e.MinBucketVersion {
		return recorded.Arm
	}
	bucket, ok := Hash(e.Version.or(), e.Seed, unit)
	if !ok {
		return NoArm
	}
	return Choose(bucket, Ranges(e.Arms, e.Coverage, e.Weights))
}

// Expose assigns a unit that is about to see its arm, and returns what to
// record: what was recorded while that holds, else the new arm. Nothing is
// recorded of a unit that is not in the experiment.
func (e Experiment) Expose(unit string, recorded *Recorded) (int, *Recorded) {
	arm := e.Assign(unit, recorded)
	switch {
	case arm == NoArm:
		return arm, nil
	case recorded != nil && recorded.BucketVersion >= e.MinBucketVersion:
		return arm, recorded
	}
	return arm, &Recorded{Arm: arm, BucketVersion: e.BucketVersion}
}
