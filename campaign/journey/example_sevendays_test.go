package journey_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/journey"
)

// 7天小白理财实操课: a welcome with the study pack, the ritual of telling one's
// hometown (家乡签到), a lesson each morning, a check-in (打卡) once a day, a
// reminder in the evening for those who have not, and the graduation (我毕业啦).
func ExampleCourse_sevenDays() {
	course := journey.Course{
		ID: "小白理财", Days: 7, LessonAt: siyu.HourMinute(9, 0), RemindAt: siyu.HourMinute(20, 0), FinishAt: siyu.HourMinute(21, 0),
		Need: 5, CheckIn: "打卡", Ritual: &journey.Ritual{Event: "家乡签到", Day: 1, Ack: "welcome, fellow countryman"}, Quit: "quit",
	}
	shanghai := time.FixedZone("CST", 8*3600)
	e, sent := course.Enroll(entry, shanghai)
	for day := 1; day <= 6; day++ {
		if day == 4 {
			continue // forgets it once
		}
		for range 2 { // checks in twice
			at := entry.AddDate(0, 0, day).Add(8 * time.Hour)
			var more []journey.Send
			e, more = course.Record(e, journey.Input{Event: "打卡", At: at}, shanghai)
			sent = append(sent, more...)
		}
		if day == 1 {
			var ack []journey.Send
			e, ack = course.Record(e, journey.Input{Event: "家乡签到", At: entry.AddDate(0, 0, 1).Add(9 * time.Hour)}, shanghai)
			sent = append(sent, ack...)
			p := course.ProgressAt(e, entry.AddDate(0, 0, 1).Add(10*time.Hour), shanghai)
			fmt.Println("day", p.Day, "checked in", p.CheckIns, "missing", p.Missing, "possible", p.Possible)
		}
	}
	e, more := course.Advance(e, entry.AddDate(0, 0, 8), shanghai)
	for _, s := range append(sent, more...) {
		if !strings.HasPrefix(s.Message, journey.Lesson) {
			fmt.Println(s.At.In(shanghai).Format("01-02 15:04"), s.Message)
		}
	}
	fmt.Println(e.State, "with", len(e.CheckIns), "days: certificate of", e.Ended.In(shanghai).Format(time.DateOnly))
	// Output:
	// day 1 checked in 1 missing 4 possible true
	// 03-02 10:00 welcome
	// 03-03 19:00 welcome, fellow countryman
	// 03-06 20:00 remind:4
	// 03-09 20:00 remind:7
	// 03-09 21:00 graduate
	// graduated with 5 days: certificate of 2026-03-09
}
