package coupon_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

func TestCheckRenewal(t *testing.T) {
	const days = 24 * time.Hour
	promo := coupon.Promo{
		ID: "p", Scope: coupon.Scope{Tags: []string{"fund", "gold"}}, Benefit: coupon.AmountOff(5_00),
		Requires: coupon.Requires{MinSpend: 100_00, Groups: []string{"new", "vip"}},
	}
	first := coupon.Offer{Promo: promo, Batch: coupon.Batch{ID: "A", Quota: 100, Announced: true, Claim: siyu.Window{Start: noon, End: noon.Add(days)}}}
	// again is the offer once more, under new ids and with a promo written otherwise.
	again := func(start, end time.Duration) coupon.Offer {
		o := first
		o.Batch.ID, o.Promo.ID, o.Promo.Priority = "B", "q", 7
		o.Batch.Claim = siyu.Window{Start: noon.Add(start), End: noon.Add(end)}
		o.Promo.Requires.Window = o.Batch.Claim
		o.Promo.Scope.Tags, o.Promo.Requires.Groups = []string{"gold", "fund"}, []string{"vip", "new", "new"}
		return o
	}
	with := func(o coupon.Offer, change func(*coupon.Offer)) coupon.Offer {
		change(&o)
		return o
	}
	for name, tt := range map[string]struct {
		before, next coupon.Offer
		within       time.Duration
		field        string // empty: may be published
	}{
		"as soon as it ends":      {first, again(days, 2*days), 0, "batch.claim"},
		"while it runs":           {first, again(0, 2*days), 0, "batch.claim"},
		"without an end":          {first, with(again(0, 2*days), func(o *coupon.Offer) { o.Batch.Claim = siyu.Window{} }), 0, "batch.claim"},
		"four weeks later":        {first, again(29*days, 40*days), 0, "batch.claim"},
		"a month later":           {first, again(31*days, 40*days), 0, ""},
		"a week later, of a week": {first, again(8*days, 9*days), 7 * days, ""},
		"no later end":            {first, again(0, days), 0, ""},
		"the same batch":          {first, with(again(days, 2*days), func(o *coupon.Offer) { o.Batch.ID = "A" }), 0, ""},
		"not announced":           {with(first, func(o *coupon.Offer) { o.Batch.Announced = false }), again(days, 2*days), 0, ""},
		"others are asked":        {first, with(again(days, 2*days), func(o *coupon.Offer) { o.Promo.Requires.Groups = []string{"old"} }), 0, ""},
		"less is given":           {first, with(again(days, 2*days), func(o *coupon.Offer) { o.Promo.Benefit.Amount-- }), 0, ""},
		"nothing to claim":        {first, with(again(days, 2*days), func(o *coupon.Offer) { o.Batch.Quota = 0 }), 0, ""},
		"only the quota was announced": {
			with(first, func(o *coupon.Offer) { o.Batch.Claim.End = time.Time{} }), again(90*days, 91*days), 0, "batch.quota",
		},
		"nothing was announced in fact": {
			with(first, func(o *coupon.Offer) { o.Batch.Claim.End, o.Batch.Quota = time.Time{}, coupon.Unlimited }), again(days, 2*days), 0, "",
		},
	} {
		err := coupon.CheckRenewal(tt.next, []coupon.Offer{{Batch: coupon.Batch{ID: "other", Announced: true}}, tt.before}, tt.within)
		var invalid *siyu.InvalidError
		if tt.field == "" && err != nil || tt.field != "" && (!errors.As(err, &invalid) || invalid.Field != tt.field) {
			t.Errorf("%s: %v, want %q", name, err, tt.field)
		}
	}
	if err := coupon.CheckRenewal(first, nil, -1); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("negative time: %v", err)
	}
}

// The last chance of Friday must not be another last chance on Saturday.
func ExampleCheckRenewal() {
	promo := coupon.Promo{ID: "5-off-100", Requires: coupon.Requires{MinSpend: 100_00}, Benefit: coupon.AmountOff(5_00)}
	friday := coupon.Offer{Promo: promo, Batch: coupon.Batch{
		ID: "friday", Quota: 500, Announced: true, Claim: siyu.Window{Start: noon, End: noon.Add(12 * time.Hour)},
	}}
	saturday := coupon.Offer{Promo: promo, Batch: coupon.Batch{
		ID: "saturday", Quota: 500, Announced: true, Claim: siyu.Window{Start: noon.Add(12 * time.Hour), End: noon.Add(24 * time.Hour)},
	}}
	fmt.Println(coupon.CheckRenewal(saturday, []coupon.Offer{friday}, 0))
	// Output:
	// invalid batch.claim: renews batch friday, whose end was announced to be 2026-01-16T00:00:00Z
}
