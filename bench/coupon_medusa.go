package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/coupon"
)

// couponMedusa: the carts and coupons of coupon/best. The peer is spared the choice:
// it applies the coupons whose threshold is reached in one given order, each as a
// percentage or as a fixed amount, and which those are is what is compared: it knows
// no ladders, groups or caps, so that the amounts differ.
var couponMedusa = workload{
	name:     "coupon/best-medusa",
	peer:     "Medusa's getComputedActionsForItems, one given sequence of the 20 promotions",
	goal:     200,
	openOurs: openQuoter,
	openPeer: openMedusaSequence,
}

// couponMedusaEqual: the best combination of 20 coupons that all go together, with what
// each gives. The peer is spared the choice: it applies those of the 20 whose
// threshold is reached, in the order of the library's sequence. Prices are whole
// yuan of 100 to 300 and there is at most one percentage on a line, before the fixed
// amounts, so that no amount is ever rounded: the peer counts in decimals, the
// library in fen.
var couponMedusaEqual = workload{
	name:     "coupon/best-medusa-equal",
	peer:     "Medusa's getComputedActionsForItems, the same 20 promotions in a given order",
	goal:     200,
	openOurs: openCompatible,
	openPeer: openMedusa,
}

const medusaCarts = 5e3

// compatible is a coupon that goes with all others: a percentage of one of the four
// categories or an amount off a category or the whole cart.
type compatible struct {
	Category string `json:"category,omitempty"` // empty: the whole cart
	Least    int64  `json:"least"`              // spend, fen
	Percent  int64  `json:"percent,omitempty"`
	Amount   int64  `json:"amount,omitempty"` // fen
}

func compatibles() []compatible {
	list := make([]compatible, couponPromos)
	for i := range list {
		h := gen.Mix(15, uint64(i))
		list[i].Least = int64(30_000 + h>>24%41*1000)
		if i < 4 {
			list[i].Category, list[i].Percent = category(i), int64(5+h%26)
			continue
		}
		list[i].Amount = int64(100 + h>>8%301) // all 16 together less than the cheapest line
		if scope := int(h % 5); scope != couponAll {
			list[i].Category = category(scope)
		}
	}
	return list
}

// wholeYuan returns the category and the price of a line.
func wholeYuan(cart, line int) (scope int, price int64) {
	h := gen.Mix(16, uint64(5*cart+line))
	return int(h % 4), int64(10_000 + h>>8%201*100)
}

func openCompatible(scale float64) (side, error) {
	carts := make([]coupon.Cart, scaled(medusaCarts, scale))
	for i := range carts {
		carts[i] = coupon.Cart{Currency: siyu.CNY, At: time.Unix(1_800_000_000, 0)}
		for n := range 5 {
			scope, price := wholeYuan(i, n)
			carts[i].Lines = append(carts[i].Lines, coupon.Line{
				ID: coupon.LineID("line-" + strconv.Itoa(n)), UnitPrice: siyu.Money(price), Quantity: 1, Tags: []string{category(scope)},
			})
		}
	}
	var quoter *coupon.Quoter
	build := func() (err error) {
		var promos []coupon.Promo
		for i, c := range compatibles() {
			promo := coupon.Promo{ID: coupon.PromoID(fmt.Sprintf("promo-%02d", i)), Benefit: coupon.AmountOff(siyu.Money(c.Amount))}
			promo.Requires.MinSpend, promo.Requires.WholeCart = siyu.Money(c.Least), true
			if c.Category != "" {
				promo.Scope.Tags = []string{c.Category}
			}
			if c.Percent > 0 {
				promo.Benefit = coupon.PercentOff(siyu.BPS(100 * c.Percent))
			}
			promos = append(promos, promo)
		}
		quoter, err = coupon.NewQuoter(promos, &coupon.Policy{Mode: coupon.Best})
		return err
	}
	var quote coupon.Quote
	return inProcess(build, func() ([]int64, error) {
		given := make([]int64, couponPromos)
		for i := range carts {
			if err := quoter.QuoteInto(&carts[i], &quote); err != nil {
				return nil, err
			}
			if !quote.Proof.Exact {
				return nil, fmt.Errorf("cart %d: the quote is not proven optimal", i)
			}
			for _, a := range quote.Applied {
				given[promoNumber(a.ID)] += int64(a.Amount)
			}
		}
		return given, nil
	})
}

// medusaLine is an item of a cart, medusaInput all that the peer is told first.
type medusaLine struct {
	Category string `json:"category"`
	Price    int64  `json:"price"`
}

type medusaInput struct {
	Promos []compatible    `json:"promos"`
	Carts  [][5]medusaLine `json:"carts"`
	// Scoped thresholds are on the spend in the category, others on the whole cart.
	Scoped bool   `json:"scoped"`
	Answer string `json:"answer"` // "given": fen by promotion; "reached": carts by promotion
}

func (in medusaInput) open() (side, error) {
	text, err := json.Marshal(in)
	if err != nil {
		return side{}, err
	}
	return openEngine("medusa", []string{string(text)}, "")
}

func openMedusa(scale float64) (side, error) {
	in := medusaInput{Promos: compatibles(), Carts: make([][5]medusaLine, scaled(medusaCarts, scale)), Answer: "given"}
	for i := range in.Carts {
		for n := range 5 {
			scope, price := wholeYuan(i, n)
			in.Carts[i][n] = medusaLine{category(scope), price}
		}
	}
	return in.open()
}

func openMedusaSequence(scale float64) (side, error) {
	in := medusaInput{Carts: make([][5]medusaLine, scaled(couponCarts, scale)), Scoped: true, Answer: "reached"}
	for i, p := range promoPlans() {
		c := compatible{Least: int64(p.least)}
		if p.scope != couponAll {
			c.Category = category(p.scope)
		}
		if i%3 == 2 {
			c.Percent = int64(p.rate / 100)
		} else {
			c.Amount = int64(p.least) * int64(p.rate) / 10000
		}
		in.Promos = append(in.Promos, c)
	}
	for i := range in.Carts {
		for n := range 5 {
			scope, price := couponLine(i, n)
			in.Carts[i][n] = medusaLine{category(scope), int64(price)}
		}
	}
	return in.open()
}
