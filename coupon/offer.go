package coupon

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Offer is a batch with what it gives, as it is about to be published or was
// before.
type Offer struct {
	Batch Batch
	Promo Promo // the batch's
}

// DefaultRenewal is how long after the end of an announced offer the same one
// must not come back.
const DefaultRenewal = 30 * day

// CheckRenewal refuses an offer that takes back what was announced of an earlier
// one under another batch ID: the countdown that begins again once it has run
// out, the last hundred that are followed by a hundred more. Call it with the
// offers of the last while before publishing; [Service.SaveBatch] refuses the
// same for one batch ID, and [Service.Extend] is the way to move an end in the open.
//
// Two offers are the same if their promos ask and give the same on the same lines
// to the same groups, whatever their ids, windows and places in a sequence are. One
// renews an earlier one whose batch is announced if it can be claimed after that
// one's end of claims and begins less than within after it; where no end was
// announced, the quota was, and the same offer at any later time adds to it. A
// within of 0 is [DefaultRenewal]. An offer with a little less in it is
// another one: the check finds the careless, not the cunning.
//
// The error is siyu.ErrInvalid with the path of the batch's field.
func CheckRenewal(next Offer, earlier []Offer, within time.Duration) error {
	if within == 0 {
		within = DefaultRenewal
	}
	if within < 0 {
		return siyu.Invalid("within", "is negative")
	}
	template, err := next.template()
	if err != nil {
		return err
	}
	for _, before := range earlier {
		if !before.Batch.Announced || before.Batch.ID == next.Batch.ID {
			continue
		}
		other, err := before.template()
		if err != nil {
			return err
		}
		if other != template {
			continue
		}
		if err := next.Batch.renews(before.Batch, within); err != nil {
			return siyu.Within("batch", err)
		}
	}
	return nil
}

// renews refuses the batch as one of the same offer as an announced one.
func (b Batch) renews(before Batch, within time.Duration) error {
	end := before.Claim.End
	switch {
	case b.Quota == 0:
		return nil // nobody can claim it
	case end.IsZero() && before.Quota == Unlimited:
		return nil // nothing was announced
	case end.IsZero():
		return siyu.Invalid("quota", "adds to batch %s, of which %d were announced as all there are", before.ID, before.Quota)
	case !b.Claim.End.IsZero() && !b.Claim.End.After(end), !b.Claim.Start.Before(end.Add(within)):
		return nil
	}
	return siyu.Invalid("claim", "renews batch %s, whose end was announced to be %s", before.ID, instantText(end))
}

// template is what the offer's promo asks and gives, to compare with others.
func (o Offer) template() (string, error) {
	p := Promo{ID: "offer", Currency: o.Promo.Currency, Benefit: o.Promo.Benefit, Requires: o.Promo.Requires}
	r := &p.Requires
	r.Window, r.Weekly, r.Early = siyu.Window{}, nil, nil
	r.Groups = sorted(r.Groups)
	p.Scope = Scope{Tags: sorted(o.Promo.Scope.Tags), Lines: sorted(o.Promo.Scope.Lines)}
	return p.Hash()
}

// sorted returns a list of names without repetitions, in order.
func sorted[T ~string](names []T) []T {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}
