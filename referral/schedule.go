package referral

import (
	"sort"

	"github.com/siyu-go/siyu"
)

// Slot returns what the n-th live qualification is worth while it is the last:
// the tier's amount for TieredCount (either mode), Amount for Flat, the step
// reached at n for Milestone. Percent and TieredVolume go by amounts, see
// [Rule.OnVolume].
func (r Rule) Slot(n int64) siyu.Money {
	switch r.Kind {
	case Flat:
		return r.Amount
	case TieredCount:
		if i := r.tier(n); i >= 0 {
			return r.Tiers[i].Amount
		}
	case Milestone:
		if r.Every > 0 && n > 0 && n%r.Every == 0 {
			return r.Amount
		}
		for _, s := range r.Steps {
			if s.At == n {
				return s.Amount
			}
		}
	}
	return 0
}

// Total returns T(n), what n live qualifications earn one person by this rule
// when no cap applies: the sum of slots, or n times the last slot in Whole
// mode. Percent and TieredVolume answer 0.
func (r Rule) Total(n int64) (siyu.Money, error) {
	if n <= 0 {
		return 0, nil
	}
	switch r.Kind {
	case Flat:
		return r.Amount.Times(n)
	case TieredCount:
		if r.Mode == Whole {
			return r.Slot(n).Times(n)
		}
		return r.stacked(n)
	case Milestone:
		if r.Every > 0 {
			return r.Amount.Times(n / r.Every)
		}
		var total siyu.Money
		for _, s := range r.Steps {
			var err error
			if s.At > n {
				break
			}
			if total, err = total.Add(s.Amount); err != nil {
				return 0, err
			}
		}
		return total, nil
	}
	return 0, nil
}

func (r Rule) stacked(n int64) (siyu.Money, error) {
	var total siyu.Money
	for i, t := range r.Tiers {
		end := n + 1 // first slot after this tier
		if i+1 < len(r.Tiers) {
			end = min(end, r.Tiers[i+1].From)
		}
		if slots := end - max(t.From, 1); slots > 0 {
			part, err := t.Amount.Times(slots)
			if err != nil {
				return 0, err
			}
			if total, err = total.Add(part); err != nil {
				return 0, err
			}
		}
	}
	return total, nil
}

// OnVolume returns what a live volume v earns by this rule when no cap applies:
// for TieredVolume F(v), the slices at their rates rounded once on the total, or
// v at the rate of its tier in Whole mode; for Percent v at the rule's rate as
// one order. Other kinds answer 0.
func (r Rule) OnVolume(v siyu.Money) (siyu.Money, error) {
	switch {
	case v <= 0:
		return 0, nil
	case r.Kind == Percent:
		m, err := v.Rate(r.BPS, r.rounding())
		if err == nil && r.MaxAmount != nil {
			m = min(m, *r.MaxAmount)
		}
		return m, err
	case r.Kind != TieredVolume:
		return 0, nil
	case r.Mode == Whole:
		return v.Rate(r.rate(v), r.rounding())
	}
	return r.slices(v)
}

// slices adds up slice*rate over the tiers and rounds the total once. Each
// product is split in whole units and a rest below 10000, so that the sum needs
// no more than 64 bits.
func (r Rule) slices(v siyu.Money) (siyu.Money, error) {
	const whole = 10_000
	var units, rest siyu.Money
	for i, t := range r.Tiers {
		end := int64(v)
		if i+1 < len(r.Tiers) {
			end = min(end, r.Tiers[i+1].From)
		}
		slice := end - max(t.From, 0)
		if slice <= 0 {
			continue
		}
		high, err := siyu.Money(slice / whole).Times(int64(t.BPS))
		if err != nil {
			return 0, err
		}
		if units, err = units.Add(high); err != nil {
			return 0, err
		}
		low := slice % whole * int64(t.BPS)
		units += siyu.Money(low / whole) // below 10000 a tier
		rest += siyu.Money(low % whole)
	}
	// Ties to even look at the last unit of the total, so one odd unit stays in.
	odd := units & 1
	rounded, err := (rest + odd*whole).MulDiv(1, whole, r.rounding())
	if err != nil {
		return 0, err
	}
	return (units - odd).Add(rounded)
}

// share returns what the volume from base to base+amount earns, rounded so that
// adjacent shares add up to the whole. In Whole mode every slice is paid at
// rate; in Marginal mode rate is not used.
func (r Rule) share(base, amount siyu.Money, rate siyu.BPS) (siyu.Money, error) {
	end, err := base.Add(amount)
	if err != nil {
		return 0, err
	}
	f := r.OnVolume
	if r.Mode == Whole {
		f = func(v siyu.Money) (siyu.Money, error) { return v.Rate(rate, r.rounding()) }
	}
	upper, err := f(end)
	if err != nil {
		return 0, err
	}
	lower, err := f(base)
	if err != nil {
		return 0, err
	}
	return upper.Sub(lower)
}

// tier returns the index of the last tier with from <= n, or -1.
func (r Rule) tier(n int64) int {
	return sort.Search(len(r.Tiers), func(i int) bool { return r.Tiers[i].From > n }) - 1
}

// rate returns the rate of the tier that volume v reaches.
func (r Rule) rate(v siyu.Money) siyu.BPS {
	if i := r.tier(int64(v)); i >= 0 {
		return r.Tiers[i].BPS
	}
	return 0
}

func (r Rule) rounding() siyu.Rounding {
	if r.Rounding == nil {
		return siyu.Floor
	}
	return *r.Rounding
}
