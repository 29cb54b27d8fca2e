package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/segment/identity"
)

// runSegmentMore runs the cases of segment that are neither rules nor rings.
func runSegmentMore(file File, raw json.RawMessage) error {
	var format string
	if err := json.Unmarshal(file.Format, &format); err != nil {
		return err
	}
	var c struct{ Kind string }
	if err := json.Unmarshal(raw, &c); err != nil {
		return err
	}
	runs := map[string]func(json.RawMessage) error{
		"segment-behaviour-cases/1 count":      runBehaviourCount,
		"segment-behaviour-cases/1 flips":      runBehaviourFlips,
		"segment-behaviour-cases/1 hysteresis": runHysteresis,
		"segment-rfm-cases/1 score":            runRFMScore,
		"segment-rfm-cases/1 fixed":            runRFMFixed,
		"segment-rfm-cases/1 rfm":              runRFMDigits,
		"segment-rfm-cases/1 summary":          runRFMSummary,
		"segment-rfm-cases/1 segment":          runRFMSegment,
		"segment-lifecycle-cases/1 interval":   runLifecycleInterval,
		"segment-lifecycle-cases/1 stage":      runLifecycleStage,
		"segment-ladder-cases/1 ladder":        runOfferLadder,
		"segment-ladder-cases/1 quadrant":      runQuadrant,
		"segment-churn-cases/1 ":               runChurn,
		"segment-identity-cases/1 ":            runIdentity,
	}
	if run, ok := runs[format+" "+c.Kind]; ok {
		return run(raw)
	}
	return fmt.Errorf("no runner for kind %q of %s: %w", c.Kind, format, ErrNotBuilt)
}

// segmentHead are the fields that any case of the area may have.
type segmentHead struct {
	ID        string
	Kind      string
	Title     string
	Note      string
	Source    string
	Tolerance struct{ Absolute, Relative float64 }
}

// near compares two numbers within the case's tolerance.
func (h segmentHead) near(what string, got, want float64) error {
	slack := max(h.Tolerance.Absolute, h.Tolerance.Relative*math.Abs(want), 1e-9)
	if math.Abs(got-want) <= slack {
		return nil
	}
	return fmt.Errorf("%s: got %v, want %v", what, got, want)
}

// refused compares an error with the expectation "invalid"; done says that the
// case is over.
func refused(err error, expect json.RawMessage) (done bool, _ error) {
	want := string(expect) == `"invalid"`
	switch {
	case want && err == nil:
		return true, errors.New("accepted, want it refused")
	case want && !errors.Is(err, siyu.ErrInvalid):
		return true, fmt.Errorf("got %w, want ErrInvalid", err)
	case want:
		return true, nil
	}
	return err != nil, err
}

type lifecycleDay struct{ time.Time }

// UnmarshalJSON reads a date or an instant.
func (d *lifecycleDay) UnmarshalJSON(data []byte) (err error) {
	if string(data) == "null" {
		return nil
	}
	if d.Time, err = time.Parse(`"`+time.DateOnly+`"`, string(data)); err != nil {
		d.Time, err = time.Parse(`"`+time.RFC3339Nano+`"`, string(data))
	}
	return err
}

func runLifecycleInterval(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		From, To lifecycleDay
		Interval string
		Users    map[string]struct {
			Created    lifecycleDay
			ActiveDays []lifecycleDay `json:"active_days"`
		}
		Expect struct {
			New          []int `json:"new"`
			Returning    []int `json:"returning"`
			Resurrecting []int `json:"resurrecting"`
			Dormant      []int `json:"dormant"`
		}
	}](raw)
	if err != nil {
		return err
	}
	people := func(yield func(segment.ActivityRecord) bool) {
		for _, u := range c.Users {
			r := segment.ActivityRecord{Created: u.Created.Time}
			for _, d := range u.ActiveDays {
				r.Active = append(r.Active, d.Time)
			}
			if !yield(r) {
				return
			}
		}
	}
	grid, err := segment.LifecycleGrid(people, c.From.Time, c.To.Time, &segment.GridOptions{Unit: c.Interval})
	if err != nil {
		return err
	}
	got := c.Expect
	got.New, got.Returning, got.Resurrecting, got.Dormant = nil, nil, nil, nil
	for _, n := range grid {
		got.New = append(got.New, n.New)
		got.Returning = append(got.Returning, n.Returning)
		got.Resurrecting = append(got.Resurrecting, n.Resurrecting)
		got.Dormant = append(got.Dormant, n.Dormant)
	}
	return Diff("counts", got, c.Expect)
}

func runLifecycleStage(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		AsOf   time.Time `json:"as_of"`
		Params struct {
			New     int `json:"new_days"`
			Active  int `json:"active_days"`
			Dormant int `json:"dormant_days"`
			Wake    int `json:"wake_days"`
		}
		Activity []time.Time
		Expect   json.RawMessage
	}](raw)
	if err != nil {
		return err
	}
	l := segment.Lifecycle{
		New: segment.Days(c.Params.New), Active: segment.Days(c.Params.Active),
		Dormant: segment.Days(c.Params.Dormant), Wake: segment.Days(c.Params.Wake),
	}
	if done, err := refused(l.Validate(), c.Expect); done {
		return err
	}
	return Diff("stage", l.Stage(c.Activity, c.AsOf), c.Expect)
}

