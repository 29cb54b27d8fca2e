package calendar

import "time"

// Index numbers the units of the calendar in loc, so that the difference of
// two indices is the number of units between. Two instants have equal indices
// if they lie in the same unit.
func (u Unit) Index(t time.Time, loc *time.Location, weekStart time.Weekday) int {
	epoch := Date{1970, time.January, 1}
	day := DateOf(t, loc)
	switch u {
	case Hour:
		return floorDiv(int(t.Unix())+int(offset(t, loc)/time.Second), 3600)
	case Week:
		shift := (int(epoch.Weekday()) - int(weekStart) + 7) % 7
		return floorDiv(epoch.DaysTo(day)+shift, 7)
	case Month:
		return day.Year*12 + int(day.Month)
	}
	return epoch.DaysTo(day)
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
