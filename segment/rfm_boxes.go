package segment

import (
	"iter"
	"strconv"

	"github.com/siyu-go/siyu"
)

// RFMScore is the level of a person in each of the three measures.
type RFMScore struct{ R, F, M int }

// String writes the levels one after the other, "543"; levels above 9 are set
// apart by dashes.
func (s RFMScore) String() string {
	sep := ""
	if max(s.R, s.F, s.M) > 9 {
		sep = "-"
	}
	return strconv.Itoa(s.R) + sep + strconv.Itoa(s.F) + sep + strconv.Itoa(s.M)
}

// RFMScales scores the three measures. Monetary is scored by the mean amount
// or the total, as the host likes.
type RFMScales struct {
	Recency   Scale[int]
	Frequency Scale[int]
	Monetary  Scale[float64]
}

// MidRankRFM makes the three scales from customers, with the mean amount as
// the monetary measure; see [MidRankScale].
func MidRankRFM(customers []RFM, levels int) (RFMScales, error) {
	var (
		r = make([]int, len(customers))
		f = make([]int, len(customers))
		m = make([]float64, len(customers))
	)
	for i, c := range customers {
		r[i], f[i], m[i] = c.Recency, c.Frequency, c.Mean()
	}
	var s RFMScales
	var err error
	if s.Recency, err = MidRankScale(r, levels, Lower); err != nil {
		return s, err
	}
	if s.Frequency, err = MidRankScale(f, levels, Higher); err != nil {
		return s, err
	}
	s.Monetary, err = MidRankScale(m, levels, Higher)
	return s, err
}

// Score returns the levels of one customer.
func (s RFMScales) Score(c RFM) RFMScore {
	return RFMScore{s.Recency.Level(c.Recency), s.Frequency.Level(c.Frequency), s.Monetary.Level(c.Mean())}
}

// Levels is an inclusive range of levels, low to high.
type Levels [2]int

func (l Levels) has(level int) bool { return l[0] <= level && level <= l[1] }

// RFMBox is a named range of levels in each measure.
type RFMBox struct {
	Name string `json:"name"`
	R    Levels `json:"r"`
	F    Levels `json:"f"`
	M    Levels `json:"m"`
}

// Contains reports whether a score lies in the box.
func (b RFMBox) Contains(s RFMScore) bool { return b.R.has(s.R) && b.F.has(s.F) && b.M.has(s.M) }

// RFMBoxes name the scores: the first box in order that contains a score wins,
// and Others is the name of the rest. Several boxes may share a name.
type RFMBoxes struct {
	Levels int      `json:"levels"` // of each measure
	Boxes  []RFMBox `json:"boxes"`
	Others string   `json:"others"`
}

// ParseRFMBoxes reads the JSON form strictly and validates it.
func ParseRFMBoxes(data []byte) (RFMBoxes, error) {
	return parseDefinition[RFMBoxes](data)
}

// Validate refuses ranges outside 1..Levels or upside down, and boxes without
// a name.
func (b RFMBoxes) Validate() error {
	if b.Levels < 1 || b.Levels > MaxLevels {
		return siyu.Invalid("levels", "%d is not between 1 and %d", b.Levels, MaxLevels)
	}
	for i, box := range b.Boxes {
		path := "boxes[" + strconv.Itoa(i) + "]"
		if err := siyu.CheckID("name", box.Name); err != nil {
			return siyu.Within(path, err)
		}
		for _, f := range []struct {
			name   string
			levels Levels
		}{{"r", box.R}, {"f", box.F}, {"m", box.M}} {
			if f.levels[0] < 1 || f.levels[1] > b.Levels || f.levels[0] > f.levels[1] {
				return siyu.Invalid(path+"."+f.name, "%v is not a range within 1..%d", f.levels, b.Levels)
			}
		}
	}
	return nil
}

// Name returns the name of a score.
func (b RFMBoxes) Name(s RFMScore) string {
	if i := b.find(s); i >= 0 {
		return b.Boxes[i].Name
	}
	return b.Others
}

// Uncovered lists the scores that no box contains, and Hidden the indices of
// boxes that never win because earlier ones cover them: a look at both before
// the boxes are used saves a campaign.
func (b RFMBoxes) Uncovered() (scores []RFMScore, hidden []int) {
	wins := make([]bool, len(b.Boxes))
	for s := range allScores(b.Levels) {
		if i := b.find(s); i >= 0 {
			wins[i] = true
		} else {
			scores = append(scores, s)
		}
	}
	for i, won := range wins {
		if !won {
			hidden = append(hidden, i)
		}
	}
	return scores, hidden
}

func (b RFMBoxes) find(s RFMScore) int {
	for i, box := range b.Boxes {
		if box.Contains(s) {
			return i
		}
	}
	return -1
}

func allScores(levels int) iter.Seq[RFMScore] {
	return func(yield func(RFMScore) bool) {
		for r := 1; r <= levels; r++ {
			for f := 1; f <= levels; f++ {
				for m := 1; m <= levels; m++ {
					if !yield(RFMScore{r, f, m}) {
						return
					}
				}
			}
		}
	}
}
