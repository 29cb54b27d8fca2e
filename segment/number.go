package segment

import (
	"cmp"
	"math"
	"strconv"
)

// number is a JSON number. Equal numbers have equal representations: whole
// numbers of 64 bits are wholes, everything else is a float.
type number struct {
	form numberForm
	bits uint64
}

type numberForm uint8

const (
	signed   numberForm = iota // int64
	unsigned                   // above MaxInt64, up to MaxUint64
	float                      // not whole, or beyond 64 bits
)

func intNumber(i int64) number { return number{signed, uint64(i)} }

func uintNumber(u uint64) number {
	if u <= math.MaxInt64 {
		return number{signed, u}
	}
	return number{unsigned, u}
}

// floatNumber reports false for NaN, which is no JSON number.
func floatNumber(f float64) (number, bool) {
	switch {
	case f != f:
		return number{}, false
	case f != math.Trunc(f):
	case f >= -1<<63 && f < 1<<63:
		return intNumber(int64(f)), true
	case f >= 1<<63 && f < 1<<64:
		return uintNumber(uint64(f)), true
	}
	return number{float, math.Float64bits(f)}, true
}

// parseNumber reads the text of a JSON number. A magnitude beyond float64 is
// infinite.
func parseNumber(s string) (number, bool) {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return intNumber(i), true
	}
	if u, err := strconv.ParseUint(s, 10, 64); err == nil {
		return uintNumber(u), true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return number{}, false
	}
	return floatNumber(f)
}

func (n number) finite() bool {
	return n.form != float || !math.IsInf(math.Float64frombits(n.bits), 0)
}

// int64 returns n if it is a whole number of 64 bits with sign.
func (n number) int64() (int64, bool) { return int64(n.bits), n.form == signed }

// compare orders numbers exactly: no whole number is rounded to a float.
func (n number) compare(m number) int {
	switch {
	case n.form == float && m.form == float:
		return cmp.Compare(math.Float64frombits(n.bits), math.Float64frombits(m.bits))
	case n.form == float:
		return -m.compareFloat(math.Float64frombits(n.bits))
	case m.form == float:
		return n.compareFloat(math.Float64frombits(m.bits))
	case n.form != m.form:
		return cmp.Compare(n.form, m.form)
	case n.form == signed:
		return cmp.Compare(int64(n.bits), int64(m.bits))
	}
	return cmp.Compare(n.bits, m.bits)
}

// compareFloat compares a whole number with a float that is none.
func (n number) compareFloat(f float64) int {
	switch {
	case f >= 1<<64:
		return -1
	case f < -1<<63:
		return 1
	}
	floor, _ := floatNumber(math.Floor(f)) // f is not whole, so floor < f
	if n.compare(floor) <= 0 {
		return -1
	}
	return 1
}

// append writes n as JSON.
func (n number) append(b []byte) []byte {
	switch n.form {
	case signed:
		return strconv.AppendInt(b, int64(n.bits), 10)
	case unsigned:
		return strconv.AppendUint(b, n.bits, 10)
	}
	return strconv.AppendFloat(b, math.Float64frombits(n.bits), 'g', -1, 64)
}
