package coupon_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// workload is the one that performance figures name: lines of 10 to 300 yuan in
// four categories; thresholds, ladders of three and capped percentages in turn,
// in six groups, every tenth exclusive.
func workload(seed uint64, lines, promos int) (coupon.Cart, []coupon.Promo) {
	r := rand.New(rand.NewPCG(seed, 1))
	cart := coupon.Cart{Currency: siyu.CNY, At: noon}
	for i := range lines {
		cart.Lines = append(cart.Lines, coupon.Line{
			ID: coupon.LineID(fmt.Sprint("L", i)), UnitPrice: siyu.Money(1000 + r.IntN(29_000)), Quantity: 1,
			Tags: []string{fmt.Sprint("cat", r.IntN(4))},
		})
	}
	list := make([]coupon.Promo, promos)
	for i := range list {
		p := &list[i]
		*p = coupon.Promo{ID: coupon.PromoID(fmt.Sprint("C", i)), Group: fmt.Sprint("g", r.IntN(6)), Priority: r.IntN(3), Exclusive: r.IntN(10) == 0}
		if r.IntN(2) == 0 {
			p.Scope.Tags = []string{fmt.Sprint("cat", r.IntN(4))}
		}
		at := siyu.Money(2000 + r.IntN(30_000))
		switch i % 3 {
		case 0:
			p.Requires.MinSpend, p.Benefit = at, coupon.AmountOff(at/10)
		case 1:
			p.Benefit = coupon.Ladder(coupon.Tier{At: at / 2, Amount: at / 30}, coupon.Tier{At: at, Amount: at / 12}, coupon.Tier{At: at * 2, Amount: at / 4})
		case 2:
			p.Benefit = coupon.PercentOff(siyu.BPS(300 + 100*r.IntN(20))).UpTo(siyu.Money(500 + r.IntN(5000)))
		}
	}
	return cart, list
}

// benchmarkQuote prices a thousand carts with one set of promos.
func benchmarkQuote(b *testing.B, lines, promos int, policy coupon.Policy) {
	_, list := workload(1, lines, promos)
	benchmarkPromos(b, lines, list, policy)
}

func benchmarkPromos(b *testing.B, lines int, list []coupon.Promo, policy coupon.Policy) {
	cart := func(i int) coupon.Cart {
		cart, _ := workload(uint64(i), lines, 0)
		return cart
	}
	benchmarkCarts(b, 1024, cart, list, policy)
}

func benchmarkCarts(b *testing.B, n int, cart func(i int) coupon.Cart, list []coupon.Promo, policy coupon.Policy) {
	quoter, err := coupon.NewQuoter(list, &policy)
	if err != nil {
		b.Fatal(err)
	}
	carts := make([]coupon.Cart, n)
	var quote coupon.Quote
	nodes := 0
	for i := range carts { // and grow the memory that is used again
		carts[i] = cart(i)
		if err := quoter.QuoteInto(&carts[i], &quote); err != nil {
			b.Fatal(err)
		}
		nodes += quote.Proof.Nodes
		if !quote.Proof.Exact {
			b.Fatalf("cart %d is not proven", i)
		}
	}
	b.ReportAllocs()
	i, done := 0, cpu(b)
	for b.Loop() {
		if err := quoter.QuoteInto(&carts[i%n], &quote); err != nil {
			b.Fatal(err)
		}
		i++
	}
	done()
	b.ReportMetric(float64(nodes)/float64(n), "nodes")
}

func BenchmarkQuoter_best(b *testing.B) {
	for _, promos := range []int{5, 20, 30} {
		b.Run(fmt.Sprintf("lines=5/promos=%d", promos), func(b *testing.B) {
			benchmarkQuote(b, 5, promos, coupon.Policy{Mode: coupon.Best})
		})
	}
}

// Thirty that all go together but for a few that exclude each other: what a search
// finds hardest.
func BenchmarkQuoter_bestWithoutGroups(b *testing.B) {
	_, list := workload(1, 5, 30)
	for i := range list {
		p := &list[i]
		p.Group, p.Exclusive = "", false
		if i > 3 && i%3 == 0 {
			p.Excludes = []coupon.PromoID{list[i-1].ID, list[i/2].ID}
		}
	}
	benchmarkPromos(b, 5, list, coupon.Policy{Mode: coupon.Best})
}

func BenchmarkQuoter_sequence(b *testing.B) {
	b.Run("lines=50/promos=20", func(b *testing.B) { benchmarkQuote(b, 50, 20, coupon.Policy{}) })
}
