package offer

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
)

// Price is a limited-time price (限时价) as a percentage of the base price:
// 18 is 1.8折. It holds from the start of its window up to, not including, the
// end.
type Price struct {
	ID      string      `json:"id"`
	Percent int64       `json:"percent"`
	Window  siyu.Window `json:"window"`
}

// Validate refuses percentages outside 0 to 100, and windows without an end:
// a limited time has one.
func (p Price) Validate() error {
	if p.Percent < 0 || p.Percent > 100 {
		return siyu.Invalid("percent", "is not between 0 and 100")
	}
	if p.Window.End.IsZero() {
		return siyu.Invalid("window.end", "is missing: a limited-time price ends")
	}
	return siyu.Within("window", p.Window.Validate())
}

// Of returns base*percent/100, rounded half up.
func (p Price) Of(base siyu.Money) (siyu.Money, error) {
	return base.MulDiv(p.Percent, 100, siyu.HalfUp)
}

// PriceAt returns what a thing costs at an instant: the lowest of the prices
// that hold, else the base price with an empty id.
func PriceAt(base siyu.Money, prices []Price, now time.Time) (amount siyu.Money, id string, err error) {
	amount = base
	for i, p := range prices {
		if err := p.Validate(); err != nil {
			return 0, "", siyu.Within(fmt.Sprintf("prices[%d]", i), err)
		}
		if !p.Window.Contains(now) {
			continue
		}
		reduced, err := p.Of(base)
		if err != nil {
			return 0, "", err
		}
		if id == "" || reduced < amount {
			amount, id = reduced, p.ID
		}
	}
	return amount, id, nil
}
