package cases

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/siyu-go/siyu/campaign/experiment"
)

// campaignNear compares within a tolerance; a want of nil matches a number not known.
func campaignNear(what string, got float64, known bool, want *float64, tolerance float64) error {
	switch {
	case want == nil && known:
		return fmt.Errorf("%s: got %v, want null", what, got)
	case want != nil && (!known || math.Abs(got-*want) > tolerance):
		return fmt.Errorf("%s: got %v (known %v), want %v", what, got, known, *want)
	}
	return nil
}

func runHash(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Alg    experiment.Version `json:"alg"`
		Seed   string             `json:"seed"`
		Unit   string             `json:"unit"`
		Bucket *float64           `json:"bucket"`
	}](raw)
	if err != nil {
		return err
	}
	got, ok := experiment.Hash(c.Alg, c.Seed, c.Unit)
	return campaignNear("bucket", got, ok, c.Bucket, 0)
}

func runRanges(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Arms      int          `json:"arms"`
		Coverage  float64      `json:"coverage"`
		Weights   []float64    `json:"weights"`
		Ranges    [][2]float64 `json:"ranges"`
		Tolerance float64      `json:"tolerance"`
	}](raw)
	if err != nil {
		return err
	}
	got := experiment.Ranges(c.Arms, c.Coverage, c.Weights)
	if len(got) != len(c.Ranges) {
		return fmt.Errorf("ranges: got %v, want %v", got, c.Ranges)
	}
	for i, r := range got {
		if math.Abs(r.Lo-c.Ranges[i][0]) > c.Tolerance || math.Abs(r.Hi-c.Ranges[i][1]) > c.Tolerance {
			return fmt.Errorf("range %d: got %v, want %v", i, r, c.Ranges[i])
		}
	}
	return nil
}

func runChoose(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Bucket float64      `json:"bucket"`
		Ranges [][2]float64 `json:"ranges"`
		Arm    int          `json:"arm"`
	}](raw)
	if err != nil {
		return err
	}
	var ranges []experiment.Range
	for _, r := range c.Ranges {
		ranges = append(ranges, experiment.Range{Lo: r[0], Hi: r[1]})
	}
	return Diff("arm", experiment.Choose(c.Bucket, ranges), c.Arm)
}

func runNamespace(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Unit      string  `json:"unit"`
		Namespace string  `json:"namespace"`
		From      float64 `json:"from"`
		To        float64 `json:"to"`
		Inside    bool    `json:"inside"`
	}](raw)
	if err != nil {
		return err
	}
	return Diff("inside", experiment.InNamespace(c.Namespace, c.Unit, c.From, c.To), c.Inside)
}

func runEqualWeights(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Arms      int       `json:"arms"`
		Weights   []float64 `json:"weights"`
		Tolerance float64   `json:"tolerance"`
	}](raw)
	if err != nil {
		return err
	}
	got := experiment.EqualWeights(c.Arms)
	if len(got) != len(c.Weights) {
		return fmt.Errorf("weights: got %v, want %v", got, c.Weights)
	}
	for i := range got {
		if err := campaignNear("weight", got[i], true, &c.Weights[i], c.Tolerance); err != nil {
			return err
		}
	}
	return nil
}

