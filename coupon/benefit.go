package coupon

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/siyu-go/siyu"
)

// Kind says how a [Benefit] is worked out.
type Kind string

// The kinds of benefit. Each has a constructor of a similar name.
const (
	KindAmount       Kind = "amount"        // a fixed amount off
	KindPercent      Kind = "percent"       // a rate off, perhaps up to a maximum
	KindLadder       Kind = "ladder"        // the highest tier reached, on the whole
	KindEvery        Kind = "every"         // an amount for each full step spent
	KindUnitAmount   Kind = "unit_amount"   // an amount off each unit
	KindPercentUnits Kind = "percent_units" // a rate off the dearest units
	KindUnitPrice    Kind = "unit_price"    // each unit at a fixed price
	KindGift         Kind = "gift"          // something on top, and no discount
)

// Benefit is what a promo gives. Make one with [AmountOff], [PercentOff],
// [Ladder], [Every], [UnitAmountOff], [PercentOffUnits], [PriceEach] or [GiveItem]
// and refine it with its methods; fields that its kind does not use must be zero.
type Benefit struct {
	Kind     Kind
	Amount   siyu.Money // amount, every, unit_amount, unit_price
	Rate     siyu.BPS   // percent, percent_units: 1500 is 15 % off, 八五折
	Max      siyu.Money // percent: the most it gives; 0: no maximum
	Rounding *siyu.Rounding

	Tiers   []Tier  // ladder, in any order
	Measure Measure // ladder: what At is compared with; empty: Spend
	Basis   Basis   // ladder, every: of the spend; empty: Original

	Step     siyu.Money // every
	MaxTimes int64      // every: at most so many steps; 0: no maximum
	MaxUnits int64      // unit kinds: at most so many units, the dearest first; 0: all

	Item  ItemID // gift
	Count int64  // gift: how many of the item
}

// Tier is one step of a ladder: from At on, the whole spend earns Amount, or
// Rate up to Max.
type Tier struct {
	At     siyu.Money `json:"at"` // minor units, or a count for ByQuantity
	Amount siyu.Money `json:"amount,omitempty"`
	Rate   siyu.BPS   `json:"bps,omitempty"`
	Max    siyu.Money `json:"max,omitempty"` // of Rate; 0: no maximum
}

// Measure says what a ladder counts.
type Measure string

// The two measures.
const (
	Spend    Measure = "spend"
	Quantity Measure = "quantity"
)

// AmountOff gives a fixed amount (立减), at most what the lines have left.
func AmountOff(amount siyu.Money) Benefit { return Benefit{Kind: KindAmount, Amount: amount} }

// PercentOff gives a rate of the eligible sum: 1500 is 15 % off (八五折).
func PercentOff(rate siyu.BPS) Benefit { return Benefit{Kind: KindPercent, Rate: rate} }

// Ladder gives the highest tier that the eligible spend reaches, on the whole
// spend and not per bracket (阶梯满减): spend 10,000 get 400, 50,000 get 1,600.
func Ladder(tiers ...Tier) Benefit { return Benefit{Kind: KindLadder, Tiers: tiers} }

// Every gives amount for each full step of eligible spend (每满减).
func Every(step, amount siyu.Money) Benefit {
	return Benefit{Kind: KindEvery, Step: step, Amount: amount}
}

// UnitAmountOff takes an amount off each eligible unit.
func UnitAmountOff(amount siyu.Money) Benefit {
	return Benefit{Kind: KindUnitAmount, Amount: amount}
}

// PercentOffUnits takes a rate off the dearest eligible units, at most maxUnits
// of them; 0 is all.
func PercentOffUnits(rate siyu.BPS, maxUnits int64) Benefit {
	return Benefit{Kind: KindPercentUnits, Rate: rate, MaxUnits: maxUnits}
}

// PriceEach sells each eligible unit at a fixed price (一口价); units that cost
// less already stay as they are.
func PriceEach(price siyu.Money) Benefit { return Benefit{Kind: KindUnitPrice, Amount: price} }

// UpTo caps a percent benefit at amount.
func (b Benefit) UpTo(amount siyu.Money) Benefit { b.Max = amount; return b }

// Rounded names the rounding of a rate, instead of the policy's.
func (b Benefit) Rounded(mode siyu.Rounding) Benefit { b.Rounding = &mode; return b }

// OnRemaining makes a ladder or an every benefit measure what earlier promos
// left of the spend.
func (b Benefit) OnRemaining() Benefit { b.Basis = Remaining; return b }

// ByQuantity makes a ladder count units instead of spend.
func (b Benefit) ByQuantity() Benefit { b.Measure = Quantity; return b }

// Times caps an every benefit at n steps.
func (b Benefit) Times(n int64) Benefit { b.MaxTimes = n; return b }

