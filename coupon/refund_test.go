package coupon_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// drawSale draws a cart, prices it, and draws an order in which all of its
// units come back.
func drawSale(t *rapid.T) (coupon.Sale, []coupon.Promo, []coupon.Return) {
	cart, promos := drawCart(t), drawPromos(t, 4)
	quote, err := coupon.Evaluate(cart, promos, nil)
	if err != nil {
		t.Fatal(err)
	}
	sale, err := coupon.NewSale(cart, quote)
	if err != nil {
		t.Fatal(err)
	}
	left := map[coupon.LineID]int64{}
	units := int64(0)
	for _, l := range cart.Lines {
		left[l.ID] = l.Quantity
		units += l.Quantity
	}
	var returns []coupon.Return
	for units > 0 {
		step := coupon.Return{}
		for _, l := range cart.Lines {
			if n := rapid.Int64Range(0, left[l.ID]).Draw(t, "back"); n > 0 {
				step[l.ID] = n
				left[l.ID] -= n
				units -= n
			}
		}
		returns = append(returns, step)
	}
	return sale, promos, returns
}

func TestSale_allUnitsReturnedIsWhatWasPaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sale, promos, returns := drawSale(t)
		quoter, err := coupon.NewQuoter(promos, nil)
		if err != nil {
			t.Fatal(err)
		}
		keep, err := sale.Keep(returns...)
		if err != nil {
			t.Fatal(err)
		}
		clawback, err := sale.Clawback(quoter, returns...)
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]coupon.Refund{"keep": keep, "clawback": clawback} {
			if r.Total != r.Paid || r.Kept != 0 {
				t.Fatalf("%s refunds %d of %d", name, r.Total, r.Paid)
			}
			for _, s := range r.Steps {
				if s.Amount < 0 || s.Amount != s.Gross-s.Discount-s.Forfeit {
					t.Fatalf("%s: %+v", name, s)
				}
			}
		}
	})
}

// However units come back, keep refunds the same for the same units.
func TestSale_keepIsPathIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sale, _, returns := drawSale(t)
		cut := rapid.IntRange(0, len(returns)).Draw(t, "cut")
		atOnce := coupon.Return{}
		for _, r := range returns[:cut] {
			for line, n := range r {
				atOnce[line] += n
			}
		}
		steps, err := sale.Keep(returns[:cut]...)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := sale.Keep(atOnce)
		if err != nil {
			t.Fatal(err)
		}
		if steps.Total != whole.Total {
			t.Fatalf("in steps %d, at once %d", steps.Total, whole.Total)
		}
	})
}

func TestSale_refuses(t *testing.T) {
	sale := coupon.Sale{Lines: []coupon.SoldLine{{Line: coupon.Line{ID: "A", UnitPrice: 100, Quantity: 2}, Discount: 30}}}
	for name, returns := range map[string][]coupon.Return{
		"too many":          {{"A": 3}},
		"too many in steps": {{"A": 1}, {"A": 2}},
		"negative":          {{"A": -1}},
		"unknown line":      {{"B": 1}},
	} {
		if _, err := sale.Keep(returns...); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	sale.Lines[0].Discount = 201
	if _, err := sale.Keep(); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("discount above the line: %v", err)
	}
	if _, err := coupon.NewSale(coupon.Cart{Lines: []coupon.Line{{ID: "A"}}}, coupon.Quote{}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("quote of another cart: %v", err)
	}
}
