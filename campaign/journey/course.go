package journey

import (
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Course is a course of several days (训练营). Day 1 is a local date that the
// entry decides; times are of the wall clock.
type Course struct {
	ID       string         `json:"id,omitempty"`
	Days     int            `json:"days"`
	LessonAt siyu.TimeOfDay `json:"lesson_at"`
	RemindAt siyu.TimeOfDay `json:"remind_at"` // for those who have not checked in on the date
	FinishAt siyu.TimeOfDay `json:"finish_at"` // on the last day: graduate or encourage
	Need     int            `json:"need"`      // dates with a check-in that graduate
	Start    Start          `json:"start,omitempty"`
	CheckIn  string         `json:"check_in"` // name of the event that checks in
	Ritual   *Ritual        `json:"ritual,omitempty"`
	Quit     string         `json:"quit,omitempty"` // name of the event that ends everything
}

// Start says which date is day 1.
type Start string

// The starts. The empty start is NextDay.
const (
	NextDay Start = "next_day" // the date after the entry
	SameDay Start = "same_day" // the date of the entry, if that is before the lesson; else the next
)

// Ritual is an act of belonging on one day (仪式感), such as telling one's
// hometown; the first on its day is answered.
type Ritual struct {
	Event string `json:"event"`
	Day   int    `json:"day"`
	Ack   string `json:"ack"` // message that answers
}

// Messages that every course sends; lessons and reminders have their day after
// them: "lesson:1".
const (
	Welcome   = "welcome"
	Lesson    = "lesson"
	Remind    = "remind"
	Graduate  = "graduate"
	Encourage = "encourage"
)

// Limits of a definition.
const (
	MaxDays       = 366
	maxDefinition = 1 << 20 // bytes of JSON
)

// ParseCourse reads a course from JSON of at most 1 MiB and validates it.
// Unknown fields are refused; the error names the field.
func ParseCourse(data []byte) (Course, error) {
	c, err := strictjson.Decode[Course](data, maxDefinition)
	if err == nil {
		err = c.Validate()
	}
	return c, siyu.Within("course", err)
}

// Validate refuses a course without days or check-in event, that needs more
// check-ins than it has days, whose times are not of one day, or whose ritual
// lies outside its days.
func (c Course) Validate() error {
	if c.Days < 1 || c.Days > MaxDays {
		return siyu.Invalid("days", "is %d, wants 1 to %d", c.Days, MaxDays)
	}
	if c.Need < 0 || c.Need > c.Days {
		return siyu.Invalid("need", "is not between 0 and days")
	}
	for _, f := range []struct {
		field string
		at    siyu.TimeOfDay
	}{{"lesson_at", c.LessonAt}, {"remind_at", c.RemindAt}, {"finish_at", c.FinishAt}} {
		if !f.at.Valid() {
			return siyu.Invalid(f.field, "is not between 00:00 and 24:00")
		}
	}
	if c.Start != "" && c.Start != NextDay && c.Start != SameDay {
		return siyu.Invalid("start", "%q is neither next_day nor same_day", string(c.Start))
	}
	if err := siyu.CheckID("check_in", c.CheckIn); err != nil {
		return err
	}
	if r := c.Ritual; r != nil && (r.Event == "" || r.Ack == "" || r.Day < 1 || r.Day > c.Days) {
		return siyu.Invalid("ritual", "wants an event, an ack and a day of the course")
	}
	return nil
}

// firstDay returns the local date of day 1.
func (c Course) firstDay(entered time.Time, loc *time.Location) calendar.Date {
	day := calendar.DateOf(entered, loc)
	if c.Start == SameDay && entered.Before(day.At(c.LessonAt.Duration(), loc)) {
		return day
	}
	return day.AddDays(1)
}
