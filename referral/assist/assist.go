package assist

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// CampaignID names a campaign.
type CampaignID string

// TaskID names a task of a campaign.
type TaskID string

// Terms are the rules of a campaign: either Required and Reward, or Tiers.
type Terms struct {
	Required int        `json:"required,omitempty"` // helpers that complete a task
	Duration int64      `json:"duration_seconds"`   // of a task
	Reward   siyu.Money `json:"reward,omitempty"`
	NewOnly  bool       `json:"new_only,omitempty"` // existing customers do not count as helpers
	Tiers    []Tier     `json:"tiers,omitempty"`    // strictly ascending
}

// Limits of terms.
const (
	MaxHelpers = 1_000_000
	MaxTiers   = 100
)

const (
	maxDuration   = 366 * 86_400 // a year
	maxTermsBytes = 1 << 16
)

// ParseTerms reads the JSON form of terms strictly and validates them: unknown
// fields and values out of place are [siyu.ErrInvalid] with their path.
func ParseTerms(data []byte) (Terms, error) {
	t, err := strictjson.Decode[Terms](data, maxTermsBytes)
	if err == nil {
		err = t.Validate()
	}
	return t, siyu.Within("terms", err)
}

// Tier is a reward at a number of helpers.
type Tier struct {
	Helpers int        `json:"helpers"`
	Reward  siyu.Money `json:"reward"`
}

// Reason names why help did not count; "" is none.
type Reason string

// The reasons, in the order of checking.
const (
	Complete      Reason = "TASK_COMPLETE"
	Expired       Reason = "TASK_EXPIRED"
	SelfReferral  Reason = "SELF_REFERRAL"
	NotNew        Reason = "NOT_NEW"
	AlreadyHelped Reason = "ALREADY_HELPED"
)

var texts = map[Reason]siyu.Text{
	Complete:      {ZH: "任务已完成", EN: "the task is complete"},
	Expired:       {ZH: "任务已过期", EN: "the task has expired"},
	SelfReferral:  {ZH: "不能为自己助力", EN: "nobody can help themselves"},
	NotNew:        {ZH: "仅限新客户助力", EN: "only new customers can help"},
	AlreadyHelped: {ZH: "已助力过", EN: "has helped already"},
}

// Text says the reason for people.
func (r Reason) Text(lang siyu.Lang) string {
	if t, ok := texts[r]; ok {
		return t.In(lang)
	}
	return string(r)
}

// Task is one person's task.
type Task struct {
	ID        TaskID      `json:"id"`
	Owner     siyu.UserID `json:"owner"`
	StartedAt time.Time   `json:"started_at"`
	Helpers   int         `json:"helpers"`
}

// Helper is somebody who wants to help.
type Helper struct {
	Person   siyu.UserID
	Existing bool // a customer already
	Helped   bool // has helped in this campaign before; a [Service] knows by itself
}

// Outcome is what help came to: a reason if it did not count, or the reward
// that the owner reached by it.
type Outcome struct {
	Reason Reason     `json:"reason,omitempty"`
	Reward siyu.Money `json:"reward,omitempty"`
	Done   bool       `json:"done,omitempty"` // the last tier is reached
}

// Validate refuses terms that no task could follow.
func (t Terms) Validate() error {
	if t.Duration < 1 || t.Duration > maxDuration {
		return siyu.Invalid("duration_seconds", "is outside a second to a year")
	}
	if t.Required > MaxHelpers || len(t.Tiers) > MaxTiers {
		return siyu.Invalid("required", "is above %d, or has more than %d tiers", MaxHelpers, MaxTiers)
	}
	if t.Reward < 0 || t.Reward > 0 && len(t.Tiers) > 0 {
		return siyu.Invalid("reward", "is negative, or beside tiers")
	}
	if (t.Required > 0) == (len(t.Tiers) > 0) || t.Required < 0 {
		return siyu.Invalid("required", "a task has either a number of helpers or tiers")
	}
	for i, tier := range t.tiers() {
		if tier.Helpers < 1 || tier.Helpers > MaxHelpers || i > 0 && tier.Helpers <= t.Tiers[i-1].Helpers {
			return siyu.Invalid(fmt.Sprintf("tiers[%d].helpers", i), "does not ascend from 1")
		}
		if tier.Reward < 0 {
			return siyu.Invalid(fmt.Sprintf("tiers[%d].reward", i), "is negative")
		}
	}
	return nil
}

// Done reports whether a task has reached its last tier.
func (t Terms) Done(task Task) bool {
	tiers := t.tiers()
	return task.Helpers >= tiers[len(tiers)-1].Helpers
}

// Deadline returns the instant from which on help comes too late.
func (t Terms) Deadline(task Task) time.Time {
	return task.StartedAt.Add(time.Duration(t.Duration) * time.Second)
}

// Missing returns how many helpers a task lacks to its next tier, 0 when it is
// done.
func (t Terms) Missing(task Task) int {
	for _, tier := range t.tiers() {
		if tier.Helpers > task.Helpers {
			return tier.Helpers - task.Helpers
		}
	}
	return 0
}

// Decide says whether help counts, and returns the task after it.
func (t Terms) Decide(task Task, h Helper, at time.Time) (Task, Outcome) {
	switch {
	case t.Done(task):
		return task, Outcome{Reason: Complete, Done: true}
	case !at.Before(t.Deadline(task)):
		return task, Outcome{Reason: Expired}
	case h.Person == task.Owner:
		return task, Outcome{Reason: SelfReferral}
	case t.NewOnly && h.Existing:
		return task, Outcome{Reason: NotNew}
	case h.Helped:
		return task, Outcome{Reason: AlreadyHelped}
	}
	task.Helpers++
	o := Outcome{Done: t.Done(task)}
	for _, tier := range t.tiers() {
		if tier.Helpers == task.Helpers {
			o.Reward = tier.Reward
		}
	}
	return task, o
}

func (t Terms) tiers() []Tier {
	if len(t.Tiers) > 0 {
		return t.Tiers
	}
	return []Tier{{t.Required, t.Reward}}
}
