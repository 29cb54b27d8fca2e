package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/coupon"
)

// couponBest: the best legal combination of 20 coupons for 10,000 carts of five
// lines, exact. The peer does less: it only finds which coupons each cart has
// reached the threshold of, and that part of the answer is what is compared.
var couponBest = workload{
	name:     "coupon/best",
	peer:     "json-rules-engine, 20 rules, eligibility only",
	goal:     40,
	openOurs: openQuoter,
	openPeer: openJSONRules,
}

const (
	couponCarts  = 1e4
	couponPromos = 20
	couponAll    = 4 // the scope of all four categories
)

// promoPlan is a coupon of the workload: threshold, ladder of three and percent
// with a cap in turn, in six groups, one in ten exclusive.
type promoPlan struct {
	scope int        // category 0 to 3, or couponAll
	least siyu.Money // spend in the scope, fen
	rate  siyu.BPS
}

func promoPlans() []promoPlan {
	plans := make([]promoPlan, couponPromos)
	for i := range plans {
		h := gen.Mix(13, uint64(i))
		plans[i] = promoPlan{
			scope: int(h % 5),
			least: siyu.Money(5000 + h>>8%40*1000),
			rate:  siyu.BPS(500 + h>>16%16*100),
		}
	}
	return plans
}

func (p promoPlan) promo(i int) coupon.Promo {
	promo := coupon.Promo{
		ID:        coupon.PromoID(fmt.Sprintf("promo-%02d", i)),
		Group:     "group-" + strconv.Itoa(i%6),
		Exclusive: i%10 == 7,
	}
	if p.scope != couponAll {
		promo.Scope.Tags = []string{category(p.scope)}
	}
	part := func(spend siyu.Money) siyu.Money { return spend * siyu.Money(p.rate) / 10000 }
	switch i % 3 {
	case 0:
		promo.Requires.MinSpend = p.least
		promo.Benefit = coupon.AmountOff(part(p.least))
	case 1:
		var tiers []coupon.Tier
		for n := siyu.Money(1); n <= 3; n++ {
			tiers = append(tiers, coupon.Tier{At: n * p.least, Amount: part(n * p.least)})
		}
		promo.Benefit = coupon.Ladder(tiers...)
	case 2:
		promo.Requires.MinSpend = p.least
		promo.Benefit = coupon.PercentOff(p.rate).UpTo(part(2 * p.least))
	}
	return promo
}

func category(n int) string { return "category-" + strconv.Itoa(n) }

// couponLine returns the category and the price, 10 to 300 yuan, of a line.
func couponLine(cart, line int) (scope int, price siyu.Money) {
	h := gen.Mix(14, uint64(5*cart+line))
	return int(h % 4), siyu.Money(1000 + h>>8%29001)
}

func openQuoter(scale float64) (side, error) {
	carts := make([]coupon.Cart, scaled(couponCarts, scale))
	for i := range carts {
		carts[i] = coupon.Cart{Currency: "CNY", At: time.Unix(1_800_000_000, 0)}
		for n := range 5 {
			scope, price := couponLine(i, n)
			carts[i].Lines = append(carts[i].Lines, coupon.Line{
				ID: coupon.LineID("line-" + strconv.Itoa(n)), UnitPrice: price, Quantity: 1, Tags: []string{category(scope)},
			})
		}
	}
	var quoter *coupon.Quoter
	build := func() (err error) {
		var promos []coupon.Promo
		for i, p := range promoPlans() {
			promos = append(promos, p.promo(i))
		}
		quoter, err = coupon.NewQuoter(promos, &coupon.Policy{Mode: coupon.Best})
		return err
	}
	var quote coupon.Quote
	return inProcess(build, func() ([]int64, error) {
		eligible := slices.Repeat([]int64{int64(len(carts))}, couponPromos)
		for i := range carts {
			if err := quoter.QuoteInto(&carts[i], &quote); err != nil {
				return nil, err
			}
			if !quote.Proof.Exact {
				return nil, fmt.Errorf("cart %d: the quote is not proven optimal", i)
			}
			for _, r := range quote.Rejected {
				if r.Reason == coupon.BelowMin || r.Reason == coupon.NoLine {
					eligible[promoNumber(r.ID)]--
				}
			}
		}
		return eligible, nil
	})
}

func promoNumber(id coupon.PromoID) int {
	return int(id[len(id)-2]-'0')*10 + int(id[len(id)-1]-'0')
}

func openJSONRules(scale float64) (side, error) { return openRules("jsonrules", scale) }

// openRules asks a rule engine which thresholds each cart has reached.
func openRules(engine string, scale float64) (side, error) {
	type rule struct {
		Fact  string `json:"fact"`
		Least int64  `json:"least"`
	}
	rules := make([]rule, 0, couponPromos)
	for _, p := range promoPlans() {
		rules = append(rules, rule{"spend" + strconv.Itoa(p.scope), int64(p.least)})
	}
	carts := make([][5]int64, scaled(couponCarts, scale))
	for i := range carts {
		for n := range 5 {
			scope, price := couponLine(i, n)
			carts[i][scope] += int64(price)
			carts[i][couponAll] += int64(price)
		}
	}
	input, err := json.Marshal(map[string]any{"rules": rules, "carts": carts})
	if err != nil {
		return side{}, err
	}
	return openEngine(engine, []string{string(input)}, "")
}
