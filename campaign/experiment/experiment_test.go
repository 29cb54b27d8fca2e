package experiment_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/experiment"
)

// Raising the coverage never moves a unit that was in, and the ranges of arms
// never overlap.
func TestRanges_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arms := rapid.IntRange(1, 6).Draw(t, "arms")
		weights := make([]float64, arms)
		sum := 0.0
		for i := range weights {
			weights[i] = float64(rapid.IntRange(0, 100).Draw(t, "weight"))
			sum += weights[i]
		}
		for i := range weights {
			weights[i] /= max(sum, 1)
		}
		low := rapid.Float64Range(0, 1).Draw(t, "low")
		high := rapid.Float64Range(low, 1).Draw(t, "high")
		few, many := experiment.Ranges(arms, low, weights), experiment.Ranges(arms, high, weights)
		for i := 1; i < arms; i++ {
			if many[i].Lo < many[i-1].Hi-1e-9 {
				t.Fatalf("ranges overlap: %v", many)
			}
		}
		if many[arms-1].Hi > 1+1e-9 {
			t.Fatalf("ranges go beyond 1: %v", many)
		}
		bucket := float64(rapid.IntRange(0, 9999).Draw(t, "bucket")) / 10000
		if was := experiment.Choose(bucket, few); was != experiment.NoArm && experiment.Choose(bucket, many) != was {
			t.Fatalf("bucket %v moved from arm %d to %d", bucket, was, experiment.Choose(bucket, many))
		}
	})
}

func TestExperiment_Expose(t *testing.T) {
	e := experiment.Experiment{Seed: "s", Arms: 2, Coverage: 1, Weights: []float64{1, 0}}
	arm, recorded := e.Expose("u1", nil)
	if arm != 0 || recorded == nil {
		t.Fatalf("got arm %d, recorded %v", arm, recorded)
	}
	e.Weights, e.Coverage = []float64{0, 1}, 0
	if again, same := e.Expose("u1", recorded); again != 0 || same != recorded {
		t.Errorf("a recorded arm moved to %d", again)
	}
	e.BucketVersion, e.MinBucketVersion = 1, 1
	if arm, recorded = e.Expose("u1", recorded); arm != experiment.NoArm || recorded != nil {
		t.Errorf("below the minimum version: arm %d, recorded %v", arm, recorded)
	}
}

func TestExperiment_Validate(t *testing.T) {
	for field, e := range map[string]experiment.Experiment{
		"version": {Seed: "s", Arms: 2, Version: "gb-v9"}, "seed": {Arms: 2}, "arms": {Seed: "s", Arms: 1},
		"weights": {Seed: "s", Arms: 2, Weights: []float64{math.NaN(), 1}},
	} {
		var invalid *siyu.InvalidError
		if err := e.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
}

func TestSRM_refuses(t *testing.T) {
	if _, err := experiment.SRM([]int64{1}, []float64{1, 1}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("fewer counts than weights: got %v", err)
	}
	if _, err := experiment.SRM([]int64{-1, 1}, []float64{1, 1}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a negative count: got %v", err)
	}
	if m, err := experiment.SRM([]int64{5, 0}, []float64{1, 0}); err != nil || m.P != 1 || m.Broken() {
		t.Errorf("one arm left: got %+v, %v", m, err)
	}
}

func ExampleExperiment() {
	e := experiment.Experiment{Seed: "welcome-2026", Arms: 2, Coverage: 1}
	h := experiment.Holdout{Seed: "holdout-2026Q4", Size: 0.1}
	for _, user := range []string{"u1", "u2", "u3"} {
		fmt.Println(user, h.Holds(user), e.Assign(user, nil))
	}
	// Output:
	// u1 false 0
	// u2 false 0
	// u3 false 1
}

func ExampleSRM() {
	m, err := experiment.SRM([]int64{920, 1080}, []float64{0.5, 0.5})
	fmt.Printf("p=%.5f broken=%v %v\n", m.P, m.Broken(), err)
	// Output: p=0.00035 broken=true <nil>
}

func ExampleLiftOf() {
	l, err := experiment.LiftOf(experiment.Sample{N: 9000, Conversions: 540}, experiment.Sample{N: 1000, Conversions: 40})
	fmt.Printf("%.1f points, %.0f conversions, %v\n", 100*l.Points, l.Incremental, err)
	// Output: 2.0 points, 180 conversions, <nil>
}
