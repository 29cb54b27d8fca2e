package segment_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

// The audience of a course, novices, wage earners and married white collars:
// what share of all users it reaches.
func ExamplePlan_Count() {
	novice, job, married := segment.Bool("novice"), segment.Text("job"), segment.Bool("married")
	table := tableOf(get(segment.NewSchema(novice, job, married)),
		map[string]any{"novice": true, "job": "student"}, map[string]any{"job": "worker"},
		map[string]any{"job": "office", "married": true}, map[string]any{"novice": true, "job": "office"}, map[string]any{"job": "broker"},
	)
	audience := segment.Any(novice.Is(true), job.Eq("worker"), segment.All(job.Eq("office"), married.Is(true)))
	n := get(table.Query(audience, nil, time.Time{})).Count(nil)
	fmt.Printf("%d of %d, %d %%\n", n, table.Len(), 100*n/table.Len())
	// Output: 4 of 5, 80 %
}

// Traffic that one can reach at will and again and again: the set of people by
// channel, and by any of them.
func ExampleTraits() {
	wecom, sms, consent, follows := segment.Bool("wecom"), segment.Bool("sms"), segment.Bool("sms_consent"), segment.Bool("follows")
	table := tableOf(get(segment.NewSchema(wecom, sms, consent, follows)),
		map[string]any{"wecom": true, "sms": true, "sms_consent": true}, map[string]any{"sms": true},
		map[string]any{"follows": true, "wecom": true}, map[string]any{"follows": true}, map[string]any{},
	)
	channels := get(segment.Traits(table, map[string]segment.Rule{
		"企业微信": wecom.Is(true), "短信": segment.All(sms.Is(true), consent.Is(true)), "公众号": follows.Is(true),
	}, nil, time.Time{}))
	reachable := channels[0].People
	for _, c := range channels {
		fmt.Println(c.Name, c.People.Count())
		reachable = get(reachable.Or(c.People))
	}
	fmt.Println("reachable", reachable.Count(), "of", table.Len())
	// Output:
	// 企业微信 2
	// 公众号 2
	// 短信 1
	// reachable 3 of 5
}

// High-potential people for a product: points by trait, a threshold, and the
// audience that the offer is for.
func ExampleScorecard_Audience() {
	assets, adviser, visits := segment.Amount("assets"), segment.Bool("adviser"), segment.Int("visits_30d")
	table := tableOf(get(segment.NewSchema(assets, adviser, visits)),
		map[string]any{"assets": 500_000_00, "adviser": true, "visits_30d": 6}, map[string]any{"assets": 300_000_00, "visits_30d": 1},
		map[string]any{"adviser": true, "visits_30d": 9}, map[string]any{"visits_30d": 0},
	)
	traits := get(segment.Traits(table, map[string]segment.Rule{
		"wealthy": assets.AtLeast(300_000_00), "has adviser": adviser.Is(true), "active": visits.AtLeast(5),
	}, nil, time.Time{}))
	card := segment.Scorecard{Points: map[string]int{"wealthy": 30, "has adviser": 15, "active": 10}, Threshold: 30}
	everybody := get(table.Query(segment.All(), nil, time.Time{})).Select(nil)
	fmt.Println(get(card.Scores(traits)))
	for row := range get(card.Audience(everybody, traits)).Rows() {
		fmt.Println("offer to", row)
	}
	// Output:
	// [55 30 25 0]
	// offer to 0
	// offer to 1
}

// A portrait of the people in a segment (用户画像): how frequent each tag is among
// them and among the others.
func ExampleContrasts() {
	fund, shanghai := segment.Bool("interest_fund"), segment.Text("city")
	var people []map[string]any
	for i := range 400 {
		people = append(people, map[string]any{"interest_fund": i < 100 && i%4 > 0 || i >= 100 && i%4 == 0, "city": []string{"上海", "苏州"}[i%2]})
	}
	table := tableOf(get(segment.NewSchema(fund, shanghai)), people...)
	traits := get(segment.Traits(table, map[string]segment.Rule{"基金": fund.Is(true), "上海": shanghai.Eq("上海")}, nil, time.Time{}))
	all := get(table.Query(segment.All(), nil, time.Time{})).Select(nil)
	buyers := get(segment.NewSet(400, slices.Values(rowsBelow(100))))
	for _, c := range get(segment.Contrasts(buyers, all, traits)) {
		fmt.Printf("%s: %d, %.0f %%, the others %.0f %%, telling: %t\n", c.Trait, c.Target, 100*c.TargetShare, 100*c.OthersShare, c.Significance < 0.05)
	}
	// Output:
	// 基金: 75, 75 %, the others 25 %, telling: true
	// 上海: 50, 50 %, the others 50 %, telling: false
}

// A pack of private users for an advertising platform: only those who agreed to
// that purpose, by ids, with a tenth kept back to measure what the ads bring.
func ExampleUsers_IDs() {
	users := segment.NewUsers()
	agreed := segment.Bool("ads_consent")
	var people []map[string]any
	for i := range 40 {
		if _, _, err := users.Add(siyu.UserID(fmt.Sprint("u", i))); err != nil {
			panic(err)
		}
		people = append(people, map[string]any{"ads_consent": i%5 == 0})
	}
	table := get(tableOf(get(segment.NewSchema(agreed)), people...).Of(users))
	consented := get(table.Query(agreed.Is(true), nil, time.Time{})).Select(nil)
	held := get(consented.Sample(1000, "ads holdout"))
	pack := get(consented.AndNot(held))
	fmt.Println(consented.Count(), "agreed,", held.Count(), "held back")
	fmt.Println(slices.Collect(pack.IDs()))
	bytes := get(pack.MarshalBinary())
	fmt.Println(get(users.DecodeSet(bytes)).Equal(pack))
	// Output:
	// 8 agreed, 1 held back
	// [u0 u5 u10 u15 u20 u25 u35]
	// true
}

func rowsBelow(n uint32) (rows []uint32) {
	for row := range n {
		rows = append(rows, row)
	}
	return rows
}
