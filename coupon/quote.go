package coupon

import "github.com/siyu-go/siyu"

// Quote is the price of a cart with the reason for every promo.
type Quote struct {
	Discount siyu.Money  `json:"discount"` // of all promos together
	Payable  siyu.Money  `json:"payable"`
	Lines    []LineQuote `json:"lines"`           // one for each line of the cart, in its order
	Applied  []Applied   `json:"applied"`         // in the order of application
	Rejected []Rejected  `json:"rejected"`        // in the order the promos were given
	Gifts    []Gift      `json:"gifts,omitempty"` // given on top, in the order of their turns
	Hints    []Hint      `json:"hints"`           // in the order the promos were given
	Proof    Proof       `json:"proof"`
}

// LineQuote is what one line comes to. Discount and Payable sum to Original.
type LineQuote struct {
	ID       LineID     `json:"id"`
	Original siyu.Money `json:"original"`
	Discount siyu.Money `json:"discount"`
	Payable  siyu.Money `json:"payable"`
}

// Applied is a promo that applies, with its part of every line it reduces. The
// parts sum to Amount.
type Applied struct {
	ID     PromoID      `json:"id"`
	Amount siyu.Money   `json:"amount"`
	Lines  []LineAmount `json:"lines"`
}

// LineAmount is an amount of one line.
type LineAmount struct {
	Line   LineID     `json:"line"`
	Amount siyu.Money `json:"amount"`
}

// Rejected is a promo that does not apply, and why.
type Rejected struct {
	ID       PromoID    `json:"id"`
	Reason   Reason     `json:"reason"`
	Gap      siyu.Money `json:"gap,omitempty"`       // so much more spend would satisfy it
	GapUnits int64      `json:"gap_units,omitempty"` // so many more units would
	With     PromoID    `json:"with,omitempty"`      // the applied promo it is in conflict with; what it lost to if it is not better
	Alone    siyu.Money `json:"alone,omitempty"`     // what it would have given on the untouched cart
}

// Hint says how far the untouched cart is from the next tier of a ladder, or
// from a promo's minimum spend.
type Hint struct {
	ID       PromoID    `json:"id"`
	Gap      siyu.Money `json:"gap,omitempty"`
	GapUnits int64      `json:"gap_units,omitempty"` // for ladders by quantity
	Next     Tier       `json:"next,omitzero"`       // zero for a minimum spend
}

// Proof says how good a quote is. In sequence mode there is one outcome, so it
// is always exact.
type Proof struct {
	Exact bool       `json:"exact"` // no legal combination has a larger discount
	Bound siyu.Money `json:"bound"` // no legal combination exceeds this discount
	Nodes int        `json:"nodes"` // combinations looked at
}

// Evaluate prices a cart once. Where the same promos price many carts, make a
// [Quoter]. A nil policy is the default one. Errors are those of [NewQuoter]
// and [Quoter.Quote].
func Evaluate(cart Cart, promos []Promo, policy *Policy) (Quote, error) {
	q, err := NewQuoter(promos, policy)
	if err != nil {
		return Quote{}, err
	}
	return q.Quote(cart)
}

// reset empties the quote and keeps its memory.
func (q *Quote) reset() {
	q.Lines, q.Applied, q.Rejected, q.Hints = q.Lines[:0], q.Applied[:0], q.Rejected[:0], q.Hints[:0]
	q.Gifts = q.Gifts[:0]
	q.Discount, q.Payable, q.Proof = 0, 0, Proof{}
}

// apply appends an applied promo, reusing the memory of an earlier quote.
func (q *Quote) apply(id PromoID, amount siyu.Money) *Applied {
	n := len(q.Applied)
	if n < cap(q.Applied) {
		q.Applied = q.Applied[:n+1]
	} else {
		q.Applied = append(q.Applied, Applied{})
	}
	a := &q.Applied[n]
	a.ID, a.Amount, a.Lines = id, amount, a.Lines[:0]
	return a
}
