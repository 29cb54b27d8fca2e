package referral_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

var launch = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// A ladder that stacks: the first two friends are worth 50 yuan each, the next
// three 80, and from the sixth on 120.
func ladder() referral.Rule {
	return referral.Rule{
		ID: "ladder", To: referral.Inviter, Kind: referral.TieredCount, Mode: referral.Stack,
		Tiers: []referral.Tier{{From: 1, Amount: 50_00}, {From: 3, Amount: 80_00}, {From: 6, Amount: 120_00}},
	}
}

func Example() {
	plan, err := referral.Program{
		Currency: siyu.CNY,
		Rules:    []referral.Rule{ladder(), {ID: "welcome", To: referral.Invitee, Kind: referral.Flat, Amount: 10_00}},
	}.Compile()
	if err != nil {
		panic(err)
	}
	book := referral.NewBook(plan)
	for day, friend := range []siyu.UserID{"ann", "bo", "cy"} {
		at := launch.AddDate(0, 0, day)
		for _, e := range []referral.Event{
			referral.Bind{Invitee: friend, Inviter: "lee", At: at},
			referral.Qualify{Invitee: friend, Key: referral.Key("card-" + friend), At: at},
		} {
			result, err := book.Do(e)
			if err != nil {
				panic(err)
			}
			for _, d := range result.Deltas {
				fmt.Printf("%s %+d\n", d.Person, d.Amount)
			}
		}
	}
	lee, _ := book.Statement("lee", launch.AddDate(0, 0, 3))
	fmt.Println("lee can be paid", lee.Balance.Format(siyu.CNY), "for", lee.Count, "friends")
	// Output:
	// ann +1000
	// lee +5000
	// bo +1000
	// lee +5000
	// cy +1000
	// lee +8000
	// lee can be paid 180.00 for 3 friends
}

// The first friend returns the goods after lee was paid. Two friends are left,
// and two friends are worth 100 yuan, so 80 are owed, not 50; the next friend
// pays them back.
func ExampleRefund() {
	plan, _ := referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{ladder()}}.Compile()
	book := referral.NewBook(plan)
	do := func(e referral.Event) referral.Result {
		result, err := book.Do(e)
		if err != nil {
			panic(err)
		}
		return result
	}
	for _, friend := range []siyu.UserID{"ann", "bo", "cy"} {
		do(referral.Bind{Invitee: friend, Inviter: "lee", At: launch})
		do(referral.Qualify{Invitee: friend, Key: referral.Key(friend), At: launch})
	}
	fmt.Println("paid", do(referral.Payout{Person: "lee", At: launch}).Paid)
	fmt.Println("refund", do(referral.Refund{Key: "ann", RefundKey: "r1", At: launch}).Deltas)
	lee, _ := book.Statement("lee", launch)
	fmt.Println("balance", lee.Balance)
	do(referral.Bind{Invitee: "di", Inviter: "lee", At: launch})
	do(referral.Qualify{Invitee: "di", Key: "di", At: launch})
	lee, _ = book.Statement("lee", launch)
	fmt.Println("balance", lee.Balance, "net", lee.Net)
	// Output:
	// paid 18000
	// refund [{lee -8000}]
	// balance -8000
	// balance 0 net 18000
}

// A program is checked before it runs, and everything is said at once.
func ExampleProgram_Check() {
	program := referral.Program{
		Currency: siyu.CNY,
		Rules: []referral.Rule{
			{ID: "one", To: referral.Inviter, Kind: referral.Percent, BPS: 9000},
			{ID: "three", To: "inviter3", Kind: referral.Percent, BPS: 2000},
		},
	}
	errors, warnings := program.Check()
	for _, f := range errors {
		fmt.Println("error", f.Code, f.Field, "-", f.Code.Text(siyu.Chinese))
	}
	for _, f := range warnings {
		fmt.Println("warning", f.Code, "-", f.Code.Text(siyu.English))
	}
	// Output:
	// error LEVEL_DEPTH rules[1].to - 奖励层级超过上限
	// error PAYOUT_OVER_100 rules - 各级比例之和超过100%
	// warning UNCAPPED - no cap of any kind is set
}

// Programs come from a file too.
func ExampleParseProgram() {
	program, err := referral.ParseProgram([]byte(`{
		"currency": "CNY", "hold_seconds": 604800,
		"rules": [{"id": "flat", "to": "inviter", "kind": "flat", "amount": 5000}],
		"caps": {"program_budget": 1000000}
	}`))
	fmt.Println(program.Hold/referral.Day, "days,", program.Rules[0].Amount.Format(program.Currency), err)
	_, err = referral.ParseProgram([]byte(`{"currency": "CNY", "ruels": []}`))
	fmt.Println(err)
	// Output:
	// 7 days, 50.00 <nil>
	// invalid program.ruels: is not a field known here
}

// What must the sponsor be able to pay if a thousand friends come, however they
// are spread over inviters? And can anybody profit from inviting himself under
// false names?
func ExamplePlan_Liability() {
	plan, _ := referral.Program{
		Currency: siyu.CNY, Rules: []referral.Rule{ladder()},
		Caps: referral.Caps{InviterAmount: new(siyu.Money(500_00))},
	}.Compile()
	cost, _ := plan.Liability(referral.Exposure{Qualified: 1000})
	fmt.Println("at most", cost.Format(siyu.CNY))
	exploit, _ := plan.Sybil(referral.Attack{MaxFakes: 10, Cost: 60_00})
	fmt.Println(exploit.Fakes, "fakes earn", exploit.Profit.Format(siyu.CNY))
	exploit, _ = plan.Sybil(referral.Attack{MaxFakes: 10, Cost: 90_00})
	fmt.Println("a dearer fake:", exploit.Exploitable)
	// Output:
	// at most 76620.00
	// 10 fakes earn 120.00
	// a dearer fake: false
}

// What would another schedule have cost on the same history?
func ExampleBook() {
	history := []referral.Event{
		referral.Bind{Invitee: "ann", Inviter: "lee", At: launch},
		referral.Bind{Invitee: "bo", Inviter: "lee", At: launch},
		referral.Qualify{Invitee: "ann", Key: "o1", Amount: 300_00, At: launch},
		referral.Qualify{Invitee: "bo", Key: "o2", Amount: 80_00, At: launch},
	}
	for _, rule := range []referral.Rule{
		{ID: "flat", To: referral.Inviter, Kind: referral.Flat, Amount: 20_00},
		{ID: "percent", To: referral.Inviter, Kind: referral.Percent, BPS: 1500, MaxAmount: new(siyu.Money(30_00))},
	} {
		plan, _ := referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{rule}}.Compile()
		book := referral.NewBook(plan)
		for _, e := range history {
			if _, err := book.Do(e); err != nil {
				panic(err)
			}
		}
		totals, _ := book.Totals()
		fmt.Println(rule.ID, totals.Net.Format(siyu.CNY))
	}
	// Output:
	// flat 40.00
	// percent 42.00
}
