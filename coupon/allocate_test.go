package coupon_test

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// waterFill is the specification in exact fractions: who reaches the cap is
// filled, the others share the rest, then largest remainder.
func waterFill(amount siyu.Money, weights []int64, caps []siyu.Money) []siyu.Money {
	shares := make([]siyu.Money, len(weights))
	full := make([]bool, len(weights))
	rest := new(big.Rat).SetInt64(int64(amount))
	exact := make([]*big.Rat, len(weights))
	for again := true; again; {
		again = false
		sum := new(big.Rat)
		for i, w := range weights {
			if !full[i] {
				sum.Add(sum, new(big.Rat).SetInt64(w))
			}
		}
		if sum.Sign() == 0 {
			return shares
		}
		filled := new(big.Rat)
		for i, w := range weights {
			if full[i] {
				continue
			}
			exact[i] = new(big.Rat).Quo(new(big.Rat).Mul(rest, new(big.Rat).SetInt64(w)), sum)
			if c := new(big.Rat).SetInt64(int64(caps[i])); w > 0 && exact[i].Cmp(c) >= 0 {
				full[i], again = true, true
				shares[i] = caps[i]
				filled.Add(filled, c)
			}
		}
		rest.Sub(rest, filled)
	}
	left := rest.Num().Int64()
	var open []int
	for i := range weights {
		if full[i] || weights[i] == 0 {
			continue
		}
		whole := new(big.Int).Quo(exact[i].Num(), exact[i].Denom())
		shares[i] = siyu.Money(whole.Int64())
		left -= whole.Int64()
		exact[i].Sub(exact[i], new(big.Rat).SetInt(whole))
		open = append(open, i)
	}
	slices.SortStableFunc(open, func(i, j int) int { return exact[j].Cmp(exact[i]) })
	for _, i := range open[:left] {
		shares[i]++
	}
	return shares
}

func TestAllocate_equalsTheSpecification(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]int64{3, 20, 10_000, math.MaxInt64 / 60}).Draw(t, "most")
		n := rapid.IntRange(1, 50).Draw(t, "lines")
		weights, caps := make([]int64, n), make([]siyu.Money, n)
		var room siyu.Money
		positive := false
		for i := range weights {
			weights[i] = rapid.Int64Range(0, most).Draw(t, "weight")
			caps[i] = siyu.Money(rapid.Int64Range(0, most).Draw(t, "cap"))
			if weights[i] > 0 {
				room += caps[i]
				positive = true
			}
		}
		amount := siyu.Money(rapid.Int64Range(0, most*int64(n)).Draw(t, "amount"))
		got, err := coupon.Allocate(amount, weights, caps)
		if !positive {
			if !errors.Is(err, siyu.ErrZeroWeights) {
				t.Fatalf("err = %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var sum siyu.Money
		for i := range got {
			sum += got[i]
			if got[i] < 0 || got[i] > caps[i] || (weights[i] == 0 && got[i] != 0) {
				t.Fatalf("share %d is %d", i, got[i])
			}
		}
		if sum != min(amount, room) {
			t.Fatalf("sum %d of %d, room %d", sum, amount, room)
		}
		if want := waterFill(amount, weights, caps); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestAllocate_refuses(t *testing.T) {
	for name, tt := range map[string]struct {
		amount  siyu.Money
		weights []int64
		caps    []siyu.Money
		want    error
	}{
		"lengths":         {1, []int64{1, 2}, []siyu.Money{1}, siyu.ErrInvalid},
		"negative amount": {-1, []int64{1}, []siyu.Money{1}, siyu.ErrInvalid},
		"negative weight": {1, []int64{-1}, []siyu.Money{1}, siyu.ErrInvalid},
		"negative cap":    {1, []int64{1}, []siyu.Money{-1}, siyu.ErrInvalid},
		"zero weights":    {1, []int64{0}, []siyu.Money{1}, siyu.ErrZeroWeights},
		"no lines":        {1, nil, nil, siyu.ErrZeroWeights},
	} {
		if _, err := coupon.Allocate(tt.amount, tt.weights, tt.caps); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}
