package referral_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// The sum of the slots is the total.
func TestRule_totalIsTheSumOfSlots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := referral.Rule{Kind: referral.TieredCount, Mode: referral.Stack}
		from := int64(0)
		for range rapid.IntRange(1, 4).Draw(t, "tiers") {
			from += rapid.Int64Range(1, 5).Draw(t, "from")
			r.Tiers = append(r.Tiers, referral.Tier{From: from, Amount: siyu.Money(rapid.Int64Range(0, 1000).Draw(t, "amount"))})
		}
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 1:
			r = referral.Rule{Kind: referral.Milestone, Every: from, Amount: 7}
		case 2:
			r = referral.Rule{Kind: referral.Milestone, Steps: []referral.Step{{At: 1, Amount: 5}, {At: 1 + from, Amount: 9}}}
		}
		var sum siyu.Money
		for n := range int64(30) {
			sum += r.Slot(n)
			if total, err := r.Total(n); err != nil || total != sum {
				t.Fatalf("T(%d) = %d, %v; the slots add up to %d", n, total, err, sum)
			}
		}
	})
}

// F(v) equals the same in exact fractions, rounded once.
func TestRule_onVolumeIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mode := rapid.SampledFrom([]siyu.Rounding{siyu.Floor, siyu.HalfUp, siyu.HalfEven}).Draw(t, "rounding")
		r := referral.Rule{Kind: referral.TieredVolume, Mode: referral.Marginal, Rounding: &mode}
		from := int64(0)
		for range rapid.IntRange(1, 4).Draw(t, "tiers") {
			r.Tiers = append(r.Tiers, referral.Tier{From: from, BPS: siyu.BPS(rapid.Int64Range(0, 10000).Draw(t, "bps"))})
			from += rapid.Int64Range(1, 1<<uint(rapid.IntRange(1, 60).Draw(t, "bits"))).Draw(t, "from")
		}
		v := rapid.Int64Range(0, 1<<62).Draw(t, "v")
		exact := new(big.Int) // in ten-thousandths
		for i, tier := range r.Tiers {
			end := v
			if i+1 < len(r.Tiers) {
				end = min(end, r.Tiers[i+1].From)
			}
			if slice := end - tier.From; slice > 0 {
				exact.Add(exact, new(big.Int).Mul(big.NewInt(slice), big.NewInt(int64(tier.BPS))))
			}
		}
		units, rest := new(big.Int).DivMod(exact, big.NewInt(10_000), new(big.Int))
		want := units.Int64()
		switch double := 2 * rest.Int64(); {
		case mode == siyu.HalfUp && double >= 10_000, mode == siyu.HalfEven && (double > 10_000 || double == 10_000 && want%2 == 1):
			want++
		}
		if got, err := r.OnVolume(siyu.Money(v)); err != nil || int64(got) != want {
			t.Fatalf("F(%d) = %d, %v; want %d", v, got, err, want)
		}
	})
}
