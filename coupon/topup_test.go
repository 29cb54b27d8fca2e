package coupon_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// What a top-up promises is what the larger cart comes to.
func TestQuoter_TopUps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, promos, policy := drawCart(t), drawPromos(t, 6), drawPolicy(t)
		policy.Mode = rapid.SampledFrom([]coupon.Mode{coupon.InSequence, coupon.Best}).Draw(t, "mode")
		quoter, err := coupon.NewQuoter(promos, &policy)
		if err != nil {
			t.Fatal(err)
		}
		now, err := quoter.Quote(cart)
		if err != nil {
			t.Fatal(err)
		}
		list, err := quoter.TopUps(cart)
		if err != nil {
			t.Fatal(err)
		}
		for i, top := range list {
			if top.Gap <= 0 || top.Saves <= 0 || top.Discount != now.Discount+top.Saves || top.Payable != now.Payable+top.Gap-top.Saves {
				t.Fatalf("%+v of %d, %d", top, now.Payable, now.Discount)
			}
			if i > 0 && list[i-1].Saves < top.Saves {
				t.Fatalf("%d after %d", top.Saves, list[i-1].Saves)
			}
		}
	})
}

// 38 yuan more reach the second tier of the ladder and another coupon with it.
func ExampleQuoter_TopUps() {
	quoter, err := coupon.NewQuoter([]coupon.Promo{
		{ID: "ladder", Benefit: coupon.Ladder(coupon.Tier{At: 100_00, Amount: 10_00}, coupon.Tier{At: 300_00, Amount: 50_00})},
		{ID: "C", Requires: coupon.Requires{MinSpend: 299_00}, Benefit: coupon.AmountOff(80_00)},
	}, &coupon.Policy{Mode: coupon.Best})
	if err != nil {
		fmt.Println(err)
		return
	}
	top, err := quoter.TopUps(coupon.Cart{Currency: siyu.CNY, Lines: []coupon.Line{{ID: "tea", UnitPrice: 131_00, Quantity: 2}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range top {
		fmt.Println(t.Text(siyu.English, siyu.CNY), t.Applied)
		fmt.Println(t.Text(siyu.Chinese, siyu.CNY))
	}
	// Output:
	// spend 38.00 CNY more, save 120.00 CNY more, pay 170.00 CNY in all [ladder C]
	// 再凑 38.00 CNY，多省 120.00 CNY，共付 170.00 CNY
	// spend 37.00 CNY more, save 80.00 CNY more, pay 209.00 CNY in all [ladder C]
	// 再凑 37.00 CNY，多省 80.00 CNY，共付 209.00 CNY
}

// No quote gives more than Most says.
func TestPromo_Most(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, cart := drawPromo(t, 0), drawCart(t)
		most, bounded := p.Most()
		if !bounded {
			return
		}
		quote, err := coupon.Evaluate(cart, []coupon.Promo{p}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if quote.Discount > most {
			t.Fatalf("gives %d, at most %d: %+v", quote.Discount, most, p)
		}
	})
}

func TestBatchState_WorstCase(t *testing.T) {
	state := coupon.BatchState{Batch: coupon.Batch{Quota: 100}, Claimed: 40, Redeemed: 30}
	percent := coupon.Promo{ID: "p", Benefit: coupon.PercentOff(1000)}
	if worst, ok := state.WorstCase(investLadder); !ok || worst != 70*2_800_00 {
		t.Errorf("ladder: %d, %t", worst, ok)
	}
	if _, ok := state.WorstCase(percent); ok {
		t.Error("a percentage without a maximum has no worst case")
	}
	percent.Benefit = percent.Benefit.UpTo(50)
	if worst, ok := state.WorstCase(percent); !ok || worst != 70*50 {
		t.Errorf("percent: %d, %t", worst, ok)
	}
	state.Quota = coupon.Unlimited
	if _, ok := state.WorstCase(investLadder); ok {
		t.Error("an unlimited batch has no worst case")
	}
}

func TestCompare(t *testing.T) {
	quoter := func(rate siyu.BPS, least siyu.Money) *coupon.Quoter {
		q, err := coupon.NewQuoter([]coupon.Promo{{ID: "p", Requires: coupon.Requires{MinSpend: least}, Benefit: coupon.PercentOff(rate)}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	carts := []coupon.Cart{investment(1), investment(10), investment(100)}
	var told []int
	sum, err := coupon.Compare(quoter(1000, 0), quoter(2000, 10_00), slices.Values(carts), func(d coupon.Difference) bool {
		told = append(told, d.Index)
		return true
	})
	if err != nil || sum != (coupon.Comparison{Carts: 3, Cheaper: 2, Dearer: 1, Discount: 10_00 + 1_00 - 10}) || !slices.Equal(told, []int{0, 1, 2}) {
		t.Errorf("%+v, %v, %v", sum, told, err)
	}
	if sum, err := coupon.Compare(quoter(1000, 0), quoter(2000, 0), slices.Values(carts), func(coupon.Difference) bool { return false }); err != nil || sum.Carts != 1 {
		t.Errorf("%+v, %v", sum, err)
	}
}
