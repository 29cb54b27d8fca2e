package month

import (
	"strconv"
	"strings"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/examples/bank/report"
)

// countCourse counts the course from the log: entries, check-ins per day, and
// who graduated.
func countCourse(events []siyu.Event) report.Course {
	c := report.Course{CheckIns: make([]int, Course.Days)}
	for _, e := range events {
		switch {
		case e.Name == CheckIn:
			// The id says the day: one check-in a person and day.
			if day := lastNumber(string(e.ID)); day >= 1 && day <= Course.Days {
				c.CheckIns[day-1]++
			}
		case e.Name == Taught && e.Props[propMessage] == journey.Welcome:
			c.Entered++
		case e.Name == Taught && e.Props[propMessage] == journey.Graduate:
			c.Graduated++
		}
	}
	return c
}

func lastNumber(id string) int {
	n, _ := strconv.Atoi(id[strings.LastIndexByte(id, '/')+1:])
	return n
}
