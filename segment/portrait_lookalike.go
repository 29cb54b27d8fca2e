package segment

import (
	"math"
	"slices"

	"github.com/siyu-go/siyu"
)

// Audience is a group of people who look like a target but are not in it
// (相似人群扩展).
type Audience struct {
	Rule      Rule // that selects them, the target's own people included
	Traits    []string
	People    *Set    // by the rule, without the target
	Recall    float64 // share of the target that the rule finds
	Precision float64 // share of those found, target included, who are in the target
	Lift      float64 // Precision against the target's share of the base
}

// LookAlike finds the conjunction of traits that tells a target best from the
// rest of the base while still finding at least the wished share of it. It
// adds traits one by one, each time the one that raises the precision most,
// and stops when none does or maxTraits are reached. A smaller recall gives a
// wider choice of traits and so a narrower, more similar audience.
//
// The result is a rule, so that it can be read, discussed, and run anywhere.
func LookAlike(target, base *Set, traits []Trait, recall float64, maxTraits int) (Audience, error) {
	if _, err := Contrasts(target, base, traits); err != nil {
		return Audience{}, err
	}
	switch {
	case !(recall > 0 && recall <= 1):
		return Audience{}, siyu.Invalid("recall", "is not in (0, 1]")
	case maxTraits < 1:
		return Audience{}, siyu.Invalid("max_traits", "is below 1")
	}
	var (
		inside  = target.combine(base, opAnd)
		wanted  = inside.Count()
		share   = float64(wanted) / float64(base.Count())
		best    = Audience{Recall: 1, Precision: share}
		found   = base
		rules   []Rule
		chosen  = make([]bool, len(traits))
		atLeast = int(math.Ceil(recall * float64(wanted)))
	)
	for len(rules) < maxTraits {
		pick, precision := -1, best.Precision
		for i, t := range traits {
			if chosen[i] {
				continue
			}
			with := found.combine(t.People, opAnd)
			hits := with.overlap(inside)
			if hits < max(atLeast, 1) {
				continue
			}
			if p := float64(hits) / float64(with.Count()); p > precision {
				pick, precision = i, p
			}
		}
		if pick < 0 {
			break
		}
		chosen[pick] = true
		found = found.combine(traits[pick].People, opAnd)
		rules = append(rules, traits[pick].Rule)
		best.Traits = append(best.Traits, traits[pick].Name)
		best.Precision = precision
		best.Recall = float64(found.overlap(inside)) / float64(wanted)
	}
	if len(rules) == 0 {
		return Audience{}, siyu.Invalid("traits", "hold none that tells the target from the rest at this recall")
	}
	best.Rule = All(rules...)
	best.People = found.combine(target, opAndNot).of(base.users)
	best.Lift = best.Precision / share
	return best, nil
}

// Scorecard gives points for traits and calls who has enough of them an
// audience (高潜人群).
type Scorecard struct {
	Points    map[string]int // by trait; may be negative
	Threshold int
}

// ScorecardOf derives points from contrasts: ten times the natural logarithm
// of the lift, rounded, for traits whose difference is significant at 5 %, and
// at most 100. The threshold is for the host to choose.
func ScorecardOf(contrasts []Contrast) Scorecard {
	s := Scorecard{Points: make(map[string]int)}
	for _, c := range contrasts {
		points := int(math.Round(10 * math.Log(c.Lift)))
		if c.Significance < 0.05 && points != 0 {
			s.Points[c.Trait] = min(max(points, -100), 100)
		}
	}
	return s
}

// Scores adds up the points of everybody in the universe of the traits, row by
// row. Traits that the card does not know count nothing; a trait of the card
// that is not given, and sums beyond 32 bits, are [siyu.ErrInvalid].
func (s Scorecard) Scores(traits []Trait) ([]int32, error) {
	if len(traits) == 0 {
		return nil, siyu.Invalid("traits", "are none")
	}
	var most int64
	for name, points := range s.Points {
		if !slices.ContainsFunc(traits, func(t Trait) bool { return t.Name == name }) {
			return nil, siyu.Invalid("traits", "lack %q", name)
		}
		most += int64(max(points, -points))
	}
	if most > math.MaxInt32 {
		return nil, siyu.Invalid("points", "add up beyond 32 bits")
	}
	scores := make([]int32, traits[0].People.Universe())
	for i, t := range traits {
		if t.People.Universe() != len(scores) {
			return nil, siyu.Invalid("traits", "trait %d is of another universe than the first", i)
		}
		if points := s.Points[t.Name]; points != 0 {
			for row := range t.People.Rows() {
				scores[row] += int32(points)
			}
		}
	}
	return scores, nil
}

// Audience returns the people of a base with at least the threshold in points.
func (s Scorecard) Audience(base *Set, traits []Trait) (*Set, error) {
	scores, err := s.Scores(traits)
	if err != nil {
		return nil, err
	}
	if base.Universe() != len(scores) {
		return nil, siyu.Invalid("base", "is of another universe than the traits")
	}
	for i, t := range traits {
		if _, err := t.People.dictionary(base); err != nil {
			return nil, siyu.Within(elem("traits", i), err)
		}
	}
	set, err := NewSet(len(scores), func(yield func(uint32) bool) {
		for row := range base.Rows() {
			if int(scores[row]) >= s.Threshold && !yield(row) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return set.of(base.users), nil
}
