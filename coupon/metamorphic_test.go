package coupon_test

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// hintOf finds the hint of a promo on a cart of its own.
func hintOf(t *rapid.T, cart coupon.Cart, p coupon.Promo) (hint coupon.Hint, found bool, quote coupon.Quote) {
	quote, err := coupon.Evaluate(cart, []coupon.Promo{p}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(quote.Hints) == 0 {
		return coupon.Hint{}, false, quote
	}
	return quote.Hints[0], true, quote
}

// dearer returns the cart with one unit of an eligible line at a higher price.
func dearer(cart coupon.Cart, p coupon.Promo, more siyu.Money) (coupon.Cart, bool) {
	for i, l := range cart.Lines {
		if !l.FullPrice && l.Quantity == 1 && (len(p.Scope.Tags) == 0 || slices.Contains(p.Scope.Tags, l.Tags[0])) {
			cart.Lines = slices.Clone(cart.Lines)
			cart.Lines[i].UnitPrice += more
			return cart, true
		}
	}
	return cart, false
}

// A hint is true to the fen: with the gap the threshold is passed, with a fen
// less the same is still ahead.
func TestHint_isTrueToTheFen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, p := drawCart(t), drawPromo(t, 0)
		for i := range cart.Lines {
			cart.Lines[i].Quantity = 1
		}
		p.Requires.Above = rapid.Bool().Draw(t, "above")
		hint, found, _ := hintOf(t, cart, p)
		if !found || hint.Gap == 0 {
			return
		}
		less, ok := dearer(cart, p, hint.Gap-1)
		if !ok {
			return
		}
		if ahead, found, _ := hintOf(t, less, p); !found || ahead.Gap != 1 || ahead.Next != hint.Next {
			t.Fatalf("after all but a fen of %+v: %+v, %t", hint, ahead, found)
		}
		enough, _ := dearer(cart, p, hint.Gap)
		ahead, found, quote := hintOf(t, enough, p)
		if found && ahead.Next == hint.Next {
			t.Fatalf("after %+v still %+v", hint, ahead)
		}
		if hint.Next == (coupon.Tier{}) || hint.Next.Rate != 0 || p.Requires.MaxSpend != 0 {
			return
		}
		room := siyu.Money(0)
		for _, l := range enough.Lines {
			if !l.FullPrice && (len(p.Scope.Tags) == 0 || slices.Contains(p.Scope.Tags, l.Tags[0])) {
				room += l.UnitPrice - min(l.MinUnitPrice, l.UnitPrice)
			}
		}
		if quote.Discount != min(hint.Next.Amount, room) {
			t.Fatalf("the tier of %+v gives %d of %d", hint, quote.Discount, room)
		}
	})
}

// A top-up is true of the cart that it describes, priced anew.
func TestTopUp_isTrueWhenFollowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, promos, policy := drawCart(t), drawPromos(t, 6), drawPolicy(t)
		policy.Mode = rapid.SampledFrom([]coupon.Mode{coupon.InSequence, coupon.Best}).Draw(t, "mode")
		quoter, err := coupon.NewQuoter(promos, &policy)
		if err != nil {
			t.Fatal(err)
		}
		list, err := quoter.TopUps(cart)
		if err != nil {
			t.Fatal(err)
		}
		for _, top := range list {
			i := slices.IndexFunc(cart.Lines, func(l coupon.Line) bool { return l.ID == top.Line })
			larger := cart
			larger.Lines = append(slices.Clone(cart.Lines), coupon.Line{ID: "more", UnitPrice: top.Gap, Quantity: 1, Tags: cart.Lines[i].Tags})
			quote, err := coupon.Evaluate(larger, promos, &policy)
			if err != nil {
				t.Fatal(err)
			}
			var applied []coupon.PromoID
			for _, a := range quote.Applied {
				applied = append(applied, a.ID)
			}
			if quote.Payable != top.Payable || quote.Discount != top.Discount || !slices.Equal(applied, top.Applied) {
				t.Fatalf("%+v; followed: %d off, pays %d, %v", top, quote.Discount, quote.Payable, applied)
			}
		}
	})
}

