package coupon_test

import (
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// What the case files do not say about benefits.
func TestBenefit(t *testing.T) {
	two := []coupon.Line{{ID: "A", UnitPrice: 1000, Quantity: 3}, {ID: "B", UnitPrice: 700, Quantity: 2, MinUnitPrice: 650}}
	for name, tt := range map[string]struct {
		lines  []coupon.Line
		promos []coupon.Promo
		policy coupon.Policy
		want   [2]siyu.Money // discount of A and B
	}{
		"price each":               {two, []coupon.Promo{{ID: "p", Benefit: coupon.PriceEach(180)}}, coupon.Policy{}, [2]siyu.Money{2460, 100}},
		"price above the price":    {two, []coupon.Promo{{ID: "p", Benefit: coupon.PriceEach(900)}}, coupon.Policy{}, [2]siyu.Money{300, 0}},
		"price of the dearest two": {two, []coupon.Promo{{ID: "p", Benefit: coupon.PriceEach(900).Units(2)}}, coupon.Policy{}, [2]siyu.Money{200, 0}},
		"amount off the dearest four": {
			two,
			[]coupon.Promo{{ID: "p", Benefit: coupon.UnitAmountOff(100).Units(4)}},
			coupon.Policy{},
			[2]siyu.Money{300, 50}, // the floor of B
		},
		"percent per line up to a maximum": {
			two,
			[]coupon.Promo{{ID: "p", Benefit: coupon.PercentOff(1000).UpTo(220)}},
			coupon.Policy{PerLine: true},
			[2]siyu.Money{150, 70},
		},
		"the floor sends it to the other line": {
			two, []coupon.Promo{{ID: "p", Benefit: coupon.AmountOff(1000)}}, coupon.Policy{}, [2]siyu.Money{900, 100},
		},
		"percent of the original, no more than is left": {
			two,
			[]coupon.Promo{{ID: "p", Benefit: coupon.PercentOff(9000)}, {ID: "q", Benefit: coupon.PercentOff(9000)}},
			coupon.Policy{Basis: coupon.Original},
			[2]siyu.Money{3000, 100},
		},
		"more than a hundred percent is all": {
			two, []coupon.Promo{{ID: "p", Benefit: coupon.PercentOff(1 << 40)}}, coupon.Policy{}, [2]siyu.Money{3000, 100},
		},
		"every step as often as it fits": {
			two, []coupon.Promo{{ID: "p", Benefit: coupon.Every(1, 1<<62)}}, coupon.Policy{}, [2]siyu.Money{3000, 100},
		},
	} {
		t.Run(name, func(t *testing.T) {
			quote, err := coupon.Evaluate(coupon.Cart{Lines: tt.lines}, tt.promos, &tt.policy)
			if err != nil {
				t.Fatal(err)
			}
			if got := [2]siyu.Money{quote.Lines[0].Discount, quote.Lines[1].Discount}; got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// 周三半价: by the wall clock of Shanghai, whatever zone the cart's instant is in.
func TestWeekly(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	promo := coupon.Promo{ID: "wed", Benefit: coupon.PercentOff(5000), Requires: coupon.Requires{
		Weekly: &coupon.Weekly{Days: []time.Weekday{time.Wednesday}, From: 10 * time.Hour, To: 14 * time.Hour, In: shanghai},
	}}
	for at, open := range map[string]bool{
		"2026-01-14T09:59:59+08:00": false,
		"2026-01-14T10:00:00+08:00": true,
		"2026-01-14T02:00:00Z":      true,
		"2026-01-14T13:59:59+08:00": true,
		"2026-01-14T14:00:00+08:00": false,
		"2026-01-14T12:00:00Z":      false, // 20:00 there
		"2026-01-15T12:00:00+08:00": false, // Thursday
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		quote, err := coupon.Evaluate(coupon.Cart{At: instant, Lines: []coupon.Line{{ID: "A", UnitPrice: 100, Quantity: 1}}}, []coupon.Promo{promo}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := quote.Discount > 0; got != open {
			t.Errorf("%s: open %t", at, got)
		}
	}
}

// Members come two hours early, to the window and to its Wednesdays.
func TestEarly(t *testing.T) {
	promo := coupon.Promo{ID: "wed", Benefit: coupon.PercentOff(5000), Requires: coupon.Requires{
		Window: siyu.Window{Start: noon, End: noon.Add(30 * 24 * time.Hour)},
		Weekly: &coupon.Weekly{Days: []time.Weekday{time.Wednesday, time.Thursday}, From: 10 * time.Hour, To: 14 * time.Hour, In: time.UTC},
		Early:  &coupon.Early{Groups: []string{"member"}, By: 2 * time.Hour},
	}}
	next := noon.Add(6*24*time.Hour - 4*time.Hour) // Wednesday, 8:00
	for _, tt := range []struct {
		at             time.Time
		others, member string
	}{
		{noon.Add(-2*time.Hour - time.Microsecond), "not_started", "not_started"},
		{noon.Add(-2 * time.Hour), "not_started", ""},
		{noon, "", ""},
		{next.Add(-time.Microsecond), "not_started", "not_started"},
		{next, "not_started", ""},
		{next.Add(2 * time.Hour), "", ""},
		{next.Add(6*time.Hour - time.Microsecond), "", ""},
		{next.Add(6 * time.Hour), "not_started", "not_started"},
		{noon.Add(30*24*time.Hour - time.Hour), "not_started", "not_started"}, // a Saturday
		{noon.Add(30 * 24 * time.Hour), "expired", "expired"},
	} {
		for group, want := range map[string]string{"other": tt.others, "member": tt.member} {
			cart := coupon.Cart{At: tt.at, Groups: []string{group}, Lines: []coupon.Line{{ID: "A", UnitPrice: 100, Quantity: 1}}}
			quote, err := coupon.Evaluate(cart, []coupon.Promo{promo}, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, r := range quote.Rejected {
				got = string(r.Reason)
			}
			if got != want {
				t.Errorf("%s at %s: %q, want %q", group, tt.at, got, want)
			}
		}
	}
}

// Every reason has a text in both languages, and refusals tell the gap.
func TestReason_Text(t *testing.T) {
	for _, r := range []coupon.Reason{
		coupon.NotStarted, coupon.Expired, coupon.OtherMoney, coupon.NotInvited, coupon.NoLine, coupon.BelowMin, coupon.AboveMax,
		coupon.TooFewUnits, coupon.InConflict, coupon.NotBetter, coupon.MaxReached, coupon.NoEffect, coupon.NoEligibleTo, coupon.Ended,
		coupon.SoldOut, coupon.UserLimit, coupon.QuotaReached, coupon.BudgetSpent, coupon.LockedElsewhere, coupon.LockExpired,
		coupon.LockRequired, coupon.AlreadyRedeemed, coupon.WrongOwner, coupon.InvalidTransition, coupon.Voided, coupon.Unknown,
		coupon.CodeUnknown, coupon.CodeSpace,
	} {
		zh, en := r.Text(siyu.Chinese), r.Text(siyu.English)
		if zh == string(r) || en == string(r) || zh == en {
			t.Errorf("%s: %q, %q", r, zh, en)
		}
	}
	for _, tt := range []struct{ got, want string }{
		{coupon.Rejected{Reason: coupon.TooFewUnits, GapUnits: 2}.Text(siyu.Chinese, siyu.CNY), "件数不足，还差 2 件"},
		{coupon.Rejected{Reason: coupon.InConflict, With: "A"}.Text(siyu.English, siyu.CNY), "cannot be combined with an applied offer: A"},
		{coupon.Rejected{Reason: coupon.NotBetter}.Text(siyu.English, siyu.CNY), "another combination saves more"},
		{coupon.Hint{GapUnits: 1, Next: coupon.Tier{At: 3, Rate: 1500, Max: 1000}}.Text(siyu.English, siyu.CNY), "1 more units for 15% off, at most 10.00 CNY"},
		{coupon.Hint{Gap: 5}.Text(siyu.Chinese, "XXX"), "还差 5 XXX"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
