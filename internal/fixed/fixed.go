// Package fixed adds decimal numbers exactly: 128-bit integers that count
// billionths. A sum of 2^34 numbers of 18 digits cannot overflow, and what was
// added can be subtracted again without a trace.
package fixed

import (
	"cmp"
	"math/bits"
	"strings"
)

// Num is a decimal number with 9 decimals. The zero Num is 0.
type Num struct {
	hi int64
	lo uint64
}

const (
	decimals = 9
	billion  = 1_000_000_000
	maxWhole = 19 // digits before the point, so that any int64 fits
)

// Int returns n.
func Int(n int64) Num {
	negative := n < 0
	u := uint64(n)
	if negative {
		u = -u
	}
	hi, lo := bits.Mul64(u, billion)
	num := Num{int64(hi), lo}
	if negative {
		return Num{}.Sub(num)
	}
	return num
}

// Add returns a + b.
func (a Num) Add(b Num) Num {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi, _ := bits.Add64(uint64(a.hi), uint64(b.hi), carry)
	return Num{int64(hi), lo}
}

// Sub returns a - b.
func (a Num) Sub(b Num) Num {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	hi, _ := bits.Sub64(uint64(a.hi), uint64(b.hi), borrow)
	return Num{int64(hi), lo}
}

// Cmp returns -1, 0 or 1 as a is less than, equal to or greater than b.
func (a Num) Cmp(b Num) int {
	return cmp.Or(cmp.Compare(a.hi, b.hi), cmp.Compare(a.lo, b.lo))
}

// Floor returns the largest integer that is not above a, and whether it is a.
// It holds for what Parse and Int return; sums may be larger than an int64.
func (a Num) Floor() (n int64, whole bool) {
	negative := a.hi < 0
	m := a
	if negative {
		m = Num{}.Sub(a)
	}
	quo, rem := bits.Div64(uint64(m.hi), m.lo, billion)
	switch {
	case !negative:
		return int64(quo), rem == 0
	case rem == 0:
		return int64(-quo), true
	}
	return int64(-quo) - 1, false
}

// Parse reads decimal text such as "-12.50": an optional sign, at most 18
// digits before the point and 9 after, zeros at either end not counted. No
// exponents.
func Parse(s string) (Num, bool) {
	body, negative := strings.CutPrefix(s, "-")
	whole, part, point := strings.Cut(body, ".")
	if whole == "" || point && part == "" {
		return Num{}, false
	}
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	if len(whole) >= maxWhole || len(part) > decimals {
		return Num{}, false
	}
	w, ok := digits(whole)
	if !ok {
		return Num{}, false
	}
	p, ok := digits(part + "000000000"[:decimals-len(part)])
	if !ok {
		return Num{}, false
	}
	n := Int(int64(w)).Add(Num{0, p})
	if negative {
		n = Num{}.Sub(n)
	}
	return n, true
}

// Canonical writes decimal text in its shortest form: "1.50" is "1.5", "-0" is
// "0". Text that is not a plain decimal stays as it is.
func Canonical(s string) string {
	if _, ok := Parse(s); !ok {
		return s
	}
	body, negative := strings.CutPrefix(s, "-")
	whole, part, _ := strings.Cut(body, ".")
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	if whole == "" {
		whole = "0"
	}
	if part != "" {
		whole += "." + part
	}
	if negative && whole != "0" {
		whole = "-" + whole
	}
	return whole
}

func digits(s string) (n uint64, ok bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}
