package calendar_test

import (
	"testing"
	"time"

	"github.com/siyu-go/siyu/internal/calendar"
)

// The index of the unit n later is n higher, on both sides of 1970 and across
// changes of the clock.
func TestUnit_Index(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, unit := range []calendar.Unit{calendar.Day, calendar.Week, calendar.Month} {
		for _, from := range []time.Time{
			time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC),
			time.Date(1969, 12, 30, 1, 0, 0, 0, time.UTC),
			time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC),
		} {
			for n := -40; n <= 40; n++ {
				at := unit.Add(from, n, berlin, time.Monday)
				got := unit.Index(at, berlin, time.Monday) - unit.Index(from, berlin, time.Monday)
				if got != n {
					t.Errorf("%s: %s is %d after %s, want %d", unit, at, got, from, n)
				}
			}
		}
	}
}
