package cases

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

func runEvaluate(input, expect json.RawMessage) error {
	in, err := Decode[struct {
		Currency couponCurrency `json:"currency"`
		Now      *time.Time     `json:"now"`
		Customer struct {
			ID     string   `json:"id"`
			Groups []string `json:"groups"`
		} `json:"customer"`
		Lines  []couponLine      `json:"lines"`
		Promos []json.RawMessage `json:"promos"`
		Policy couponPolicy      `json:"policy"`
	}](input)
	if err != nil {
		return err
	}
	cart := coupon.Cart{Currency: siyu.Currency(in.Currency.Code), At: couponNow, Groups: in.Customer.Groups}
	if in.Now != nil {
		cart.At = *in.Now
	}
	for _, l := range in.Lines {
		cart.Lines = append(cart.Lines, l.line())
	}
	promos, err := couponPromos(in.Promos)
	if err != nil {
		return err
	}
	quote, err := coupon.Evaluate(cart, promos, in.Policy.policy())
	if err != nil {
		return err
	}
	return subset(quoteForm(quote), expect)
}

// quoteForm is a quote in the words of the case files.
func quoteForm(q coupon.Quote) map[string]any {
	applied, rejected, hints, payable := []any{}, map[string]any{}, []any{}, map[string]any{}
	for _, a := range q.Applied {
		lines := map[string]any{}
		for _, l := range a.Lines {
			lines[string(l.Line)] = l.Amount
		}
		applied = append(applied, map[string]any{"id": a.ID, "amount": a.Amount, "lines": lines})
	}
	for _, r := range q.Rejected {
		rejected[string(r.ID)] = map[string]any{"id": r.ID, "reason": r.Reason, "gap": int64(r.Gap) + r.GapUnits, "with": r.With}
	}
	for _, h := range q.Hints {
		next := map[string]any{"at": h.Next.At, "amount": h.Next.Amount, "bps": h.Next.Rate, "max": h.Next.Max}
		hints = append(hints, map[string]any{"id": h.ID, "gap": int64(h.Gap) + h.GapUnits, "next": next})
	}
	for _, l := range q.Lines {
		payable[string(l.ID)] = l.Payable
	}
	return map[string]any{
		"applied": applied, "rejected": rejected, "total_discount": q.Discount, "payable": q.Payable,
		"line_payable": payable, "hints": hints,
	}
}

// subset compares the fields that want has, at every depth, with those of got.
// Lists have the same length; a list that got holds as an object is a set keyed
// by id.
func subset(got any, want json.RawMessage) error {
	data, err := json.Marshal(got)
	if err != nil {
		return err
	}
	g, err := Decode[any](data)
	if err != nil {
		return err
	}
	w, err := Decode[any](want)
	if err != nil {
		return err
	}
	if path := mismatch("", g, w); path != "" {
		return fmt.Errorf("%s: got %s, want %s", path, data, want)
	}
	return nil
}

// mismatch returns the path of the first difference, "" for none.
func mismatch(path string, got, want any) string {
	here := path
	if here == "" {
		here = "result"
	}
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return here
		}
		for k, v := range w {
			field, ok := g[k]
			if !ok {
				return here + "." + k
			}
			if p := mismatch(here+"."+k, field, v); p != "" {
				return p
			}
		}
		return ""
	case []any:
		return mismatchList(here, got, w)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		return here
	}
	return ""
}

func mismatchList(here string, got any, want []any) string {
	if set, ok := got.(map[string]any); ok {
		if len(set) != len(want) {
			return here
		}
		for _, v := range want {
			id := fmt.Sprint(v.(map[string]any)["id"])
			if p := mismatch(here+"["+id+"]", set[id], v); p != "" {
				return p
			}
		}
		return ""
	}
	g, ok := got.([]any)
	if !ok || len(g) != len(want) {
		return here
	}
	for i := range want {
		if p := mismatch(fmt.Sprintf("%s[%d]", here, i), g[i], want[i]); p != "" {
			return p
		}
	}
	return ""
}
