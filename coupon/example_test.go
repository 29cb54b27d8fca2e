package coupon_test

import (
	"context"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/memstore"
)

// investment is a cart of one fund.
func investment(yuan siyu.Money) coupon.Cart {
	return coupon.Cart{
		Currency: siyu.CNY, At: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC),
		Lines: []coupon.Line{{ID: "fund-A", UnitPrice: yuan * 100, Quantity: 1, Tags: []string{"fund"}}},
	}
}

// investLadder is 京东金融's 投资立减: the more is invested the more is given.
var investLadder = coupon.Promo{
	ID: "invest-more", Scope: coupon.Scope{Tags: []string{"fund"}},
	Benefit: coupon.Ladder(
		coupon.Tier{At: 10_000_00, Amount: 400_00},
		coupon.Tier{At: 50_000_00, Amount: 1_600_00},
		coupon.Tier{At: 100_000_00, Amount: 2_800_00},
	),
}

// The ladder of an investment coupon: the highest tier reached holds for the
// whole amount, and the hint says what the next one asks.
func ExampleLadder() {
	quoter, err := coupon.NewQuoter([]coupon.Promo{investLadder}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, yuan := range []siyu.Money{9_999, 10_000, 49_962, 50_000, 100_000} {
		quote, err := quoter.Quote(investment(yuan))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(yuan, "pays", quote.Payable.Format(siyu.CNY))
		for _, hint := range quote.Hints {
			fmt.Println("  " + hint.Text(siyu.English, siyu.CNY))
			fmt.Println("  " + hint.Text(siyu.Chinese, siyu.CNY))
		}
	}
	// Output:
	// 9999 pays 9999.00
	//   1.00 CNY more for 400.00 CNY off
	//   还差 1.00 CNY，可享减 400.00 CNY
	// 10000 pays 9600.00
	//   40000.00 CNY more for 1600.00 CNY off
	//   还差 40000.00 CNY，可享减 1600.00 CNY
	// 49962 pays 49562.00
	//   38.00 CNY more for 1600.00 CNY off
	//   还差 38.00 CNY，可享减 1600.00 CNY
	// 50000 pays 48400.00
	//   50000.00 CNY more for 2800.00 CNY off
	//   还差 50000.00 CNY，可享减 2800.00 CNY
	// 100000 pays 97200.00
}

// Best mode finds the combination that saves most, and says for every other
// promo why it does not apply.
func ExampleQuoter_Quote() {
	quoter, err := coupon.NewQuoter([]coupon.Promo{
		{ID: "half-price", Exclusive: true, Benefit: coupon.PercentOff(5000).UpTo(50_00)},
		{ID: "20-off-100", Group: "shop", Requires: coupon.Requires{MinSpend: 100_00}, Benefit: coupon.AmountOff(20_00)},
		{ID: "15-off", Group: "shop", Benefit: coupon.AmountOff(15_00)},
		{ID: "members-20%", Priority: 9, Benefit: coupon.PercentOff(2000)},
		{ID: "50-off-300", Requires: coupon.Requires{MinSpend: 300_00}, Benefit: coupon.AmountOff(50_00)},
	}, &coupon.Policy{Mode: coupon.Best})
	if err != nil {
		fmt.Println(err)
		return
	}
	quote, err := quoter.Quote(coupon.Cart{Currency: siyu.CNY, Lines: []coupon.Line{
		{ID: "tea", UnitPrice: 80_00, Quantity: 2},
		{ID: "cup", UnitPrice: 33_33, Quantity: 3},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range quote.Applied {
		fmt.Println(a.ID, a.Amount.Format(siyu.CNY), a.Lines)
	}
	for _, r := range quote.Rejected {
		fmt.Println(r.ID+":", r.Text(siyu.English, siyu.CNY))
	}
	fmt.Println("pays", quote.Payable.Format(siyu.CNY), "proven best:", quote.Proof.Exact)
	// Output:
	// members-20% 52.00 [{tea 3200} {cup 2000}]
	// 20-off-100 20.00 [{tea 1231} {cup 769}]
	// half-price: another combination saves more: members-20%
	// 15-off: another combination saves more: 20-off-100
	// 50-off-300: spend is below the minimum: 40.01 CNY more
	// pays 187.99 proven best: true
}

// A return of part of a sale: keep refunds the price that was paid for the
// units, clawback takes back a discount that the kept units do not earn.
func ExampleSale() {
	promos := []coupon.Promo{{ID: "10%-off-300", Requires: coupon.Requires{MinSpend: 300_00}, Benefit: coupon.PercentOff(1000)}}
	quoter, err := coupon.NewQuoter(promos, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	cart := coupon.Cart{Currency: siyu.EUR, Lines: []coupon.Line{{ID: "plate", UnitPrice: 50_00, Quantity: 6}}}
	quote, err := quoter.Quote(cart)
	if err != nil {
		fmt.Println(err)
		return
	}
	sale, err := coupon.NewSale(cart, quote)
	if err != nil {
		fmt.Println(err)
		return
	}
	back := coupon.Return{"plate": 5}
	keep, _ := sale.Keep(back)
	clawback, _ := sale.Clawback(quoter, back)
	fmt.Println("paid", keep.Paid, "keep", keep.Total, "clawback", clawback.Total, "forfeit", clawback.Steps[0].Forfeit)
	// Output: paid 27000 keep 22500 clawback 22000 forfeit 500
}

// A coupon's life: claimed, held for an order, redeemed when it is paid, given
// back when the whole order is refunded.
func ExampleService() {
	ctx := context.Background()
	clock := siyu.NewManualClock(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
	desk := coupon.New(memstore.New().Coupons(), &coupon.Options{Clock: clock})
	err := desk.SaveBatch(ctx, coupon.Batch{ID: "new-year", Promo: "invest-more", Quota: 10, PerUser: 1, ValidFor: 72 * time.Hour})
	if err != nil {
		fmt.Println(err)
		return
	}
	claimed, err := desk.Claim(ctx, coupon.ClaimRequest{Batch: "new-year", User: "u-1", Key: "tap-1"})
	fmt.Println(claimed.State, claimed.OK(), err)
	id := claimed.Coupon.ID

	again, err := desk.Claim(ctx, coupon.ClaimRequest{Batch: "new-year", User: "u-1", Key: "tap-2"})
	fmt.Println(again.Reason.Text(siyu.Chinese), err)

	locked, _ := desk.Lock(ctx, coupon.LockRequest{Coupon: id, Order: "o-1", User: "u-1", TTL: 30 * time.Minute})
	other, _ := desk.Redeem(ctx, coupon.RedeemRequest{Coupon: id, Order: "o-2", User: "u-1"})
	paid, _ := desk.Redeem(ctx, coupon.RedeemRequest{Coupon: id, Order: "o-1", User: "u-1"})
	fmt.Println(locked.State, other.Reason, paid.State)

	refund, _ := desk.Refund(ctx, coupon.RefundRequest{Coupon: id, Order: "o-1", Full: true, Key: "refund-1"})
	fmt.Println(refund.State, refund.Returned)

	clock.Advance(72 * time.Hour)
	late, _ := desk.Coupon(ctx, id)
	batch, _ := desk.Batch(ctx, "new-year")
	fmt.Println(late.State, batch.Claimed, batch.Redeemed, batch.Remaining())
	// Output:
	// claimed true <nil>
	// 已达每人限领数量 <nil>
	// locked locked redeemed
	// claimed true
	// expired 1 0 9
}

// A shared code with a budget: the last order gets what is left.
func ExampleService_Use() {
	ctx := context.Background()
	desk := coupon.New(memstore.New().Coupons(), nil)
	err := desk.SaveCode(ctx, coupon.Code{Code: "SAVE", Limit: coupon.Unlimited, Budget: &coupon.Budget{Limit: 1000, Partial: true}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, order := range []coupon.OrderID{"o-1", "o-2", "o-2", "o-3"} {
		grant, err := desk.Use(ctx, coupon.UseRequest{Code: " save ", User: "u", Order: order, Amount: 700})
		fmt.Println(order, grant.Granted, grant.Replayed, grant.Reason, err)
	}
	// Output:
	// o-1 700 false  <nil>
	// o-2 300 false  <nil>
	// o-2 300 true  <nil>
	// o-3 0 false budget <nil>
}

func ExampleCodeShape() {
	shape := coupon.CodeShape{Length: 8, Prefix: "VIP-", Check: true}
	codes, err := shape.Generate(1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(codes[0]), shape.Valid(codes[0]))
	_, err = coupon.CodeShape{Length: 2, Alphabet: "0123456789"}.Generate(51)
	fmt.Println(err)
	// Output:
	// 13 true
	// coupon: too few codes of this shape
}

func ExampleParsePromo() {
	_, err := coupon.ParsePromo([]byte(`{"id":"x","benefit":{"type":"ladder","tiers":[{"at":100,"amount":-5}]}}`))
	fmt.Println(err)
	promo, err := coupon.ParsePromo([]byte(`{"id":"wed","requires":{"weekly":{"days":["wed"],"zone":"Asia/Shanghai"}},"benefit":{"type":"percent","bps":5000,"max":2000}}`))
	fmt.Println(promo.Benefit.Rate, promo.Requires.Weekly.In, err)
	// Output:
	// invalid benefit.tiers[0].amount: is negative
	// 50% Asia/Shanghai <nil>
}

func ExampleAllocate() {
	shares, err := coupon.Allocate(2500, []int64{5000, 6000}, []siyu.Money{500, 6000})
	fmt.Println(shares, err)
	// Output: [500 2000] <nil>
}
