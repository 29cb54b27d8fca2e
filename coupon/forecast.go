package coupon

import (
	"math"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/stats"
)

// Forecast is what a batch is likely to cost from now on.
type Forecast struct {
	Claimed  int64 `json:"claimed"` // coupons that the rate is estimated from
	Redeemed int64 `json:"redeemed"`

	Rate siyu.BPS `json:"rate"` // of coupons claimed that are redeemed (核销率)
	Low  siyu.BPS `json:"low"`  // the 95 % Wilson interval of the rate, rounded outward
	High siyu.BPS `json:"high"`

	Likely  siyu.Money `json:"likely"`   // at Rate
	AtLeast siyu.Money `json:"at_least"` // at Low
	AtMost  siyu.Money `json:"at_most"`  // at High; never above [BatchState.WorstCase]
}

// Forecast estimates what the batch costs from now on, as the promo's most times
// the coupons that are still going to be redeemed: of those out and those left
// to claim, all of which are taken as claimed, the redemption rate less those
// redeemed already. The rate is that of past batches whose use is over; without
// any, the batch's own so far, which is low while people still have time.
//
// The interval is of the rate, as if coupons were redeemed independently of each
// other; that the next batch is like the past ones is the caller's judgement. It
// is false where WorstCase is.
func (b BatchState) Forecast(p Promo, past ...BatchState) (Forecast, bool) {
	most, bounded := p.Most()
	if _, ok := b.WorstCase(p); !ok || !bounded {
		return Forecast{}, false
	}
	if len(past) == 0 {
		past = []BatchState{b}
	}
	f := Forecast{}
	for _, o := range past {
		f.Claimed, f.Redeemed = add(f.Claimed, max(o.Claimed, 0)), add(f.Redeemed, min(max(o.Redeemed, 0), max(o.Claimed, 0)))
	}
	low, high := stats.Wilson(int(f.Redeemed), int(f.Claimed), stats.Z95)
	f.Low, f.High = siyu.BPS(math.Floor(low*10_000)), siyu.BPS(math.Ceil(high*10_000))
	if f.Claimed > 0 {
		f.Rate = siyu.BPS(math.Round(float64(f.Redeemed) / float64(f.Claimed) * 10_000))
	}
	f.Likely, f.AtLeast, f.AtMost = b.costAt(f.Rate, most), b.costAt(f.Low, most), b.costAt(f.High, most)
	return f, true
}

// costAt is the cost of the coupons still to be redeemed at a rate.
func (b BatchState) costAt(rate siyu.BPS, most siyu.Money) siyu.Money {
	all := add(b.Claimed, b.Remaining())
	due, err := siyu.Money(all).Rate(rate, siyu.Ceil)
	if err != nil {
		due = siyu.Money(all)
	}
	return saturated(most, min(max(int64(due)-b.Redeemed, 0), max(all-b.Redeemed, 0)))
}
