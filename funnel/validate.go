package funnel

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/siyu-go/siyu"
)

// Validate refuses a definition that means nothing or exceeds a limit; the
// error matches [siyu.ErrInvalid] and tells the path of the fault.
func (d Definition) Validate() error {
	if len(d.Steps) == 0 || len(d.Steps) > MaxSteps {
		return siyu.Invalid("steps", "must be 1 to %d", MaxSteps)
	}
	if !slices.Contains([]Order{"", Ordered, Strict, Unordered}, d.Order) {
		return siyu.Invalid("order", "%q is none of ordered, strict, unordered", string(d.Order))
	}
	if d.Window <= 0 {
		return siyu.Invalid("window_s", "must be positive")
	}
	if !d.Range.From.IsZero() && !d.Range.To.IsZero() && d.Range.To.Before(d.Range.From) {
		return siyu.Invalid("range.to", "is before from")
	}
	if d.Actor.Prop != "" && d.Actor.UserProp != "" {
		return siyu.Invalid("actor", "has both prop and user_prop")
	}
	if _, err := d.location(); err != nil {
		return siyu.Invalid("timezone", "%q is not known", d.Timezone)
	}
	if _, known := weekdays[d.WeekStart]; !known {
		return siyu.Invalid("week_start", "%q is no day of the week", string(d.WeekStart))
	}
	for _, check := range []func() error{d.checkSteps, d.checkCounting, d.checkExclusions, d.checkBreakdown, d.checkTrend, d.checkConvert} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (d Definition) checkSteps() error {
	count := 0
	for i, s := range d.Steps {
		if err := s.check(0, &count); err != nil {
			return siyu.Within(fmt.Sprintf("steps[%d]", i), err)
		}
		if s.Within < 0 || s.Within > 0 && (i == 0 || d.order() == Unordered) {
			return siyu.Invalid(fmt.Sprintf("steps[%d].within_s", i), "needs a step before")
		}
		if !s.Optional {
			continue
		}
		switch {
		case i == 0:
			return siyu.Invalid("steps[0].optional", "the first step cannot be optional")
		case d.order() == Unordered:
			return siyu.Invalid(fmt.Sprintf("steps[%d].optional", i), "has no meaning in an unordered funnel")
		case i+1 < len(d.Steps) && !d.Steps[i+1].Optional && d.Steps[i+1].covers(s.Event, s.Where):
			return siyu.Invalid(fmt.Sprintf("steps[%d].optional", i), "is never done: the next step takes every event that it meets")
		}
	}
	if err := d.checkGroups(); err != nil {
		return err
	}
	if d.Filter == nil {
		return nil
	}
	return siyu.Within("filter", d.Filter.check(0, &count))
}

// checkGroups refuses groups together with what has no plain meaning in them.
func (d Definition) checkGroups() error {
	groups := d.groups()
	if len(groups) == 0 {
		return nil
	}
	switch {
	case d.order() != Ordered:
		return siyu.Invalid("order", "must be ordered with groups")
	case len(d.Exclusions) > 0:
		return siyu.Invalid("exclusions", "do not go with groups")
	}
	if d.Breakdown != nil {
		if _, isStep := d.Breakdown.Attribution.step(); isStep {
			return siyu.Invalid("breakdown.attribution", "to a step does not go with groups")
		}
	}
	orders := 1
	for _, g := range groups {
		for i := g.from; i < g.to; i++ {
			if s := d.Steps[i]; s.Optional || s.Within > 0 {
				return siyu.Invalid(fmt.Sprintf("steps[%d]", i), "of a group cannot be optional or within_s")
			}
			orders *= i - g.from + 1
		}
		if orders > MaxOrders {
			return siyu.Invalid("steps", "can be done in more than %d orders", MaxOrders)
		}
	}
	return nil
}

func (s Step) check(depth int, count *int) error {
	if depth > MaxDepth {
		return siyu.Invalid("any_of", "is nested deeper than %d", MaxDepth)
	}
	kinds := 0
	for _, given := range []bool{s.Event != "", s.Any, len(s.AnyOf) > 0} {
		if given {
			kinds++
		}
	}
	if kinds != 1 {
		return siyu.Invalid("", "must have one of event, any, any_of")
	}
	if len(s.Event) > siyu.MaxID {
		return siyu.Invalid("event", "is longer than %d bytes", siyu.MaxID)
	}
	if !slices.Contains([]FirstTime{"", FirstEvent, FirstFiltered}, s.FirstTime) {
		return siyu.Invalid("first_time", "%q is none of event, filtered", string(s.FirstTime))
	}
	for i, alternative := range s.AnyOf {
		if alternative.Optional || alternative.FirstTime != "" || alternative.Within != 0 || alternative.Group != "" {
			return siyu.Invalid(fmt.Sprintf("any_of[%d]", i), "cannot be optional, first_time, within_s or of a group")
		}
		if err := alternative.check(depth+1, count); err != nil {
			return siyu.Within(fmt.Sprintf("any_of[%d]", i), err)
		}
	}
	return checkConditions("where", s.Where, depth, count)
}

func checkConditions(path string, conditions []Condition, depth int, count *int) error {
	for i, c := range conditions {
		if err := c.check(depth, count); err != nil {
			return siyu.Within(fmt.Sprintf("%s[%d]", path, i), err)
		}
	}
	return nil
}

func (c Condition) check(depth int, count *int) error {
	*count++
	switch {
	case *count > MaxConditions:
		return siyu.Invalid("", "is one more than %d conditions", MaxConditions)
	case depth > MaxDepth:
		return siyu.Invalid("", "is nested deeper than %d", MaxDepth)
	case c.And != nil || c.Or != nil:
		if c.Prop != "" || c.Op != "" || c.Value != "" || c.Source != "" || (c.And != nil && c.Or != nil) {
			return siyu.Invalid("", "must be one of and, or, a comparison")
		}
		if len(c.And)+len(c.Or) == 0 {
			return siyu.Invalid("", "combines nothing")
		}
		if err := checkConditions("and", c.And, depth+1, count); err != nil {
			return err
		}
		return checkConditions("or", c.Or, depth+1, count)
	case c.Prop == "":
		return siyu.Invalid("prop", "is missing")
	case !slices.Contains([]Op{Equal, NotEqual, Contains, IsSet}, c.Op):
		return siyu.Invalid("op", "%q is none of eq, ne, contains, set", string(c.Op))
	case !slices.Contains([]Source{"", FromEvent, FromUser}, c.Source):
		return siyu.Invalid("source", "%q is none of event, user", string(c.Source))
	}
	return nil
}

func (d Definition) checkExclusions() error {
	if len(d.Exclusions) > MaxExclusions {
		return siyu.Invalid("exclusions", "are more than %d", MaxExclusions)
	}
	count := 0
	last := len(d.Steps) - 1
	for i, x := range d.Exclusions {
		path := fmt.Sprintf("exclusions[%d]", i)
		if x.Event == "" {
			return siyu.Invalid(path+".event", "is missing")
		}
		if x.FromStep < 0 || x.ToStep > last || x.FromStep >= x.ToStep {
			return siyu.Invalid(path, "must have 0 <= from_step < to_step <= %d", last)
		}
		if d.order() == Unordered && (x.FromStep != 0 || x.ToStep != last) {
			return siyu.Invalid(path, "must span all steps of an unordered funnel")
		}
		for _, s := range d.Steps[x.FromStep : x.ToStep+1] {
			if s.covers(x.Event, x.Where) {
				return siyu.Invalid(path, "is a step that it spans")
			}
		}
		if err := checkConditions("where", x.Where, 0, &count); err != nil {
			return siyu.Within(path, err)
		}
	}
	return nil
}

// covers reports whether the step is met by every event of a name that meets
// the conditions, as far as the definitions alone tell.
func (s Step) covers(event string, where []Condition) bool {
	return s.Event != "" && s.Event == event && s.FirstTime == "" && subset(s.Where, where)
}

// subset reports whether every condition of a is one of b.
func subset(a, b []Condition) bool {
	for _, c := range a {
		if !slices.ContainsFunc(b, c.same) {
			return false
		}
	}
	return true
}

func (c Condition) same(other Condition) bool {
	return c.Prop == other.Prop && c.Op == other.Op && c.Value == other.Value && c.Source == other.Source &&
		slices.EqualFunc(c.And, other.And, Condition.same) && slices.EqualFunc(c.Or, other.Or, Condition.same)
}

func (d Definition) checkBreakdown() error {
	if err := checkDimensions("hold", d.Hold); err != nil {
		return err
	}
	b := d.Breakdown
	if b == nil {
		return nil
	}
	if len(b.By) == 0 {
		return siyu.Invalid("breakdown.by", "is missing")
	}
	if err := checkDimensions("breakdown.by", b.By); err != nil {
		return err
	}
	step, isStep := b.Attribution.step()
	switch {
	case isStep && (step < 0 || step >= len(d.Steps)):
		return siyu.Invalid("breakdown.attribution", "step %d is not one of the funnel", step)
	case isStep && step != 0 && d.order() == Unordered:
		return siyu.Invalid("breakdown.attribution", "must be step 0 in an unordered funnel")
	case !isStep && !slices.Contains([]Attribution{"", FirstTouch, LastTouch, AllEvents}, b.Attribution):
		return siyu.Invalid("breakdown.attribution", "%q is not known", string(b.Attribution))
	}
	return nil
}

func checkDimensions(path string, by []Dimension) error {
	if len(by) > MaxDepth {
		return siyu.Invalid(path, "are more than %d dimensions", MaxDepth)
	}
	for i, dim := range by {
		path := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case dim.Source == FromActor && dim.Prop == "":
		case dim.Prop == "":
			return siyu.Invalid(path+".prop", "is missing")
		case !slices.Contains([]Source{"", FromEvent, FromUser}, dim.Source):
			return siyu.Invalid(path+".source", "%q does not go with a prop", string(dim.Source))
		}
	}
	return nil
}

