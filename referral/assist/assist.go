package assist

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
)

// Terms are the rules of a campaign: either Required and Reward, or Tiers.
type Terms struct {
	Required int        `json:"required,omitempty"` // helpers that complete a task
	Duration int64      `json:"duration_seconds"`   // of a task
	Reward   siyu.Money `json:"reward,omitempty"`
	NewOnly  bool       `json:"new_only,omitempty"` // existing customers do not count as helpers
	Tiers    []Tier     `json:"tiers,omitempty"`    // strictly ascending
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
	ID        string      `json:"id"`
	Owner     siyu.UserID `json:"owner"`
	StartedAt time.Time   `json:"started_at"`
	Helpers   int         `json:"helpers"`
}

// Helper is somebody who wants to help.
type Helper struct {
	Person   siyu.UserID
	Existing bool // a customer already
	Helped   bool // has helped in this campaign before; a [Campaign] knows by itself
}

// Outcome is what help came to: a reason if it did not count, or the reward
// that the owner reached by it.
type Outcome struct {
	Reason Reason
	Reward siyu.Money
	Done   bool // the last tier is reached
}

// Validate refuses terms that no task could follow.
func (t Terms) Validate() error {
	if t.Duration < 1 || t.Duration > 366*86_400 {
		return siyu.Invalid("duration_seconds", "is outside a second to a year")
	}
	if (t.Required > 0) == (len(t.Tiers) > 0) || t.Required < 0 {
		return siyu.Invalid("required", "a task has either a number of helpers or tiers")
	}
	for i, tier := range t.tiers() {
		if tier.Helpers < 1 || i > 0 && tier.Helpers <= t.Tiers[i-1].Helpers {
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

// Decide says whether help counts, and returns the task after it.
func (t Terms) Decide(task Task, h Helper, at time.Time) (Task, Outcome) {
	switch {
	case t.Done(task):
		return task, Outcome{Reason: Complete, Done: true}
	case !at.Before(task.StartedAt.Add(time.Duration(t.Duration) * time.Second)):
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

// Campaign keeps tasks and helpers in memory.
type Campaign struct {
	terms  Terms
	tasks  map[string]Task
	helped map[siyu.UserID]bool
}

// New returns an empty campaign.
func New(terms Terms) (*Campaign, error) {
	if err := terms.Validate(); err != nil {
		return nil, err
	}
	return &Campaign{terms: terms, tasks: map[string]Task{}, helped: map[siyu.UserID]bool{}}, nil
}

// Start begins a task. An id that is known is [siyu.ErrConflict].
func (c *Campaign) Start(id string, owner siyu.UserID, at time.Time) error {
	if err := siyu.CheckID("task", id); err != nil {
		return err
	}
	if err := siyu.CheckID("owner", string(owner)); err != nil {
		return err
	}
	if _, known := c.tasks[id]; known {
		return fmt.Errorf("assist: start task: the id is known: %w", siyu.ErrConflict)
	}
	c.tasks[id] = Task{ID: id, Owner: owner, StartedAt: siyu.Instant(at)}
	return nil
}

// Help lets somebody help a task. An unknown task is [siyu.ErrNotFound].
func (c *Campaign) Help(id string, h Helper, at time.Time) (Outcome, error) {
	task, known := c.tasks[id]
	if !known {
		return Outcome{}, fmt.Errorf("assist: help task: %w", siyu.ErrNotFound)
	}
	if err := siyu.CheckID("helper", string(h.Person)); err != nil {
		return Outcome{}, err
	}
	h.Helped = h.Helped || c.helped[h.Person]
	task, o := c.terms.Decide(task, h, at)
	if o.Reason == "" {
		c.tasks[id] = task
		c.helped[h.Person] = true
	}
	return o, nil
}

// Task returns a task by its id, with whether it is done. An unknown one is
// [siyu.ErrNotFound].
func (c *Campaign) Task(id string) (Task, bool, error) {
	task, known := c.tasks[id]
	if !known {
		return Task{}, false, fmt.Errorf("assist: task: %w", siyu.ErrNotFound)
	}
	return task, c.terms.Done(task), nil
}
