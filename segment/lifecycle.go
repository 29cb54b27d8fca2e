package segment

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Stage is where a person stands in the life cycle (生命周期).
type Stage string

// The stages.
const (
	Registered  Stage = "registered"  // never active
	New         Stage = "new"         // 新客: first active a short time ago
	Active      Stage = "active"      // 活跃
	Reactivated Stage = "reactivated" // 唤醒: active again after a long gap
	Dormant     Stage = "dormant"     // 沉睡
	Churned     Stage = "churned"     // 流失
)

// Lifecycle says by which silences people change stage. All ranges are
// half-open: a silence of exactly Active is dormant already, one of exactly
// Dormant churned.
//
// A person whose first activity is younger than New is new, whatever else
// holds. Otherwise the silence since the last activity decides: below Active
// active, below Dormant dormant, else churned. An active person who came back
// after a gap of at least Active is reactivated until Wake after the return.
type Lifecycle struct {
	New     Period `json:"new"`
	Active  Period `json:"active"`
	Dormant Period `json:"dormant"`
	Wake    Period `json:"wake"`
}

// ParseLifecycle reads the JSON form strictly and validates it.
func ParseLifecycle(data []byte) (Lifecycle, error) { return parseDefinition[Lifecycle](data) }

// Validate refuses negative times and a Dormant not after Active.
func (l Lifecycle) Validate() error {
	switch {
	case l.New < 0:
		return siyu.Invalid("new", "is negative")
	case l.Active <= 0:
		return siyu.Invalid("active", "is not positive")
	case l.Dormant < l.Active:
		return siyu.Invalid("dormant", "is before active")
	case l.Wake < 0:
		return siyu.Invalid("wake", "is negative")
	}
	return nil
}

// Stage returns the stage at a moment from a person's activity, in any order;
// activity after asOf is ignored, so the past can be replayed.
func (l Lifecycle) Stage(activity []time.Time, asOf time.Time) Stage {
	stage, _ := l.StageUntil(activity, asOf)
	return stage
}

// StageUntil is [Lifecycle.Stage] with the moment at which the stage changes
// next if the person stays silent; zero if it never does.
func (l Lifecycle) StageUntil(activity []time.Time, asOf time.Time) (Stage, time.Time) {
	if !slices.IsSortedFunc(activity, time.Time.Compare) {
		activity = slices.Clone(activity)
		slices.SortFunc(activity, time.Time.Compare)
	}
	n, _ := slices.BinarySearchFunc(activity, asOf, func(a, t time.Time) int {
		if a.After(t) {
			return 1
		}
		return -1
	})
	if activity = activity[:n]; n == 0 {
		return Registered, time.Time{}
	}
	first, last := activity[0], activity[n-1]
	silence := since(last, asOf)
	switch {
	case since(first, asOf) < l.New:
		return New, l.New.after(first)
	case silence >= l.Dormant:
		return Churned, time.Time{}
	case silence >= l.Active:
		return Dormant, l.Dormant.after(last)
	}
	quiet := l.Active.after(last)
	for i := n - 1; i > 0 && since(activity[i], asOf) < l.Wake; i-- {
		if since(activity[i-1], activity[i]) >= l.Active {
			return Reactivated, earlier(quiet, l.Wake.after(activity[i]))
		}
	}
	return Active, quiet
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
