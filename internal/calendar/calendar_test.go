package calendar_test

import (
	"testing"
	"time"

	"github.com/siyu-go/siyu/internal/calendar"
)

func TestAt(t *testing.T) {
	tests := []struct {
		zone, date, want string
		clock            time.Duration
	}{
		{"Asia/Shanghai", "2026-03-01", "2026-03-01T02:00:00Z", 10 * time.Hour},
		{"America/New_York", "2026-03-08", "2026-03-08T07:00:00Z", 150 * time.Minute},    // skipped 02:30: end of the gap
		{"America/New_York", "2026-11-01", "2026-11-01T05:30:00Z", 90 * time.Minute},     // 01:30 comes twice: the first
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", 0},                   // midnight itself is skipped
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 9 * time.Hour},            // the whole day is skipped
		{"Australia/Lord_Howe", "2026-04-05", "2026-04-04T14:45:00Z", 105 * time.Minute}, // half-hour change, 01:45 twice
		{"Asia/Shanghai", "2026-03-01", "2026-03-01T16:00:00Z", 24 * time.Hour},          // 24:00 is the next midnight
		{"America/New_York", "2026-03-09", "2026-03-09T06:30:00Z", 150 * time.Minute},    // the day after
	}
	for _, tt := range tests {
		loc, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		d, _ := time.Parse(time.DateOnly, tt.date)
		if got := calendar.At(d.Year(), d.Month(), d.Day(), tt.clock, loc).Format(time.RFC3339); got != tt.want {
			t.Errorf("At(%s %s %v) = %s, want %s", tt.zone, tt.date, tt.clock, got, tt.want)
		}
	}
}

func TestUnits(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 31, 17, 30, 15, 0, time.UTC) // Sunday 1 February, 01:30:15 in Shanghai
	tests := []struct {
		unit calendar.Unit
		n    int
		want string
	}{
		{calendar.Hour, 0, "2026-01-31T17:00:00Z"},
		{calendar.Day, 0, "2026-01-31T16:00:00Z"},
		{calendar.Day, 1, "2026-02-01T16:00:00Z"},
		{calendar.Week, 0, "2026-01-25T16:00:00Z"},
		{calendar.Week, -1, "2026-01-18T16:00:00Z"},
		{calendar.Month, 0, "2026-01-31T16:00:00Z"},
		{calendar.Month, 1, "2026-02-28T16:00:00Z"},
	}
	for _, tt := range tests {
		if got := tt.unit.Add(at, tt.n, shanghai, time.Monday).Format(time.RFC3339); got != tt.want {
			t.Errorf("%s%+d = %s, want %s", tt.unit, tt.n, got, tt.want)
		}
	}
	d := calendar.DateOf(at, shanghai)
	if d != (calendar.Date{Year: 2026, Month: 2, Day: 1}) || d.Weekday() != time.Sunday || d.DaysTo(d.AddDays(28)) != 28 {
		t.Errorf("DateOf = %v on a %s", d, d.Weekday())
	}
}
