package siyu

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
)

// Money is an amount in minor units (fen, cents) of a currency that the
// program, cart or account states once. JPY has no minor unit, so there 1 is
// one yen; for KWD 1000 is one dinar.
//
// All arithmetic is checked: a result that does not fit 64 bits is
// [ErrOverflow], never a wrapped number. Money encodes as a JSON integer, as
// decimal text of minor units, and as a database/sql integer.
type Money int64

// Add returns m + n.
func (m Money) Add(n Money) (Money, error) {
	s := m + n
	if (m > 0 && n > 0 && s < 0) || (m < 0 && n < 0 && s >= 0) {
		return 0, overflow("%d + %d", m, n)
	}
	return s, nil
}

// Sub returns m - n.
func (m Money) Sub(n Money) (Money, error) {
	d := m - n
	if (m >= 0 && n < 0 && d < 0) || (m < 0 && n > 0 && d > 0) {
		return 0, overflow("%d - %d", m, n)
	}
	return d, nil
}

// Neg returns -m.
func (m Money) Neg() (Money, error) {
	if m == math.MinInt64 {
		return 0, overflow("-(%d)", m)
	}
	return -m, nil
}

// Times returns m multiplied by a count, such as unit price by quantity.
func (m Money) Times(n int64) (Money, error) {
	return m.MulDiv(n, 1, Floor)
}

// Rate returns m*rate/10000, rounded once by mode.
func (m Money) Rate(rate BPS, mode Rounding) (Money, error) {
	return m.MulDiv(int64(rate), bpsWhole, mode)
}

// MulDiv returns m*num/den, rounded once by mode. The product is held in 128
// bits, so only the result has to fit. A den of 0 is [ErrInvalid].
func (m Money) MulDiv(num, den int64, mode Rounding) (Money, error) {
	if den == 0 {
		return 0, Invalid("den", "must not be 0")
	}
	if !mode.valid() {
		return 0, Invalid("rounding", "unknown mode %d", mode)
	}
	negative := (m < 0) != (num < 0) != (den < 0)
	hi, lo := bits.Mul64(magnitude(int64(m)), magnitude(num))
	d := magnitude(den)
	if hi >= d {
		return 0, overflow("%d * %d / %d", m, num, den)
	}
	q, r := bits.Div64(hi, lo, d)
	if mode.up(q, r, d, negative) {
		if q++; q == 0 {
			return 0, overflow("%d * %d / %d", m, num, den)
		}
	}
	switch {
	case !negative && q <= math.MaxInt64:
		return Money(q), nil
	case negative && q <= 1<<63:
		return Money(-q), nil // two's complement: exact down to MinInt64
	}
	return 0, overflow("%d * %d / %d", m, num, den)
}

// Sum adds amounts up. The sum of none is 0.
func Sum(amounts ...Money) (Money, error) {
	var sum Money
	for _, a := range amounts {
		var err error
		if sum, err = sum.Add(a); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// Format writes m in major units with the currency's decimals and without a
// symbol: Money(123450).Format(CNY) is "1234.50". An unknown currency is
// written in minor units.
func (m Money) Format(c Currency) string {
	digits, err := c.Exponent()
	if err != nil || digits == 0 {
		return strconv.FormatInt(int64(m), 10)
	}
	abs := strconv.FormatUint(magnitude(int64(m)), 10)
	for len(abs) <= digits {
		abs = "0" + abs
	}
	sign := ""
	if m < 0 {
		sign = "-"
	}
	return sign + abs[:len(abs)-digits] + "." + abs[len(abs)-digits:]
}

// ParseMoney reads an amount in major units of c, such as "1234.50" or "-3":
// an optional minus sign, digits, and at most the currency's decimals after a
// point. Anything else is [ErrInvalid]; an amount out of range is
// [ErrOverflow].
func ParseMoney(s string, c Currency) (Money, error) {
	digits, err := c.Exponent()
	if err != nil {
		return 0, err
	}
	rest, negative := s, false
	if len(rest) > 0 && rest[0] == '-' {
		rest, negative = rest[1:], true
	}
	var units uint64
	decimals, seen := -1, 0 // decimals read so far, -1 before the point
	for i := range len(rest) {
		ch := rest[i]
		if ch == '.' && decimals < 0 && seen > 0 && digits > 0 {
			decimals = 0
			continue
		}
		if ch < '0' || ch > '9' || decimals == digits {
			return 0, Invalid("amount", "%q is not an amount of %s with at most %d decimals", s, c, digits)
		}
		if decimals >= 0 {
			decimals++
		}
		seen++
		if units, err = shift(units, uint64(ch-'0')); err != nil {
			return 0, err
		}
	}
	if seen == 0 || decimals == 0 {
		return 0, Invalid("amount", "%q is not an amount of %s with at most %d decimals", s, c, digits)
	}
	for range digits - max(decimals, 0) {
		if units, err = shift(units, 0); err != nil {
			return 0, err
		}
	}
	switch {
	case negative && units <= 1<<63:
		return Money(-units), nil
	case !negative && units <= math.MaxInt64:
		return Money(units), nil
	}
	return 0, overflow("parse %q", s)
}

// String writes m in minor units, as MarshalText does. Use [Money.Format] for
// people.
func (m Money) String() string { return strconv.FormatInt(int64(m), 10) }

// MarshalText writes m in minor units.
func (m Money) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(m), 10), nil }

// UnmarshalText reads an integer of minor units.
func (m *Money) UnmarshalText(text []byte) error {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return Invalid("money", "%q is not a whole number of minor units", text)
	}
	*m = Money(n)
	return nil
}

// MarshalJSON writes m as a JSON integer of minor units.
func (m Money) MarshalJSON() ([]byte, error) { return m.MarshalText() }

// UnmarshalJSON reads a JSON integer of minor units. Fractions, exponents and
// strings are refused; null leaves m as it is, as encoding/json has it.
func (m *Money) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	return m.UnmarshalText(data)
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func shift(units, digit uint64) (uint64, error) {
	if units > (math.MaxUint64-digit)/10 {
		return 0, overflow("parse amount")
	}
	return units*10 + digit, nil
}

func overflow(format string, args ...any) error {
	return fmt.Errorf("siyu: "+format+": %w", append(args, ErrOverflow)...)
}