func runRamp(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Alg     experiment.Version `json:"alg"`
		Seed    string             `json:"seed"`
		Arms    int                `json:"arms"`
		Weights []float64          `json:"weights"`
		Expect  []map[string]any   `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	for _, want := range c.Expect {
		unit, _ := want["unit"].(string)
		for name, value := range want {
			var got any
			switch percent, ok := strings.CutPrefix(name, "arm_at_"); {
			case name == "unit":
				continue
			case name == "bucket":
				got, _ = experiment.Hash(c.Alg, c.Seed, unit)
			case ok:
				n, err := strconv.ParseFloat(strings.TrimSuffix(percent, "pct"), 64)
				if err != nil {
					return err
				}
				e := experiment.Experiment{Version: c.Alg, Seed: c.Seed, Arms: c.Arms, Weights: c.Weights, Coverage: n / 100}
				got = e.Assign(unit, nil)
			default:
				return fmt.Errorf("unknown field %q", name)
			}
			if err := Diff(unit+" "+name, got, value); err != nil {
				return err
			}
		}
	}
	return nil
}

type caseExperiment struct {
	Alg      experiment.Version `json:"alg"`
	Seed     string             `json:"seed"`
	Arms     int                `json:"arms"`
	Coverage float64            `json:"coverage"`
	Weights  []float64          `json:"weights"`
}

func (c caseExperiment) experiment() experiment.Experiment {
	return experiment.Experiment{Version: c.Alg, Seed: c.Seed, Arms: c.Arms, Coverage: c.Coverage, Weights: c.Weights}
}

func runAssign(raw json.RawMessage) error {
	type row struct {
		Unit   string  `json:"unit"`
		Bucket float64 `json:"bucket"`
		Arm    int     `json:"arm"`
	}
	c, err := Decode[struct {
		caseHead
		caseExperiment
		Expect []row `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	var got []row
	for _, w := range c.Expect {
		bucket, _ := experiment.Hash(c.Alg, c.Seed, w.Unit)
		got = append(got, row{w.Unit, bucket, c.experiment().Assign(w.Unit, nil)})
	}
	return Diff("units", got, c.Expect)
}

// unitRange lists the units of "cust-000..cust-079 (decimal, 3 digits)".
func unitRange(text string) ([]string, error) {
	text, _, _ = strings.Cut(text, " ")
	first, last, ok := strings.Cut(text, "..")
	digits := len(first) - len(strings.TrimRight(first, "0123456789"))
	if !ok || digits == 0 || len(first) != len(last) {
		return nil, fmt.Errorf("units %q", text)
	}
	prefix := first[:len(first)-digits]
	from, err1 := strconv.Atoi(first[len(prefix):])
	to, err2 := strconv.Atoi(last[len(prefix):])
	if err1 != nil || err2 != nil {
		return nil, fmt.Errorf("units %q", text)
	}
	var units []string
	for n := from; n <= to; n++ {
		units = append(units, fmt.Sprintf("%s%0*d", prefix, digits, n))
	}
	return units, nil
}

func runHoldout(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Alg   experiment.Version `json:"alg"`
		Seed  string             `json:"seed"`
		Size  float64            `json:"size"`
		Units string             `json:"units"`
		Held  []string           `json:"held"`
	}](raw)
	if err != nil {
		return err
	}
	units, err := unitRange(c.Units)
	if err != nil {
		return err
	}
	h := experiment.Holdout{Version: c.Alg, Seed: c.Seed, Size: c.Size}
	got := []string{}
	for _, u := range units {
		if h.Holds(u) {
			got = append(got, u)
		}
	}
	return Diff("held", got, c.Held)
}

func runCrossCounts(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Alg      experiment.Version `json:"alg"`
		Seeds    [2]string          `json:"seeds"`
		Arms     int                `json:"arms"`
		Weights  []float64          `json:"weights"`
		Coverage float64            `json:"coverage"`
		Units    string             `json:"units"`
		Counts   [][]int            `json:"counts"`
	}](raw)
	if err != nil {
		return err
	}
	units, err := unitRange(c.Units)
	if err != nil {
		return err
	}
	got := make([][]int, c.Arms)
	for i := range got {
		got[i] = make([]int, c.Arms)
	}
	for _, u := range units {
		var arm [2]int
		for i, seed := range c.Seeds {
			e := experiment.Experiment{Version: c.Alg, Seed: seed, Arms: c.Arms, Coverage: c.Coverage, Weights: c.Weights}
			arm[i] = e.Assign(u, nil)
		}
		if arm[0] >= 0 && arm[1] >= 0 {
			got[arm[0]][arm[1]]++
		}
	}
	return Diff("counts", got, c.Counts)
}

