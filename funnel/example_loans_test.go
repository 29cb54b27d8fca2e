package funnel_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// loans yields the work events of a Dutch bank's loan applications, October
// 2011 to March 2012 (BPI Challenge 2012, van Dongen, 4TU.ResearchData,
// doi 10.4121/uuid:3926db30-f712-4394-aebc-75976070e91f).
func loans(yield func(siyu.Event, error) bool) {
	names := map[string]string{
		"1": "lead", "2": "fraud check", "3": "application", "4": "incomplete file", "5": "offer call", "6": "validation",
	}
	file, err := os.Open("../examples/bank/testdata/bpi_12_w.csv.gz")
	if err != nil {
		yield(siyu.Event{}, err)
		return
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		yield(siyu.Event{}, err)
		return
	}
	rows := csv.NewReader(unzipped)
	for n := 0; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if n == 0 && err == nil {
			continue // the header
		}
		var at time.Time
		if err == nil {
			at, err = time.Parse(time.DateTime, row[2])
		}
		if err != nil {
			yield(siyu.Event{}, err)
			return
		}
		event := siyu.Event{ID: siyu.EventID(strconv.Itoa(n)), User: siyu.UserID(row[0]), Name: names[row[1]], At: at}
		if !yield(event, nil) {
			return
		}
	}
}

// A real funnel: of the leads of a bank, how many go all the way to a validated
// application within a month, and why do the others not?
func ExampleRun_loans() {
	log, err := funnel.NewLog(iter.Seq2[siyu.Event, error](loans), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	d := funnel.Definition{
		Steps:  []funnel.Step{{Event: "lead"}, {Event: "application"}, {Event: "offer call"}, {Event: "validation"}},
		Window: 30 * 24 * time.Hour,
	}
	report, err := funnel.Run(log, d)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(log.Events(), "events of", log.Users(), "cases")
	for _, s := range report.Steps {
		fmt.Printf("%-11s %4d  %5.1f %%  median %.1f h\n", s.Name, s.Count, 100*s.Next.Share, s.Time.Median/3600)
	}
	stops, err := funnel.Stops(log, d, time.Date(2012, 4, 30, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range stops {
		if s.Step == 3 {
			fmt.Println("no validation:", s.Users, s.Stop.Text(siyu.English))
		}
	}
	// Output:
	// 72413 events of 9658 cases
	// lead        4755  100.0 %  median 0.0 h
	// application 2515   52.9 %  median 1.8 h
	// offer call  1377   54.8 %  median 24.6 h
	// validation   818   59.4 %  median 229.0 h
	// no validation: 505 the window closed without the next step
	// no validation: 54 the event came after the window had closed
}
