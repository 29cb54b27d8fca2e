package coupon_test

import (
	"context"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// 周三5折: half price on Wednesdays from 10:00 to 22:00, members two hours
// earlier (周三5折美食提前抢).
func ExampleWeekly() {
	shanghai := time.FixedZone("Asia/Shanghai", 8*3600)
	half := coupon.Promo{
		ID: "周三5折", Scope: coupon.Scope{Tags: []string{"美食"}}, Benefit: coupon.PercentOff(5000).UpTo(50_00),
		Requires: coupon.Requires{
			Weekly: &coupon.Weekly{Days: []time.Weekday{time.Wednesday}, From: 10 * time.Hour, To: 22 * time.Hour, In: shanghai},
			Early:  &coupon.Early{Groups: []string{"群成员"}, By: 2 * time.Hour},
		},
	}
	cart := coupon.Cart{Currency: siyu.CNY, Lines: []coupon.Line{{ID: "火锅", UnitPrice: 88_00, Quantity: 1, Tags: []string{"美食"}}}}
	for _, hour := range []int{9, 10} {
		for _, group := range []string{"", "群成员"} {
			cart.At, cart.Groups = time.Date(2026, 3, 4, hour, 0, 0, 0, shanghai), []string{group}
			quote := get(coupon.Evaluate(cart, []coupon.Promo{half}, nil))
			fmt.Printf("%d:00 %q pays %s\n", hour, group, quote.Payable.Format(siyu.CNY))
		}
	}
	// Output:
	// 9:00 "" pays 88.00
	// 9:00 "群成员" pays 44.00
	// 10:00 "" pays 44.00
	// 10:00 "群成员" pays 44.00
}

// Benefits by what a person is: rights by member level, an offer of the gym
// beside the hotel for its guests, and one for a season (ETC).
func ExampleRequires() {
	season := siyu.Window{Start: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	promos := []coupon.Promo{
		{ID: "gold-airport", Scope: coupon.Scope{Tags: []string{"行"}}, Requires: coupon.Requires{Groups: []string{"gold", "private"}}, Benefit: coupon.AmountOff(60_00)},
		{ID: "gym-next-door", Scope: coupon.Scope{Tags: []string{"gym"}}, Requires: coupon.Requires{Groups: []string{"hotel-12 guest"}}, Benefit: coupon.PercentOff(3000)},
		{ID: "etc", Scope: coupon.Scope{Tags: []string{"toll"}}, Requires: coupon.Requires{Window: season}, Benefit: coupon.PercentOff(500).UpTo(20_00)},
	}
	cart := coupon.Cart{
		Currency: siyu.CNY, At: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), Groups: []string{"silver", "hotel-12 guest"},
		Lines: []coupon.Line{
			{ID: "transfer", UnitPrice: 100_00, Quantity: 1, Tags: []string{"行"}},
			{ID: "training", UnitPrice: 80_00, Quantity: 1, Tags: []string{"gym"}},
			{ID: "motorway", UnitPrice: 100_00, Quantity: 1, Tags: []string{"toll"}},
		},
	}
	quote := get(coupon.Evaluate(cart, promos, nil))
	for _, a := range quote.Applied {
		fmt.Println(a.ID, a.Amount.Format(siyu.CNY))
	}
	for _, r := range quote.Rejected {
		fmt.Println(r.ID+":", r.Text(siyu.English, siyu.CNY))
	}
	// Output:
	// gym-next-door 24.00
	// etc 5.00
	// gold-airport: not offered to this customer
}

// A catalogue of benefits for eating, clothing, living and travelling
// (吃穿住行): at most one of each kind, and what a little more would bring.
func ExampleScope() {
	var promos []coupon.Promo
	for _, kind := range []string{"吃", "穿", "住", "行"} {
		for _, t := range []coupon.Tier{{At: 50_00, Amount: 10_00}, {At: 200_00, Amount: 60_00}} {
			promos = append(promos, coupon.Promo{
				ID: coupon.PromoID(fmt.Sprint(kind, t.At/100)), Group: kind, Scope: coupon.Scope{Tags: []string{kind}},
				Requires: coupon.Requires{MinSpend: t.At}, Benefit: coupon.AmountOff(t.Amount),
			})
		}
	}
	cart := coupon.Cart{Currency: siyu.CNY, Lines: []coupon.Line{
		{ID: "dinner", UnitPrice: 210_00, Quantity: 1, Tags: []string{"吃"}}, {ID: "room", UnitPrice: 180_00, Quantity: 1, Tags: []string{"住"}},
	}}
	quoter := get(coupon.NewQuoter(promos, &coupon.Policy{Mode: coupon.Best}))
	for _, a := range get(quoter.Quote(cart)).Applied {
		fmt.Println(a.ID, a.Amount.Format(siyu.CNY))
	}
	for _, t := range get(quoter.TopUps(cart)) {
		fmt.Println(t.Text(siyu.English, siyu.CNY))
	}
	// Output:
	// 吃200 60.00
	// 住50 10.00
	// spend 20.00 CNY more, save 50.00 CNY more, pay 290.00 CNY in all
}

// The more somebody invests, the larger the coupon that it unlocks: the
// investment is quoted with coupons as gifts, and claimed under its order.
func ExampleGiveItem_unlock() {
	desk, _ := deskOf(coupon.Batch{ID: "coupon-400", Quota: 1000}, coupon.Batch{ID: "coupon-1600", Quota: 500}, coupon.Batch{ID: "coupon-2800", Quota: 100})
	unlock := get(coupon.NewQuoter([]coupon.Promo{
		{ID: "10万", Priority: 3, Group: "unlock", Requires: coupon.Requires{MinSpend: 100_000_00}, Benefit: coupon.GiveItem("coupon-2800", 1)},
		{ID: "5万", Priority: 2, Group: "unlock", Requires: coupon.Requires{MinSpend: 50_000_00}, Benefit: coupon.GiveItem("coupon-1600", 1)},
		{ID: "1万", Priority: 1, Group: "unlock", Requires: coupon.Requires{MinSpend: 10_000_00}, Benefit: coupon.GiveItem("coupon-400", 1)},
	}, nil))
	for _, yuan := range []siyu.Money{9_000, 12_000, 60_000} {
		order := fmt.Sprint("invest-", yuan)
		quote := get(unlock.Quote(investment(yuan)))
		fmt.Println(yuan, quote.Gifts)
		for _, gift := range quote.Gifts {
			claim := get(desk.Claim(context.Background(), coupon.ClaimRequest{Batch: coupon.BatchID(gift.Item), User: "li", Key: order}))
			fmt.Println("  claimed", claim.Coupon.Batch)
		}
		for _, hint := range quote.Hints[len(quote.Hints)-min(1, len(quote.Hints)):] {
			fmt.Println("  ", hint.Text(siyu.English, siyu.CNY))
		}
	}
	// Output:
	// 9000 []
	//    1000.00 CNY more
	// 12000 [{1万 coupon-400 1}]
	//   claimed coupon-400
	//    38000.00 CNY more
	// 60000 [{5万 coupon-1600 1}]
	//   claimed coupon-1600
	//    40000.00 CNY more
}
