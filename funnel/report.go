package funnel

import (
	"math"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// Report is the answer to a [Definition].
type Report struct {
	Summary
	// Groups are the answers per value of the breakdown, by value. A unit may
	// be in several with AllEvents or a StepAttribution.
	Groups []Group `json:"groups,omitempty"`
}

// Group is the answer for one value of the breakdown.
type Group struct {
	Value []string `json:"value"` // one text per dimension
	Summary
}

// Summary is the answer for a set of units. With a Counting of [Totals] or
// [Sessions] its counts are of attempts or sessions, and the lists of people are
// of the units behind them: each once, and perhaps both among those who reached
// a step and those who dropped out before it.
type Summary struct {
	Steps         []StepReport `json:"steps"`
	Trend         []TrendPoint `json:"trend,omitempty"`
	TimeToConvert *Histogram   `json:"time_to_convert,omitempty"`

	plan     *plan
	outcomes *outcomes
}

// StepReport is the answer for one step.
type StepReport struct {
	Name    string `json:"name"`
	Count   int    `json:"count"`   // units that reached it; for an optional step, that did it
	Dropped int    `json:"dropped"` // units that reached the required step before and not this one
	Rate    Rate   `json:"rate"`    // of the units that reached the first step
	Next    Rate   `json:"next"`    // of the units that reached the required step before
	Time    Times  `json:"time"`    // since the required step before
}

// Rate is a share with its 95 % Wilson interval.
type Rate struct {
	Share float64 `json:"share"` // 0 to 1; 0 of none
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// NewRate returns hits of n with its interval.
func NewRate(hits, n int) Rate {
	r := Rate{}
	r.Low, r.High = stats.Wilson(hits, n, stats.Z95)
	if n > 0 {
		r.Share = float64(hits) / float64(n)
	}
	return r
}

// Times describes durations in seconds. With N of 0 the others are 0.
type Times struct {
	N      int     `json:"n"`
	Mean   float64 `json:"mean_s"`
	Median float64 `json:"median_s"`
	P90    float64 `json:"p90_s"`
	Min    float64 `json:"min_s"`
	Max    float64 `json:"max_s"`

	sorted []float64
}

// Percentile returns the duration that q percent of the units need at most, in
// seconds, by linear interpolation; 0 of none.
func (t Times) Percentile(q float64) float64 {
	if t.N == 0 {
		return 0
	}
	return stats.Quantile(t.sorted, min(max(q/100, 0), 1))
}

func newTimes(seconds []float64) Times {
	if len(seconds) == 0 {
		return Times{}
	}
	slices.Sort(seconds)
	return Times{
		N: len(seconds), Mean: stats.Mean(seconds), Median: stats.Quantile(seconds, 0.5), P90: stats.Quantile(seconds, 0.9),
		Min: seconds[0], Max: seconds[len(seconds)-1], sorted: seconds,
	}
}

// Histogram is the distribution of the time between two steps.
type Histogram struct {
	Times Times `json:"times"`
	Bins  []Bin `json:"bins"` // of equal width
}

// Bin counts the units with a time from StartS to the start of the next bin.
type Bin struct {
	StartS int64 `json:"start_s"`
	Count  int   `json:"count"`
}

// Reached returns the units that reached a step, counted from 0, in the order
// of their first appearance in the log. For another [Actor] than users these
// are its keys.
func (s Summary) Reached(step int) []siyu.UserID {
	return s.units(func(i int) bool { return s.outcomes.has(i, step) })
}

// Dropped returns the units that reached the required step before the given one
// and not this one: whom to talk to next.
func (s Summary) Dropped(step int) []siyu.UserID {
	before := s.requiredBefore(step)
	if before < 0 {
		return nil
	}
	return s.units(func(i int) bool { return s.outcomes.has(i, before) && !s.outcomes.has(i, step) })
}

// Closed returns the share of units that reached a step among those that can be
// judged at an instant: they reached the step, or they reached the required
// step before and the window of their attempt is over. The others may yet
// convert, and the plain rate counts them as lost.
func (s Summary) Closed(step int, now time.Time) (rate Rate, open int) {
	before := s.requiredBefore(step)
	if before < 0 {
		return s.Steps[step].Rate, 0
	}
	hits, n := 0, 0
	for i := range s.outcomes.len() {
		switch {
		case s.outcomes.has(i, step):
			hits, n = hits+1, n+1
		case !s.outcomes.has(i, before):
		case s.plan.log.instant(s.plan.log.at(s.outcomes.place(i, 0)) + s.plan.window).Before(now):
			n++
		default:
			open++
		}
	}
	return NewRate(hits, n), open
}

func (s Summary) units(holds func(i int) bool) []siyu.UserID {
	if s.plan == nil {
		return nil // read back from JSON: the people are not in it
	}
	var numbers []uint32
	for i, unit := range s.outcomes.unit {
		if holds(i) {
			numbers = append(numbers, unit)
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers) // a unit may have several attempts or sessions
	keys := make([]siyu.UserID, len(numbers))
	for i, number := range numbers {
		keys[i] = siyu.UserID(s.plan.key(number))
	}
	return keys
}

// requiredBefore is that of the plan; a report that was read back from JSON has
// none.
func (s Summary) requiredBefore(step int) int {
	if s.plan == nil {
		return -1
	}
	return s.plan.requiredBefore(step)
}

// requiredBefore returns the nearest step before that is not optional, or -1.
func (p *plan) requiredBefore(step int) int {
	for step--; step >= 0 && p.optional>>step&1 != 0; {
		step--
	}
	return step
}

func (p *plan) report(found *findings) (r Report, err error) {
	if r.Summary, err = p.summary(found, everything); err != nil || p.group == nil {
		return r, err
	}
	for code, value := range p.group.values {
		if found.of(int32(code)).len() == 0 && len(found.entries[int32(code)]) == 0 {
			continue
		}
		s, err := p.summary(found, int32(code))
		if err != nil {
			return r, err
		}
		r.Groups = append(r.Groups, Group{value, s})
	}
	slices.SortFunc(r.Groups, func(a, b Group) int { return slices.Compare(a.Value, b.Value) })
	return r, nil
}

func (p *plan) summary(found *findings, group int32) (s Summary, err error) {
	s = Summary{plan: p, outcomes: found.of(group)}
	s.Steps = make([]StepReport, p.n)
	inParallel(p.n, func() func(int) {
		return func(i int) { s.Steps[i] = p.stepReport(s.outcomes, i) }
	})
	for i := range s.Steps {
		step := &s.Steps[i]
		step.Rate = NewRate(step.Count, s.Steps[0].Count)
		step.Next = step.Rate
		if before := p.requiredBefore(i); before >= 0 {
			step.Next = NewRate(step.Count, s.Steps[before].Count)
			step.Dropped = s.Steps[before].Count - step.Count
		}
	}
	if p.def.Trend != nil {
		if s.Trend, err = p.trendPoints(found.entries[group]); err != nil {
			return s, err
		}
	}
	if p.def.Convert != nil {
		s.TimeToConvert = p.histogram(s.outcomes)
	}
	return s, nil
}

func (p *plan) stepReport(o *outcomes, i int) StepReport {
	r := StepReport{Name: p.def.stepLabel(i)}
	before := p.requiredBefore(i)
	var seconds []float64
	for u := range o.len() {
		if !o.has(u, i) {
			continue
		}
		r.Count++
		if before >= 0 && o.has(u, before) {
			seconds = append(seconds, p.log.seconds(o.between(p.log, u, before, i)))
		}
	}
	r.Time = newTimes(seconds)
	return r
}

func (p *plan) histogram(o *outcomes) *Histogram {
	from, to := p.def.convertSteps()
	var seconds []float64
	for u := range o.len() {
		if o.has(u, from) && o.has(u, to) {
			seconds = append(seconds, p.log.seconds(o.between(p.log, u, from, to)))
		}
	}
	h := &Histogram{Times: newTimes(seconds)}
	if len(seconds) == 0 {
		return h
	}
	bins := min(p.def.Convert.Bins, MaxBins)
	if bins == 0 {
		bins = min(max(ceilCubeRoot(len(seconds)), 1), 60)
	}
	first := int64(math.Floor(h.Times.Min))
	width := int64(math.Ceil((math.Ceil(h.Times.Max) - float64(first)) / float64(bins)))
	if width <= 0 {
		width = 60
	}
	h.Bins = make([]Bin, bins+1)
	for i := range h.Bins {
		h.Bins[i].StartS = first + int64(i)*width
	}
	for _, s := range seconds {
		h.Bins[min(int64(s-float64(first))/width, int64(bins))].Count++
	}
	return h
}

func ceilCubeRoot(n int) int {
	root := int(math.Cbrt(float64(n)))
	for root*root*root < n {
		root++
	}
	for root > 0 && (root-1)*(root-1)*(root-1) >= n {
		root--
	}
	return root
}
