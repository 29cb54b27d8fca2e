package segment

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// Trait is a yes/no property of people, such as "lives in Shanghai" or "RFM
// recency 5": those in People have it. Rule says the same as a rule, and is
// needed for [LookAlike] only.
type Trait struct {
	Name   string
	People *Set
	Rule   Rule
}

// Traits selects the people of a table by named rules, in order of name.
func Traits(table *Table, rules map[string]Rule, catalog *Catalog, now time.Time) ([]Trait, error) {
	traits := make([]Trait, 0, len(rules))
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		matcher, err := Compile(rules[name], catalog)
		if err != nil {
			return nil, siyu.Within(name, err)
		}
		bound, err := matcher.Bind(table.Schema())
		if err != nil {
			return nil, siyu.Within(name, err)
		}
		plan, err := table.Plan(bound, now)
		if err != nil {
			return nil, siyu.Within(name, err)
		}
		traits = append(traits, Trait{Name: name, People: plan.Select(nil), Rule: rules[name]})
	}
	return traits, nil
}

// Contrast is how a trait sets a target apart from the others of a base.
type Contrast struct {
	Trait        string
	Target       int     // people of the target with the trait
	Others       int     // of the rest of the base
	TargetShare  float64 // of the target
	OthersShare  float64 // of the rest
	Lift         float64 // TargetShare / OthersShare, with half a person added to each count
	Low, High    float64 // 95 % limits of Lift
	Significance float64 // p-value of the two shares being equal, corrected for the number of traits
}

// Contrasts profiles a target against the rest of a base: which traits are
// more or less frequent in it, the most telling first (by the limit of Lift
// that is nearer to 1). The intervals are Katz's for a ratio of proportions,
// the p-values those of a chi-squared test, corrected by Holm's method.
//
// A target that is empty or all of the base, and a trait or target from
// another universe, are [siyu.ErrInvalid].
func Contrasts(target, base *Set, traits []Trait) ([]Contrast, error) {
	if target.Universe() != base.Universe() {
		return nil, siyu.Invalid("target", "is of another universe than base")
	}
	if _, err := target.dictionary(base); err != nil {
		return nil, siyu.Within("target", err)
	}
	inside, rest := target.combine(base, opAnd), base.combine(target, opAndNot)
	n, m := inside.Count(), rest.Count()
	switch {
	case n == 0:
		return nil, siyu.Invalid("target", "is empty within base")
	case m == 0:
		return nil, siyu.Invalid("target", "is all of base")
	}
	out := make([]Contrast, len(traits))
	for i, t := range traits {
		if t.People == nil || t.People.Universe() != base.Universe() {
			return nil, siyu.Invalid("traits", "trait %d is of another universe than base", i)
		}
		if _, err := t.People.dictionary(base); err != nil {
			return nil, siyu.Within(elem("traits", i), err)
		}
		out[i] = contrast(t.Name, inside.overlap(t.People), n, rest.overlap(t.People), m)
	}
	holm(out)
	slices.SortStableFunc(out, func(a, b Contrast) int { return cmp.Compare(b.telling(), a.telling()) })
	return out, nil
}

func contrast(name string, a, n, b, m int) Contrast {
	c := Contrast{
		Trait: name, Target: a, Others: b,
		TargetShare: float64(a) / float64(n), OthersShare: float64(b) / float64(m),
	}
	p, q := (float64(a)+0.5)/(float64(n)+0.5), (float64(b)+0.5)/(float64(m)+0.5)
	c.Lift = p / q
	se := math.Sqrt(1/(float64(a)+0.5) - 1/(float64(n)+0.5) + 1/(float64(b)+0.5) - 1/(float64(m)+0.5))
	c.Low, c.High = c.Lift*math.Exp(-stats.Z95*se), c.Lift*math.Exp(stats.Z95*se)
	pooled := float64(a+b) / float64(n+m)
	c.Significance = 1
	if pooled > 0 && pooled < 1 {
		d := c.TargetShare - c.OthersShare
		chi := d * d / (pooled * (1 - pooled) * (1/float64(n) + 1/float64(m)))
		c.Significance = stats.ChiSquaredTail(chi, 1)
	}
	return c
}

// telling is how far the interval of the lift stays away from 1.
func (c Contrast) telling() float64 { return max(math.Log(c.Low), -math.Log(c.High), 0) }

// holm corrects p-values for their number.
func holm(contrasts []Contrast) {
	order := make([]*Contrast, len(contrasts))
	for i := range contrasts {
		order[i] = &contrasts[i]
	}
	slices.SortFunc(order, func(a, b *Contrast) int { return cmp.Compare(a.Significance, b.Significance) })
	least := 0.0
	for i, c := range order {
		least = min(1, max(least, c.Significance*float64(len(order)-i)))
		c.Significance = least
	}
}
