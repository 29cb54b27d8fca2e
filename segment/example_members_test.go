package segment_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

// What is known of one person, by whom it was said, and what to offer for it:
// interests from a survey, a hometown from a ritual of the group, a need seen in
// an order. The survey's word goes before the model's.
func ExamplePortrait() {
	at := func(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }
	var li segment.Portrait
	for _, t := range []segment.Tag{
		{Name: "interest", Value: "fund", Source: "survey", At: at(1)},
		{Name: "interest", Value: "gold", Source: "model:v3", At: at(5)},
		{Name: "hometown", Value: "成都", Source: "ritual", At: at(2)},
		{Name: "need", Value: "insurance", Source: "order", At: at(3), Until: at(20)},
	} {
		get(li.Put(t))
	}
	interest, _ := li.Tag("interest", at(10), "survey")
	fmt.Println(interest.Value, "says the", interest.Source, "of", interest.At.Format(time.DateOnly))
	fmt.Println(li.Values(at(10), "survey"))

	offers := map[string]segment.Ladder{"insurance": {Steps: []segment.Step{{ID: "accident"}, {ID: "medical", Price: 365_00}}}}
	need, _ := li.Tag("need", at(10))
	offer := offers[need.Value].Next(segment.Climber{Owned: []string{"accident"}}, at(10))
	fmt.Println("offer", offer.Step.ID, offer.Step.Price.Format(siyu.CNY))
	_, stillNeeds := li.Tag("need", at(20))
	fmt.Println("on the 20th:", stillNeeds)
	// Output:
	// fund says the survey of 2026-03-01
	// map[hometown:成都 interest:fund need:insurance]
	// offer medical 365.00
	// on the 20th: false
}

// Members' levels with their rights (尊崇感): the level by assets or by the stay
// with the bank, and what the next one asks.
func ExampleCompileRings() {
	assets, months := segment.Amount("assets"), segment.Int("months")
	levels := get(segment.CompileRings(segment.Rings{Outside: "普卡", Rings: []segment.Ring{
		{Name: "私行", Rule: assets.AtLeast(10_000_000_00)},
		{Name: "金葵花", Rule: assets.AtLeast(500_000_00)},
		{Name: "金卡", Rule: segment.Any(assets.AtLeast(50_000_00), months.AtLeast(60))},
	}}, nil))
	rights := map[string]string{"私行": "own adviser, lounge", "金葵花": "own adviser", "金卡": "fee waiver", "普卡": "-"}
	p := levels.Assign(map[string]any{"assets": 80_000_00, "months": 12}, time.Time{})
	fmt.Println(p.Ring+":", rights[p.Ring])
	fmt.Println("to", p.Next+":", p.Missing[0][0].Rule)
	// Output:
	// 金卡: fee waiver
	// to 金葵花: {"attr":"assets","op":"ge","value":50000000}
}

// To everybody his own (千人千面): the content of the first group that a person
// belongs to, the newest reading of his interest before the rest.
func ExampleRings() {
	interest, stage := segment.Text("interest"), segment.Text("stage")
	groups := get(segment.CompileRings(segment.Rings{Outside: "general", Rings: []segment.Ring{
		{Name: "sleeper, fund", Rule: segment.All(stage.Eq("dormant"), interest.Eq("fund"))},
		{Name: "sleeper", Rule: stage.Eq("dormant")},
		{Name: "fund", Rule: interest.Eq("fund")},
	}}, nil))
	content := map[string]string{
		"sleeper, fund": "your fund's year", "sleeper": "we miss you", "fund": "weekly fund letter", "general": "financial news",
	}
	for _, person := range []map[string]any{
		{"interest": "fund", "stage": "active"}, {"interest": "fund", "stage": "dormant"}, {"stage": "dormant"}, {},
	} {
		fmt.Println(content[groups.Assign(person, time.Time{}).Ring])
	}
	// Output:
	// weekly fund letter
	// your fund's year
	// we miss you
	// financial news
}

// New customers go by the official account, old ones get a call, sleepers a
// wake-up, the lost a coupon: the path follows from the life cycle.
func ExampleLifecycle_Stage() {
	l := segment.Lifecycle{New: segment.Days(30), Active: segment.Days(90), Dormant: segment.Days(365), Wake: segment.Days(60)}
	path := map[segment.Stage]string{
		segment.New: "公众号矩阵", segment.Active: "adviser's call", segment.Dormant: "wake-up journey", segment.Churned: "win-back coupon",
	}
	now := when("2026-06-30T00:00:00Z")
	for _, first := range []string{"2026-06-20T00:00:00Z", "2026-05-01T00:00:00Z", "2026-01-10T00:00:00Z", "2024-01-10T00:00:00Z"} {
		stage := l.Stage([]time.Time{when(first)}, now)
		fmt.Println(stage+":", path[stage])
	}
	// Output:
	// new: 公众号矩阵
	// active: adviser's call
	// dormant: wake-up journey
	// churned: win-back coupon
}

// Card holders with spending power: at least 3,000 yuan by card in 30 days.
func ExampleBehaviour() {
	power := get(segment.Behaviour{Event: "card.paid", Agg: segment.SumOf, Cmp: segment.OpGe, Value: "300000", Within: "30d"}.Compile(nil))
	paid := func(day int, yuan siyu.Money) siyu.Event {
		return siyu.Event{Name: "card.paid", At: time.Date(2026, 6, day, 20, 0, 0, 0, time.UTC), Value: yuan * 100}
	}
	now := when("2026-06-30T00:00:00Z")
	fmt.Println(power.Holds([]siyu.Event{paid(2, 1_800), paid(20, 1_200)}, now), power.Holds([]siyu.Event{paid(20, 2_999)}, now))
	// Output: true false
}

// Outer and middle ring pushed inward: who moved in a quarter.
func ExampleMigrate() {
	m := get(segment.Migrate([]string{"inner", "middle", "outer", "outside"},
		map[siyu.UserID]string{"li": "outer", "wang": "outer", "zhao": "middle", "sun": "inner"},
		map[siyu.UserID]string{"li": "middle", "wang": "outer", "zhao": "inner", "sun": "inner", "qian": "outer"},
	))
	for i, from := range m.States {
		fmt.Println(from, m.Counts[i])
	}
	fmt.Println("inward", m.Inward(), "outward", m.Outward())
	// Output:
	// inner [1 0 0 0]
	// middle [1 0 0 0]
	// outer [0 1 1 0]
	// outside [0 0 1 0]
	// inward 3 outward 0
}
