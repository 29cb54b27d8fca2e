package coupon

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
)

// MaxParts is how many coupons one claim gives at most.
const MaxParts = 60

// Part is one of the coupons that a claim of a [Batch] with parts gives (分期发放
// 的消费金): a promo and a window of use of its own.
type Part struct {
	Promo PromoID     `json:"promo,omitempty"` // empty: the batch's
	Use   siyu.Window `json:"use,omitzero"`    // when it may be used

	After    time.Duration `json:"after,omitempty"`     // how long after the claim, instead of Use.Start
	ValidFor time.Duration `json:"valid_for,omitempty"` // from its start or else the claim, instead of Use.End
}

func (p Part) validate() error {
	switch {
	case p.After < 0:
		return siyu.Invalid("after", "is negative")
	case p.After > 0 && !p.Use.Start.IsZero():
		return siyu.Invalid("after", "and a start of use exclude each other")
	case p.ValidFor < 0:
		return siyu.Invalid("valid_for", "is negative")
	case p.ValidFor > 0 && !p.Use.End.IsZero():
		return siyu.Invalid("valid_for", "and an end of use exclude each other")
	case p.After > 0 && !p.Use.End.IsZero():
		return siyu.Invalid("after", "and a fixed end of use exclude each other")
	}
	return siyu.Within("use", p.Use.Validate())
}

// usable is the part's window of use for a claim at now.
func (p Part) usable(now time.Time) siyu.Window {
	w := p.Use
	if p.After > 0 {
		w.Start = now.Add(p.After)
	}
	if p.ValidFor > 0 {
		from := w.Start
		if from.IsZero() {
			from = now
		}
		w.End = from.Add(p.ValidFor)
	}
	return w
}

func (b Batch) validateParts() error {
	switch {
	case len(b.Parts) == 0:
		return nil
	case len(b.Parts) > MaxParts:
		return siyu.Invalid("parts", "are %d, the limit is %d", len(b.Parts), MaxParts)
	case b.Use != (siyu.Window{}) || b.ValidFor > 0:
		return siyu.Invalid("parts", "have windows of use of their own, the batch has none beside")
	}
	for i, p := range b.Parts {
		if err := p.validate(); err != nil {
			return siyu.Within(fmt.Sprintf("parts[%d]", i), err)
		}
	}
	return nil
}

// issueAll makes the coupons that one claim at now hands out. The first has the
// claim's id.
func (b Batch) issueAll(id CouponID, user siyu.UserID, now time.Time) []Coupon {
	if len(b.Parts) == 0 {
		return []Coupon{b.issue(id, user, now)}
	}
	list := make([]Coupon, len(b.Parts))
	for i, p := range b.Parts {
		own := id
		if i > 0 {
			own = CouponID(shortID(string(id), "part", fmt.Sprint(i)))
		}
		list[i] = b.issue(own, user, now)
		list[i].Usable = p.usable(now)
		if p.Promo != "" {
			list[i].Promo = p.Promo
		}
	}
	return list
}

// perClaim is how many coupons one claim hands out.
func (b Batch) perClaim() int { return max(len(b.Parts), 1) }