// Units limits a unit benefit to the n dearest units.
func (b Benefit) Units(n int64) Benefit { b.MaxUnits = n; return b }

// benefitFields lists the fields that each kind may use, by their JSON names.
var benefitFields = map[Kind][]string{
	KindAmount:       {"amount"},
	KindPercent:      {"bps", "max", "rounding"},
	KindLadder:       {"tiers", "measure", "basis", "rounding"},
	KindEvery:        {"amount", "step", "max_times", "basis"},
	KindUnitAmount:   {"amount", "max_units"},
	KindPercentUnits: {"bps", "max", "max_units", "rounding"},
	KindUnitPrice:    {"amount", "max_units"},
	KindGift:         {"item", "count"},
}

func (b Benefit) validate() error {
	allowed, known := benefitFields[b.Kind]
	if !known {
		return siyu.Invalid("type", "%q is no kind of benefit", string(b.Kind))
	}
	for _, f := range []struct {
		name     string
		used     bool
		negative bool
	}{
		{"amount", b.Amount != 0, b.Amount < 0},
		{"bps", b.Rate != 0, b.Rate < 0},
		{"max", b.Max != 0, b.Max < 0},
		{"rounding", b.Rounding != nil, false},
		{"tiers", b.Tiers != nil, false},
		{"measure", b.Measure != "", false},
		{"basis", b.Basis != "", false},
		{"step", b.Step != 0, b.Step < 0},
		{"max_times", b.MaxTimes != 0, b.MaxTimes < 0},
		{"max_units", b.MaxUnits != 0, b.MaxUnits < 0},
		{"item", b.Item != "", false},
		{"count", b.Count != 0, b.Count < 0},
	} {
		if f.used && !slices.Contains(allowed, f.name) {
			return siyu.Invalid(f.name, "has no meaning for %s", b.Kind)
		}
		if f.negative {
			return siyu.Invalid(f.name, "is negative")
		}
	}
	if b.Rounding != nil && *b.Rounding > siyu.Ceil {
		return siyu.Invalid("rounding", "unknown mode %d", *b.Rounding)
	}
	if b.Kind == KindEvery && b.Step == 0 {
		return siyu.Invalid("step", "must not be 0")
	}
	if b.Measure != "" && b.Measure != Spend && b.Measure != Quantity {
		return siyu.Invalid("measure", "%q is none of spend, quantity", string(b.Measure))
	}
	if err := b.Basis.validate("basis"); err != nil {
		return err
	}
	switch b.Kind {
	case KindLadder:
		return b.validateTiers()
	case KindGift:
		return b.validateGift()
	}
	return nil
}

func (b Benefit) validateTiers() error {
	if len(b.Tiers) == 0 || len(b.Tiers) > MaxTiers {
		return siyu.Invalid("tiers", "are %d, not 1 to %d", len(b.Tiers), MaxTiers)
	}
	at := make(map[siyu.Money]bool, len(b.Tiers))
	for i, t := range b.Tiers {
		err := t.validate()
		if err == nil && at[t.At] {
			err = siyu.Invalid("at", "%d is the start of an earlier tier", t.At)
		}
		if err != nil {
			return siyu.Within(fmt.Sprintf("tiers[%d]", i), err)
		}
		at[t.At] = true
	}
	return nil
}

func (t Tier) validate() error {
	switch {
	case t.At < 0:
		return siyu.Invalid("at", "is negative")
	case t.Amount < 0:
		return siyu.Invalid("amount", "is negative")
	case t.Rate < 0:
		return siyu.Invalid("bps", "is negative")
	case t.Max < 0:
		return siyu.Invalid("max", "is negative")
	case t.Rate != 0 && t.Amount != 0:
		return siyu.Invalid("bps", "and amount exclude each other")
	case t.Rate == 0 && t.Max != 0:
		return siyu.Invalid("max", "has no meaning without bps")
	}
	return nil
}

// sortedTiers returns the tiers by where they start.
func sortedTiers(tiers []Tier) []Tier {
	sorted := slices.Clone(tiers)
	slices.SortFunc(sorted, func(a, b Tier) int { return cmp.Compare(a.At, b.At) })
	return sorted
}

// rises reports whether no tier of a sorted ladder can give less than one
// before it on a spend that reaches both.
func rises(tiers []Tier) bool {
	for i := 1; i < len(tiers); i++ {
		a, b := tiers[i-1], tiers[i]
		switch {
		case a.Rate == 0 && b.Rate == 0:
			if b.Amount < a.Amount {
				return false
			}
		case a.Rate != 0 && b.Rate != 0:
			if b.Rate < a.Rate || (b.Max != 0 && (a.Max == 0 || b.Max < a.Max)) {
				return false
			}
		default:
			return false
		}
	}
	return true
}
