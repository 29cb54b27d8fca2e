package segment

import (
	"cmp"
	"math"
	"slices"

	"github.com/siyu-go/siyu"
)

// Tenure is how long a person was seen: until the churn, or until the
// observation ended with the person still there (censored).
type Tenure struct {
	Duration float64 // in any unit, at least 0
	Churned  bool
	People   int // with this tenure; 0 means 1
}

// RetentionStep is one moment at which people churned.
type RetentionStep struct {
	Time     float64 `json:"time"`
	AtRisk   int     `json:"at_risk"` // still there just before, and observed
	Churned  int     `json:"churned"`
	Survival float64 `json:"survival"` // share still there from Time on
	// SE is Greenwood's standard error of Survival. Lower and Upper are the
	// 95 % limits on the log-log scale, within [0, 1]; where Survival is 0 they
	// do not exist, and Defined is false with SE, Lower and Upper 0.
	SE      float64 `json:"se"`
	Lower   float64 `json:"lower"`
	Upper   float64 `json:"upper"`
	Defined bool    `json:"defined"`
}

// Retention is a Kaplan-Meier curve of the time until churn (留存曲线). It
// makes honest use of people who are still there: they count for as long as
// they were seen. People who are censored at a time of churn were at risk in
// it.
type Retention struct {
	Steps []RetentionStep // in order of time; none if nobody churned
	N     int             // people
}

// RetentionOf estimates the curve from tenures in any order. No tenure, and a
// duration or a number of people that is negative or not a number, are
// [siyu.ErrInvalid].
//
// Kaplan and Meier, JASA 53 (1958); Greenwood 1926; the limits are those of R
// survfit with conf.type "log-log".
func RetentionOf(tenures []Tenure) (Retention, error) {
	if len(tenures) == 0 {
		return Retention{}, siyu.Invalid("tenures", "are none")
	}
	sorted := slices.Clone(tenures)
	risk := 0
	for i, t := range sorted {
		if !(t.Duration >= 0) || math.IsInf(t.Duration, 1) {
			return Retention{}, siyu.Invalid("tenures", "duration %d is not a number at or above 0", i)
		}
		if t.People < 0 {
			return Retention{}, siyu.Invalid("tenures", "tenure %d has a negative number of people", i)
		}
		sorted[i].People = max(t.People, 1)
		risk += sorted[i].People
	}
	slices.SortFunc(sorted, func(a, b Tenure) int { return cmp.Compare(a.Duration, b.Duration) })
	r := Retention{N: risk}
	survival, greenwood := 1.0, 0.0
	for i := 0; i < len(sorted); {
		at, seen, churned := sorted[i].Duration, 0, 0
		for ; i < len(sorted) && sorted[i].Duration == at; i++ {
			seen += sorted[i].People
			if sorted[i].Churned {
				churned += sorted[i].People
			}
		}
		there := risk
		risk -= seen
		if churned == 0 {
			continue
		}
		n, d := float64(there), float64(churned)
		survival *= (n - d) / n
		greenwood += d / (n * (n - d))
		step := RetentionStep{Time: at, AtRisk: there, Churned: churned, Survival: survival}
		if there > churned {
			step.limit(greenwood)
		}
		r.Steps = append(r.Steps, step)
	}
	return r, nil
}

func (s *RetentionStep) limit(greenwood float64) {
	const z = 1.959963984540054 // 97.5 % quantile of the normal distribution
	root := math.Sqrt(greenwood)
	log := math.Log(s.Survival)
	s.Defined = true
	s.SE = s.Survival * root
	s.Lower = math.Exp(log * math.Exp(z*root/-log))
	s.Upper = math.Exp(log * math.Exp(-z*root/-log))
}

// At returns the share still there at a time.
func (r Retention) At(t float64) float64 {
	survival := 1.0
	for _, s := range r.Steps {
		if s.Time > t {
			break
		}
		survival = s.Survival
	}
	return survival
}

// Median returns the first time at which at most half are still there; ok is
// false if the curve does not come down to a half.
func (r Retention) Median() (t float64, ok bool) {
	const rounding = 1e-12 // of a product of at most N factors
	for _, s := range r.Steps {
		if s.Survival <= 0.5+rounding {
			return s.Time, true
		}
	}
	return 0, false
}
