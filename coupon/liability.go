package coupon

import (
	"iter"
	"math"

	"github.com/siyu-go/siyu"
)

// Most returns the most that one use of the promo can give, and false if there
// is no such amount, as for a percentage without a maximum. Rounding on every
// line ([Policy].PerLine) may add less than a minor unit a line.
func (p Promo) Most() (most siyu.Money, bounded bool) {
	b, top := p.Benefit, p.Requires.MaxSpend
	rate := func(bps siyu.BPS, limit siyu.Money) (siyu.Money, bool) {
		most, bounded := limit, limit > 0
		if top > 0 && !p.Requires.WholeCart && p.Requires.SpendBasis != Remaining {
			if m, err := top.Rate(bps, siyu.Ceil); err == nil && (!bounded || m < most) {
				most, bounded = m, true
			}
		}
		return most, bounded
	}
	switch b.Kind {
	case KindGift:
		return 0, true // in money; what the item costs is the host's to know
	case KindAmount:
		return b.Amount, true
	case KindPercent, KindPercentUnits:
		return rate(b.Rate, b.Max)
	case KindLadder:
		for _, t := range b.Tiers {
			amount := t.Amount
			if t.Rate > 0 {
				var ok bool
				if amount, ok = rate(t.Rate, t.Max); !ok {
					return 0, false
				}
			}
			most = max(most, amount)
		}
		return most, true
	case KindEvery:
		return saturated(b.Amount, b.MaxTimes), b.MaxTimes > 0
	case KindUnitAmount:
		return saturated(b.Amount, b.MaxUnits), b.MaxUnits > 0
	}
	return 0, false
}

// WorstCase returns the most that the batch can still cost if every coupon that
// is out or can still be claimed is redeemed for what the promo gives at most.
// It is false where there is no such amount: an unlimited batch, a promo without
// a maximum, or beyond 64 bits.
func (b BatchState) WorstCase(p Promo) (worst siyu.Money, bounded bool) {
	most, ok := p.Most()
	if !ok || b.Quota == Unlimited {
		return 0, false
	}
	worst = saturated(most, max(b.Claimed-b.Redeemed, 0)+b.Remaining())
	return worst, worst < math.MaxInt64
}

// Difference is a cart that two versions of the rules price differently.
type Difference struct {
	Index         int // of the cart
	Cart          Cart
	Before, After Quote
}

// Comparison sums up how two versions of the rules price the same carts.
type Comparison struct {
	Carts    int
	Cheaper  int        // carts that pay less than before
	Dearer   int        // carts that pay more
	Discount siyu.Money // given more than before over all; negative: less
}

// Compare prices recorded carts by two versions of the rules, tells each of
// those whose price differs, and sums up. It ends early if tell returns false.
func Compare(before, after *Quoter, carts iter.Seq[Cart], tell func(Difference) bool) (Comparison, error) {
	var sum Comparison
	for cart := range carts {
		old, err := before.Quote(cart)
		if err != nil {
			return sum, err
		}
		now, err := after.Quote(cart)
		if err != nil {
			return sum, err
		}
		sum.Carts++
		if old.Payable == now.Payable {
			continue
		}
		if now.Payable < old.Payable {
			sum.Cheaper++
		} else {
			sum.Dearer++
		}
		if sum.Discount, err = sum.Discount.Add(old.Payable - now.Payable); err != nil {
			return sum, err
		}
		if tell != nil && !tell(Difference{Index: sum.Carts - 1, Cart: cart, Before: old, After: now}) {
			break
		}
	}
	return sum, nil
}