// StepAttribution takes the value of the event that filled the given step,
// counted from 0; units that never reach it are in no group. A unit may be in
// several. Where the funnel is plain (ordered, each event meeting one step) it
// costs its events once, else once for each value that it may have.
func StepAttribution(step int) Attribution {
	return Attribution("step:" + strconv.Itoa(step))
}

func (a Attribution) step() (step int, ok bool) {
	digits, ok := strings.CutPrefix(string(a), "step:")
	if !ok {
		return 0, false
	}
	step, err := strconv.Atoi(digits)
	return step, err == nil
}

func (d Definition) checkTrend() error {
	if d.Trend == nil {
		return nil
	}
	if !slices.Contains([]Interval{Hour, Day, Week, Month}, d.Trend.Interval) {
		return siyu.Invalid("trend.interval", "%q is none of hour, day, week, month", string(d.Trend.Interval))
	}
	from, to := d.trendSteps()
	return siyu.Within("trend", d.checkSpan(from, to))
}

func (d Definition) checkConvert() error {
	if d.Convert == nil {
		return nil
	}
	if d.Convert.Bins < 0 {
		return siyu.Invalid("time_to_convert.bins", "is negative")
	}
	from, to := d.convertSteps()
	return siyu.Within("time_to_convert", d.checkSpan(from, to))
}

func (d Definition) checkSpan(from, to int) error {
	if last := len(d.Steps) - 1; from < 0 || to > last || from >= to {
		return siyu.Invalid("", "must have 0 <= from_step < to_step <= %d", last)
	}
	return nil
}

func (d Definition) trendSteps() (from, to int) {
	return d.Trend.FromStep, cmp.Or(d.Trend.ToStep, len(d.Steps)-1)
}

func (d Definition) convertSteps() (from, to int) {
	return d.Convert.FromStep, cmp.Or(d.Convert.ToStep, len(d.Steps)-1)
}

func (d Definition) order() Order {
	if d.Order == "" {
		return Ordered
	}
	return d.Order
}
