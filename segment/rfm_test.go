package segment_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

// The level of a value by its middle rank, as it is defined.
func midRankLevel(values []float64, v float64, levels int, better segment.Better) int {
	worse, equal := 0, 0
	for _, w := range values {
		switch {
		case w == v:
			equal++
		case (w < v) == (better == segment.Higher):
			worse++
		}
	}
	return min(levels, 1+levels*(2*worse+equal)/(2*len(values)))
}

func TestMidRankScale_definition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var values []float64
		for _, v := range rapid.SliceOfN(rapid.IntRange(-6, 30), 1, 60).Draw(t, "values") {
			values = append(values, float64(v)/4)
		}
		levels := rapid.IntRange(1, 12).Draw(t, "levels")
		better := segment.Better(rapid.IntRange(0, 1).Draw(t, "better"))
		s, err := segment.MidRankScale(values, levels, better)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(); err != nil || s.Levels() != levels {
			t.Fatalf("%+v: %v", s, err)
		}
		for _, v := range values {
			if got, want := s.Level(v), midRankLevel(values, v, levels, better); got != want {
				t.Fatalf("%v in %v by %+v: level %d, want %d", v, values, s, got, want)
			}
		}
		shuffled := slices.Clone(values)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if again, _ := segment.MidRankScale(shuffled, levels, better); !slices.Equal(again.Cuts, s.Cuts) {
			t.Fatalf("another order gives %v, not %v", again.Cuts, s.Cuts)
		}
	})
}

// Every way to score is monotone: a better value never has a lower level, and
// levels lie in 1..Levels.
func TestScale_monotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-5, 5), 1, 30).Draw(t, "values")
		levels := rapid.IntRange(1, 9).Draw(t, "levels")
		better := segment.Better(rapid.IntRange(0, 1).Draw(t, "better"))
		mid, err := segment.MidRankScale(values, levels, better)
		if err != nil {
			t.Fatal(err)
		}
		quantile, err := segment.QuantileScale(values, levels, better)
		if err != nil {
			t.Fatal(err)
		}
		fixed, err := segment.FixedScale(better, slices.Sorted(slices.Values(values))[:min(len(values), levels)]...)
		if err != nil {
			t.Fatal(err)
		}
		asked := append(slices.Clone(values), -7, 0, 7, math.Inf(1), math.Inf(-1))
		slices.Sort(asked)
		for _, s := range []segment.Scale[float64]{mid, quantile, fixed} {
			last := s.Level(asked[0])
			for _, v := range asked {
				level := s.Level(v)
				if level < 1 || level > s.Levels() || better == segment.Higher && level < last || better == segment.Lower && level > last {
					t.Fatalf("%+v: level %d of %v after %d", s, level, v, last)
				}
				last = level
			}
			if s.Level(math.NaN()) != 1 {
				t.Fatalf("NaN is not the worst")
			}
		}
	})
}

func TestScale_refuses(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"no values":   errOf(segment.MidRankScale([]int{}, 5, segment.Higher)),
		"no levels":   errOf(segment.MidRankScale([]int{1}, 0, segment.Higher)),
		"many levels": errOf(segment.QuantileScale([]float64{1}, 101, segment.Higher)),
		"NaN":         errOf(segment.QuantileScale([]float64{1, math.NaN()}, 5, segment.Higher)),
		"descending":  errOf(segment.FixedScale(segment.Higher, 3, 2)),
		"NaN cut":     errOf(segment.FixedScale(segment.Higher, math.NaN())),
		"direction":   errOf(segment.FixedScale(segment.Better(7), 3)),
	} {
		if !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestScale_JSON(t *testing.T) {
	t.Parallel()
	s := segment.Scale[int]{Cuts: []int{30, 90, 365}, Better: segment.Lower}
	text, err := json.Marshal(s)
	if err != nil || string(text) != `{"cuts":[30,90,365],"better":"lower"}` {
		t.Errorf("got %s %v", text, err)
	}
	var again segment.Scale[int]
	if err := json.Unmarshal(text, &again); err != nil || again.Better != segment.Lower || !slices.Equal(again.Cuts, s.Cuts) {
		t.Errorf("reads back as %+v %v", again, err)
	}
	if err := json.Unmarshal([]byte(`{"better":"left"}`), &again); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("an unknown direction: got %v", err)
	}
}

func errOf[T any](_ T, err error) error { return err }

