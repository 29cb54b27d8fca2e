package persona_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
	"github.com/siyu-go/siyu/store/memstore"
)

// A matrix of accounts: each region has its advisers with a card of their own,
// in the dialect of the place, and the leader is a persona too. A lead of
// another region goes to those who take anyone.
func ExampleRoster() {
	cards := map[string]persona.Card{
		"川":   {ID: "川", Name: "老窖幺妹", Title: "品酒师", Tone: "四川话", Greeting: "巴适得板!我是{name}"},
		"东北":  {ID: "东北", Name: "老铁小王", Title: "品酒师", Tone: "东北话", Greeting: "老铁,整一口?我是{name}"},
		"董事长": {ID: "董事长", Name: "陈董", Title: "董事长", Since: persona.Date{Year: 1998, Month: 5, Day: 1}, Greeting: "我是{title}{name},做这行{years}年了"},
	}
	matrix := persona.Roster{ID: "matrix", Zone: "Asia/Shanghai", Strategy: persona.LeastLoaded, Advisers: []persona.Adviser{
		{ID: "mei", Card: "川", Regions: []string{"四川"}, TotalCap: 500},
		{ID: "wang", Card: "东北", Regions: []string{"辽宁", "吉林"}, TotalCap: 500},
		{ID: "chen", Card: "董事长", TotalCap: 500},
	}}
	fmt.Println(matrix.Validate())
	var state persona.RosterState
	for _, regions := range [][]string{{"成都", "四川"}, {"长春", "吉林"}, {"广州", "广东"}} {
		a := get(matrix.Assign(state, persona.Customer{Regions: regions}, at(1, 2)))
		state = a.State
		i := slices.IndexFunc(matrix.Advisers, func(d persona.Adviser) bool { return d.ID == a.Adviser })
		fmt.Println(a.Adviser, cards[matrix.Advisers[i].Card].Greet(at(1, 2), time.UTC, siyu.Chinese))
	}
	fmt.Println("customers of mei:", state.Loads["mei"].Total)
	// Output:
	// <nil>
	// mei 巴适得板!我是老窖幺妹
	// wang 老铁,整一口?我是老铁小王
	// chen 我是董事长陈董,做这行28年了
	// customers of mei: 1
}

// A lead card goes to an adviser for good; when all are at their caps, which is
// how many a person can serve one to one, people are led into the group instead.
func ExampleService_Assign() {
	ctx := context.Background()
	svc := persona.New(memstore.New().Personas(), &persona.Options{Clock: siyu.NewManualClock(at(1, 2))})
	for _, err := range []error{
		svc.SaveRoster(ctx, "r", "sz", func(*persona.Roster) (persona.Roster, error) {
			return persona.Roster{ID: "sz", Zone: "Asia/Shanghai", Advisers: []persona.Adviser{{ID: "li", DailyCap: 1, TotalCap: 300}}}, nil
		}),
		svc.SaveCode(ctx, "c", "sz", func(*persona.Code) (persona.Code, error) {
			return persona.Code{ID: "sz", ScanCap: 200, HardCap: 500, Groups: []persona.Group{{ID: "深圳福利群1"}}}, nil
		}),
	} {
		if err != nil {
			panic(err)
		}
	}
	for _, user := range []siyu.UserID{"u1", "u2"} {
		key := "lead of " + string(user)
		a := get(svc.Assign(ctx, persona.AssignRequest{Key: key, Roster: "sz", User: user}))
		if a.Reason == persona.NoCapacity {
			fmt.Println(user, "joins", get(svc.Join(ctx, persona.JoinRequest{Key: key, Code: "sz", User: user})).Group)
			continue
		}
		fmt.Println(user, "is served by", a.Adviser)
	}
	// Output:
	// u1 is served by li
	// u2 joins 深圳福利群1
}

// What a robot answers: a greeting by source, the way into the group on a
// keyword of the menu, and a human for a complaint (after-sales).
func ExampleAutoReplies() {
	replies := persona.AutoReplies{
		{ID: "hi", On: persona.Added, Sources: []string{"live"}, Once: true, Text: "欢迎!回复【进群】领福利"},
		{ID: "group", On: persona.Written, Keywords: []string{"进群"}, Text: "点这里进群", Code: "fans"},
		{ID: "menu", On: persona.Written, Keywords: []string{"价格", "1"}, Text: "价目表"},
		{ID: "human", On: persona.Written, Keywords: []string{"退货", "投诉"}, Text: "马上为您转人工", Human: true},
	}
	for _, in := range []persona.Inbound{
		{On: persona.Added, Source: "live"},
		{On: persona.Written, Text: "我要进群"},
		{On: persona.Written, Text: "1"},
		{On: persona.Written, Text: "想退货"},
		{On: persona.Written, Text: "?"},
	} {
		in.At = at(1, 12)
		r, ok := replies.Answer(in, adviser(), time.UTC, siyu.Chinese)
		fmt.Printf("%q %q %t %t\n", r.Text, r.Code, r.Human, ok)
	}
	// Output:
	// "欢迎!回复【进群】领福利" "" false true
	// "点这里进群" "fans" false true
	// "价目表" "" false true
	// "马上为您转人工" "" true true
	// "" "" false false
}

// Groups by place: the region that somebody chose himself wins, then the nearest
// group if he let his position be seen, then the region he is in.
func ExampleCode_Place_position() {
	code := persona.Code{ID: "福利群", ScanCap: 200, HardCap: 500, RadiusKM: 5, Groups: []persona.Group{
		{ID: "广州天河", Region: "广州", Position: &persona.Position{Lat: 23.125, Lon: 113.361}},
		{ID: "深圳南山", Region: "深圳", Position: &persona.Position{Lat: 22.533, Lon: 113.930}},
		{ID: "全国"},
	}}
	near := &persona.Position{Lat: 22.540, Lon: 113.934}
	for _, v := range []persona.Visitor{{Position: near}, {Position: near, Chosen: "广州"}, {Regions: []string{"越秀", "广州"}}, {}} {
		fmt.Println(code.Place(v).Group)
	}
	// Output:
	// 深圳南山
	// 广州天河
	// 广州天河
	// 全国
}

// How many people are in all groups together, each counted once, and how much
// room is left.
func ExampleService_Members() {
	ctx := context.Background()
	svc := persona.New(memstore.New().Personas(), &persona.Options{Clock: siyu.NewManualClock(at(1, 2))})
	for _, code := range []persona.CodeID{"account-1", "account-2"} {
		if err := svc.SaveCode(ctx, string(code), code, func(*persona.Code) (persona.Code, error) {
			return persona.Code{ID: code, ScanCap: 200, HardCap: 500, Groups: []persona.Group{{ID: "群1"}}}, nil
		}); err != nil {
			panic(err)
		}
	}
	people := map[siyu.UserID]bool{}
	for code, users := range map[persona.CodeID][]siyu.UserID{"account-1": {"li", "wang"}, "account-2": {"wang", "zhao"}} {
		for _, user := range users {
			get(svc.Join(ctx, persona.JoinRequest{Key: string(code) + string(user), Code: code, User: user}))
		}
		for _, user := range get(svc.Members(ctx, code, "群1")) {
			people[user] = true
		}
	}
	fmt.Println(len(people), "people; room for", get(svc.Code(ctx, "account-1")).Room(), "more in account-1")
	// Output: 3 people; room for 198 more in account-1
}
