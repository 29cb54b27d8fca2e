package attribution_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"github.com/siyu-go/siyu/funnel/attribution"
)

// What a new card costs by source (获客成本): from the event log to the cost of
// each, dear ads beside cheap groups, at any time of a campaign.
func ExampleJourneys() {
	at := func(day int) time.Time { return time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC) }
	var events []siyu.Event
	add := func(user siyu.UserID, day int, name, channel string, value siyu.Money) {
		id := siyu.EventID(fmt.Sprint(user, name, day))
		events = append(events, siyu.Event{ID: id, User: user, Name: name, At: at(day), Channel: channel, Value: value})
	}
	add("li", 1, "touch", "feed ad", 0)
	add("li", 3, "card.opened", "", 300_00) // what a card is worth
	add("wang", 1, "touch", "feed ad", 0)
	add("zhao", 2, "touch", "group", 0)
	add("zhao", 4, "card.opened", "", 300_00)
	add("sun", 2, "touch", "group", 0)
	add("sun", 5, "card.opened", "", 300_00)

	journeys, err := attribution.Journeys(funnel.FromSlice(events), attribution.Question{Convert: []string{"card.opened"}})
	if err != nil {
		panic(err)
	}
	report, err := attribution.Credit(journeys, attribution.Model{Kind: attribution.First})
	if err != nil {
		panic(err)
	}
	costs, err := attribution.Costs(report, map[string]siyu.Money{"feed ad": 400_00, "group": 80_00})
	if err != nil {
		panic(err)
	}
	for _, c := range costs {
		fmt.Printf("%s: %d cards, %s each, ROI %s\n", c.Channel, c.Conversions/1000, c.CAC.Format(siyu.CNY), c.ROI)
	}
	// Output:
	// feed ad: 1 cards, 400.00 each, ROI -25%
	// group: 2 cards, 40.00 each, ROI 650%
}
