package siyu_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
)

const (
	maxMoney = siyu.Money(math.MaxInt64)
	minMoney = siyu.Money(math.MinInt64)
)

// amounts draws from everywhere, with the edges often.
var amounts = rapid.OneOf(
	rapid.SampledFrom([]siyu.Money{0, 1, -1, maxMoney, maxMoney - 1, minMoney, minMoney + 1}),
	rapid.Map(rapid.Int64(), func(n int64) siyu.Money { return siyu.Money(n) }),
)

// exact compares a checked result with the same in unbounded integers.
func exact(t *rapid.T, what string, got siyu.Money, err error, want *big.Int) {
	switch {
	case want.IsInt64() && (err != nil || int64(got) != want.Int64()):
		t.Fatalf("%s = %d, %v; want %s", what, got, err, want)
	case !want.IsInt64() && !errors.Is(err, siyu.ErrOverflow):
		t.Fatalf("%s = %d, %v; want ErrOverflow", what, got, err)
	}
}

func TestMoneyArithmeticIsExactOrOverflow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := amounts.Draw(t, "m"), amounts.Draw(t, "n")
		a, b := big.NewInt(int64(m)), big.NewInt(int64(n))
		sum, err := m.Add(n)
		exact(t, "Add", sum, err, new(big.Int).Add(a, b))
		difference, err := m.Sub(n)
		exact(t, "Sub", difference, err, new(big.Int).Sub(a, b))
		product, err := m.Times(int64(n))
		exact(t, "Times", product, err, new(big.Int).Mul(a, b))
		negative, err := m.Neg()
		exact(t, "Neg", negative, err, new(big.Int).Neg(a))
		total, err := siyu.Sum(m, n)
		exact(t, "Sum", total, err, new(big.Int).Add(a, b))
	})
}

// roundBig is num/den rounded by mode, straight from the definition.
func roundBig(num, den *big.Int, mode siyu.Rounding) *big.Int {
	floor, rest := new(big.Int).DivMod(num, den, new(big.Int)) // Euclidean
	if den.Sign() < 0 && rest.Sign() != 0 {
		floor.Sub(floor, big.NewInt(1))
	}
	if rest.Sign() == 0 {
		return floor
	}
	ceil := new(big.Int).Add(floor, big.NewInt(1))
	twice := new(big.Rat).Mul(new(big.Rat).Sub(new(big.Rat).SetFrac(num, den), new(big.Rat).SetInt(floor)), big.NewRat(2, 1))
	nearest := twice.Cmp(big.NewRat(1, 1))
	positive := num.Sign()*den.Sign() > 0
	switch {
	case mode == siyu.Floor:
		return floor
	case mode == siyu.Ceil:
		return ceil
	case nearest < 0:
		return floor
	case nearest > 0:
		return ceil
	case mode == siyu.HalfEven && floor.Bit(0) == 0, mode == siyu.HalfUp && !positive, mode == siyu.HalfDown && positive:
		return floor
	}
	return ceil
}

func TestMulDivRoundsOnceInEveryMode(t *testing.T) {
	small := rapid.Map(rapid.Int64Range(-50, 50), func(n int64) siyu.Money { return siyu.Money(n) })
	any2 := rapid.OneOf(small, amounts)
	rapid.Check(t, func(t *rapid.T) {
		m, num, den := any2.Draw(t, "m"), any2.Draw(t, "num"), any2.Draw(t, "den")
		mode := rapid.SampledFrom([]siyu.Rounding{siyu.HalfUp, siyu.HalfDown, siyu.HalfEven, siyu.Floor, siyu.Ceil}).Draw(t, "mode")
		got, err := m.MulDiv(int64(num), int64(den), mode)
		if den == 0 {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatalf("den 0: err = %v", err)
			}
			return
		}
		product := new(big.Int).Mul(big.NewInt(int64(m)), big.NewInt(int64(num)))
		exact(t, "MulDiv "+mode.String(), got, err, roundBig(product, big.NewInt(int64(den)), mode))
	})
}