func runLayered(raw json.RawMessage) error {
	type row struct {
		Unit   string `json:"unit"`
		Result any    `json:"result"`
	}
	c, err := Decode[struct {
		caseHead
		Alg     experiment.Version `json:"alg"`
		Holdout struct {
			Seed string  `json:"seed"`
			Size float64 `json:"size"`
		} `json:"holdout"`
		Experiment caseExperiment `json:"experiment"`
		Expect     []row          `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	c.Experiment.Alg = c.Alg
	h := experiment.Holdout{Version: c.Alg, Seed: c.Holdout.Seed, Size: c.Holdout.Size}
	var got []row
	for _, w := range c.Expect {
		if h.Holds(w.Unit) {
			got = append(got, row{w.Unit, "holdout"})
		} else {
			got = append(got, row{w.Unit, c.Experiment.experiment().Assign(w.Unit, nil)})
		}
	}
	return Diff("units", got, c.Expect)
}

func runSticky(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Alg   experiment.Version `json:"alg"`
		Seed  string             `json:"seed"`
		Unit  string             `json:"unit"`
		Steps []struct {
			Do               string    `json:"do"`
			Weights          []float64 `json:"weights"`
			Coverage         float64   `json:"coverage"`
			BucketVersion    int       `json:"bucket_version"`
			MinBucketVersion int       `json:"min_bucket_version"`
			Arm              int       `json:"arm"`
		} `json:"steps"`
	}](raw)
	if err != nil {
		return err
	}
	var recorded *experiment.Recorded
	for i, s := range c.Steps {
		if s.Do != "assign" {
			return ErrNotBuilt
		}
		e := experiment.Experiment{
			Version: c.Alg, Seed: c.Seed, Arms: len(s.Weights), Weights: s.Weights, Coverage: s.Coverage,
			BucketVersion: s.BucketVersion, MinBucketVersion: s.MinBucketVersion,
		}
		var arm int
		arm, recorded = e.Expose(c.Unit, recorded)
		if err := Diff(fmt.Sprintf("step %d", i+1), arm, s.Arm); err != nil {
			return err
		}
	}
	return nil
}

func runSRM(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Counts    []int64   `json:"counts"`
		Weights   []float64 `json:"weights"`
		Chi2      *float64  `json:"chi2"`
		DF        *float64  `json:"df"`
		P         *float64  `json:"p"`
		Tolerance float64   `json:"tolerance"`
		Mismatch  *bool     `json:"mismatch_at_0.001"`
	}](raw)
	if err != nil {
		return err
	}
	m, err := experiment.SRM(c.Counts, c.Weights)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		name string
		got  float64
		want *float64
	}{{"chi2", m.ChiSquared, c.Chi2}, {"df", float64(m.Freedom), c.DF}, {"p", m.P, c.P}} {
		if x.want == nil {
			continue
		}
		if err := campaignNear(x.name, x.got, true, x.want, c.Tolerance); err != nil {
			return err
		}
	}
	if c.Mismatch == nil {
		return nil
	}
	return Diff("mismatch", m.Broken(), *c.Mismatch)
}

func runLift(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Treated experiment.Sample `json:"treated"`
		Held    experiment.Sample `json:"held"`
		Expect  struct {
			TreatedRate *float64 `json:"treated_rate"`
			HeldRate    *float64 `json:"held_rate"`
			LiftPoints  *float64 `json:"lift_points"`
			Incremental *float64 `json:"incremental"`
			Tolerance   float64  `json:"tolerance"`
		} `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	l, err := experiment.LiftOf(c.Treated, c.Held)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		name  string
		got   float64
		known bool
		want  *float64
	}{
		{"treated rate", l.Treated, c.Treated.N > 0, c.Expect.TreatedRate},
		{"held rate", l.Held, c.Held.N > 0, c.Expect.HeldRate},
		{"lift", l.Points, l.Known, c.Expect.LiftPoints},
		{"incremental", l.Incremental, l.Known, c.Expect.Incremental},
	} {
		if err := campaignNear(x.name, x.got, x.known, x.want, max(c.Expect.Tolerance, 1e-9)); err != nil {
			return err
		}
	}
	return nil
}
