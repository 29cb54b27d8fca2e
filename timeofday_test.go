package siyu_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
)

func TestParseTimeOfDay(t *testing.T) {
	for in, want := range map[string]siyu.TimeOfDay{
		"00:00": 0, "09:30": siyu.HourMinute(9, 30), "23:59:59": siyu.HourMinute(23, 59) + siyu.TimeOfDay(59*time.Second), "24:00": siyu.EndOfDay,
	} {
		got, err := siyu.ParseTimeOfDay(in)
		if err != nil || got != want || got.String() != in {
			t.Errorf("%s: got %s, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "9:30", "09:60", "24:01", "25:00", "09:30:60", "0a:00", "09-30", "09:30:00:00", "-1:00", "+1:00"} {
		if got, err := siyu.ParseTimeOfDay(in); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%q: got %s, %v, want invalid", in, got, err)
		}
	}
}

func FuzzParseTimeOfDay(f *testing.F) {
	f.Add("09:30")
	f.Add("23:59:59")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := siyu.ParseTimeOfDay(s)
		if err != nil {
			return
		}
		if again, err := siyu.ParseTimeOfDay(c.String()); err != nil || again != c {
			t.Fatalf("%q reads as %s, which reads as %s, %v", s, c, again, err)
		}
	})
}

func TestWeekdays_JSON(t *testing.T) {
	days := siyu.DaysOf(time.Sunday, time.Monday)
	data, err := json.Marshal(days)
	if err != nil || string(data) != `["mon","sun"]` {
		t.Fatalf("got %s, %v", data, err)
	}
	var back siyu.Weekdays
	if err := json.Unmarshal(data, &back); err != nil || back != days {
		t.Errorf("back: %v, %v", back, err)
	}
	for _, bad := range []string{`[]`, `["Mon"]`, `"mon"`, `null`} {
		if err := back.UnmarshalJSON([]byte(bad)); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v, want invalid", bad, err)
		}
	}
}

func TestWeeklyWindow_Validate(t *testing.T) {
	for name, w := range map[string]siyu.WeeklyWindow{
		"empty":        {Start: siyu.HourMinute(9, 0), End: siyu.HourMinute(9, 0)},
		"start at 24h": {Start: siyu.EndOfDay, End: siyu.HourMinute(9, 0)},
		"end negative": {Start: siyu.HourMinute(9, 0), End: -1},
		"eighth day":   {Start: 0, End: siyu.EndOfDay, Days: 1 << 7},
	} {
		if err := w.Validate(); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}

var someZones = []string{"UTC", "Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"}

func genWindow(t *rapid.T) siyu.WeeklyWindow {
	start := rapid.IntRange(0, 24*60-1).Draw(t, "start")
	end := rapid.IntRange(0, 24*60).Filter(func(n int) bool { return n != start }).Draw(t, "end")
	return siyu.WeeklyWindow{
		Start: siyu.HourMinute(0, start), End: siyu.HourMinute(0, end), Days: siyu.Weekdays(rapid.IntRange(0, 127).Draw(t, "days")),
	}
}

// The wall clock, read another way: is some start of an allowed day at most
// the window's length back on the clock's own time line?
func inside(w siyu.WeeklyWindow, at time.Time, loc *time.Location) bool {
	local := at.In(loc)
	minute := local.Hour()*60 + local.Minute()
	start, end := int(w.Start.Duration()/time.Minute), int(w.End.Duration()/time.Minute)
	if start < end {
		return w.Days.Contains(local.Weekday()) && minute >= start && minute < end
	}
	yesterday := (local.Weekday() + 6) % 7
	return w.Days.Contains(local.Weekday()) && minute >= start || w.Days.Contains(yesterday) && minute < end
}

func TestWeeklyWindow_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := genWindow(t)
		loc, err := time.LoadLocation(rapid.SampledFrom(someZones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "at"), 0)
		if got, want := w.Contains(at, loc), inside(w, at, loc); got != want {
			t.Fatalf("contains %s: %v, want %v", at.In(loc), got, want)
		}
		until, ok := w.Until(at, loc)
		if ok != w.Contains(at, loc) {
			t.Fatal("Until and Contains differ")
		}
		for x := at; ok && x.Before(until); x = x.Add(7 * time.Minute) {
			if !w.Contains(x, loc) {
				t.Fatalf("%s is before until %s but outside", x.In(loc), until.In(loc))
			}
		}
		if ok && until.Sub(at) > 24*time.Hour {
			t.Fatalf("until is %s away", until.Sub(at))
		}
	})
}

func ExampleWeeklyWindow() {
	night := siyu.WeeklyWindow{Start: siyu.HourMinute(22, 0), End: siyu.HourMinute(8, 0), Days: siyu.DaysOf(time.Friday)}
	shanghai := time.FixedZone("CST", 8*3600)
	saturday := time.Date(2026, 6, 6, 7, 30, 0, 0, shanghai)
	fmt.Println(night.Contains(saturday, shanghai)) // the window of Friday night
	fmt.Println(night.Contains(saturday.Add(time.Hour), shanghai))
	// Output:
	// true
	// false
}

func ExampleTimeOfDay() {
	open, err := siyu.ParseTimeOfDay("09:30")
	fmt.Println(open, open.Duration(), err)
	// Output: 09:30 9h30m0s <nil>
}
