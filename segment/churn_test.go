package segment_test

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

// Without censoring the curve is the share of longer tenures, and Greenwood's
// error is the binomial one.
func TestRetentionOf_uncensored(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var tenures []segment.Tenure
		for _, d := range rapid.SliceOfN(rapid.IntRange(0, 9), 1, 40).Draw(t, "durations") {
			tenures = append(tenures, segment.Tenure{Duration: float64(d), Churned: true})
		}
		curve, err := segment.RetentionOf(tenures)
		if err != nil {
			t.Fatal(err)
		}
		n := float64(len(tenures))
		for _, s := range curve.Steps {
			longer := 0.0
			for _, u := range tenures {
				if u.Duration > s.Time {
					longer++
				}
			}
			p := longer / n
			if math.Abs(s.Survival-p) > 1e-12 || math.Abs(curve.At(s.Time)-p) > 1e-12 {
				t.Fatalf("at %v: survival %v, want %v", s.Time, s.Survival, p)
			}
			if s.Defined != (p > 0) {
				t.Fatalf("at %v: defined %v with survival %v", s.Time, s.Defined, p)
			}
			if s.Defined && (math.Abs(s.SE-math.Sqrt(p*(1-p)/n)) > 1e-9 || s.Lower > p || s.Upper < p || s.Lower < 0 || s.Upper > 1) {
				t.Fatalf("at %v: %+v", s.Time, s)
			}
		}
		if curve.At(-1) != 1 || curve.At(100) != 0 {
			t.Fatal("the curve does not go from 1 to 0")
		}
	})
}

func TestRetentionOf_edges(t *testing.T) {
	t.Parallel()
	nobody, err := segment.RetentionOf([]segment.Tenure{{Duration: 3}, {Duration: 5}})
	if err != nil || len(nobody.Steps) != 0 || nobody.N != 2 {
		t.Errorf("nobody churned: %+v %v", nobody, err)
	}
	if _, ok := nobody.Median(); ok {
		t.Error("a curve at 1 has a median")
	}
	// A third, then half of the rest: exactly one third is left.
	third, err := segment.RetentionOf([]segment.Tenure{{Duration: 1, Churned: true}, {Duration: 2, Churned: true}, {Duration: 3}})
	if err != nil {
		t.Fatal(err)
	}
	if m, ok := third.Median(); !ok || m != 2 {
		t.Errorf("median %v %v, want 2", m, ok)
	}
	// Counted people are as good as listed ones.
	counted, err := segment.RetentionOf([]segment.Tenure{{Duration: 2, Churned: true, People: 3}, {Duration: 2, People: 2}, {Duration: 9, Churned: true}})
	if err != nil {
		t.Fatal(err)
	}
	listed, err := segment.RetentionOf([]segment.Tenure{
		{Duration: 9, Churned: true},
		{Duration: 2},
		{Duration: 2},
		{Duration: 2, Churned: true},
		{Duration: 2, Churned: true},
		{Duration: 2, Churned: true},
	})
	if err != nil || !reflect.DeepEqual(counted, listed) {
		t.Errorf("counted %+v, listed %+v %v", counted, listed, err)
	}
	for name, bad := range map[string][]segment.Tenure{"none": nil, "negative": {{Duration: -1}}, "NaN": {{Duration: math.NaN()}}, "infinite": {{Duration: math.Inf(1)}}, "people": {{People: -1}}} {
		if _, err := segment.RetentionOf(bad); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
