package journey_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/journey"
)

func sevenDays() journey.Course {
	return journey.Course{
		ID: "7d", Days: 7, LessonAt: siyu.HourMinute(9, 0), RemindAt: siyu.HourMinute(20, 0), FinishAt: siyu.HourMinute(21, 0), Need: 5,
		CheckIn: "checkin", Ritual: &journey.Ritual{Event: "hometown", Day: 1, Ack: "hometown_ack"}, Quit: "quit",
	}
}

var entry = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)

func genInputs(t *rapid.T) (inputs []journey.Input) {
	for i := range rapid.IntRange(0, 25).Draw(t, "inputs") {
		inputs = append(inputs, journey.Input{
			ID:    fmt.Sprint("e", rapid.IntRange(0, i).Draw(t, "id")), // some are repeated
			Event: rapid.SampledFrom([]string{"checkin", "checkin", "checkin", "hometown", "other"}).Draw(t, "event"),
			At:    entry.Add(time.Duration(rapid.IntRange(0, 9*24*60).Draw(t, "minute")) * time.Minute),
		})
	}
	slices.SortStableFunc(inputs, func(a, b journey.Input) int { return a.At.Compare(b.At) })
	return inputs
}

// It does not matter when the clock is looked at: advancing often, seldom, or
// only at the end sends the same messages, each once.
func TestCourse_clock_does_not_matter(t *testing.T) {
	c := sevenDays()
	end := entry.AddDate(0, 0, 12)
	rapid.Check(t, func(t *rapid.T) {
		loc := time.UTC
		if rapid.Bool().Draw(t, "new york") {
			if l, err := time.LoadLocation("America/New_York"); err == nil {
				loc = l // the clock changes on 2026-03-08
			}
		}
		c.Start = rapid.SampledFrom([]journey.Start{"", journey.NextDay, journey.SameDay}).Draw(t, "start")
		inputs := genInputs(t)
		run := func(ticks []time.Time) (journey.Enrolment, []journey.Send) {
			e, sends := c.Enroll(entry, loc)
			for _, in := range inputs {
				for len(ticks) > 0 && ticks[0].Before(in.At) {
					var more []journey.Send
					e, more = c.Advance(e, ticks[0], loc)
					sends, ticks = append(sends, more...), ticks[1:]
				}
				var more []journey.Send
				e, more = c.Record(e, in, loc)
				sends = append(sends, more...)
			}
			e, more := c.Advance(e, end, loc)
			return e, append(sends, more...)
		}
		var ticks []time.Time
		for range rapid.IntRange(0, 40).Draw(t, "ticks") {
			ticks = append(ticks, entry.Add(time.Duration(rapid.IntRange(0, 10*24*60).Draw(t, "tick"))*time.Minute))
		}
		slices.SortFunc(ticks, time.Time.Compare)
		e1, s1 := run(nil)
		e2, s2 := run(ticks)
		if d := cmp.Diff(s1, s2); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff(e1, e2); d != "" {
			t.Fatal(d)
		}
		checkCourse(t, c, e1, s1)
	})
}

// checkCourse looks at a finished course: each message once, in order of time,
// and graduation exactly for those with enough check-ins.
func checkCourse(t *rapid.T, c journey.Course, e journey.Enrolment, sends []journey.Send) {
	keys := map[string]bool{}
	for i, s := range sends {
		if keys[s.Key] || i > 0 && s.At.Before(sends[i-1].At) {
			t.Fatalf("%s is sent twice or out of order: %v", s.Key, sends)
		}
		keys[s.Key] = true
	}
	if enough := len(e.CheckIns) >= c.Need; (e.State == journey.Graduated) != enough || keys[journey.Graduate] != enough || keys[journey.Encourage] == enough {
		t.Fatalf("%d check-ins of %d: %s, sent %v", len(e.CheckIns), c.Need, e.State, keys)
	}
	for day := 1; day <= c.Days; day++ {
		if !keys[fmt.Sprint("lesson:", day)] {
			t.Fatalf("lesson %d is missing", day)
		}
	}
	if !e.Due.IsZero() || e.Ended.IsZero() {
		t.Fatalf("ended %s, and due %s", e.Ended, e.Due)
	}
}

