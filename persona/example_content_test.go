package persona_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
)

// Where a persona speaks and how often: financial news in Moments each morning,
// an article on Mondays, and where the plan has holes.
func ExampleRhythm() {
	plan := []persona.Rhythm{
		{Channel: "朋友圈", Slots: []siyu.WeeklyWindow{{Start: siyu.HourMinute(7, 0), End: siyu.HourMinute(9, 0)}}},
		{Channel: "公众号", Slots: []siyu.WeeklyWindow{{Start: siyu.HourMinute(12, 0), End: siyu.HourMinute(18, 0), Days: siyu.DaysOf(time.Monday)}}},
	}
	posts := []persona.Post{
		{Channel: "朋友圈", At: at(1, 8), Topic: "财经资讯"}, {Channel: "朋友圈", At: at(2, 8), Topic: "国债申购"}, {Channel: "公众号", At: at(1, 15), Topic: "投资建议"},
	}
	for _, r := range plan {
		for _, g := range get(r.Gaps(posts, siyu.Window{Start: at(1, 0), End: at(4, 0)}, time.UTC)) {
			fmt.Println(g.Text(siyu.English, time.UTC))
		}
	}
	// Output: 朋友圈: nothing planned from 2026-06-03 07:00 to 2026-06-03 09:00
}

// A scripted live show: something happens at least every ten minutes.
func ExampleRhythm_Gaps_script() {
	start := at(1, 19)
	script := func(minute int, topic string) persona.Post {
		return persona.Post{Channel: "live", At: start.Add(time.Duration(minute) * time.Minute), Topic: topic}
	}
	show := persona.Rhythm{Channel: "live", MaxGapSeconds: 600}
	posts := []persona.Post{script(0, "welcome"), script(8, "tasting"), script(15, "first offer"), script(40, "draw"), script(50, "last offer")}
	for _, g := range get(show.Gaps(posts, siyu.Window{Start: start, End: start.Add(time.Hour)}, time.UTC)) {
		fmt.Println(g.Text(siyu.English, time.UTC))
	}
	// Output: live: silent for too long, from 2026-06-01 19:15 to 2026-06-01 19:40
}

// How many customers were answered within 30 minutes, by robot or human, and
// who answers for the ones that were not.
func ExamplePromise() {
	promise := persona.Promise{Target: 30 * time.Minute, AutoCounts: true}
	minutes := func(m int) time.Time { return at(1, 10).Add(time.Duration(m) * time.Minute) }
	met, all := 0, 0
	for _, conversation := range [][]persona.Message{
		{{At: minutes(0), From: persona.FromCustomer}, {At: minutes(0), From: persona.FromRobot}},
		{{At: minutes(0), From: persona.FromCustomer}, {At: minutes(25), From: persona.FromStaff, By: "li"}},
		{{At: minutes(0), From: persona.FromCustomer}, {At: minutes(31), From: persona.FromStaff, By: "li"}},
	} {
		for _, turn := range get(promise.Measure(conversation, "li", at(1, 12), time.UTC)) {
			all++
			if turn.State == persona.Met {
				met++
			} else {
				fmt.Println(turn.State, "by", turn.Holder)
			}
		}
	}
	fmt.Println("answered in time:", met, "of", all)
	// Output:
	// breached by li
	// answered in time: 2 of 3
}
