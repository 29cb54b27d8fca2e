package coupon_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

func TestLint(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	ladder := func(tiers ...coupon.Tier) coupon.Promo {
		return coupon.Promo{ID: "L", Benefit: coupon.Ladder(tiers...)}
	}
	for name, tt := range map[string]struct {
		promos []coupon.Promo
		policy coupon.Policy
		at     time.Time
		want   string
	}{
		"a sound ladder": {promos: []coupon.Promo{ladder(coupon.Tier{At: 1000, Amount: 100}, coupon.Tier{At: 5000, Amount: 600})}, want: ""},
		"a ladder that falls": {
			promos: []coupon.Promo{ladder(coupon.Tier{At: 1000, Amount: 300}, coupon.Tier{At: 5000, Amount: 200})},
			want:   "spending_more_costs_more()",
		},
		"a maximum spend": {
			promos: []coupon.Promo{{ID: "M", Requires: coupon.Requires{MinSpend: 1000, MaxSpend: 5000}, Benefit: coupon.AmountOff(200)}},
			want:   "spending_more_costs_more(M)",
		},
		"a higher priority that takes a better one's place": {
			promos: []coupon.Promo{
				{ID: "small", Group: "g", Priority: 1, Requires: coupon.Requires{MinSpend: 10_000}, Benefit: coupon.AmountOff(500)},
				{ID: "large", Group: "g", Requires: coupon.Requires{MinSpend: 5000}, Benefit: coupon.AmountOff(1000)},
			},
			want: "spending_more_costs_more(large)",
		},
		"the same in best mode": {
			promos: []coupon.Promo{
				{ID: "small", Group: "g", Priority: 1, Requires: coupon.Requires{MinSpend: 10_000}, Benefit: coupon.AmountOff(500)},
				{ID: "large", Group: "g", Requires: coupon.Requires{MinSpend: 5000}, Benefit: coupon.AmountOff(1000)},
			},
			policy: coupon.Policy{Mode: coupon.Best},
			want:   "never_chosen(small)",
		},
		"tiers out of reach": {
			promos: []coupon.Promo{{ID: "L", Requires: coupon.Requires{MinSpend: 2000}, Benefit: coupon.Ladder(
				coupon.Tier{At: 1000, Amount: 100}, coupon.Tier{At: 2000, Amount: 200}, coupon.Tier{At: 5000, Amount: 200})}},
			want: "unreachable_tier(L@1000) unreachable_tier(L@5000)",
		},
		"a stack that gives too much": {
			promos: []coupon.Promo{
				{ID: "A", Scope: coupon.Scope{Tags: []string{"x"}}, Benefit: coupon.PercentOff(4000)},
				{ID: "B", Scope: coupon.Scope{Tags: []string{"y"}}, Benefit: coupon.PercentOff(4000)},
			},
			want: "gives_too_much()",
		},
		"a promo of the past": {
			promos: []coupon.Promo{{ID: "old", Requires: coupon.Requires{Window: siyu.Window{End: noon}}, Benefit: coupon.PercentOff(100)}},
			at:     noon,
			want:   "nobody_can_use(old)",
		},
		"a promo that gives nothing": {promos: []coupon.Promo{{ID: "nil", Benefit: coupon.PercentOff(0)}}, want: "nobody_can_use(nil)"},
		"a promo of the future": {
			promos: []coupon.Promo{{ID: "new", Requires: coupon.Requires{Window: siyu.Window{Start: noon.Add(time.Hour)}}, Benefit: coupon.PercentOff(100)}},
			at:     noon,
			want:   "",
		},
		"Wednesdays": {
			promos: []coupon.Promo{{ID: "wed", Requires: coupon.Requires{Weekly: &coupon.Weekly{Days: []time.Weekday{time.Wednesday}, From: 10 * time.Hour, In: shanghai}}, Benefit: coupon.PercentOff(5000)}},
			at:     noon,
			want:   "",
		},
		"groups, units and lines": {
			promos: []coupon.Promo{
				{ID: "g", Requires: coupon.Requires{Groups: []string{"vip"}, MinQuantity: 3}, Benefit: coupon.PercentOff(100)},
				{ID: "l", Scope: coupon.Scope{Lines: []coupon.LineID{"sku-1"}}, Benefit: coupon.Ladder(coupon.Tier{At: 2, Rate: 100}, coupon.Tier{At: 7, Rate: 200}).ByQuantity()},
			},
			want: "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := coupon.Lint(tt.promos, &tt.policy, &coupon.LintOptions{At: tt.at})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for i, f := range found {
				if i > 0 {
					got += " "
				}
				at := ""
				if f.Tier.At != 0 {
					at = fmt.Sprint("@", int64(f.Tier.At))
				}
				got += fmt.Sprintf("%s(%s%s)", f.Problem, f.Promo, at)
				if f.Problem.Text(siyu.Chinese) == "" || f.Problem.Text(siyu.English) == "" {
					t.Errorf("%s has no text", f.Problem)
				}
				witness(t, tt.promos, &tt.policy, f)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// witness shows the problem on the cart that came with it.
func witness(t *testing.T, promos []coupon.Promo, policy *coupon.Policy, f coupon.Finding) {
	t.Helper()
	if f.Cart.Lines == nil {
		return
	}
	small, err := coupon.Evaluate(f.Cart, promos, policy)
	if err != nil {
		t.Fatal(err)
	}
	switch f.Problem {
	case coupon.CostsMore:
		large, err := coupon.Evaluate(f.More, promos, policy)
		if err != nil {
			t.Fatal(err)
		}
		larger := large.Lines[0].Original - small.Lines[0].Original
		if larger < 0 || large.Payable-small.Payable <= larger {
			t.Errorf("%s: pays %d, then %d for %d more", f.Problem, small.Payable, large.Payable, larger)
		}
	case coupon.GivesTooMuch:
		if small.Discount*2 <= small.Lines[0].Original {
			t.Errorf("%s: %d of %d", f.Problem, small.Discount, small.Lines[0].Original)
		}
	}
}
