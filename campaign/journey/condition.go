package journey

import (
	"encoding/json"
	"math/big"

	"github.com/siyu-go/siyu"
)

// Attributes are what is known about a person when a step asks: strings,
// bools and numbers (Go's integers and floats, or json.Number).
type Attributes map[string]any

// Condition compares one attribute with a value; exactly one comparison is
// set. An attribute that is missing or of another kind never matches.
type Condition struct {
	Attr string `json:"attr"`
	Eq   any    `json:"eq,omitempty"`
	Ne   any    `json:"ne,omitempty"`
	Gt   any    `json:"gt,omitempty"` // numbers only, and so the next three
	Gte  any    `json:"gte,omitempty"`
	Lt   any    `json:"lt,omitempty"`
	Lte  any    `json:"lte,omitempty"`
	In   []any  `json:"in,omitempty"`
}

// Validate refuses a condition without attribute, or that has not exactly one
// comparison with a string, bool or number.
func (c Condition) Validate() error {
	if err := siyu.CheckID("attr", c.Attr); err != nil {
		return err
	}
	n := 0
	for _, v := range []any{c.Eq, c.Ne} {
		if v != nil {
			n++
			if !scalar(v) {
				return siyu.Invalid("eq", "is not a string, bool or number")
			}
		}
	}
	for _, v := range []any{c.Gt, c.Gte, c.Lt, c.Lte} {
		if v != nil {
			n++
			if number(v) == nil {
				return siyu.Invalid("gte", "is not a number")
			}
		}
	}
	if c.In != nil {
		n++
		for _, v := range c.In {
			if !scalar(v) {
				return siyu.Invalid("in", "holds what is not a string, bool or number")
			}
		}
	}
	if n != 1 {
		return siyu.Invalid("", "has %d comparisons, wants one of eq, ne, gt, gte, lt, lte, in", n)
	}
	return nil
}

// Holds reports whether the condition holds for a person's attributes.
func (c Condition) Holds(a Attributes) bool {
	v, ok := a[c.Attr]
	if !ok || v == nil {
		return false
	}
	switch {
	case c.Eq != nil:
		return equal(v, c.Eq)
	case c.Ne != nil:
		return !equal(v, c.Ne)
	case c.In != nil:
		for _, x := range c.In {
			if equal(v, x) {
				return true
			}
		}
		return false
	case c.Gt != nil:
		return compared(v, c.Gt, func(n int) bool { return n > 0 })
	case c.Gte != nil:
		return compared(v, c.Gte, func(n int) bool { return n >= 0 })
	case c.Lt != nil:
		return compared(v, c.Lt, func(n int) bool { return n < 0 })
	case c.Lte != nil:
		return compared(v, c.Lte, func(n int) bool { return n <= 0 })
	}
	return false
}

func scalar(v any) bool {
	switch v.(type) {
	case string, bool:
		return true
	}
	return number(v) != nil
}

func equal(a, b any) bool {
	if x, y := number(a), number(b); x != nil && y != nil {
		return x.Cmp(y) == 0
	}
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		return ok && x == y
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	}
	return false
}

func compared(a, b any, holds func(int) bool) bool {
	x, y := number(a), number(b)
	return x != nil && y != nil && holds(x.Cmp(y))
}

// number returns v as an exact number, nil if it is none.
func number(v any) *big.Rat {
	switch n := v.(type) {
	case int:
		return new(big.Rat).SetInt64(int64(n))
	case int64:
		return new(big.Rat).SetInt64(n)
	case siyu.Money:
		return new(big.Rat).SetInt64(int64(n))
	case float64:
		return new(big.Rat).SetFloat64(n) // nil for NaN and infinities
	case json.Number:
		if len(n) > 64 {
			return nil
		}
		if f, err := n.Float64(); err != nil || f > 1e300 || f < -1e300 || (f != 0 && f < 1e-300 && f > -1e-300) {
			return nil
		}
		r, ok := new(big.Rat).SetString(n.String())
		if !ok {
			return nil
		}
		return r
	}
	return nil
}
