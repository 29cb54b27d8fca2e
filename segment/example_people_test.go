package segment_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

// From payments to named groups, and to an audience for the next campaign.
func ExampleMidRankRFM() {
	pay := func(user siyu.UserID, day string, amount siyu.Money) segment.Purchase {
		return segment.Purchase{User: user, At: when(day + "T12:00:00Z"), Amount: amount}
	}
	customers, err := segment.RFMOf([]segment.Purchase{
		pay("an", "2026-06-28", 52000), pay("an", "2026-06-20", 61000), pay("an", "2026-05-02", 48000),
		pay("bo", "2026-06-25", 900),
		pay("chen", "2026-01-10", 30000), pay("chen", "2026-01-03", 42000), pay("chen", "2025-12-20", 38000),
		pay("ding", "2025-09-01", 1500),
	}, when("2026-06-30T00:00:00Z"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	scales, err := segment.MidRankRFM(customers, 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	boxes := segment.RFMBoxes{Levels: 4, Others: "others", Boxes: []segment.RFMBox{
		{Name: "champions", R: segment.Levels{3, 4}, F: segment.Levels{3, 4}, M: segment.Levels{3, 4}},
		{Name: "win back", R: segment.Levels{1, 2}, F: segment.Levels{3, 4}, M: segment.Levels{1, 4}},
		{Name: "newcomers", R: segment.Levels{3, 4}, F: segment.Levels{1, 2}, M: segment.Levels{1, 4}},
	}}
	for _, c := range customers {
		score := scales.Score(c)
		fmt.Println(c.User, score, boxes.Name(score))
	}
	// Output:
	// an 444 champions
	// bo 321 newcomers
	// chen 243 win back
	// ding 122 others
}

func ExampleLifecycle_StageUntil() {
	l := segment.Lifecycle{New: segment.Days(7), Active: segment.Days(30), Dormant: segment.Days(90), Wake: segment.Days(30)}
	stage, until := l.StageUntil(
		[]time.Time{when("2026-03-01T09:00:00Z"), when("2026-06-20T09:00:00Z")}, when("2026-06-30T00:00:00Z"))
	fmt.Println(stage, "until", until.Format("2006-01-02 15:04"))
	// Output:
	// reactivated until 2026-07-20 09:00
}

func ExampleHistory_Next() {
	c, err := segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "1", Within: "30d"}.Compile(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	h := c.History(buys("2026-06-03T10:15:00Z"))
	flip, _ := h.Next(when("2026-06-05T00:00:00Z"))
	fmt.Println(flip.Type, flip.At)
	// Output:
	// exit 2026-07-03 10:15:00 +0000 UTC
}

func ExampleRetentionOf() {
	var tenures []segment.Tenure // months; the last two are still there
	for _, months := range []float64{2, 5, 5, 8, 12} {
		tenures = append(tenures, segment.Tenure{Duration: months, Churned: true})
	}
	tenures = append(tenures, segment.Tenure{Duration: 9}, segment.Tenure{Duration: 14})
	curve, err := segment.RetentionOf(tenures)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range curve.Steps {
		fmt.Printf("month %2.0f: %.2f (%.2f to %.2f)\n", s.Time, s.Survival, s.Lower, s.Upper)
	}
	// Output:
	// month  2: 0.86 (0.33 to 0.98)
	// month  5: 0.57 (0.17 to 0.84)
	// month  8: 0.43 (0.10 to 0.73)
	// month 12: 0.21 (0.01 to 0.59)
}

func ExampleLadder_Next() {
	offer := courses.Next(segment.Climber{Owned: []string{"free", "trial"}}, when("2026-06-30T00:00:00Z"))
	fmt.Println(offer.Reason, offer.Step.ID, offer.Step.Price.Format(siyu.CNY))
	offer = courses.Next(segment.Climber{Owned: []string{"free"}, Last: when("2026-06-28T09:00:00Z")}, when("2026-06-30T00:00:00Z"))
	fmt.Println(offer.Reason, "until", offer.Until.Format("2006-01-02"))
	// Output:
	// next course 199.00
	// cooldown until 2026-07-05
}
