package journey

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Enrolment is one person's way through a course.
type Enrolment struct {
	Entered  time.Time `json:"entered"`
	State    State     `json:"state"`
	CheckIns []int     `json:"check_ins,omitempty"` // days of the course with a check-in, sorted
	Acked    bool      `json:"acked,omitempty"`     // the ritual was answered
	Done     int       `json:"done"`                // how many timers of the course have run
	Due      time.Time `json:"due,omitzero"`        // of the next timer; zero: none
	Ended    time.Time `json:"ended,omitzero"`
	Seen     []string  `json:"seen,omitempty"` // ids of inputs
}

// State says how a journey stands.
type State string

// The states.
const (
	Active    State = "active"
	Graduated State = "graduated" // course: enough check-ins
	Finished  State = "finished"  // course: too few
	Completed State = "completed" // flow: after the last step
	Exited    State = "exited"    // quit, or an event that ends the journey
)

// Input is something that the person did.
type Input struct {
	ID    string    `json:"id,omitempty"` // of the event; empty: never taken for a repetition
	Event string    `json:"event"`
	At    time.Time `json:"at"`
}

// Send is a message that a journey wants sent.
type Send struct {
	Message string    `json:"message"`
	At      time.Time `json:"at"`             // when it was due
	Key     string    `json:"key"`            // the same whenever the step is run again
	Skip    Reason    `json:"skip,omitempty"` // why it is not sent after all
}

// timer is one thing a course does by the clock.
type timer struct {
	at   time.Time
	kind string
	day  int
}

// timers returns all timers of a course in order of time.
func (c Course) timers(entered time.Time, loc *time.Location) []timer {
	first := c.firstDay(entered, loc)
	list := make([]timer, 0, 2*c.Days+1)
	for day := 1; day <= c.Days; day++ {
		date := first.AddDays(day - 1)
		list = append(list,
			timer{date.At(c.LessonAt.Duration(), loc), Lesson, day},
			timer{date.At(c.RemindAt.Duration(), loc), Remind, day})
	}
	last := first.AddDays(c.Days - 1)
	list = append(list, timer{last.At(c.FinishAt.Duration(), loc), Graduate, c.Days})
	slices.SortStableFunc(list, func(a, b timer) int { return a.at.Compare(b.at) })
	return list
}

// Enroll begins a course for one person and welcomes him. The course must be
// valid.
func (c Course) Enroll(at time.Time, loc *time.Location) (Enrolment, []Send) {
	e := Enrolment{Entered: at.UTC(), State: Active}
	e.Due = c.timers(at, loc)[0].at
	return e, []Send{{Message: Welcome, At: e.Entered, Key: Welcome}}
}

// Record takes an input: a check-in, the ritual, or quitting. What was due
// before it runs first, what is due at the same instant after it. Others, and
// inputs after the end, change nothing. Check-ins count once per local date of
// the course.
func (c Course) Record(e Enrolment, in Input, loc *time.Location) (Enrolment, []Send) {
	if in.ID != "" && slices.Contains(e.Seen, in.ID) {
		return e, nil
	}
	e, sends := c.run(e, loc, func(due time.Time) bool { return due.Before(in.At) })
	if e.State != Active || in.At.Before(e.Entered) {
		return e, sends
	}
	if in.ID != "" {
		e.Seen = append(slices.Clip(e.Seen), in.ID)
	}
	day := c.dayOf(e, in.At, loc)
	if r := c.Ritual; r != nil && in.Event == r.Event && day == r.Day && !e.Acked {
		e.Acked = true
		sends = append(sends, Send{Message: r.Ack, At: in.At.UTC(), Key: "ritual"})
	}
	if i, found := slices.BinarySearch(e.CheckIns, day); in.Event == c.CheckIn && day >= 1 && day <= c.Days && !found {
		e.CheckIns = slices.Insert(slices.Clone(e.CheckIns), i, day)
	}
	if c.Quit != "" && in.Event == c.Quit {
		e.State, e.Ended, e.Due = Exited, in.At.UTC(), time.Time{}
	}
	return e, sends
}

// Advance runs what is due up to and including now.
func (c Course) Advance(e Enrolment, now time.Time, loc *time.Location) (Enrolment, []Send) {
	return c.run(e, loc, func(due time.Time) bool { return !due.After(now) })
}

// dayOf returns the day of the course on which an instant lies; day 1 is the
// first, others may lie outside of the course.
func (c Course) dayOf(e Enrolment, t time.Time, loc *time.Location) int {
	return c.firstDay(e.Entered, loc).DaysTo(dateOf(t, loc)) + 1
}

func (c Course) run(e Enrolment, loc *time.Location, due func(time.Time) bool) (Enrolment, []Send) {
	if e.State != Active || !due(e.Due) {
		return e, nil
	}
	var sends []Send
	timers := c.timers(e.Entered, loc)
	for e.State == Active && e.Done < len(timers) && due(timers[e.Done].at) {
		t := timers[e.Done]
		e.Done++
		if message := c.fire(&e, t); message != "" {
			sends = append(sends, Send{Message: message, At: t.at, Key: message})
		}
	}
	e.Due = time.Time{}
	if e.State == Active && e.Done < len(timers) {
		e.Due = timers[e.Done].at
	}
	return e, sends
}

// fire runs one timer and returns the message it sends, if any.
func (c Course) fire(e *Enrolment, t timer) string {
	switch t.kind {
	case Lesson:
		return fmt.Sprintf("%s:%d", Lesson, t.day)
	case Remind:
		if slices.Contains(e.CheckIns, t.day) {
			return ""
		}
		return fmt.Sprintf("%s:%d", Remind, t.day)
	}
	e.Ended = t.at
	if len(e.CheckIns) >= c.Need {
		e.State = Graduated
		return Graduate
	}
	e.State = Finished
	return Encourage
}

// Progress is how far a person has come in a course.
type Progress struct {
	Day      int // of the course at that instant; below 1 before it begins
	CheckIns int
	Missing  int  // check-ins still needed to graduate
	Possible bool // whether the days that are left are enough
}

// ProgressAt tells an active person how he stands, today's check-in included.
func (c Course) ProgressAt(e Enrolment, now time.Time, loc *time.Location) Progress {
	day := c.dayOf(e, now, loc)
	p := Progress{Day: day, CheckIns: len(e.CheckIns), Missing: max(0, c.Need-len(e.CheckIns))}
	left := c.Days - max(day, 1) + 1
	if slices.Contains(e.CheckIns, day) {
		left--
	}
	p.Possible = cmp.Compare(p.Missing, max(0, left)) <= 0
	return p
}