// The order in which promos are listed decides between equal turns only: a set
// with different priorities is priced the same however it is listed, and so
// are lines.
func TestQuote_doesNotDependOnTheListing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, promos, policy := drawCart(t), drawPromos(t, 7), drawPolicy(t)
		policy.Mode = rapid.SampledFrom([]coupon.Mode{coupon.InSequence, coupon.Best}).Draw(t, "mode")
		for i := range promos {
			promos[i].Priority = i
		}
		want, err := coupon.Evaluate(cart, promos, &policy)
		if err != nil {
			t.Fatal(err)
		}
		got, err := coupon.Evaluate(cart, rapid.Permutation(promos).Draw(t, "listing"), &policy)
		if err != nil {
			t.Fatal(err)
		}
		reasons := func(q coupon.Quote) map[coupon.PromoID]coupon.Rejected {
			all := map[coupon.PromoID]coupon.Rejected{}
			for _, r := range q.Rejected {
				all[r.ID] = r
			}
			return all
		}
		if !slices.EqualFunc(want.Applied, got.Applied, func(a, b coupon.Applied) bool {
			return a.ID == b.ID && a.Amount == b.Amount && slices.Equal(a.Lines, b.Lines)
		}) {
			t.Fatalf("applied %+v, listed otherwise %+v", want.Applied, got.Applied)
		}
		others := reasons(got)
		for id, r := range reasons(want) {
			if others[id] != r {
				t.Fatalf("%s: %+v, listed otherwise %+v", id, r, others[id])
			}
		}
	})
}

// Promos that do not apply change nothing: the quote of those that do is the
// same, and a clawback's steps add up to what was paid less what is kept.
func TestQuote_rejectedPromosChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, promos, policy := drawCart(t), drawPromos(t, 8), drawPolicy(t)
		policy.Mode = rapid.SampledFrom([]coupon.Mode{coupon.InSequence, coupon.Best}).Draw(t, "mode")
		all, err := coupon.Evaluate(cart, promos, &policy)
		if err != nil {
			t.Fatal(err)
		}
		applies := func(p coupon.Promo) bool {
			return slices.ContainsFunc(all.Applied, func(a coupon.Applied) bool { return a.ID == p.ID })
		}
		kept := slices.DeleteFunc(slices.Clone(promos), func(p coupon.Promo) bool { return !applies(p) })
		some, err := coupon.Evaluate(cart, kept, &policy)
		if err != nil {
			t.Fatal(err)
		}
		if some.Discount != all.Discount || !slices.Equal(some.Lines, all.Lines) || len(some.Rejected) > 0 {
			t.Fatalf("without the rejected %+v, with them %+v", some, all)
		}
	})
}

// The steps of a clawback explain themselves: gross less share less forfeit is the
// amount, and after each the customer has paid what is kept costs, or more
// where a step would have owed.
func TestClawback_addsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sale, promos, returns := drawSale(t)
		quoter, err := coupon.NewQuoter(promos, nil)
		if err != nil {
			t.Fatal(err)
		}
		most := siyu.Money(0) // that all refunds up to a step come to
		for n := range returns {
			refund, err := sale.Clawback(quoter, returns[:n+1]...)
			if err != nil {
				t.Fatal(err)
			}
			kept := coupon.Cart{Currency: sale.Currency, At: sale.At}
			for _, l := range sale.Lines {
				line := l.Line
				for _, back := range returns[:n+1] {
					line.Quantity -= back[l.ID]
				}
				if line.Quantity > 0 {
					kept.Lines = append(kept.Lines, line)
				}
			}
			quote, err := quoter.Quote(kept)
			if err != nil {
				t.Fatal(err)
			}
			most = max(most, refund.Paid-quote.Payable)
			var sum siyu.Money
			for _, s := range refund.Steps {
				sum += s.Gross - s.Discount - s.Forfeit
			}
			if refund.Total != most || sum != most || refund.Kept != refund.Paid-most {
				t.Fatalf("step %d: %+v, want %d", n, refund, most)
			}
		}
	})
}

// Promos of other scopes change nothing, however many: of more than 64 scopes and
// promos the quoter keeps its books another way.
func TestQuote_manyOtherScopesChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, promos, policy := drawCart(t), drawPromos(t, 7), drawPolicy(t)
		policy.Mode = rapid.SampledFrom([]coupon.Mode{coupon.InSequence, coupon.Best, coupon.Best}).Draw(t, "mode")
		policy.AnyOrder = rapid.Bool().Draw(t, "any order")
		want, err := coupon.Evaluate(cart, promos, &policy)
		if err != nil {
			t.Fatal(err)
		}
		many := slices.Clone(promos)
		for i := range 130 {
			id := fmt.Sprint("other ", i)
			p := coupon.Promo{ID: coupon.PromoID(id), Benefit: coupon.AmountOff(1), Scope: coupon.Scope{Tags: []string{id}}}
			many = slices.Insert(many, i%(len(many)+1), p)
		}
		got, err := coupon.Evaluate(cart, many, &policy)
		if err != nil {
			t.Fatal(err)
		}
		got.Rejected = slices.DeleteFunc(got.Rejected, func(r coupon.Rejected) bool {
			return len(r.ID) > 5 && (r.Reason == coupon.NoLine || r.Reason == coupon.InConflict || r.Reason == coupon.MaxReached)
		})
		got.Proof.Nodes = want.Proof.Nodes
		if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("alone -, among many +:\n%s", diff)
		}
	})
}
