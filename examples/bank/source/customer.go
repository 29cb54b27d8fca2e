package source

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Customer is one row of the Bank Marketing file: a person, and what the
// bank's telephone campaign did with him.
type Customer struct {
	ID         siyu.UserID
	Age        int
	Job        string
	Marital    string
	Education  string
	Default    string // has credit in default: yes, no or unknown
	Housing    string // has a housing loan with us
	Loan       string // has a personal loan with us
	Line       string // cellular or telephone
	Seconds    int    // length of the last call
	Contacts   int    // contacts in this campaign, the last included
	SinceDays  int    // days since an earlier campaign's last contact, -1 if none
	Previous   int    // contacts before this campaign
	Subscribed bool   // to a term deposit, in the last call
	Last       time.Time
}

var (
	ternary = []string{"no", "yes", "unknown"}

	jobs = []string{
		"admin.", "blue-collar", "entrepreneur", "housemaid", "management", "retired",
		"self-employed", "services", "student", "technician", "unemployed", "unknown",
	}
	educations = []string{
		"illiterate", "basic.4y", "basic.6y", "basic.9y", "high.school",
		"professional.course", "university.degree", "unknown",
	}
	maritals = []string{"single", "married", "divorced", "unknown"}

	months   = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
	weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

	customerColumns = []string{
		"age", "job", "marital", "education", "default", "housing", "loan", "contact",
		"month", "day_of_week", "duration", "campaign", "pdays", "previous", "output",
	}
)

// campaignStart is the first day of the file: May 2008, a Thursday.
var campaignStart = time.Date(2008, time.May, 1, 10, 0, 0, 0, time.UTC)

// Customers reads the Bank Marketing file, plain or gzipped. The name is for
// messages only. An error is a [*CellError] or what reading failed with, and
// then there are no customers.
//
// The file is ordered by date but says only month and weekday, so the date of
// each last contact is the first such day not before the row above; where a
// month has no such day left, its last such day.
func Customers(name string, r io.Reader) ([]Customer, error) {
	var (
		customers []Customer
		day       = campaignStart
	)
	err := table{name, customerColumns}.rows(r, func(row *row) {
		c := Customer{
			ID:        siyu.UserID(fmt.Sprintf("c%07d", len(customers)+1)),
			Age:       row.number(0, 0, 130),
			Job:       row.oneOf(1, jobs...),
			Marital:   row.oneOf(2, maritals...),
			Education: row.oneOf(3, educations...),
			Default:   row.oneOf(4, ternary...),
			Housing:   row.oneOf(5, ternary...),
			Loan:      row.oneOf(6, ternary...),
			Line:      row.oneOf(7, "cellular", "telephone"),
			Seconds:   row.number(10, 0, 24*3600),
			Contacts:  row.number(11, 1, 1000),
			SinceDays: row.number(12, 0, 999),
			Previous:  row.number(13, 0, 1000),
		}
		month := time.Month(slices.Index(months, row.oneOf(8, months...)) + 1)
		weekday := time.Weekday(slices.Index(weekdays, row.oneOf(9, weekdays...)))
		c.Subscribed = row.oneOf(14, "yes", "no") == "yes"
		if row.err != nil {
			return
		}
		if c.SinceDays == 999 {
			c.SinceDays = -1
		}
		day = nextDay(day, month, weekday)
		c.Last = day
		customers = append(customers, c)
	})
	if err != nil {
		return nil, err
	}
	return customers, nil
}

// Calls yields when the campaign called: the last contact at Last, the ones
// before it one a day on the working days before. Only their number is real.
func (c Customer) Calls() []time.Time {
	calls := make([]time.Time, c.Contacts)
	at := c.Last
	for i := len(calls) - 1; i >= 0; i-- {
		calls[i] = at
		for at = at.AddDate(0, 0, -1); at.Weekday() == time.Saturday || at.Weekday() == time.Sunday; {
			at = at.AddDate(0, 0, -1)
		}
	}
	return calls
}

// nextDay is the first day in the month that is such a weekday and not before
// from; a month before from's is the next year's.
func nextDay(from time.Time, month time.Month, weekday time.Weekday) time.Time {
	day := from
	if month != from.Month() {
		year := from.Year()
		if month < from.Month() {
			year++
		}
		day = time.Date(year, month, 1, from.Hour(), 0, 0, 0, time.UTC)
	}
	day = day.AddDate(0, 0, (int(weekday-day.Weekday())+7)%7)
	if day.Month() != month {
		day = day.AddDate(0, 0, -7)
	}
	return day
}
