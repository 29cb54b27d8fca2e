package invite_test

import (
	"cmp"
	"context"
	"fmt"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/referral/invite"
	"github.com/siyu-go/siyu/store/memstore"
)

// A KOL says 虎哥2026 in a video, a dealer prints HUGE2026 on its flyers. Who
// types a code is bound to its inviter in the same transaction that counts the
// use, and a car bought earns the one a flat sum, the other half a per cent.
func ExampleService() {
	ctx, clock := context.Background(), siyu.NewManualClock(end.AddDate(0, -1, 0))
	store := memstore.New()
	programs := map[string]*referral.Plan{
		"kol":    plan(referral.Rule{ID: "fan", To: referral.Inviter, Kind: referral.Flat, Amount: 500_00}),
		"dealer": plan(referral.Rule{ID: "share", To: referral.Inviter, Kind: referral.Percent, BPS: 50}),
	}
	codes := must(invite.New(store.Invites(), &invite.Options{Clock: clock, Reserved: []string{"官方"}}))
	for _, c := range []invite.Code{
		{Text: "虎哥 2026", Program: "kol", Inviter: "kol-1", Kind: invite.KOL, Channel: "douyin", Window: siyu.Window{End: end}, MaxUses: 1},
		{Text: "huge-2026", Program: "dealer", Inviter: "dealer-7", Kind: invite.Partner},
		{Text: "HUGE2O26", Program: "dealer", Inviter: "dealer-8", Kind: invite.Partner}, // an O for the 0
		{Text: "官方虎哥", Program: "kol", Inviter: "kol-9", Kind: invite.KOL},
	} {
		r := must(codes.Issue(ctx, invite.IssueRequest{Key: "issue-" + string(c.Inviter), Code: c}))
		fmt.Printf("%s %q %s\n", c.Inviter, r.Code.Text, cmp.Or(r.Reason.Text(siyu.English), "issued"))
	}

	join := func(user siyu.UserID, typed string) error {
		return store.InTx(ctx, func(tx *memstore.Store) error {
			codes := must(invite.New(tx.Invites(), &invite.Options{Clock: clock}))
			used, err := codes.Use(ctx, invite.UseRequest{Key: "join-" + string(user), Typed: typed, User: user})
			if err != nil || !used.OK() {
				fmt.Println(user, used.Reason.Text(siyu.English))
				return err
			}
			program := service(tx, used.Code.Program, programs, clock)
			bound, err := program.Bind(ctx, referral.Bind{Request: "join-" + string(user), Invitee: user, Inviter: used.Code.Inviter})
			if err != nil {
				return err
			}
			car, err := program.Qualify(ctx, referral.Qualify{Invitee: user, Key: referral.Key("car-" + user), Amount: 128_000_00})
			fmt.Println(user, bound.Outcome, car.Deltas)
			return err
		})
	}
	for _, j := range []struct {
		user  siyu.UserID
		typed string
	}{{"ann", "虎哥２０２６"}, {"bo", "huge 2o26"}, {"cy", "虎哥2026"}, {"di", "HUGE2027"}} {
		if err := join(j.user, j.typed); err != nil {
			panic(err)
		}
	}
	for _, k := range must(codes.Codes(ctx, "dealer-7")) {
		fmt.Println(k.Code.Text, "was used", k.Uses, "time")
	}
	// Output:
	// kol-1 "虎哥2026" issued
	// dealer-7 "HUGE2026" issued
	// dealer-8 "" the code is taken
	// kol-9 "" the code holds a reserved word
	// ann ok [{kol-1 50000}]
	// bo ok [{dealer-7 64000}]
	// cy the code is used up
	// di there is no such code
	// HUGE2026 was used 1 time
}

// A code said aloud is typed as people like.
func ExampleNormal() {
	for _, typed := range []string{"ｈｕｇｅ－２０２６", " 虎哥 ", "虎哥!"} {
		text, err := invite.Normal(typed)
		fmt.Printf("%q %v\n", text, err)
	}
	// Output:
	// "HUGE2026" <nil>
	// "虎哥" <nil>
	// "" invalid code: has a character that codes do not have
}

// plan is a program of one rule.
func plan(rule referral.Rule) *referral.Plan {
	return must(referral.Program{
		Currency: siyu.CNY, Caps: referral.Caps{Budget: new(siyu.Money(50_000_00))}, Rules: []referral.Rule{rule},
	}.Compile())
}

func service(tx *memstore.Store, id string, programs map[string]*referral.Plan, clock siyu.Clock) *referral.Service {
	return must(referral.New(tx.Referrals(), referral.ProgramID(id), programs[id], &referral.Options{Clock: clock}))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
