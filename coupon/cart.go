package coupon

import (
	"fmt"
	"math"
	"time"

	"github.com/siyu-go/siyu"
)

// LineID names a line of a cart.
type LineID string

// Limits of one cart.
const (
	MaxLines = 1000
	MaxTags  = 64 // tags of a line, groups of a customer
)

// Cart is what a customer is about to buy or to invest: the input of a quote.
type Cart struct {
	Currency siyu.Currency `json:"currency"`
	At       time.Time     `json:"at"`               // the instant the quote is made for
	Groups   []string      `json:"groups,omitempty"` // audiences the customer belongs to
	Lines    []Line        `json:"lines"`
}

// Line is one position of a cart. A line of a fund or a deposit is one unit at
// the price of the amount invested.
type Line struct {
	ID        LineID     `json:"id"`
	UnitPrice siyu.Money `json:"unit_price"`
	Quantity  int64      `json:"quantity"`
	Tags      []string   `json:"tags,omitempty"` // categories, brands: what a Scope selects by

	// MinUnitPrice is the floor below which no discount takes a unit.
	MinUnitPrice siyu.Money `json:"min_unit_price,omitempty"`

	// FullPrice keeps the line out of all discounts: it counts for no
	// threshold and receives nothing.
	FullPrice bool `json:"full_price,omitempty"`
}

// Amount returns unit price times quantity.
func (l Line) Amount() (siyu.Money, error) { return l.UnitPrice.Times(l.Quantity) }

// Validate refuses a cart with missing or repeated line ids, negative prices,
// floors or quantities, or more than [MaxLines] lines or [MaxTags] tags. A cart
// whose amounts do not add up within 64 bits is siyu.ErrOverflow.
func (c Cart) Validate() error {
	if len(c.Lines) > MaxLines {
		return siyu.Invalid("lines", "are %d, the limit is %d", len(c.Lines), MaxLines)
	}
	if len(c.Groups) > MaxTags {
		return siyu.Invalid("groups", "are %d, the limit is %d", len(c.Groups), MaxTags)
	}
	var sum siyu.Money
	for i := range c.Lines {
		amount, err := c.Lines[i].check()
		if err == nil {
			sum, err = sum.Add(amount)
		}
		if err != nil {
			return siyu.Within(fmt.Sprintf("lines[%d]", i), err)
		}
	}
	if i := repeatedLine(c.Lines); i >= 0 {
		return siyu.Invalid(fmt.Sprintf("lines[%d].id", i), "is taken by an earlier line")
	}
	return nil
}

// check returns the amount of a line that is in order.
func (l *Line) check() (siyu.Money, error) {
	switch {
	case l.ID == "":
		return 0, siyu.Invalid("id", "is missing")
	case l.UnitPrice < 0:
		return 0, siyu.Invalid("unit_price", "is negative")
	case l.Quantity < 0:
		return 0, siyu.Invalid("quantity", "is negative")
	case l.MinUnitPrice < 0:
		return 0, siyu.Invalid("min_unit_price", "is negative")
	case len(l.Tags) > MaxTags:
		return 0, siyu.Invalid("tags", "are %d, the limit is %d", len(l.Tags), MaxTags)
	}
	if l.UnitPrice <= math.MaxInt32 && l.Quantity <= math.MaxInt32 { // the usual line, without 128 bits
		return l.UnitPrice * siyu.Money(l.Quantity), nil
	}
	return l.Amount()
}

// floor returns the part of the line's amount that no discount may take.
func (l *Line) floor(amount siyu.Money) siyu.Money {
	if l.MinUnitPrice >= l.UnitPrice {
		return amount
	}
	return l.MinUnitPrice * siyu.Money(l.Quantity) // less than amount, so it fits
}
