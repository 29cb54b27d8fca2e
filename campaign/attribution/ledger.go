package attribution

import (
	"fmt"
	"maps"

	"github.com/siyu-go/siyu"
)

// Ledger sums up credit over many conversions of one person's touches. The
// zero Ledger with a Model is ready. It is not safe for concurrent use.
type Ledger struct {
	Model Model

	open  map[string]settled // by conversion id
	total map[string]siyu.Money
}

// settled is a conversion with what of it was not refunded.
type settled struct {
	touches    []Touch
	conversion Conversion
	refunds    map[string]bool
}

// Add counts a conversion, or the refund of one. A conversion id counts once;
// a refund takes back what its amount gave, and so does a second, partial one,
// down to zero and exactly. A refund without an id counts each time it is
// added. A refund of an unknown conversion, or of more than is left, is an
// error and changes nothing.
func (l *Ledger) Add(touches []Touch, c Conversion) error {
	if l.open == nil {
		l.open, l.total = map[string]settled{}, map[string]siyu.Money{}
	}
	if c.RefundOf != "" {
		return l.refund(c)
	}
	if _, known := l.open[c.ID]; known && c.ID != "" {
		return nil
	}
	credit, err := l.Model.Credit(touches, c)
	if err != nil {
		return err
	}
	if err := l.apply(credit, nil); err != nil {
		return err
	}
	l.open[c.ID] = settled{touches, c, map[string]bool{}}
	return nil
}

// Totals returns the credit per campaign; campaigns whose credit was refunded
// stay, with 0.
func (l *Ledger) Totals() map[string]siyu.Money { return maps.Clone(l.total) }

func (l *Ledger) refund(c Conversion) error {
	was, ok := l.open[c.RefundOf]
	if !ok {
		return fmt.Errorf("attribution: conversion to refund: %w", siyu.ErrNotFound)
	}
	if c.ID != "" && was.refunds[c.ID] {
		return nil
	}
	if c.Amount < 0 || c.Amount > was.conversion.Amount {
		return siyu.Invalid("amount", "of the refund is not between 0 and %d", was.conversion.Amount)
	}
	before, err := l.Model.Credit(was.touches, was.conversion)
	if err != nil {
		return err
	}
	was.conversion.Amount -= c.Amount
	after, err := l.Model.Credit(was.touches, was.conversion)
	if err != nil {
		return err
	}
	if err := l.apply(after, before); err != nil {
		return err
	}
	if c.ID != "" {
		was.refunds[c.ID] = true
	}
	l.open[c.RefundOf] = was
	return nil
}

// apply adds plus and takes minus, all or nothing.
func (l *Ledger) apply(plus, minus map[string]siyu.Money) error {
	next := maps.Clone(l.total)
	for _, side := range []struct {
		amounts map[string]siyu.Money
		op      func(siyu.Money, siyu.Money) (siyu.Money, error)
	}{{minus, siyu.Money.Sub}, {plus, siyu.Money.Add}} {
		for campaign, amount := range side.amounts {
			sum, err := side.op(next[campaign], amount)
			if err != nil {
				return err
			}
			next[campaign] = sum
		}
	}
	l.total = next
	return nil
}