func TestCourse_quit_ends_everything(t *testing.T) {
	c := sevenDays()
	e, _ := c.Enroll(entry, time.UTC)
	e, _ = c.Record(e, journey.Input{ID: "1", Event: "quit", At: entry.Add(30 * time.Hour)}, time.UTC)
	after, sends := c.Advance(e, entry.AddDate(0, 0, 20), time.UTC)
	if e.State != journey.Exited || len(sends) > 0 || after.State != journey.Exited {
		t.Errorf("after quitting: %+v, sends %v", after, sends)
	}
	if e, _ = c.Record(e, journey.Input{ID: "2", Event: "checkin", At: entry.Add(31 * time.Hour)}, time.UTC); len(e.CheckIns) > 0 {
		t.Error("a check-in after quitting counts")
	}
}

func TestCourse_ProgressAt(t *testing.T) {
	c := sevenDays()
	e, _ := c.Enroll(entry, time.UTC)
	day := func(n int) time.Time { return time.Date(2026, 3, 2+n, 12, 0, 0, 0, time.UTC) }
	e, _ = c.Record(e, journey.Input{Event: "checkin", At: day(1)}, time.UTC)
	for n, want := range map[int]journey.Progress{
		0: {Day: 0, CheckIns: 1, Missing: 4, Possible: true},
		1: {Day: 1, CheckIns: 1, Missing: 4, Possible: true},
		4: {Day: 4, CheckIns: 1, Missing: 4, Possible: true},  // days 4, 5, 6, 7
		5: {Day: 5, CheckIns: 1, Missing: 4, Possible: false}, // three are left
	} {
		if got := c.ProgressAt(e, day(n), time.UTC); got != want {
			t.Errorf("day %d: got %+v, want %+v", n, got, want)
		}
	}
}

func TestCourse_Validate(t *testing.T) {
	for field, change := range map[string]func(*journey.Course){
		"days":      func(c *journey.Course) { c.Days = 0 },
		"need":      func(c *journey.Course) { c.Need = 8 },
		"remind_at": func(c *journey.Course) { c.RemindAt = -1 },
		"start":     func(c *journey.Course) { c.Start = "soon" },
		"check_in":  func(c *journey.Course) { c.CheckIn = "" },
		"ritual":    func(c *journey.Course) { c.Ritual.Day = 8 },
	} {
		c := sevenDays()
		change(&c)
		var invalid *siyu.InvalidError
		if err := c.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
}

func FuzzParseCourse(f *testing.F) {
	f.Add([]byte(`{"id":"7d","days":7,"lesson_at":"09:00","remind_at":"20:00","finish_at":"21:00","need":5,"check_in":"c","ritual":{"event":"h","day":1,"ack":"a"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := journey.ParseCourse(data)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatalf("error %v is not invalid", err)
			}
			return
		}
		e, _ := c.Enroll(entry, time.UTC)
		if e, _ = c.Advance(e, entry.AddDate(3, 0, 0), time.UTC); e.State == journey.Active {
			t.Fatalf("%s never ends", data)
		}
	})
}

func ExampleCourse() {
	c := sevenDays()
	c.Days, c.Need = 2, 1
	show := func(sends []journey.Send) {
		for _, s := range sends {
			fmt.Println(s.At.Format("01-02 15:04"), s.Message)
		}
	}
	e, sends := c.Enroll(entry, time.UTC)
	show(sends)
	e, sends = c.Record(e, journey.Input{ID: "e1", Event: "checkin", At: entry.Add(24 * time.Hour)}, time.UTC)
	show(sends)
	e, sends = c.Advance(e, entry.AddDate(0, 0, 3), time.UTC)
	show(sends)
	fmt.Println(e.State)
	// Output:
	// 03-02 02:00 welcome
	// 03-03 09:00 lesson:1
	// 03-04 09:00 lesson:2
	// 03-04 20:00 remind:2
	// 03-04 21:00 graduate
	// graduated
}
