package coupon_test

import (
	"encoding/json"
	"fmt"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

func TestGiveItem(t *testing.T) {
	cup := coupon.Promo{ID: "cup", Requires: coupon.Requires{MinSpend: 100_00}, Benefit: coupon.GiveItem("cup", 2)}
	left, alone, grouped := cup, cup, cup
	left.Requires.SpendBasis = coupon.Remaining
	alone.Exclusive, alone.Priority = true, 9
	grouped.Group = "one"
	tenOff := coupon.Promo{ID: "10-off", Group: "one", Benefit: coupon.AmountOff(10_00)}
	last := tenOff
	last.Stop = true
	saver := coupon.Promo{ID: "saver", Requires: coupon.Requires{MinSpend: 900_00}, Benefit: coupon.AmountOff(1)}
	for name, tt := range map[string]struct {
		spend  siyu.Money
		promos []coupon.Promo
		most   int
		gift   bool
		want   coupon.Rejected // of the gift
	}{
		"reached":                          {spend: 100_00, promos: []coupon.Promo{cup}, gift: true},
		"not reached":                      {spend: 99_00, promos: []coupon.Promo{cup}, want: coupon.Rejected{Reason: coupon.BelowMin, Gap: 1_00}},
		"beside a discount":                {spend: 100_00, promos: []coupon.Promo{cup, tenOff}, gift: true},
		"of what the discounts leave":      {spend: 100_00, promos: []coupon.Promo{left, tenOff}, want: coupon.Rejected{Reason: coupon.BelowMin, Gap: 10_00}},
		"enough left":                      {spend: 110_00, promos: []coupon.Promo{left, tenOff}, gift: true},
		"never displaces a discount":       {spend: 100_00, promos: []coupon.Promo{alone, tenOff}, want: coupon.Rejected{Reason: coupon.InConflict, With: "10-off"}},
		"exclusive without others":         {spend: 100_00, promos: []coupon.Promo{alone, saver}, gift: true},
		"of a group with a discount":       {spend: 100_00, promos: []coupon.Promo{grouped, tenOff}, want: coupon.Rejected{Reason: coupon.InConflict, With: "10-off"}},
		"after a discount that stops":      {spend: 100_00, promos: []coupon.Promo{cup, last}, want: coupon.Rejected{Reason: coupon.InConflict, With: "10-off"}},
		"beyond the most promos":           {spend: 100_00, promos: []coupon.Promo{cup, tenOff}, most: 1, want: coupon.Rejected{Reason: coupon.MaxReached}},
		"a discount not taken leaves room": {spend: 100_00, promos: []coupon.Promo{cup, saver}, most: 1, gift: true},
	} {
		for _, mode := range []coupon.Mode{coupon.InSequence, coupon.Best} {
			cart := coupon.Cart{Lines: []coupon.Line{{ID: "A", UnitPrice: tt.spend, Quantity: 1}}}
			quote, err := coupon.Evaluate(cart, tt.promos, &coupon.Policy{Mode: mode, MaxPromos: tt.most})
			if err != nil {
				t.Fatal(err)
			}
			var want []coupon.Gift
			if tt.gift {
				want = []coupon.Gift{{Promo: "cup", Item: "cup", Count: 2}}
			} else if tt.want.ID = "cup"; quote.Rejected[0] != tt.want {
				t.Errorf("%s, %s: %+v", name, mode, quote.Rejected[0])
			}
			if diff := gocmp.Diff(want, quote.Gifts, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s, %s:\n%s", name, mode, diff)
			}
		}
	}
}

// Gifts change nothing about the discounts, and each is given or explained.
func TestGiveItem_changesNoPrice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, promos, policy := drawCart(t), drawPromos(t, 6), drawPolicy(t)
		policy.Mode = rapid.SampledFrom([]coupon.Mode{coupon.InSequence, coupon.Best}).Draw(t, "mode")
		bare, err := coupon.Evaluate(cart, promos, &policy)
		if err != nil {
			t.Fatal(err)
		}
		gifts := rapid.IntRange(1, 3).Draw(t, "gifts")
		for i := range gifts {
			p := drawPromo(t, len(promos))
			p.ID, p.Benefit = coupon.PromoID(fmt.Sprint("gift", i)), coupon.GiveItem("cup", 1)
			promos = append([]coupon.Promo{p}, promos...)
		}
		quote, err := coupon.Evaluate(cart, promos, &policy)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(bare.Lines, quote.Lines); diff != "" || bare.Payable != quote.Payable {
			t.Fatalf("gifts changed the lines:\n%s", diff)
		}
		if diff := gocmp.Diff(bare.Applied, quote.Applied); diff != "" {
			t.Fatalf("gifts changed the discounts:\n%s", diff)
		}
		if len(quote.Gifts)+len(quote.Applied)+len(quote.Rejected) != len(promos) {
			t.Fatalf("%d gifts, %d applied and %d rejected of %d", len(quote.Gifts), len(quote.Applied), len(quote.Rejected), len(promos))
		}
		for _, r := range quote.Rejected {
			if len(r.ID) > 4 && r.ID[:4] == "gift" && (r.Reason == coupon.NoEffect || r.Reason == coupon.NotBetter || r.Reason == "") {
				t.Fatalf("%+v is no reason for a gift", r)
			}
		}
	})
}

func TestGiveItem_json(t *testing.T) {
	const data = `{"id":"cup","requires":{"min_spend":10000},"benefit":{"type":"gift","item":"cup","count":2}}`
	p, err := coupon.ParsePromo([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(p); err != nil || string(again) != data {
		t.Errorf("got %s, %v", again, err)
	}
	if most, bounded := p.Most(); most != 0 || !bounded {
		t.Errorf("gives %d at most, %v", most, bounded)
	}
	findings, err := coupon.Lint([]coupon.Promo{p}, nil, nil)
	if err != nil || len(findings) != 0 {
		t.Errorf("lint: %+v, %v", findings, err)
	}
}

// A gift from a minimum spend on, beside a discount.
func ExampleGiveItem() {
	quote, err := coupon.Evaluate(investment(50_000), []coupon.Promo{
		investLadder,
		{ID: "umbrella", Requires: coupon.Requires{MinSpend: 30_000_00}, Benefit: coupon.GiveItem("umbrella", 1)},
		{ID: "kettle", Requires: coupon.Requires{MinSpend: 80_000_00}, Benefit: coupon.GiveItem("kettle", 1)},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("pays", quote.Payable.Format(siyu.CNY))
	for _, g := range quote.Gifts {
		fmt.Println("and gets", g.Count, g.Item)
	}
	for _, r := range quote.Rejected {
		fmt.Println(string(r.ID)+":", r.Text(siyu.English, siyu.CNY))
	}
	// Output:
	// pays 48400.00
	// and gets 1 umbrella
	// kettle: spend is below the minimum: 30000.00 CNY more
}
