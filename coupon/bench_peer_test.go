package coupon_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// mixed is the random number i of a stream, as in the comparisons with peers.
func mixed(seed, i uint64) uint64 {
	z := seed + (i+1)*0x9E3779B97F4A7C15
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

// peerPromos are the 20 coupons of the comparison coupon/best: threshold, ladder
// of three and percent with a cap in turn, in six groups, one in ten exclusive.
func peerPromos() []coupon.Promo {
	list := make([]coupon.Promo, 20)
	for i := range list {
		h := mixed(13, uint64(i))
		least, rate := siyu.Money(5000+h>>8%40*1000), siyu.BPS(500+h>>16%16*100)
		part := func(spend siyu.Money) siyu.Money { return spend * siyu.Money(rate) / 10_000 }
		p := &list[i]
		*p = coupon.Promo{ID: coupon.PromoID(fmt.Sprintf("promo-%02d", i)), Group: "group-" + strconv.Itoa(i%6), Exclusive: i%10 == 7}
		if scope := int(h % 5); scope < 4 {
			p.Scope.Tags = []string{"category-" + strconv.Itoa(scope)}
		}
		switch i % 3 {
		case 0:
			p.Requires.MinSpend, p.Benefit = least, coupon.AmountOff(part(least))
		case 1:
			var tiers []coupon.Tier
			for n := siyu.Money(1); n <= 3; n++ {
				tiers = append(tiers, coupon.Tier{At: n * least, Amount: part(n * least)})
			}
			p.Benefit = coupon.Ladder(tiers...)
		case 2:
			p.Requires.MinSpend, p.Benefit = least, coupon.PercentOff(rate).UpTo(part(2*least))
		}
	}
	return list
}

// peerCart is one of the carts of the comparison coupon/best: five lines of 10 to
// 300 yuan in four categories.
func peerCart(i int) coupon.Cart {
	cart := coupon.Cart{Currency: siyu.CNY, At: noon}
	for n := range 5 {
		h := mixed(14, uint64(5*i+n))
		cart.Lines = append(cart.Lines, coupon.Line{
			ID: coupon.LineID("line-" + strconv.Itoa(n)), UnitPrice: siyu.Money(1000 + h>>8%29_001), Quantity: 1,
			Tags: []string{"category-" + strconv.FormatUint(h%4, 10)},
		})
	}
	return cart
}

// What docs/performance.md calls coupon/best.
func BenchmarkQuoter_peer(b *testing.B) {
	benchmarkCarts(b, 10_000, peerCart, peerPromos(), coupon.Policy{Mode: coupon.Best})
}