func TestRate(t *testing.T) {
	tests := []struct {
		m    siyu.Money
		rate siyu.BPS
		mode siyu.Rounding
		want siyu.Money
	}{
		{9_99, 1500, siyu.HalfUp, 1_50},
		{9_99, 1500, siyu.Floor, 1_49},
		{50, 100, siyu.HalfUp, 1}, // half a fen
		{50, 100, siyu.HalfDown, 0},
		{50, 100, siyu.HalfEven, 0},
		{150, 100, siyu.HalfEven, 2},
		{-50, 100, siyu.HalfUp, -1},
		{-50, 100, siyu.Floor, -1},
		{-50, 100, siyu.Ceil, 0},
		{maxMoney, 10_000, siyu.HalfUp, maxMoney}, // the product needs 128 bits
		{minMoney, 10_000, siyu.HalfUp, minMoney},
	}
	for _, tt := range tests {
		if got, err := tt.m.Rate(tt.rate, tt.mode); got != tt.want || err != nil {
			t.Errorf("%d.Rate(%v, %v) = %d, %v; want %d", tt.m, tt.rate, tt.mode, got, err, tt.want)
		}
	}
	if _, err := maxMoney.Rate(10_001, siyu.Floor); !errors.Is(err, siyu.ErrOverflow) {
		t.Errorf("a rate over the whole of the largest amount: err = %v, want ErrOverflow", err)
	}
	if _, err := maxMoney.Rate(1, siyu.Rounding(9)); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("unknown rounding: err = %v, want ErrInvalid", err)
	}
}

func TestFormatAndParse(t *testing.T) {
	tests := []struct {
		c    siyu.Currency
		m    siyu.Money
		text string
	}{
		{siyu.CNY, 123450, "1234.50"},
		{siyu.CNY, 5, "0.05"},
		{siyu.CNY, -5, "-0.05"},
		{siyu.JPY, 500, "500"},
		{siyu.KWD, 1500, "1.500"},
		{siyu.CNY, maxMoney, "92233720368547758.07"},
		{siyu.CNY, minMoney, "-92233720368547758.08"},
	}
	for _, tt := range tests {
		if got := tt.m.Format(tt.c); got != tt.text {
			t.Errorf("%d.Format(%s) = %q, want %q", tt.m, tt.c, got, tt.text)
		}
		if got, err := siyu.ParseMoney(tt.text, tt.c); got != tt.m || err != nil {
			t.Errorf("ParseMoney(%q, %s) = %d, %v; want %d", tt.text, tt.c, got, err, tt.m)
		}
	}
	for text, want := range map[string]siyu.Money{"12": 1200, "12.5": 1250, "007.10": 710} {
		if got, err := siyu.ParseMoney(text, siyu.CNY); got != want || err != nil {
			t.Errorf("ParseMoney(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-", ".", ".5", "5.", "1.234", "+1", "1,000", "1e3", " 1", "0x1", "--1", "1.2.3", "¥5", "１"} {
		if got, err := siyu.ParseMoney(text, siyu.CNY); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("ParseMoney(%q) = %d, %v; want ErrInvalid", text, got, err)
		}
	}
	if _, err := siyu.ParseMoney("1.5", siyu.JPY); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a fraction of a yen: err = %v, want ErrInvalid", err)
	}
	for _, text := range []string{"92233720368547758.08", "-92233720368547758.09", "99999999999999999999999"} {
		if _, err := siyu.ParseMoney(text, siyu.CNY); !errors.Is(err, siyu.ErrOverflow) {
			t.Errorf("ParseMoney(%q): err = %v, want ErrOverflow", text, err)
		}
	}
	if got := siyu.Money(7).Format("???"); got != "7" {
		t.Errorf("unknown currency formats as %q", got)
	}
}

func TestMoneyRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := amounts.Draw(t, "m")
		c := rapid.SampledFrom([]siyu.Currency{siyu.CNY, siyu.JPY, siyu.KWD, "CLF"}).Draw(t, "c")
		if got, err := siyu.ParseMoney(m.Format(c), c); got != m || err != nil {
			t.Fatalf("parse of format = %d, %v; want %d", got, err, m)
		}
		type row struct{ M siyu.Money }
		data, err := json.Marshal(row{m})
		if err != nil {
			t.Fatal(err)
		}
		var back row
		if err := json.Unmarshal(data, &back); err != nil || back.M != m {
			t.Fatalf("%s = %v, %v", data, back, err)
		}
		text, err := m.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var read siyu.Money
		if err := read.UnmarshalText(text); err != nil || read != m || m.String() != string(text) {
			t.Fatalf("%q = %d, %v", text, read, err)
		}
	})
}

