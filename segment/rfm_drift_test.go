package segment_test

import (
	"errors"
	"math"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

func TestDriftOf(t *testing.T) {
	t.Parallel()
	same, err := segment.DriftOf([]int{100, 200, 0}, []int{100, 200, 0})
	if err != nil || same.PSI != 0 {
		t.Errorf("no change: %+v %v", same, err)
	}
	moved, err := segment.DriftOf([]int{50_000, 50_000}, []int{80_000, 20_000})
	want := 0.3*math.Log(0.8/0.5) + -0.3*math.Log(0.2/0.5)
	if err != nil || math.Abs(moved.PSI-want) > 1e-4 || moved.Worst != 1 || moved.After[0] != 0.8 {
		t.Errorf("got %+v %v, want a PSI of %v", moved, err, want)
	}
	back, err := segment.DriftOf([]int{80_000, 20_000}, []int{50_000, 50_000})
	if err != nil || math.Abs(back.PSI-moved.PSI) > 1e-9 {
		t.Errorf("the way back is %v, the way there %v", back.PSI, moved.PSI)
	}
	for name, bad := range map[string][2][]int{"lengths": {{1}, {1, 2}}, "negative": {{1, -1}, {1, 1}}, "empty": {{0, 0}, {1, 1}}} {
		if _, err := segment.DriftOf(bad[0], bad[1]); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
