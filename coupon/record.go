package coupon

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/siyu-go/siyu"
)

// Record is a quote with what made it, to be stored beside an order and made
// again in a dispute or an audit. It encodes as JSON.
type Record struct {
	Rules string `json:"rules"` // hash of the quoter's promos and policy
	Cart  Cart   `json:"cart"`
	Quote Quote  `json:"quote"`
}

// Hash returns the SHA-256, in hex, of the quoter's policy and of its promos in
// sequence order: quoters with equal hashes price every cart alike.
func (q *Quoter) Hash() (string, error) {
	parts := make([]string, 0, len(q.rules)+1)
	policy, err := json.Marshal(q.policy)
	if err != nil {
		return "", err
	}
	parts = append(parts, string(policy))
	for i := range q.rules {
		data, err := q.rules[i].promo.MarshalJSON()
		if err != nil {
			return "", err
		}
		parts = append(parts, string(data))
	}
	return digest(parts...), nil
}

// Record quotes a cart and keeps how.
func (q *Quoter) Record(cart Cart) (Record, error) {
	rules, err := q.Hash()
	if err != nil {
		return Record{}, err
	}
	quote, err := q.Quote(cart)
	if err != nil {
		return Record{}, err
	}
	return Record{Rules: rules, Cart: cart, Quote: quote}, nil
}

// Replay makes a recorded quote again and compares the JSON bytes. Other promos
// or another policy, or a quote that comes out differently, are
// siyu.ErrConflict.
func (q *Quoter) Replay(r Record) error {
	again, err := q.Record(r.Cart)
	if err != nil {
		return err
	}
	if again.Rules != r.Rules {
		return fmt.Errorf("coupon: replay: the rules are others: %w", siyu.ErrConflict)
	}
	want, err := json.Marshal(r.Quote)
	if err != nil {
		return err
	}
	got, err := json.Marshal(again.Quote)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("coupon: replay: the quote comes out differently: %w", siyu.ErrConflict)
	}
	return nil
}
