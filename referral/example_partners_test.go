package referral_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// A KOL visits the dealer and says a code in the joint video (虎哥): who binds by
// it and buys earns the KOL half a per cent, at most 800 yuan a car.
func ExampleBind() {
	plan, err := referral.Program{
		Currency: siyu.CNY, Binding: referral.BindingPolicy{Mode: referral.Expiring, TTL: 90 * referral.Day},
		Caps:  referral.Caps{Budget: new(siyu.Money(50_000_00))},
		Rules: []referral.Rule{{ID: "kol", To: referral.Inviter, Kind: referral.Percent, BPS: 50, MaxAmount: new(siyu.Money(800_00))}},
	}.Compile()
	if err != nil {
		panic(err)
	}
	book := referral.NewBook(plan)
	for _, e := range []referral.Event{
		referral.Bind{Invitee: "li", Inviter: "kol:虎哥", At: launch},
		referral.Bind{Invitee: "wang", Inviter: "kol:虎哥", At: launch},
		referral.Qualify{Invitee: "li", Key: "car-1", Amount: 128_000_00, At: launch.AddDate(0, 0, 20)},
		referral.Qualify{Invitee: "wang", Key: "car-2", Amount: 210_000_00, At: launch.AddDate(0, 0, 90)},
	} {
		r, err := book.Do(e)
		if err != nil {
			panic(err)
		}
		fmt.Println(r.Outcome, r.Reason.Text(siyu.English), r.Deltas)
	}
	// Output:
	// ok  []
	// ok  []
	// ok  [{kol:虎哥 64000}]
	// rejected the binding has expired []
}

// A life insurer brings clients to a trust company (保险金信托): a trust takes
// long to set up, so it counts within a year of the introduction.
func ExampleQualify() {
	plan, err := referral.Program{
		Currency: siyu.CNY, QualifyWithin: 365 * referral.Day, MinAmount: 1_000_000_00, Caps: referral.Caps{Budget: new(siyu.Money(200_000_00))},
		Rules: []referral.Rule{{ID: "trust", To: referral.Inviter, Kind: referral.Percent, BPS: 20}},
	}.Compile()
	if err != nil {
		panic(err)
	}
	book := referral.NewBook(plan)
	for i, days := range []int{240, 365} {
		client := siyu.UserID(fmt.Sprint("client-", i))
		for _, e := range []referral.Event{
			referral.Bind{Invitee: client, Inviter: "insurer", At: launch},
			referral.Qualify{Invitee: client, Key: referral.Key(client), Amount: 3_000_000_00, At: launch.AddDate(0, 0, days)},
		} {
			r, err := book.Do(e)
			if err != nil {
				panic(err)
			}
			fmt.Println(days, r.Outcome, r.Reason.Text(siyu.English), r.Deltas)
		}
	}
	// Output:
	// 240 ok  []
	// 240 ok  [{insurer 600000}]
	// 365 ok  []
	// 365 rejected the time to qualify is over []
}

// A restaurant's guests bring friends of the neighbourhood: what qualifies is
// the visit, and both get something for it, at most 60 yuan a month.
func ExampleProgram() {
	plan, err := referral.Program{
		Currency: siyu.CNY, Binding: referral.BindingPolicy{NewOnly: true}, QualifyWithin: 14 * referral.Day,
		Caps: referral.Caps{InviterPeriod: &referral.PeriodCap{Period: referral.Monthly, TZ: "Asia/Shanghai", Amount: 60_00}},
		Rules: []referral.Rule{
			{ID: "guest", To: referral.Inviter, Kind: referral.Flat, Amount: 25_00},
			{ID: "friend", To: referral.Invitee, Kind: referral.Flat, Amount: 15_00},
		},
	}.Compile()
	if err != nil {
		panic(err)
	}
	book := referral.NewBook(plan)
	for day, friend := range []siyu.UserID{"ann", "bo", "cy"} {
		visit := launch.Add(time.Duration(day) * 24 * time.Hour)
		for _, e := range []referral.Event{
			referral.Bind{Invitee: friend, Inviter: "lee", At: visit},
			referral.Qualify{Invitee: friend, Key: referral.Key("visit-" + friend), At: visit}, // the store's event
		} {
			r, err := book.Do(e)
			if err != nil {
				panic(err)
			}
			if len(r.Deltas) > 0 {
				fmt.Println(friend, r.Deltas)
			}
		}
	}
	// Output:
	// ann [{ann 1500} {lee 2500}]
	// bo [{bo 1500} {lee 2500}]
	// cy [{cy 1500} {lee 1000}]
}
