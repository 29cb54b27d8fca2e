package cases

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/coupon/coupontest"
	"github.com/siyu-go/siyu/store/memstore"
)

func runRefund(input, expect json.RawMessage) error {
	in, err := Decode[struct {
		Currency couponCurrency `json:"currency"`
		Policy   string         `json:"policy"`
		Order    struct {
			Lines []couponLine `json:"lines"`
		} `json:"order"`
		Promos  []json.RawMessage `json:"promos"`
		Returns []coupon.Return   `json:"returns"`
	}](input)
	if err != nil {
		return err
	}
	sale := coupon.Sale{Currency: siyu.Currency(in.Currency.Code), At: couponNow}
	for _, l := range in.Order.Lines {
		sale.Lines = append(sale.Lines, coupon.SoldLine{Line: l.line(), Discount: l.Discount})
	}
	promos, err := couponPromos(in.Promos)
	if err != nil {
		return err
	}
	quoter, err := coupon.NewQuoter(promos, nil)
	if err != nil {
		return err
	}
	var refund coupon.Refund
	switch in.Policy {
	case "keep":
		refund, err = sale.Keep(in.Returns...)
	case "clawback":
		refund, err = sale.Clawback(quoter, in.Returns...)
	default:
		err = fmt.Errorf("policy %q is not known", in.Policy)
	}
	if err != nil {
		return err
	}
	return compareRefund(refund, expect)
}

func compareRefund(refund coupon.Refund, expect json.RawMessage) error {
	var want map[string]json.RawMessage
	if err := json.Unmarshal(expect, &want); err != nil {
		return err
	}
	steps := make([]siyu.Money, len(refund.Steps))
	for i, s := range refund.Steps {
		steps[i] = s.Amount
	}
	if raw, ok := want["refund_bounds"]; ok {
		bounds, err := Decode[[][2]siyu.Money](raw)
		if err != nil {
			return err
		}
		if len(bounds) != len(steps) {
			return fmt.Errorf("refunds: got %v, want them within %v", steps, bounds)
		}
		for i, b := range bounds {
			if steps[i] < b[0] || steps[i] > b[1] {
				return fmt.Errorf("refunds: got %v, want them within %v", steps, bounds)
			}
		}
		delete(want, "refund_bounds")
	}
	rest, err := json.Marshal(want)
	if err != nil {
		return err
	}
	return subset(map[string]any{
		"refunds": steps, "total_refund": refund.Total, "paid": refund.Paid, "kept_paid": refund.Kept,
	}, rest)
}

func runCodes(input, expect json.RawMessage) error {
	in, err := Decode[struct {
		Action   string   `json:"action"`
		Count    int      `json:"count"`
		Length   int      `json:"length"`
		Alphabet string   `json:"alphabet"`
		Prefix   string   `json:"prefix"`
		Suffix   string   `json:"suffix"`
		MaxFill  float64  `json:"max_fill"`
		Codes    []string `json:"codes"`
	}](input)
	if err != nil {
		return err
	}
	shape := coupon.CodeShape{
		Length: in.Length, Alphabet: in.Alphabet, Prefix: in.Prefix, Suffix: in.Suffix,
		MaxFill: siyu.BPS(math.Round(in.MaxFill * 10_000)),
	}
	switch in.Action {
	case "generate":
		codes, err := shape.Generate(in.Count)
		return compareCodes(shape, codes, err, expect)
	case "generate_twice":
		first, err := shape.Generate(in.Count)
		if err != nil {
			return err
		}
		second, err := shape.Generate(in.Count)
		if err != nil {
			return err
		}
		overlap := 0
		for _, code := range first {
			if slices.Contains(second, code) {
				overlap++
			}
		}
		all := slices.Concat(first, second)
		return subset(map[string]any{"overlap": overlap, "sequential": sequential(all)}, expect)
	case "normalize":
		equal := true
		for _, code := range in.Codes {
			equal = equal && coupon.Normalize(code) == coupon.Normalize(in.Codes[0])
		}
		return subset(map[string]any{"all_equal": equal}, expect)
	}
	return fmt.Errorf("action %q is not known", in.Action)
}

// sequential reports whether the codes count up or down by one.
func sequential(codes []string) bool {
	steps := 0
	for i := 1; i < len(codes); i++ {
		a, b := new(big.Int).SetBytes([]byte(codes[i-1])), new(big.Int).SetBytes([]byte(codes[i]))
		if d := b.Sub(b, a); d.IsInt64() && (d.Int64() == 1 || d.Int64() == -1) {
			steps++
		}
	}
	return steps > 0 && steps*2 >= len(codes)-1
}

func compareCodes(shape coupon.CodeShape, codes []string, err error, expect json.RawMessage) error {
	if refusal, ok := errors.AsType[*coupon.Refusal](err); ok {
		return subset(map[string]any{"error": refusal.Reason}, expect)
	}
	if err != nil {
		return err
	}
	unique := len(slices.Compact(slices.Sorted(slices.Values(codes)))) == len(codes)
	alphabet := shape.Alphabet
	if alphabet == "" {
		alphabet = coupon.Readable
	}
	got := map[string]any{"count": len(codes), "unique": unique, "alphabet": alphabet}
	for i, code := range codes {
		if i == 0 {
			got["length"] = len(code)
		}
		body, prefixed := strings.CutPrefix(code, shape.Prefix)
		body, suffixed := strings.CutSuffix(body, shape.Suffix)
		if len(code) != got["length"] || !prefixed || !suffixed || strings.Trim(body, alphabet) != "" {
			return fmt.Errorf("code %q has another shape", code)
		}
	}
	got["prefix"], got["suffix"] = shape.Prefix, shape.Suffix
	return subset(got, expect)
}

func runSteps(input, _ json.RawMessage) error {
	return coupontest.RunScript(context.Background(), memstore.New().Coupons(), input)
}

func runConcurrent(input, expect json.RawMessage) error {
	return coupontest.RunRace(context.Background(), memstore.New().Coupons(), input, expect)
}
