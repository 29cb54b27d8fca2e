package journey

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// Run is one person's way through a flow: at Step since Arrived, to go on at
// Due.
type Run struct {
	ID      string      `json:"id"` // of this entry, made from flow, person, key and instant
	User    siyu.UserID `json:"user"`
	Key     []string    `json:"key,omitempty"` // values of the flow's key fields
	Version int         `json:"version"`
	State   State       `json:"state"`
	Step    string      `json:"step,omitempty"`
	Arrived time.Time   `json:"arrived,omitzero"`
	Due     time.Time   `json:"due,omitzero"` // zero once it has ended
	Ended   time.Time   `json:"ended,omitzero"`
	Sends   int         `json:"sends"`           // so far, skipped ones included
	Heard   []Input     `json:"heard,omitempty"` // inputs of the last instant
	Seen    []string    `json:"seen,omitempty"`  // ids of inputs
}

// Reason names why something did not happen in a journey.
type Reason string

// The reasons.
const (
	Inside    Reason = "inside"     // is in the journey now
	EntryUsed Reason = "entry_used" // may enter once, and has
	Cooldown  Reason = "cooldown"   // left it too short a time ago
	Overdue   Reason = "overdue"    // was due while the flow was paused
)

var reasonTexts = map[Reason]siyu.Text{
	Inside:    {ZH: "已在旅程中", EN: "is in the journey"},
	EntryUsed: {ZH: "只能进入一次", EN: "may enter once only"},
	Cooldown:  {ZH: "退出后冷却期未满", EN: "the cooldown after leaving is not over"},
	Overdue:   {ZH: "暂停期间已过时,跳过", EN: "was due during the pause: skipped"},
}

// Text says the reason in Chinese or English.
func (r Reason) Text(lang siyu.Lang) string {
	if t, ok := reasonTexts[r]; ok {
		return t.In(lang)
	}
	return string(r)
}

// KeyOf returns the values of the flow's key fields in the data of an entry.
func (f Flow) KeyOf(data map[string]string) []string {
	var key []string
	for _, field := range f.Key {
		key = append(key, data[field])
	}
	return key
}

// Enter begins a run, given the last run of the same person and key, if there
// was one. A Reason other than "" means that he may not enter. The first steps
// run with [Flow.Advance].
func (f Flow) Enter(last *Run, user siyu.UserID, key []string, at time.Time, loc *time.Location) (Run, Reason) {
	switch {
	case last == nil:
	case last.State == Active:
		return Run{}, Inside
	case f.ReEntry != AfterExit:
		return Run{}, EntryUsed
	case at.Before(last.Ended.Add(time.Duration(f.CooldownSeconds) * time.Second)):
		return Run{}, Cooldown
	}
	r := Run{User: user, Key: slices.Clone(key), Version: f.Version, State: Active}
	id, _ := json.Marshal([]any{f.ID, user, key, at.UnixMicro()}) // strings and a number: never fails
	sum := sha256.Sum256(id)
	r.ID = hex.EncodeToString(sum[:12])
	f.arrive(&r, f.Steps[0].ID, at, loc)
	return r, ""
}

// Hear takes an input of the person: it may end the journey, or be what a step
// waits for. What follows runs with [Flow.Advance].
func (f Flow) Hear(r Run, in Input, loc *time.Location) Run {
	if r.State != Active || (in.ID != "" && slices.Contains(r.Seen, in.ID)) {
		return r
	}
	if in.ID != "" {
		r.Seen = append(slices.Clip(r.Seen), in.ID)
	}
	if slices.Contains(f.ExitOn, in.Event) {
		r.end(Exited, in.At)
		return r
	}
	r.Heard = slices.DeleteFunc(slices.Clone(r.Heard), func(h Input) bool { return !h.At.Equal(in.At) })
	r.Heard = append(r.Heard, in)
	f.listen(&r, loc)
	return r
}

// listen goes on if a heard input is what the step waits for.
func (f Flow) listen(r *Run, loc *time.Location) {
	i := f.index(r.Step)
	if i < 0 || f.Steps[i].Do != DoWaitEvent {
		return
	}
	for _, in := range r.Heard {
		if in.Event == f.Steps[i].Event && !in.At.Before(r.Arrived) && !in.At.After(r.Due) {
			r.Heard = slices.DeleteFunc(slices.Clone(r.Heard), func(h Input) bool { return h == in }) // used up
			f.arrive(r, f.after(i, f.Steps[i].OnEvent), in.At, loc)
			return
		}
	}
}

// arrive moves a run to a step and sets when it goes on.
func (f Flow) arrive(r *Run, step string, at time.Time, loc *time.Location) {
	if step == End {
		r.end(Completed, at)
		return
	}
	r.Step, r.Arrived = step, at.UTC()
	r.Due = f.due(*r, loc)
	f.listen(r, loc)
}

// due returns when the run goes on from its step.
func (f Flow) due(r Run, loc *time.Location) time.Time {
	s := f.Steps[f.index(r.Step)]
	due := r.Arrived
	switch s.Do {
	case DoWait, DoWaitEvent:
		due = due.Add(time.Duration(s.Seconds) * time.Second)
	case DoWaitUntil:
		due = s.until(r.Arrived, loc)
	}
	if due.Before(r.Arrived) {
		due = r.Arrived
	}
	return due.UTC()
}

func (r *Run) end(state State, at time.Time) {
	r.State, r.Ended = state, at.UTC()
	r.Step, r.Due, r.Heard = "", time.Time{}, nil
}

// sendKey is the same whenever the step is run again from the same run.
func (r Run) sendKey() string { return r.ID + "-" + strconv.Itoa(r.Sends) }
