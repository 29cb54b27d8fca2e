package siyu

import "strconv"

// BPS is a rate in basis points: 1 is 0.01 %, 1500 is 15 %, 10000 is the whole.
type BPS int64

const bpsWhole = 10_000

// String writes the rate in percent: BPS(1550) is "15.5%".
func (r BPS) String() string {
	return strconv.FormatFloat(float64(r)/100, 'f', -1, 64) + "%"
}

// Rounding says what happens to the part of a minor unit. Modes with Half in
// their name go to the nearest unit and differ only in ties.
type Rounding uint8

// The zero Rounding is HalfUp.
const (
	HalfUp   Rounding = iota // ties away from zero
	HalfDown                 // ties towards zero
	HalfEven                 // ties to the even unit
	Floor                    // towards minus infinity
	Ceil                     // towards plus infinity
)

var roundingNames = [...]string{"half_up", "half_down", "half_even", "floor", "ceil"}

// String names the mode: half_up, half_down, half_even, floor or ceil.
func (r Rounding) String() string {
	if !r.valid() {
		return "rounding(" + strconv.Itoa(int(r)) + ")"
	}
	return roundingNames[r]
}

// MarshalText writes the mode's name.
func (r Rounding) MarshalText() ([]byte, error) {
	if !r.valid() {
		return nil, Invalid("rounding", "unknown mode %d", r)
	}
	return []byte(roundingNames[r]), nil
}

// UnmarshalText reads a mode's name.
func (r *Rounding) UnmarshalText(text []byte) error {
	for i, name := range roundingNames {
		if name == string(text) {
			*r = Rounding(i)
			return nil
		}
	}
	return Invalid("rounding", "%q is none of %v", text, roundingNames)
}

func (r Rounding) valid() bool { return int(r) < len(roundingNames) }

// up says whether a quotient of magnitude q with remainder rem of den is
// rounded away from zero.
func (r Rounding) up(q, rem, den uint64, negative bool) bool {
	if rem == 0 {
		return false
	}
	switch r {
	case Floor:
		return negative
	case Ceil:
		return !negative
	}
	rest := den - rem // compare rem with den-rem: no doubling, no overflow
	switch {
	case rem != rest:
		return rem > rest
	case r == HalfUp:
		return true
	case r == HalfEven:
		return q&1 == 1
	}
	return false
}
