package attribution

import (
	"cmp"
	"maps"
	"slices"

	"github.com/siyu-go/siyu"
)

// Cost is what a channel cost and what came of it.
type Cost struct {
	Channel     string     `json:"channel"`
	Spend       siyu.Money `json:"spend"`
	Credit      siyu.Money `json:"credit"`
	Conversions int64      `json:"conversions_milli"` // thousandths

	// CAC is the spend per conversion, rounded half up; 0 with Conversions 0.
	CAC siyu.Money `json:"cac"`
	// ROI is (credit - spend) / spend, ROAS credit / spend; 0 without a spend.
	ROI  siyu.BPS `json:"roi_bps"`
	ROAS siyu.BPS `json:"roas_bps"`
}

// Costs puts the spend per channel beside its credit, by channel. A channel
// with a spend and no touch is there too. It fails with [siyu.ErrOverflow] or,
// for a negative spend, with [siyu.ErrInvalid].
func Costs(r Report, spend map[string]siyu.Money) ([]Cost, error) {
	rest := maps.Clone(spend)
	var costs []Cost
	for _, c := range r.Channels {
		costs = append(costs, Cost{Channel: c.Channel, Spend: rest[c.Channel], Credit: c.Credit, Conversions: c.Conversions})
		delete(rest, c.Channel)
	}
	for _, channel := range slices.Sorted(maps.Keys(rest)) {
		costs = append(costs, Cost{Channel: channel, Spend: rest[channel]})
	}
	slices.SortStableFunc(costs, func(a, b Cost) int { return cmp.Compare(a.Channel, b.Channel) })
	for i := range costs {
		if err := costs[i].rates(); err != nil {
			return nil, siyu.Within("spend."+costs[i].Channel, err)
		}
	}
	return costs, nil
}

func (c *Cost) rates() (err error) {
	if c.Spend < 0 {
		return siyu.Invalid("", "is negative")
	}
	if c.Conversions > 0 {
		if c.CAC, err = c.Spend.MulDiv(1000, c.Conversions, siyu.HalfUp); err != nil {
			return err
		}
	}
	if c.Spend == 0 {
		return nil
	}
	roas, err := c.Credit.MulDiv(10_000, int64(c.Spend), siyu.HalfUp)
	if err != nil {
		return err
	}
	c.ROAS, c.ROI = siyu.BPS(roas), siyu.BPS(roas)-10_000
	return nil
}

// Payback returns at which purchase, counted from 1, the mean value of the
// purchases so far covers the cost of acquiring a customer; 0 if none does.
// values[k] is the mean value of purchase k+1 per customer acquired, margins
// rather than turnover if the answer is to mean profit.
func Payback(cac siyu.Money, values []siyu.Money) (purchase int, err error) {
	var sum siyu.Money
	for i, v := range values {
		if sum, err = sum.Add(v); err != nil {
			return 0, err
		}
		if sum >= cac {
			return i + 1, nil
		}
	}
	return 0, nil
}
