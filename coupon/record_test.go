package coupon_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// A record that was stored as JSON replays on a quoter made anew of stored
// promos, and on no other.
func TestQuoter_Replay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, promos, policy := drawCart(t), drawPromos(t, 6), drawPolicy(t)
		policy.Mode = rapid.SampledFrom([]coupon.Mode{coupon.InSequence, coupon.Best}).Draw(t, "mode")
		record := func(promos []coupon.Promo) (*coupon.Quoter, coupon.Record) {
			q, err := coupon.NewQuoter(promos, &policy)
			if err != nil {
				t.Fatal(err)
			}
			r, err := q.Record(cart)
			if err != nil {
				t.Fatal(err)
			}
			return q, r
		}
		_, made := record(promos)
		stored, err := json.Marshal([]any{made, promos})
		if err != nil {
			t.Fatal(err)
		}
		var loaded coupon.Record
		var rules []coupon.Promo
		if err := json.Unmarshal(stored, &[]any{&loaded, &rules}); err != nil {
			t.Fatal(err)
		}
		q, _ := record(rules)
		if err := q.Replay(loaded); err != nil {
			t.Fatal(err)
		}
		loaded.Quote.Payable++
		if err := q.Replay(loaded); !errors.Is(err, siyu.ErrConflict) {
			t.Fatalf("a changed quote: %v", err)
		}
		other, _ := record(append(slices.Clone(promos), coupon.Promo{ID: "more", Benefit: coupon.AmountOff(1)}))
		if err := other.Replay(made); !errors.Is(err, siyu.ErrConflict) {
			t.Fatalf("other rules: %v", err)
		}
	})
}
