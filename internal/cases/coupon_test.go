package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// Select this area with -run coupon.
func TestCases_coupon(t *testing.T) { Run(t, "coupon", runCoupon) }

type couponCase struct {
	ID        string            `json:"id"`
	Op        string            `json:"op"`
	Title     string            `json:"title"`
	Source    json.RawMessage   `json:"source"`
	Contested string            `json:"contested"`
	Optional  bool              `json:"optional"`
	Input     json.RawMessage   `json:"input"`
	Expect    json.RawMessage   `json:"expect"`
	ExpectAny []json.RawMessage `json:"expect_any"`
}

var couponOps = map[string]func(input, expect json.RawMessage) error{
	"allocate":   runAllocate,
	"evaluate":   runEvaluate,
	"refund":     runRefund,
	"codes":      runCodes,
	"steps":      runSteps,
	"concurrent": runConcurrent,
}

func runCoupon(_ File, raw json.RawMessage) error {
	c, err := Decode[couponCase](raw)
	if err != nil {
		return err
	}
	run, ok := couponOps[c.Op]
	if !ok {
		return fmt.Errorf("op %q is not known", c.Op)
	}
	wants := c.ExpectAny
	if c.Expect != nil {
		wants = append(wants, c.Expect)
	}
	if wants == nil { // steps carry their own expectations
		wants = []json.RawMessage{nil}
	}
	var errs []error
	for _, want := range wants {
		err := run(c.Input, want)
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func runAllocate(input, expect json.RawMessage) error {
	in, err := Decode[struct {
		Amount  siyu.Money   `json:"amount"`
		Weights []int64      `json:"weights"`
		Caps    []siyu.Money `json:"caps"`
	}](input)
	if err != nil {
		return err
	}
	shares, err := coupon.Allocate(in.Amount, in.Weights, in.Caps)
	got := map[string]any{}
	switch {
	case errors.Is(err, siyu.ErrZeroWeights):
		got["error"] = coupon.NoEligibleTo
	case err != nil:
		return err
	default:
		sum, err := siyu.Sum(shares...)
		if err != nil {
			return err
		}
		got["shares"], got["sum"] = shares, sum
	}
	return subset(got, expect)
}

type couponLine struct {
	ID           coupon.LineID `json:"id"`
	UnitPrice    siyu.Money    `json:"unit_price"`
	Quantity     int64         `json:"quantity"`
	Tags         []string      `json:"tags"`
	Discountable *bool         `json:"discountable"`
	MinUnitPrice siyu.Money    `json:"min_unit_price"`
	Discount     siyu.Money    `json:"discount"` // refunds only
}

func (l couponLine) line() coupon.Line {
	return coupon.Line{
		ID: l.ID, UnitPrice: l.UnitPrice, Quantity: l.Quantity, Tags: l.Tags, MinUnitPrice: l.MinUnitPrice,
		FullPrice: l.Discountable != nil && !*l.Discountable,
	}
}

type couponCurrency struct {
	Code     string `json:"code"`
	Exponent int    `json:"exponent"`
}

type couponPolicy struct {
	Mode            coupon.Mode   `json:"mode"`
	PercentBasis    coupon.Basis  `json:"percent_basis"`
	Rounding        siyu.Rounding `json:"rounding"`
	PercentRounding string        `json:"percent_rounding"`
	MaxPromos       int           `json:"max_promos"`
	ExclusiveFirst  bool          `json:"exclusive_first"`
	OptimizeOrder   bool          `json:"optimize_order"`
}

func (p couponPolicy) policy() *coupon.Policy {
	return &coupon.Policy{
		Mode: p.Mode, Basis: p.PercentBasis, Rounding: p.Rounding, PerLine: p.PercentRounding == "per_line",
		MaxPromos: p.MaxPromos, ExclusiveFirst: p.ExclusiveFirst, AnyOrder: p.OptimizeOrder,
	}
}

var couponNow = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func couponPromos(raws []json.RawMessage) ([]coupon.Promo, error) {
	promos := make([]coupon.Promo, len(raws))
	for i, raw := range raws {
		var err error
		if promos[i], err = coupon.ParsePromo(raw); err != nil {
			return nil, siyu.Within(fmt.Sprintf("promos[%d]", i), err)
		}
	}
	return promos, nil
}
