package coupon

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
)

// Sale is a cart as it was paid: what a refund is worked out from. [NewSale]
// makes one of a quote.
type Sale struct {
	Currency siyu.Currency `json:"currency"`
	At       time.Time     `json:"at"` // of the quote; clawback evaluates for this instant again
	Groups   []string      `json:"groups,omitempty"`
	Lines    []SoldLine    `json:"lines"`
}

// SoldLine is a line with the discount that was allocated to it.
type SoldLine struct {
	Line
	Discount siyu.Money `json:"discount,omitempty"`
}

// Return is the units of each line that come back in one step.
type Return map[LineID]int64

// Refund is what the steps of a return are worth.
type Refund struct {
	Steps []RefundStep `json:"steps"` // one for each return, in order
	Total siyu.Money   `json:"total"` // of the steps
	Paid  siyu.Money   `json:"paid"`  // for the whole sale
	Kept  siyu.Money   `json:"kept"`  // Paid less Total: what stays paid
}

// RefundStep is one return and what it is worth. Amount is Gross less
// Discount less Forfeit, except that clawback never makes it negative.
type RefundStep struct {
	Amount   siyu.Money `json:"amount"`
	Gross    siyu.Money `json:"gross"`             // of the returned units, at their unit prices
	Discount siyu.Money `json:"discount"`          // their share of the discount
	Forfeit  siyu.Money `json:"forfeit,omitempty"` // clawback: discount on kept units that is lost
}

// NewSale makes the sale of a cart that was paid as quoted.
func NewSale(cart Cart, quote Quote) (Sale, error) {
	if len(cart.Lines) != len(quote.Lines) {
		return Sale{}, siyu.Invalid("quote", "is of %d lines, the cart has %d", len(quote.Lines), len(cart.Lines))
	}
	sale := Sale{Currency: cart.Currency, At: cart.At, Groups: cart.Groups, Lines: make([]SoldLine, len(cart.Lines))}
	for i, l := range cart.Lines {
		if quote.Lines[i].ID != l.ID {
			return Sale{}, siyu.Invalid(fmt.Sprintf("quote.lines[%d].id", i), "is not the cart's")
		}
		sale.Lines[i] = SoldLine{Line: l, Discount: quote.Lines[i].Discount}
	}
	return sale, sale.Validate()
}

// Validate refuses what [Cart.Validate] refuses, and a discount that is
// negative or exceeds its line.
func (s Sale) Validate() error {
	if err := s.cart(nil).Validate(); err != nil {
		return err
	}
	for i, l := range s.Lines {
		if amount, _ := l.Amount(); l.Discount < 0 || l.Discount > amount {
			return siyu.Invalid(fmt.Sprintf("lines[%d].discount", i), "%d is not within 0 and %d", l.Discount, amount)
		}
	}
	return nil
}

// Keep refunds each returned unit at its share of the line's net price: the
// customer keeps the discount on what is kept, even if it would not have been
// given for that alone.
//
// Shares are cut to the minor unit cumulatively, so that the refund of k units
// of a line is the same however they come back, and all of them are worth
// exactly the line's net.
//
// Returning more units than were bought is siyu.ErrInvalid.
func (s Sale) Keep(returns ...Return) (Refund, error) {
	return s.refund(returns, func(kept []int64, step *RefundStep) error {
		step.Amount = step.Gross - step.Discount
		return nil
	})
}

// Clawback evaluates the promos again on what is kept, and refunds what was
// paid less what was refunded before less what the kept units now cost: a
// discount whose threshold is no longer met is given back. No step is negative;
// what one step would owe is taken from the next.
func (s Sale) Clawback(quoter *Quoter, returns ...Return) (Refund, error) {
	paid, err := s.paid()
	if err != nil {
		return Refund{}, err
	}
	var (
		quote    Quote
		refunded siyu.Money
	)
	return s.refund(returns, func(kept []int64, step *RefundStep) error {
		cart := s.cart(kept)
		if err := quoter.QuoteInto(&cart, &quote); err != nil {
			return err
		}
		step.Amount = max(paid-refunded-quote.Payable, 0)
		step.Forfeit = step.Gross - step.Discount - step.Amount
		refunded += step.Amount
		return nil
	})
}

// refund walks through the returns; worth fills the amount of a step, given the
// units of each line that are kept after it.
func (s Sale) refund(returns []Return, worth func(kept []int64, step *RefundStep) error) (Refund, error) {
	paid, err := s.paid()
	if err != nil {
		return Refund{}, err
	}
	refund := Refund{Paid: paid, Kept: paid, Steps: make([]RefundStep, len(returns))}
	kept := make([]int64, len(s.Lines))
	at := make(map[LineID]int, len(s.Lines))
	for i, l := range s.Lines {
		kept[i], at[l.ID] = l.Quantity, i
	}
	for n, back := range returns {
		step := &refund.Steps[n]
		for id, units := range back {
			i, known := at[id]
			switch {
			case !known:
				return Refund{}, siyu.Invalid(fmt.Sprintf("returns[%d]", n), "has a line that was not sold")
			case units < 0:
				return Refund{}, siyu.Invalid(fmt.Sprintf("returns[%d]", n), "has negative units")
			case units > kept[i]:
				return Refund{}, siyu.Invalid(fmt.Sprintf("returns[%d]", n), "has %d units of a line of which %d are left", units, kept[i])
			}
			line := &s.Lines[i]
			net := line.netOf(kept[i]) - line.netOf(kept[i]-units)
			gross := line.UnitPrice * siyu.Money(units)
			step.Gross += gross
			step.Discount += gross - net
			kept[i] -= units
		}
		if err := worth(kept, step); err != nil {
			return Refund{}, err
		}
		refund.Total += step.Amount
	}
	refund.Kept = paid - refund.Total
	return refund, nil
}

// netOf returns what so many kept units of the line are worth: their share of
// its net, the fraction of a minor unit staying with those kept.
func (l *SoldLine) netOf(kept int64) siyu.Money {
	net := l.UnitPrice*siyu.Money(l.Quantity) - l.Discount
	return net - share(net, l.Quantity-kept, l.Quantity)
}

func (s Sale) paid() (siyu.Money, error) {
	if err := s.Validate(); err != nil {
		return 0, siyu.Within("sale", err)
	}
	var paid siyu.Money
	for _, l := range s.Lines {
		paid += l.UnitPrice*siyu.Money(l.Quantity) - l.Discount
	}
	return paid, nil
}

// cart returns the sale as a cart of the units kept; nil keeps all. Lines of
// which nothing is kept are left out.
func (s Sale) cart(kept []int64) Cart {
	cart := Cart{Currency: s.Currency, At: s.At, Groups: s.Groups, Lines: make([]Line, 0, len(s.Lines))}
	for i, l := range s.Lines {
		line := l.Line
		if kept != nil {
			if kept[i] == 0 {
				continue
			}
			line.Quantity = kept[i]
		}
		cart.Lines = append(cart.Lines, line)
	}
	return cart
}
