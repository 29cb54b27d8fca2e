package coupon

import (
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// PromoID names a promo.
type PromoID string

// Promo is one offer: which lines it looks at, what it asks, what it gives and
// what it does not go together with. It is plain data; [Benefit] has a
// constructor for each kind, [ParsePromo] reads the JSON form.
type Promo struct {
	ID       PromoID
	Level    Level         // line-level promos come before order-level ones
	Priority int           // higher first within a level
	Currency siyu.Currency // must equal the cart's in any letter case; empty: any
	Scope    Scope
	Requires Requires
	Benefit  Benefit

	Exclusive bool      // goes together with nothing
	Group     string    // at most one of a group applies
	Excludes  []PromoID // goes together with none of these; either side may say so
	Stop      bool      // nothing applies after it
}

// Level says when in a sequence a promo has its turn.
type Level string

// The empty Level is OrderLevel.
const (
	LineLevel  Level = "line"
	OrderLevel Level = "order"
)

// Basis says which amount is looked at: the cart as it came, or what the
// promos before left of it. An empty Basis is the default of its place.
type Basis string

// The two bases.
const (
	Original  Basis = "original"
	Remaining Basis = "remaining"
)

// Scope selects the lines a promo is about: those listed and those with any of
// the tags. The zero Scope selects every line that may be discounted.
type Scope struct {
	Tags  []string `json:"tags,omitempty"`
	Lines []LineID `json:"lines,omitempty"`
}

// Requires is what a promo asks of the cart before it applies (使用门槛). The
// zero Requires asks nothing.
type Requires struct {
	MinSpend siyu.Money // 0: no minimum
	Above    bool       // the spend must exceed MinSpend, not just reach it
	MaxSpend siyu.Money // 0: no maximum
	Below    bool       // the spend must stay under MaxSpend, not just within it

	SpendBasis Basis // of MinSpend and MaxSpend; empty: Original
	WholeCart  bool  // MinSpend and MaxSpend look at all discountable lines, not the scope

	MinQuantity int64       // units in the scope
	Groups      []string    // the customer is in any of these; none: everyone
	Window      siyu.Window // when the promo is open
	Weekly      *Weekly     // the hours of the week it is open, within Window
	Early       *Early      // who may come before
}

// Early opens a promo's window, and its hours of the week, earlier for some
// (会员提前抢).
type Early struct {
	Groups []string      // customers in any of these
	By     time.Duration // so much earlier
}

// Limits of one promo and of one set of promos.
const (
	MaxPromos   = 1000
	MaxTiers    = 100
	MaxScope    = 1000 // tags, lines, groups or excluded promos of one promo
	MaxPromoKiB = 256  // size of the JSON form of one promo
)

// Validate refuses a promo that cannot be meant: without id, with negative
// amounts, unknown words, fields of another kind of benefit, or beyond the
// limits. The error is an *siyu.InvalidError with the path of the field, in
// the words of the JSON form.
func (p Promo) Validate() error {
	if err := siyu.CheckID("id", string(p.ID)); err != nil {
		return err
	}
	if p.Level != "" && p.Level != LineLevel && p.Level != OrderLevel {
		return siyu.Invalid("level", "%q is none of line, order", string(p.Level))
	}
	if err := p.Scope.validate(); err != nil {
		return siyu.Within("scope", err)
	}
	if err := p.Requires.validate(); err != nil {
		return siyu.Within("requires", err)
	}
	if err := p.Benefit.validate(); err != nil {
		return siyu.Within("benefit", err)
	}
	if len(p.Excludes) > MaxScope {
		return siyu.Invalid("excludes", "are %d, the limit is %d", len(p.Excludes), MaxScope)
	}
	if slices.Contains(p.Excludes, p.ID) {
		return siyu.Invalid("excludes", "names the promo itself")
	}
	return nil
}

func (s Scope) validate() error {
	if len(s.Tags) > MaxScope {
		return siyu.Invalid("tags", "are %d, the limit is %d", len(s.Tags), MaxScope)
	}
	if len(s.Lines) > MaxScope {
		return siyu.Invalid("lines", "are %d, the limit is %d", len(s.Lines), MaxScope)
	}
	return nil
}

func (s Scope) all() bool { return len(s.Tags) == 0 && len(s.Lines) == 0 }

func (s Scope) equal(o Scope) bool {
	return slices.Equal(s.Tags, o.Tags) && slices.Equal(s.Lines, o.Lines)
}

func (r Requires) validate() error {
	switch {
	case r.MinSpend < 0:
		return siyu.Invalid("min_spend", "is negative")
	case r.MaxSpend < 0:
		return siyu.Invalid("max_spend", "is negative")
	case r.MaxSpend > 0 && r.MaxSpend < r.MinSpend:
		return siyu.Invalid("max_spend", "%d is below min_spend %d", r.MaxSpend, r.MinSpend)
	case r.MinQuantity < 0:
		return siyu.Invalid("min_quantity", "is negative")
	case len(r.Groups) > MaxScope:
		return siyu.Invalid("groups", "are %d, the limit is %d", len(r.Groups), MaxScope)
	}
	if err := r.SpendBasis.validate("min_spend_basis"); err != nil {
		return err
	}
	if err := r.Window.Validate(); err != nil {
		return siyu.Invalid("ends_at", "is not after starts_at")
	}
	if err := r.Early.validate(); err != nil {
		return siyu.Within("early", err)
	}
	return siyu.Within("weekly", r.Weekly.validate())
}

func (e *Early) validate() error {
	switch {
	case e == nil:
		return nil
	case e.By <= 0 || e.By > 31*day || e.By%time.Second != 0:
		return siyu.Invalid("by", "%s is not whole seconds within 31 days", e.By)
	case len(e.Groups) == 0 || len(e.Groups) > MaxScope:
		return siyu.Invalid("groups", "are %d, not 1 to %d", len(e.Groups), MaxScope)
	}
	return nil
}

// open tells whether the promo is open to a customer at an instant: applies,
// notStarted or expired.
func (r *Requires) open(at time.Time, groups []string) why {
	ahead := at // the clock of those who may come early
	if r.Early != nil && overlap(r.Early.Groups, groups) {
		ahead = at.Add(r.Early.By)
	}
	switch {
	case r.Window.Before(ahead):
		return notStarted
	case r.Window.After(at):
		return expired
	case r.Weekly != nil && !r.Weekly.Contains(at) && !r.Weekly.Contains(ahead):
		return notStarted
	}
	return applies
}

func (b Basis) validate(field string) error {
	if b == "" || b == Original || b == Remaining {
		return nil
	}
	return siyu.Invalid(field, "%q is none of original, remaining", string(b))
}

// conflictsWith reports whether two promos must not both apply, whatever their
// order. Stop depends on the order and is not looked at here.
func (p *Promo) conflictsWith(o *Promo) bool {
	return p.Exclusive || o.Exclusive ||
		(p.Group != "" && p.Group == o.Group) ||
		slices.Contains(p.Excludes, o.ID) || slices.Contains(o.Excludes, p.ID)
}

// validatePromos checks a list in which ids must differ.
func validatePromos(promos []Promo) error {
	if len(promos) > MaxPromos {
		return siyu.Invalid("promos", "are %d, the limit is %d", len(promos), MaxPromos)
	}
	seen := make(map[PromoID]bool, len(promos))
	for i, p := range promos {
		err := p.Validate()
		if err == nil && seen[p.ID] {
			err = siyu.Invalid("id", "is taken by an earlier promo")
		}
		if err != nil {
			return siyu.Within(fmt.Sprintf("promos[%d]", i), err)
		}
		seen[p.ID] = true
	}
	return nil
}