func TestMoneyRefusesOtherJSON(t *testing.T) {
	for _, data := range []string{`1.5`, `1e3`, `"1"`, `true`, `{}`, `9223372036854775808`} {
		m := siyu.Money(7)
		if err := json.Unmarshal([]byte(data), &m); err == nil || m != 7 {
			t.Errorf("%s: %d, %v; want an error and no change", data, m, err)
		}
	}
	m := siyu.Money(7)
	if err := json.Unmarshal([]byte(`null`), &m); err != nil || m != 7 {
		t.Errorf("null: %d, %v", m, err)
	}
}

func TestSplitLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := amounts.Draw(t, "m")
		weights := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 9), rapid.Int64Range(0, math.MaxInt64/8)), 1, 8).Draw(t, "weights")
		shares, err := m.Split(weights...)
		total := new(big.Int)
		for _, w := range weights {
			total.Add(total, big.NewInt(w))
		}
		if total.Sign() == 0 {
			if !errors.Is(err, siyu.ErrZeroWeights) {
				t.Fatalf("zero weights: err = %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := new(big.Int)
		for i, share := range shares {
			sum.Add(sum, big.NewInt(int64(share)))
			// |share - m*w/total| < 1, and a weight of 0 gets nothing.
			off := new(big.Int).Mul(big.NewInt(int64(share)), total)
			off.Sub(off, new(big.Int).Mul(big.NewInt(int64(m)), big.NewInt(weights[i])))
			if off.CmpAbs(total) >= 0 || weights[i] == 0 && share != 0 {
				t.Fatalf("share %d of weight %d is not within one unit of its due", share, weights[i])
			}
		}
		if sum.Cmp(big.NewInt(int64(m))) != 0 {
			t.Fatalf("shares sum to %s, want %d", sum, m)
		}
		if negative, err := m.Neg(); err == nil {
			mirrored, err := negative.Split(weights...)
			if err != nil {
				t.Fatal(err)
			}
			for i := range mirrored {
				if mirrored[i] != -shares[i] {
					t.Fatalf("Split(-m)[%d] = %d, want %d", i, mirrored[i], -shares[i])
				}
			}
		}
	})
}

func TestSplitRefuses(t *testing.T) {
	tests := []struct {
		weights []int64
		want    error
	}{
		{nil, siyu.ErrZeroWeights},
		{[]int64{0, 0}, siyu.ErrZeroWeights},
		{[]int64{1, -1}, siyu.ErrInvalid},
		{[]int64{math.MaxInt64, math.MaxInt64, 2}, siyu.ErrOverflow},
	}
	for _, tt := range tests {
		if _, err := siyu.Money(5).Split(tt.weights...); !errors.Is(err, tt.want) {
			t.Errorf("Split(%v): err = %v, want %v", tt.weights, err, tt.want)
		}
	}
}

func FuzzParseMoney(f *testing.F) {
	f.Add("1234.50", "CNY")
	f.Add("-0.001", "KWD")
	f.Add("99999999999999999999", "JPY")
	f.Fuzz(func(t *testing.T, text, code string) {
		c, err := siyu.ParseCurrency(code)
		if err != nil {
			return
		}
		m, err := siyu.ParseMoney(text, c)
		if err != nil {
			if m != 0 || !errors.Is(err, siyu.ErrInvalid) && !errors.Is(err, siyu.ErrOverflow) {
				t.Fatalf("ParseMoney(%q) = %d, %v", text, m, err)
			}
			return
		}
		if again, err := siyu.ParseMoney(m.Format(c), c); again != m || err != nil {
			t.Fatalf("%q parses to %d, which formats and parses to %d, %v", text, m, again, err)
		}
	})
}
