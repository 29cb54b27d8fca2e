// Command hello is the program of the README: a coupon is claimed, an order is
// priced with it and paid, and a funnel tells from the events how far people got.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/funnel"
	"github.com/siyu-go/siyu/store/memstore"
)

func main() {
	ctx, store := context.Background(), memstore.New()
	coupons := coupon.New(store.Coupons(), nil)
	must(coupons.SaveBatch(ctx, coupon.Batch{ID: "spring", Quota: 1000, PerUser: 1}))
	for _, user := range []siyu.UserID{"li", "wang", "zhao"} {
		mine := get(coupons.Claim(ctx, coupon.ClaimRequest{Batch: "spring", User: user, Key: "spring"}))
		if user != "li" {
			continue // only li buys
		}
		ladder := coupon.Promo{ID: "spring", Benefit: coupon.Ladder( // 满 10,000 减 400, 满 50,000 减 1,600
			coupon.Tier{At: 10_000_00, Amount: 400_00}, coupon.Tier{At: 50_000_00, Amount: 1_600_00})}
		cart := coupon.Cart{Currency: siyu.CNY, Lines: []coupon.Line{{ID: "fund", UnitPrice: 1_000_00, Quantity: 46}}}
		quote := get(coupon.Evaluate(cart, []coupon.Promo{ladder}, nil))
		fmt.Println("pays", quote.Payable.Format(siyu.CNY), "-", quote.Hints[0].Text(siyu.English, siyu.CNY))
		get(coupons.Redeem(ctx, coupon.RedeemRequest{Coupon: mine.Coupon.ID, Order: "o1", Amount: quote.Discount}))
	}
	report := get(funnel.Run(get(funnel.NewLog(events(ctx, store), nil)), funnel.Definition{
		Steps: []funnel.Step{{Event: "coupon.claimed"}, {Event: "coupon.redeemed"}}, Window: 30 * 24 * time.Hour,
	}))
	fmt.Println("claimed", report.Steps[0].Count, "redeemed", report.Steps[1].Count, "- remind", report.Dropped(1))
}

// events yields the store's event log from its beginning.
func events(ctx context.Context, store *memstore.Store) func(func(siyu.Event, error) bool) {
	return func(yield func(siyu.Event, error) bool) {
		for e, err := range store.Events().Events(ctx, 0) {
			if !yield(e.Event, err) {
				return
			}
		}
	}
}

func get[T any](v T, err error) T { must(err); return v }

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
