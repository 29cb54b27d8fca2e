package main

import (
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment/ltv"
)

//go:embed testdata/*.csv
var testdata embed.FS

// classes are the customers with 0, 1, … 6 and with 7 or more repeat purchases.
const classes = 8

func classOf(h ltv.History) int { return min(h.Frequency, classes-1) }

func className(class int) string {
	if class == classes-1 {
		return "7+"
	}
	return strconv.Itoa(class)
}

// cohort is the customers as they stood after 39 weeks, in weeks, and what each
// class bought in the 39 weeks after.
type cohort struct {
	summaries []ltv.Summary
	groups    []ltv.Group
	customers [classes]int
	came      [classes]int
}

func readCohort() (cohort, error) {
	var c cohort
	histories, err := readCounts("testdata/cdnow_sample.csv")
	if err != nil {
		return c, err
	}
	for _, r := range histories {
		s := ltv.Summary{
			History: ltv.History{Frequency: r[0], Recency: float64(r[1]) / 7, T: float64(r[2]) / 7},
			Repeat:  siyu.Money(r[3]),
		}
		c.customers[classOf(s.History)] += r[4]
		for range r[4] {
			c.summaries = append(c.summaries, s)
		}
	}
	c.groups = ltv.Groups(c.summaries)
	later, err := readCounts("testdata/cdnow_holdout.csv")
	if err != nil {
		return c, err
	}
	for _, r := range later {
		c.came[r[0]] = r[1]
	}
	return c, nil
}

// readCounts reads a shipped table of whole numbers below one line of names.
func readCounts(name string) ([][]int, error) {
	f, err := testdata.Open(name)
	if err != nil {
		return nil, err
	}
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var rows [][]int
	for _, record := range records[1:] {
		row := make([]int, len(record))
		for i, field := range record {
			if row[i], err = strconv.Atoi(field); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		rows = append(rows, row)
	}
	return rows, f.Close()
}
