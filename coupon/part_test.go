package coupon_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/memstore"
)

const month = 30 * 24 * time.Hour

func threePayments() coupon.Batch {
	return coupon.Batch{ID: "B", Promo: "10-off", Quota: 8, PerUser: 1, Parts: []coupon.Part{
		{ValidFor: month}, {After: month, ValidFor: month}, {Promo: "20-off", Use: siyu.Window{Start: noon.Add(3 * month)}},
	}}
}

func TestParts_claim(t *testing.T) {
	d := newDesk(t, coupon.Terms{})
	d.batch(threePayments())
	first := d.claim("u", "k")
	if !first.OK() || len(first.Coupons) != 3 || first.Coupon.ID != first.Coupons[0].ID {
		t.Fatalf("got %+v", first)
	}
	for i, want := range []struct {
		promo coupon.PromoID
		use   siyu.Window
	}{
		{"10-off", siyu.Window{End: noon.Add(month)}},
		{"10-off", siyu.Window{Start: noon.Add(month), End: noon.Add(2 * month)}},
		{"20-off", siyu.Window{Start: noon.Add(3 * month)}},
	} {
		if c := first.Coupons[i]; c.Promo != want.promo || c.Usable != want.use || c.User != "u" {
			t.Errorf("part %d: %+v, want %+v", i, c, want)
		}
	}
	if again := d.claim("u", "k"); !again.Replayed || len(again.Coupons) != 3 || again.Coupons[2].ID != first.Coupons[2].ID {
		t.Errorf("again: %+v", again)
	}
	d.want("a second claim", d.claim("u", "k2"), nil, coupon.UserLimit, "")
	d.want("another user", d.claim("v", "k"), nil, "", coupon.StateClaimed)
	d.want("two are left of a claim of three", d.claim("w", "k"), nil, coupon.SoldOut, "")

	second := coupon.RedeemRequest{Coupon: first.Coupons[1].ID, Order: "o"}
	r, err := d.Redeem(t.Context(), second)
	d.want("the second before its time", r, err, coupon.NotStarted, "")
	d.clock.Advance(month)
	r, err = d.Redeem(t.Context(), second)
	d.want("the second in its time", r, err, "", coupon.StateRedeemed)
	r, err = d.Redeem(t.Context(), coupon.RedeemRequest{Coupon: first.Coupon.ID, Order: "o"})
	d.want("the first after its time", r, err, coupon.Expired, "")
}

// Groups and campaigns give all parts of a claim or none, too.
func TestParts_manyAndGroups(t *testing.T) {
	d := newDesk(t, coupon.Terms{})
	d.batch(threePayments())
	batcher, err := d.NewBatcher(0)
	if err != nil {
		t.Fatal(err)
	}
	r, err := batcher.Claim(t.Context(), coupon.ClaimRequest{Batch: "B", User: "u", Key: "k"})
	if err != nil || len(r.Coupons) != 3 {
		t.Fatalf("group: %+v, %v", r, err)
	}
	many, err := d.ClaimMany(t.Context(), coupon.ClaimManyRequest{Batch: "B", Users: []siyu.UserID{"u", "v", "w"}, Key: "k"})
	if err != nil || len(many.Coupons) != 3 || many.Coupons[2].User != "v" || many.Refused["u"] != coupon.UserLimit || many.Refused["w"] != coupon.SoldOut {
		t.Errorf("many: %+v, %v", many, err)
	}
	if b, err := d.Batch(t.Context(), "B"); err != nil || b.Claimed != 6 {
		t.Errorf("claimed %d, %v", b.Claimed, err)
	}
}

func TestParts_validate(t *testing.T) {
	for field, b := range map[string]coupon.Batch{
		"parts[1].after":     {Parts: []coupon.Part{{}, {After: -1}}},
		"parts[0].valid_for": {Parts: []coupon.Part{{ValidFor: 1, Use: siyu.Window{End: noon}}}},
		"parts":              {ValidFor: 1, Parts: []coupon.Part{{}}},
		"parts[0].use":       {Parts: []coupon.Part{{Use: siyu.Window{Start: noon, End: noon}}}},
	} {
		b.ID = "B"
		var invalid *siyu.InvalidError
		if err := b.Validate(); !errors.As(err, &invalid) || len(invalid.Field) < len(field) || invalid.Field[:len(field)] != field {
			t.Errorf("got %v, want field %s", err, field)
		}
	}
}

// Three payments of 消费金 (shopping money), one a month, by a single claim.
func ExamplePart() {
	ctx := context.Background()
	clock := siyu.NewManualClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	desk := coupon.New(memstore.New().Coupons(), &coupon.Options{Clock: clock})
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	must(desk.SaveBatch(ctx, coupon.Batch{ID: "payments", Promo: "100-off", Quota: 3000, PerUser: 1, Parts: []coupon.Part{
		{ValidFor: month}, {After: month, ValidFor: month}, {After: 2 * month, ValidFor: month},
	}}))
	claim, err := desk.Claim(ctx, coupon.ClaimRequest{Batch: "payments", User: "ada", Key: "app"})
	must(err)
	for _, c := range claim.Coupons {
		fmt.Println("until", c.Usable.End.Format(time.DateOnly))
	}
	again, err := desk.Claim(ctx, coupon.ClaimRequest{Batch: "payments", User: "ada", Key: "again"})
	must(err)
	fmt.Println(again.Reason.Text(siyu.English))
	// Output:
	// until 2026-01-31
	// until 2026-03-02
	// until 2026-04-01
	// the limit per person is reached
}
