package journey

import (
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Flow is a journey of steps (自动化旅程). Steps run in their order; Then jumps.
// Times are of the wall clock of the location that is passed along.
type Flow struct {
	ID              string   `json:"id"`
	Version         int      `json:"version,omitempty"`
	Steps           []Step   `json:"steps"`
	ExitOn          []string `json:"exit_on,omitempty"` // events that end the journey
	ReEntry         ReEntry  `json:"re_entry,omitempty"`
	CooldownSeconds int64    `json:"cooldown_seconds,omitempty"` // of AfterExit, counted from the exit
	Key             []string `json:"key,omitempty"`              // fields of the entry's data; one journey per person and values
	OnResume        OnResume `json:"on_resume,omitempty"`
}

// ReEntry says whether a person may enter again.
type ReEntry string

// The rules for entering again. The empty rule is Never.
const (
	Never     ReEntry = "never"      // once per key
	AfterExit ReEntry = "after_exit" // not while inside, and not before the cooldown
)

// OnResume says what happens after a pause to what was due in it.
type OnResume string

// The rules for a resume. The empty rule is RunOverdue.
const (
	RunOverdue  OnResume = "run_overdue"  // runs at the resume, and later waits are measured from it
	SkipOverdue OnResume = "skip_overdue" // sends are skipped, and the calendar goes on as if there had been no pause
)

// Do names what a step does.
type Do string

// The kinds of steps.
const (
	DoSend      Do = "send"       // Message
	DoWait      Do = "wait"       // Seconds of real time
	DoWaitUntil Do = "wait_until" // Days after the arrival's date, at Time
	DoWaitEvent Do = "wait_event" // Event within Seconds, both ends included
	DoBranch    Do = "branch"     // the first of Branches that holds, or Else
)

// End is the step id that ends the journey.
const End = "end"

// Step is one step of a flow. Which fields it has depends on Do.
type Step struct {
	ID        string         `json:"id"`
	Do        Do             `json:"do"`
	Message   string         `json:"message,omitempty"`
	Seconds   int64          `json:"seconds,omitempty"`
	Days      int            `json:"days,omitempty"`
	Time      siyu.TimeOfDay `json:"time,omitempty"`
	IfPast    string         `json:"if_past,omitempty"` // "next_day", or empty: go on at once
	Weekdays  siyu.Weekdays  `json:"weekdays,omitzero"`
	Event     string         `json:"event,omitempty"`
	OnEvent   string         `json:"on_event,omitempty"`
	OnTimeout string         `json:"on_timeout,omitempty"`
	Branches  []Branch       `json:"branches,omitempty"`
	Else      string         `json:"else,omitempty"`
	Then      string         `json:"then,omitempty"` // empty: the next in the list
}

// Branch leads on if a condition holds.
type Branch struct {
	If   Condition `json:"if"`
	Then string    `json:"then"`
}

const (
	maxSteps   = 1000
	maxSeconds = 10 * 366 * 24 * 3600
	nextDay    = "next_day"
)

// ParseFlow reads a flow from JSON of at most 1 MiB and validates it. Unknown
// fields are refused; the error names the field.
func ParseFlow(data []byte) (Flow, error) {
	f, err := strictjson.Decode[Flow](data, maxDefinition)
	if err == nil {
		err = f.Validate()
	}
	return f, siyu.Within("flow", err)
}

// Validate refuses a flow without steps, steps without or with a repeated id
// or of an unknown kind, jumps to nowhere, and circles that no time passes in.
func (f Flow) Validate() error {
	if len(f.Steps) == 0 || len(f.Steps) > maxSteps {
		return siyu.Invalid("steps", "has %d entries, wants 1 to %d", len(f.Steps), maxSteps)
	}
	if f.ReEntry != "" && f.ReEntry != Never && f.ReEntry != AfterExit {
		return siyu.Invalid("re_entry", "%q is neither never nor after_exit", string(f.ReEntry))
	}
	if f.OnResume != "" && f.OnResume != RunOverdue && f.OnResume != SkipOverdue {
		return siyu.Invalid("on_resume", "%q is neither run_overdue nor skip_overdue", string(f.OnResume))
	}
	if f.CooldownSeconds < 0 || f.CooldownSeconds > maxSeconds {
		return siyu.Invalid("cooldown_seconds", "is not between 0 and %d", maxSeconds)
	}
	for i, s := range f.Steps {
		path := fmt.Sprintf("steps[%d]", i)
		if s.ID == "" || s.ID == End || f.index(s.ID) != i {
			return siyu.Invalid(path+".id", "is missing, used twice, or %q", End)
		}
		if err := siyu.Within(path, s.validate()); err != nil {
			return err
		}
		for _, to := range f.exits(i) {
			if to != End && f.index(to) < 0 {
				return siyu.Invalid(path, "leads to %q, which is no step", to)
			}
		}
	}
	return f.checkCircles()
}

func (s Step) validate() error {
	switch s.Do {
	case DoSend:
		return siyu.CheckID("message", s.Message)
	case DoWait:
		if s.Seconds < 0 || s.Seconds > maxSeconds {
			return siyu.Invalid("seconds", "is not between 0 and %d", maxSeconds)
		}
	case DoWaitUntil:
		if s.Days < 0 || s.Days > 3660 || !s.Time.Valid() {
			return siyu.Invalid("days", "is not between 0 and 3660, or time not of a day")
		}
		if s.IfPast != "" && s.IfPast != nextDay {
			return siyu.Invalid("if_past", "%q is not next_day", s.IfPast)
		}
	case DoWaitEvent:
		if s.Seconds < 0 || s.Seconds > maxSeconds {
			return siyu.Invalid("seconds", "is not between 0 and %d", maxSeconds)
		}
		return siyu.CheckID("event", s.Event)
	case DoBranch:
		for i, b := range s.Branches {
			if err := siyu.Within(fmt.Sprintf("branches[%d].if", i), b.If.Validate()); err != nil {
				return err
			}
		}
	default:
		return siyu.Invalid("do", "%q is none of send, wait, wait_until, wait_event, branch", string(s.Do))
	}
	return nil
}

func (f Flow) index(id string) int {
	return slices.IndexFunc(f.Steps, func(s Step) bool { return s.ID == id })
}

// after returns where a step leads if it goes on to a named step, or to the
// next in the list if it names none.
func (f Flow) after(i int, named string) string {
	switch {
	case named != "":
		return named
	case f.Steps[i].Then != "":
		return f.Steps[i].Then
	case i+1 < len(f.Steps):
		return f.Steps[i+1].ID
	}
	return End
}

// exits returns every step that step i can lead to.
func (f Flow) exits(i int) []string {
	s := f.Steps[i]
	switch s.Do {
	case DoWaitEvent:
		return []string{f.after(i, s.OnEvent), f.after(i, s.OnTimeout)}
	case DoBranch:
		out := []string{f.after(i, s.Else)}
		for _, b := range s.Branches {
			out = append(out, f.after(i, b.Then))
		}
		return out
	}
	return []string{f.after(i, "")}
}

// checkCircles refuses circles of steps that take no time.
func (f Flow) checkCircles() error {
	const walking, walked = 1, 2
	mark := make([]int, len(f.Steps))
	var walk func(i int) bool
	walk = func(i int) bool {
		s := f.Steps[i]
		if mark[i] == walking {
			return false
		}
		timed := s.Do == DoWait && s.Seconds > 0 || s.Do == DoWaitUntil && s.Days > 0 || s.Do == DoWaitEvent && s.Seconds > 0
		if mark[i] == walked || timed {
			return true
		}
		mark[i] = walking
		for _, to := range f.exits(i) {
			if to != End && !walk(f.index(to)) {
				return false
			}
		}
		mark[i] = walked
		return true
	}
	for i := range f.Steps {
		if !walk(i) {
			return siyu.Invalid(fmt.Sprintf("steps[%d]", i), "is in a circle that takes no time")
		}
	}
	return nil
}

// until returns when a wait_until that was reached at arrived is over.
func (s Step) until(arrived time.Time, loc *time.Location) time.Time {
	day := dateOf(arrived, loc).AddDays(s.Days)
	for {
		at := day.At(s.Time.Duration(), loc)
		if s.Weekdays.Contains(day.Weekday()) && (s.IfPast != nextDay || !at.Before(arrived)) {
			return at
		}
		day = day.AddDays(1)
	}
}

func dateOf(t time.Time, loc *time.Location) calendar.Date { return calendar.DateOf(t, loc) }