func TestRFMOf(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("CST", 8*3600)
	purchases := []segment.Purchase{
		{User: "b", At: when("2026-03-05T16:30:00Z"), Amount: 700}, // March 6 in Shanghai
		{User: "a", At: when("2026-03-01T02:00:00Z"), Amount: 100},
		{User: "a", At: when("2026-03-01T09:00:00Z"), Amount: 200},
		{User: "a", At: when("2026-03-04T09:00:00Z"), Amount: 301},
		{User: "c", At: when("2026-03-20T09:00:00Z"), Amount: 1},
	}
	got, err := segment.RFMOf(purchases, when("2026-03-07T01:00:00Z"), &segment.RFMOptions{Location: shanghai})
	if err != nil {
		t.Fatal(err)
	}
	want := []segment.RFM{
		{User: "a", Recency: 3, Frequency: 2, Total: 601},
		{User: "b", Recency: 1, Frequency: 1, Total: 700},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got[0].Mean() != 300.5 {
		t.Errorf("mean %v", got[0].Mean())
	}
	for name, err := range map[string]error{
		"unit": errOf(segment.RFMOf(purchases, when("2026-03-07T01:00:00Z"), &segment.RFMOptions{Unit: "hour"})),
		"user": errOf(segment.RFMOf([]segment.Purchase{{At: when("2026-03-07T01:00:00Z")}}, when("2026-03-07T01:00:00Z"), nil)),
	} {
		if !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	over := []segment.Purchase{{User: "a", Amount: math.MaxInt64}, {User: "a", Amount: 1}}
	if _, err := segment.RFMOf(over, when("2026-03-07T01:00:00Z"), nil); !errors.Is(err, siyu.ErrOverflow) {
		t.Errorf("overflow: got %v", err)
	}
}

func TestMidRankRFM(t *testing.T) {
	t.Parallel()
	var customers []segment.RFM
	for i := range 10 {
		customers = append(customers, segment.RFM{Recency: i, Frequency: 10 - i, Total: siyu.Money(1000 * (10 - i))})
	}
	scales, err := segment.MidRankRFM(customers, 5)
	if err != nil {
		t.Fatal(err)
	}
	// All means are equal, and so in the middle.
	if got := scales.Score(customers[0]).String() + scales.Score(customers[9]).String(); got != "553113" {
		t.Errorf("best and worst are %s", got)
	}
	if got := (segment.RFMScore{R: 10, F: 1, M: 2}).String(); got != "10-1-2" {
		t.Errorf("wide score is %s", got)
	}
}

func TestRFMBoxes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		boxes             segment.RFMBoxes
		uncovered, hidden int
	}{
		"ten":       {segment.TenBoxes(), 10, 0},
		"quartiles": {segment.QuartileBoxes(), 17, 0},
	} {
		if err := tt.boxes.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		uncovered, hidden := tt.boxes.Uncovered()
		if len(uncovered) != tt.uncovered || len(hidden) != tt.hidden {
			t.Errorf("%s: %d uncovered and %d hidden, want %d and %d", name, len(uncovered), len(hidden), tt.uncovered, tt.hidden)
		}
		for _, s := range uncovered {
			if got := tt.boxes.Name(s); got != tt.boxes.Others {
				t.Errorf("%s: %s is uncovered and %s", name, s, got)
			}
		}
	}
	covered := segment.RFMBoxes{Levels: 2, Boxes: []segment.RFMBox{
		{Name: "all", R: segment.Levels{1, 2}, F: segment.Levels{1, 2}, M: segment.Levels{1, 2}},
		{Name: "never", R: segment.Levels{1, 1}, F: segment.Levels{1, 2}, M: segment.Levels{1, 2}},
	}}
	if uncovered, hidden := covered.Uncovered(); len(uncovered) != 0 || !slices.Equal(hidden, []int{1}) {
		t.Errorf("uncovered %v, hidden %v", uncovered, hidden)
	}
	for field, text := range map[string]string{
		"levels":        `{"levels":0,"boxes":[]}`,
		"boxes[0].name": `{"levels":5,"boxes":[{"r":[1,5],"f":[1,5],"m":[1,5]}]}`,
		"boxes[0].f":    `{"levels":5,"boxes":[{"name":"x","r":[1,5],"f":[3,2],"m":[1,5]}]}`,
		"boxes[0].m":    `{"levels":5,"boxes":[{"name":"x","r":[1,5],"f":[3,3],"m":[1,6]}]}`,
	} {
		_, err := segment.ParseRFMBoxes([]byte(text))
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("%s: got %v, want a fault in %s", text, err, field)
		}
	}
}

func FuzzParseRFMBoxes(f *testing.F) {
	f.Add([]byte(`{"levels":3,"others":"x","boxes":[{"name":"a","r":[1,3],"f":[1,1],"m":[2,3]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := segment.ParseRFMBoxes(data)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		b.Name(segment.RFMScore{R: 1, F: b.Levels, M: 1})
	})
}

// The best value is below the best level when a middle rank says so, in every
// type of number, at the top of integers too.
func TestMidRankScale_types(t *testing.T) {
	t.Parallel()
	if s, err := segment.MidRankScale([]float32{5, 5}, 5, segment.Higher); err != nil || s.Level(5) != 3 || s.Level(5.000001) != 5 {
		t.Errorf("float32: %+v %v", s, err)
	}
	if s, err := segment.MidRankScale([]siyu.Money{7}, 4, segment.Higher); err != nil || s.Level(7) != 3 || s.Level(8) != 4 || s.Level(6) != 1 {
		t.Errorf("money: %+v %v", s, err)
	}
	if s, err := segment.MidRankScale([]int8{-3, -3, 4}, 2, segment.Lower); err != nil || !slices.Equal(s.LevelsOf([]int8{-3, 4}), []int{2, 1}) {
		t.Errorf("int8: %+v %v", s, err)
	}
}