func runChurn(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		Durations []float64
		Churned   []int
		Expect    json.RawMessage
	}](raw)
	if err != nil {
		return err
	}
	tenures := make([]segment.Tenure, len(c.Durations))
	for i, d := range c.Durations {
		tenures[i] = segment.Tenure{Duration: d, Churned: c.Churned[i] != 0}
	}
	curve, err := segment.RetentionOf(tenures)
	if done, err := refused(err, c.Expect); done {
		return err
	}
	want, err := Decode[struct {
		Table []struct {
			Time, Survival  float64
			AtRisk          int `json:"at_risk"`
			Churned         int
			SE              *float64 `json:"se_greenwood"`
			Lower           *float64 `json:"lower95_loglog"`
			Upper           *float64 `json:"upper95_loglog"`
			Censored        *int
			CumulativeDrops *int `json:"cumulative_churned"`
		}
		Median *float64
	}](c.Expect)
	if err != nil {
		return err
	}
	if len(curve.Steps) != len(want.Table) {
		return fmt.Errorf("got %d steps, want %d", len(curve.Steps), len(want.Table))
	}
	for i, w := range want.Table {
		got := curve.Steps[i]
		if err := errors.Join(
			Diff("at risk and churned", []int{got.AtRisk, got.Churned}, []int{w.AtRisk, w.Churned}),
			c.near("time", got.Time, w.Time), c.near("survival", got.Survival, w.Survival),
			c.optional("se", got.SE, w.SE), c.optional("lower", got.Lower, w.Lower), c.optional("upper", got.Upper, w.Upper),
		); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	median, ok := curve.Median()
	if ok != (want.Median != nil) {
		return fmt.Errorf("median known: got %v", ok)
	}
	return c.optional("median", median, want.Median)
}

func (h segmentHead) optional(what string, got float64, want *float64) error {
	if want == nil {
		return nil
	}
	return h.near(what, got, *want)
}

func runIdentity(raw json.RawMessage) error {
	type pair = [2]string
	c, err := Decode[struct {
		segmentHead
		Links          [][]pair
		Unique, Limits map[string]int
		Blocked        json.RawMessage
		Remove         []int
		Expect         struct {
			Persons  [][]string `json:"persons"`
			Rejected []int      `json:"rejected_links"`
		}
	}](raw)
	if err != nil {
		return err
	}
	rules := identity.Rules{Limits: map[string]int{}}
	for _, limits := range []map[string]int{c.Limits, c.Unique} {
		maps.Copy(rules.Limits, limits)
	}
	if rules.Blocked, err = blockedIdentifiers(c.Blocked); err != nil {
		return err
	}
	g, err := identity.New(rules)
	if err != nil {
		return err
	}
	for i, sides := range c.Links {
		for len(sides) < 2 {
			sides = append(sides, sides[0])
		}
		l := identity.Link{ID: fmt.Sprint(i), A: identity.ID(sides[0][0], sides[0][1]), B: identity.ID(sides[1][0], sides[1][1])}
		if _, err := g.Link(l); err != nil {
			return err
		}
	}
	for _, i := range c.Remove {
		if err := g.Unlink(fmt.Sprint(i), identity.Undo{}); err != nil {
			return err
		}
	}
	persons, rejected := [][]string{}, []int{}
	for p := range g.Persons() {
		var ids []string
		for _, id := range p.IDs {
			ids = append(ids, id.String())
		}
		persons = append(persons, ids)
	}
	for l := range g.Links() {
		if l.Refused() {
			var i int
			if _, err := fmt.Sscan(l.Link.ID, &i); err != nil {
				return err
			}
			rejected = append(rejected, i)
		}
	}
	return errors.Join(Diff("persons", persons, c.Expect.Persons), Diff("rejected", rejected, c.Expect.Rejected))
}

// blockedIdentifiers reads a list of [kind, value] or "kind:value", or an
// object of values by kind.
func blockedIdentifiers(raw json.RawMessage) (ids []identity.Identifier, err error) {
	if raw == nil {
		return nil, nil
	}
	var byKind map[string][]string
	if json.Unmarshal(raw, &byKind) == nil {
		for kind, values := range byKind {
			for _, v := range values {
				ids = append(ids, identity.ID(kind, v))
			}
		}
		return ids, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	for _, b := range list {
		var pair [2]string
		var text string
		if json.Unmarshal(b, &text) == nil {
			pair[0], pair[1], _ = strings.Cut(text, ":")
		} else if err := json.Unmarshal(b, &pair); err != nil {
			return nil, err
		}
		ids = append(ids, identity.ID(pair[0], pair[1]))
	}
	return ids, nil
}
