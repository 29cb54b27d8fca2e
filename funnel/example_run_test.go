package funnel_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// A loan desk asks how far its leads get within a month, and whom to call.
func ExampleRun() {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	log, err := funnel.NewLog(funnel.FromSlice([]siyu.Event{
		{ID: "1", User: "li", Name: "lead", At: day(1)},
		{ID: "2", User: "li", Name: "application", At: day(2)},
		{ID: "3", User: "li", Name: "offer.call", At: day(4)},
		{ID: "4", User: "wang", Name: "lead", At: day(1)},
		{ID: "5", User: "wang", Name: "application", At: day(9)},
		{ID: "6", User: "zhao", Name: "lead", At: day(3)},
		{ID: "3", User: "li", Name: "offer.call", At: day(4)}, // delivered twice
	}), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := funnel.Run(log, funnel.Definition{
		Steps:  []funnel.Step{{Event: "lead"}, {Event: "application"}, {Event: "offer.call"}},
		Window: 30 * 24 * time.Hour,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range report.Steps {
		fmt.Printf("%-12s %d  %3.0f %% (%2.0f-%3.0f %%)\n", s.Name, s.Count, 100*s.Rate.Share, 100*s.Rate.Low, 100*s.Rate.High)
	}
	fmt.Println("days to apply:", report.Steps[1].Time.Median/86400)
	fmt.Println("call:", report.Dropped(2))
	// Output:
	// lead         3  100 % (44-100 %)
	// application  2   67 % (21- 94 %)
	// offer.call   1   33 % ( 6- 79 %)
	// days to apply: 4.5
	// call: [wang]
}
