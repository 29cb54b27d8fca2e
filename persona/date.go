package persona

import (
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
)

// Date is a day of the calendar, in text "2006-01-02". It is comparable.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the local date of t in loc.
func DateOf(t time.Time, loc *time.Location) Date { return Date(calendar.DateOf(t, loc)) }

// ParseDate reads "2006-01-02". A day that does not exist is refused.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, siyu.Invalid("date", "%q is not a day as in 2006-01-02", s)
	}
	return DateOf(t, time.UTC), nil
}

// IsZero reports whether d is the zero Date.
func (d Date) IsZero() bool { return d == Date{} }

// AddDays returns the date n days later.
func (d Date) AddDays(n int) Date { return Date(calendar.Date(d).AddDays(n)) }

// Before reports whether d lies before e.
func (d Date) Before(e Date) bool { return d.daysTo(e) > 0 }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return calendar.Date(d).Weekday() }

// String writes 2006-01-02.
func (d Date) String() string {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// MarshalText writes 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 2006-01-02.
func (d *Date) UnmarshalText(text []byte) error {
	v, err := ParseDate(string(text))
	if err == nil {
		*d = v
	}
	return err
}

func (d Date) daysTo(e Date) int { return calendar.Date(d).DaysTo(calendar.Date(e)) }

func (d Date) at(clock siyu.TimeOfDay, loc *time.Location) time.Time {
	return calendar.Date(d).At(clock.Duration(), loc)
}
