package funnel_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// visits are events of users by day from the epoch, which is a Thursday.
func visits(byUser [][]int, name string) []siyu.Event {
	var events []siyu.Event
	for user, days := range byUser {
		for _, day := range days {
			events = append(events, siyu.Event{
				ID: siyu.EventID(fmt.Sprint(len(events))), User: siyu.UserID(fmt.Sprint("u", user)), Name: name,
				At: epoch.AddDate(0, 0, day).Add(time.Duration(len(events)+1) * time.Second),
			})
		}
	}
	return events
}

var genDays = rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 40), 0, 12), 1, 5)

func TestRunBracketRetention_agreesWithReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := genDays.Draw(t, "days")
		today := rapid.IntRange(0, 45).Draw(t, "today")
		b := funnel.BracketRetention{
			Interval: funnel.Day, Start: funnel.Step{Event: "visit"}, Return: funnel.Step{Any: true},
			Mode:           rapid.SampledFrom([]funnel.CohortMode{funnel.Recurring, funnel.NewUsers}).Draw(t, "mode"),
			MinOccurrences: rapid.IntRange(0, 2).Draw(t, "min"),
		}
		for range rapid.IntRange(1, 4).Draw(t, "brackets") {
			from := rapid.IntRange(1, 10).Draw(t, "from")
			b.Brackets = append(b.Brackets, funnel.Bracket{From: from, To: from + rapid.IntRange(0, 9).Draw(t, "length")})
		}
		want := map[int]*funnel.BracketRow{}
		for _, own := range days {
			slices.Sort(own)
			for i, day := range own {
				if day > today || i > 0 && (own[i-1] == day || b.Mode == funnel.NewUsers) {
					continue
				}
				if want[day] == nil {
					want[day] = &funnel.BracketRow{Cells: make([]funnel.BracketCell, len(b.Brackets))}
				}
				want[day].Users++
				for k, bracket := range b.Brackets {
					n := 0
					for _, later := range own {
						if later <= today && later-day >= bracket.From && later-day <= bracket.To {
							n++
						}
					}
					back, cell := n >= max(b.MinOccurrences, 1), &want[day].Cells[k]
					switch over := day+bracket.To < today; {
					case over:
						cell.Over++
						if back {
							cell.Seen++
						}
					default:
						cell.Open++
						if back {
							cell.Early++
						}
					}
				}
			}
		}
		now := epoch.AddDate(0, 0, today+1).Add(-time.Hour)
		report, err := funnel.RunBracketRetention(newLog(t, visits(days, "visit")), b, now)
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Rows) != len(want) {
			t.Fatalf("%d rows, want %d", len(report.Rows), len(want))
		}
		for _, row := range report.Rows {
			expected := want[int(row.Start.Sub(epoch)/(24*time.Hour))]
			if row.Users != expected.Users || !slices.Equal(row.Cells, expected.Cells) {
				t.Fatalf("%s: got %v, want %v", row.Label, row, *expected)
			}
		}
	})
}

func TestBracketRetention_Validate(t *testing.T) {
	good := `"interval": "day", "start": {"event": "a"}, "return": {"any": true}, "mode": "first_time"`
	if _, err := funnel.ParseBracketRetention([]byte(`{` + good + `, "brackets": [{"from": 1, "to": 1}, {"from": 8, "to": 14}]}`)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ json, field string }{
		{`{` + good + `}`, "brackets"},
		{`{` + good + `, "brackets": [{"from": 1, "to": 1}, {"from": 3, "to": 2}]}`, "brackets[1]"},
		{`{` + good + `, "brackets": [{"from": 1, "to": 1}], "unit": "year"}`, "unit"},
		{`{` + good + `, "brackets": [{"from": 1, "to": 1}], "timezone": "Mars"}`, "timezone"},
		{`{` + good + `, "brackets": [{"from": 1, "to": 1}], "min_occurrences": -1}`, "min_occurrences"},
		{`{"interval": "day", "start": {}, "return": {"any": true}, "mode": "recurring", "brackets": [{"from": 1, "to": 1}]}`, "start"},
	} {
		_, err := funnel.ParseBracketRetention([]byte(c.json))
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != c.field {
			t.Errorf("%s: got %v, want %s", c.json, err, c.field)
		}
	}
}

// Two new customers each on the 1st and the 5th of January, asked on the 8th.
func ExampleRunBracketRetention() {
	log, err := funnel.NewLog(funnel.FromSlice(visits([][]int{{0, 1, 2}, {0, 6}, {4, 6}, {4}}, "visit")), nil)
	if err != nil {
		panic(err)
	}
	b := funnel.BracketRetention{
		Interval: funnel.Day, Mode: funnel.NewUsers,
		Start: funnel.Step{Event: "visit"}, Return: funnel.Step{Event: "visit"},
		Brackets: []funnel.Bracket{{From: 1, To: 1}, {From: 2, To: 3}, {From: 4, To: 7}},
	}
	report, err := funnel.RunBracketRetention(log, b, time.Date(2026, 1, 8, 12, 0, 0, 0, time.UTC))
	if err != nil {
		panic(err)
	}
	for _, row := range report.Rows {
		for i, cell := range row.Cells {
			if cell.Mature() {
				fmt.Println(row.Label, "day", b.Brackets[i], cell.Seen, "of", cell.Over)
			} else {
				fmt.Println(row.Label, "day", b.Brackets[i], "not over,", cell.Early, "back already")
			}
		}
	}
	// Output:
	// 2026-01-01 day 1 1 of 2
	// 2026-01-01 day 2-3 1 of 2
	// 2026-01-01 day 4-7 not over, 1 back already
	// 2026-01-05 day 1 0 of 2
	// 2026-01-05 day 2-3 not over, 1 back already
	// 2026-01-05 day 4-7 not over, 0 back already
}
