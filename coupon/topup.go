package coupon

import (
	"fmt"
	"slices"

	"github.com/siyu-go/siyu"
)

// TopUp is what a little more spend would change (凑单): not for one promo but
// for the whole price, other promos that come with it or go included.
type TopUp struct {
	Promo    PromoID    `json:"promo"`    // whose threshold or tier it reaches
	Line     LineID     `json:"line"`     // the line whose kind of goods is to be added to
	Gap      siyu.Money `json:"gap"`      // spend so much more
	Payable  siyu.Money `json:"payable"`  // of the larger cart
	Discount siyu.Money `json:"discount"` // of the larger cart
	Saves    siyu.Money `json:"saves"`    // discount gained; negative if it is lost
	Applied  []PromoID  `json:"applied"`  // on the larger cart
}

// TopUps prices the cart once more for each hint of a quote, with the gap added
// to a line that counts for it, and returns those that gain discount: the one
// that saves most first, then the one with the smaller gap.
func (q *Quoter) TopUps(cart Cart) ([]TopUp, error) {
	now, err := q.Quote(cart)
	if err != nil {
		return nil, err
	}
	var list []TopUp
	for _, hint := range now.Hints {
		i := slices.IndexFunc(q.rules, func(r rule) bool { return r.promo.ID == hint.ID })
		larger, line, ok := q.rules[i].promo.Scope.topUp(cart, hint.Gap)
		if hint.Gap == 0 || !ok {
			continue
		}
		then, err := q.Quote(larger)
		if err != nil {
			return nil, err
		}
		if then.Discount <= now.Discount {
			continue
		}
		t := TopUp{
			Promo: hint.ID, Line: line, Gap: hint.Gap, Payable: then.Payable, Discount: then.Discount, Saves: then.Discount - now.Discount,
		}
		for _, a := range then.Applied {
			t.Applied = append(t.Applied, a.ID)
		}
		list = append(list, t)
	}
	slices.SortStableFunc(list, func(a, b TopUp) int {
		if a.Saves != b.Saves {
			return int(min(max(b.Saves-a.Saves, -1), 1))
		}
		return int(min(max(a.Gap-b.Gap, -1), 1))
	})
	return list, nil
}

// topUp returns the cart with gap more of goods in the scope: another line like
// one that is in it, or that line at a higher price where only its id is.
func (s Scope) topUp(cart Cart, gap siyu.Money) (Cart, LineID, bool) {
	for i, l := range cart.Lines {
		if l.FullPrice || l.Quantity == 0 || !s.holds(l) {
			continue
		}
		larger := cart
		larger.Lines = slices.Clone(cart.Lines)
		more := Line{ID: unusedID(cart), UnitPrice: gap, Quantity: 1, Tags: l.Tags}
		switch {
		case s.holds(more) && len(cart.Lines) < MaxLines:
			larger.Lines = append(larger.Lines, more)
		case l.Quantity == 1:
			larger.Lines[i].UnitPrice += gap
		default:
			continue
		}
		return larger, l.ID, larger.Validate() == nil
	}
	return Cart{}, "", false
}

func (s Scope) holds(l Line) bool {
	return s.all() || slices.Contains(s.Lines, l.ID) ||
		slices.ContainsFunc(l.Tags, func(tag string) bool { return slices.Contains(s.Tags, tag) })
}

// unusedID returns an id that no line of the cart has.
func unusedID(cart Cart) LineID {
	for n := 0; ; n++ {
		id := LineID(fmt.Sprintf("top-up %d", n))
		if !slices.ContainsFunc(cart.Lines, func(l Line) bool { return l.ID == id }) {
			return id
		}
	}
}

// Text says a top-up in a language.
func (t TopUp) Text(lang siyu.Lang, currency siyu.Currency) string {
	return fmt.Sprintf(siyu.Text{
		ZH: "再凑 %s，多省 %s，共付 %s", EN: "spend %s more, save %s more, pay %s in all",
	}.In(lang), moneyText(t.Gap, currency), moneyText(t.Saves, currency), moneyText(t.Payable, currency))
}
