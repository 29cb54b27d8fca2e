package funnel_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

func TestRunHabit_agreesWithReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := genDays.Draw(t, "days")
		today := rapid.IntRange(10, 45).Draw(t, "today")
		h := funnel.Habit{
			Event: funnel.Step{Event: "visit"}, Interval: funnel.Day, Of: rapid.IntRange(1, 10).Draw(t, "n"),
			MinOccurrences: rapid.IntRange(0, 2).Draw(t, "min"),
		}
		h.AtLeast = rapid.IntRange(1, h.Of).Draw(t, "k")
		intervals := make([]int, h.Of+1)
		young := 0
		var who []siyu.UserID
		known := map[siyu.UserID]bool{}
		for user, own := range days {
			if len(own) == 0 {
				continue
			}
			active := 0
			for day := today - h.Of; day < today; day++ {
				n := 0
				for _, d := range own {
					if d == day {
						n++
					}
				}
				if n >= max(h.MinOccurrences, 1) {
					active++
				}
			}
			id := siyu.UserID(fmt.Sprint("u", user))
			known[id] = true
			intervals[active]++
			if active >= h.AtLeast {
				who = append(who, id)
			}
			if active > 0 && today-slices.Min(own) < h.AtLeast {
				young++
			}
		}
		r, err := funnel.RunHabit(newLog(t, visits(days, "visit")), h, epoch.AddDate(0, 0, today))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.Intervals, intervals) || r.Young != young || r.Habitual != len(who) || !slices.Equal(r.Who(h.AtLeast), who) ||
			r.Active != len(known)-intervals[0] || r.Rate != funnel.NewRate(len(who), r.Active-young) {
			t.Fatalf("got %+v, want %v, %d young, %v", r, intervals, young, who)
		}
	})
}

func TestHabit_Validate(t *testing.T) {
	for _, c := range []struct{ json, field string }{
		{`{"event": {"event": "a"}, "at_least": 3, "of": 4}`, ""},
		{`{"event": {"event": "a"}, "at_least": 5, "of": 4}`, "at_least"},
		{`{"event": {"event": "a"}, "at_least": 0, "of": 4}`, "at_least"},
		{`{"event": {"event": "a"}, "at_least": 1, "of": 2000}`, "of"},
		{`{"event": {}, "at_least": 1, "of": 2}`, "event"},
		{`{"event": {"event": "a"}, "at_least": 1, "of": 2, "week_start": "mon"}`, "week_start"},
		{`{"event": {"event": "a"}, "at_least": 1, "of": 2, "k": 1}`, "k"},
	} {
		_, err := funnel.ParseHabit([]byte(c.json))
		var invalid *siyu.InvalidError
		switch errors.As(err, &invalid); {
		case c.field == "" && err == nil:
		case invalid == nil || invalid.Field != c.field:
			t.Errorf("%s: got %v, want %s", c.json, err, c.field)
		}
	}
}

// Who visits in at least 3 of 4 weeks?
func ExampleRunHabit() {
	log, err := funnel.NewLog(funnel.FromSlice(visits([][]int{{4, 12, 20, 27}, {4, 5, 6, 7}, {5, 14, 26}, {25}}, "visit")), nil)
	if err != nil {
		panic(err)
	}
	h := funnel.Habit{Event: funnel.Step{Event: "visit"}, AtLeast: 3, Of: 4, WeekStart: "monday"}
	report, err := funnel.RunHabit(log, h, epoch.AddDate(0, 0, 33))
	if err != nil {
		panic(err)
	}
	fmt.Println(report.From.Format("2006-01-02"), "to", report.To.Format("2006-01-02"))
	fmt.Println(report.Habitual, "of", report.Active, "active, of whom", report.Young, "came too late for it:", report.Who(3))
	// Output:
	// 2026-01-05 to 2026-02-02
	// 2 of 4 active, of whom 1 came too late for it: [u0 u2]
}
