package coupon_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// drawHuge draws an amount near the limits of 64 bits, or a small one.
func drawHuge(t *rapid.T, label string) siyu.Money {
	return siyu.Money(rapid.SampledFrom([]int64{
		0, 1, 7, 1 << 31, 1<<44 - 1, 1 << 44, 1 << 53, 1<<61 + 1, 1<<62 - 1, math.MaxInt64 / 3, math.MaxInt64 - 1, math.MaxInt64,
	}).Draw(t, label))
}

func drawHugePromo(t *rapid.T, i int) coupon.Promo {
	p := drawPromo(t, i)
	b := &p.Benefit
	if b.Amount > 0 && rapid.Bool().Draw(t, "huge amount") {
		b.Amount = drawHuge(t, "amount")
	}
	if b.Rate > 0 && rapid.Bool().Draw(t, "huge rate") {
		b.Rate = siyu.BPS(rapid.SampledFrom([]int64{1, 9999, 10_000, 10_001, 1 << 18, math.MaxInt32, math.MaxInt64}).Draw(t, "rate"))
	}
	if b.Step > 0 && rapid.Bool().Draw(t, "huge step") {
		b.Step = max(drawHuge(t, "step"), 1)
	}
	for k := range b.Tiers {
		if tier := &b.Tiers[k]; tier.Amount > 0 && rapid.Bool().Draw(t, "huge tier") {
			tier.Amount = drawHuge(t, "tier amount")
		}
	}
	if p.Requires.MinSpend > 0 && rapid.Bool().Draw(t, "huge minimum") {
		p.Requires.MinSpend, p.Requires.MaxSpend = drawHuge(t, "minimum"), 0
		p.Requires.Above = rapid.Bool().Draw(t, "above")
	}
	return p
}

// At the limits of an amount a quote is right or there is none.
func TestQuote_atTheLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, sum := drawCart(t), new(big.Int)
		for i := range cart.Lines {
			l := &cart.Lines[i]
			l.UnitPrice = drawHuge(t, "price")
			l.MinUnitPrice = min(l.MinUnitPrice, l.UnitPrice)
			sum.Add(sum, new(big.Int).Mul(big.NewInt(int64(l.UnitPrice)), big.NewInt(l.Quantity)))
		}
		promos := make([]coupon.Promo, rapid.IntRange(0, 6).Draw(t, "promos"))
		for i := range promos {
			promos[i] = drawHugePromo(t, i)
		}
		policy := drawPolicy(t)
		policy.Mode = rapid.SampledFrom([]coupon.Mode{coupon.InSequence, coupon.Best}).Draw(t, "mode")
		quote, err := coupon.Evaluate(cart, promos, &policy)
		if !sum.IsInt64() {
			if !errors.Is(err, siyu.ErrOverflow) {
				t.Fatalf("a cart of %s: %v", sum, err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		checkQuote(t, cart, promos, quote)
		if new(big.Int).Add(big.NewInt(int64(quote.Discount)), big.NewInt(int64(quote.Payable))).Cmp(sum) != 0 {
			t.Fatalf("discount %d and payable %d of %s", quote.Discount, quote.Payable, sum)
		}
		for _, r := range quote.Rejected {
			if r.Gap < 0 || r.GapUnits < 0 || r.Alone < 0 {
				t.Fatalf("%+v", r)
			}
		}
		for _, h := range quote.Hints {
			if h.Gap < 0 || h.GapUnits < 0 || h.Gap == 0 && h.GapUnits == 0 {
				t.Fatalf("%+v", h)
			}
		}
		if policy.Mode == coupon.Best {
			want := bruteForce(t, cart, promos, policy)
			if want.Discount != quote.Discount {
				t.Fatalf("best %d, brute force %d", quote.Discount, want.Discount)
			}
		}
	})
}
