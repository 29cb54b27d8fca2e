package coupon_test

import (
	"errors"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

func TestSaveBatch_keepsWhatWasAnnounced(t *testing.T) {
	d, ctx := newDesk(t, coupon.Terms{}), t.Context()
	promised := coupon.Batch{ID: "B", Quota: 10, Announced: true, Claim: siyu.Window{End: noon.Add(time.Hour)}}
	d.batch(promised)
	d.claim("u", "k")
	for field, change := range map[string]func(*coupon.Batch){
		"batch.quota":     func(b *coupon.Batch) { b.Quota = 11 },
		"batch.claim":     func(b *coupon.Batch) { b.Claim.End = b.Claim.End.Add(time.Second) },
		"batch.announced": func(b *coupon.Batch) { b.Announced = false },
	} {
		b := promised
		change(&b)
		var invalid *siyu.InvalidError
		if err := d.SaveBatch(ctx, b); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want %s", err, field)
		}
	}
	endless, unlimited, less := promised, promised, promised
	endless.Claim.End, unlimited.Quota, less.Quota = time.Time{}, coupon.Unlimited, 9
	for _, b := range []coupon.Batch{endless, unlimited} {
		if err := d.SaveBatch(ctx, b); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%+v: %v", b, err)
		}
	}
	d.batch(less)
	state, err := d.Batch(ctx, "B")
	if err != nil || state.Quota != 9 || state.Claimed != 1 || !state.Claim.End.Equal(promised.Claim.End) {
		t.Errorf("got %+v, %v", state, err)
	}
}

func TestExtend_isAnEvent(t *testing.T) {
	d, ctx := newDesk(t, coupon.Terms{}), t.Context()
	d.batch(coupon.Batch{ID: "B", Quota: 10, Announced: true})
	more := coupon.Extension{Batch: coupon.Batch{ID: "B", Quota: 20, Announced: true}, By: "ops-1", Why: "warehouse found more", Key: "k"}
	for range 2 {
		if err := d.Extend(ctx, more); err != nil {
			t.Fatal(err)
		}
	}
	var events []siyu.Event
	for e, err := range d.store.Events().Events(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e.Event)
	}
	if len(events) != 1 || events[0].Name != "coupon.batch_extended" || events[0].User != "ops-1" ||
		events[0].Props["quota_before"] != "10" || events[0].Props["quota"] != "20" || events[0].Props["why"] != more.Why {
		t.Errorf("got %+v", events)
	}
	more.Why = ""
	if err := d.Extend(ctx, more); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("without a reason: %v", err)
	}
}

func TestBatchState_Forecast(t *testing.T) {
	promo := coupon.Promo{ID: "p", Benefit: coupon.AmountOff(1_00)}
	b := coupon.BatchState{Batch: coupon.Batch{Quota: 1000}, Claimed: 400, Redeemed: 50}
	past := coupon.BatchState{Batch: coupon.Batch{Quota: 100}, Claimed: 100, Redeemed: 30}
	// Wilson, 30 of 100: 0.21895 to 0.39585.
	want := coupon.Forecast{
		Claimed: 100, Redeemed: 30, Rate: 3000, Low: 2189, High: 3959,
		Likely: 250_00, AtLeast: 169_00, AtMost: 346_00,
	}
	if got, ok := b.Forecast(promo, past); !ok || got != want {
		t.Errorf("got %+v, %v, want %+v", got, ok, want)
	}
	nothing, ok := coupon.BatchState{Batch: coupon.Batch{Quota: 1000}}.Forecast(promo)
	if !ok || nothing.Low != 0 || nothing.High != 10_000 || nothing.AtMost != 1000_00 {
		t.Errorf("nothing known: %+v, %v", nothing, ok)
	}
	b.Quota = coupon.Unlimited
	if _, ok := b.Forecast(promo, past); ok {
		t.Error("an unlimited batch has no forecast")
	}
}
