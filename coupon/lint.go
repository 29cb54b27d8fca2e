package coupon

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Problem names what is wrong with a set of promos.
type Problem string

// What Lint finds.
const (
	// CostsMore: a cart that is larger by a little costs more than it is larger
	// by, because a discount is lost. Cart is the smaller one, More the larger.
	CostsMore Problem = "spending_more_costs_more"
	// UnreachableTier: no spend gives the tier, or it gives no more than the one
	// before it.
	UnreachableTier Problem = "unreachable_tier"
	// GivesTooMuch: the promos together take more off Cart than the limit.
	GivesTooMuch Problem = "gives_too_much"
	// NobodyCanUse: the promo applies to no cart from the given instant on.
	NobodyCanUse Problem = "nobody_can_use"
	// NeverChosen: the promo would apply alone, but no cart tried gets it beside
	// the others.
	NeverChosen Problem = "never_chosen"
)

var problemTexts = map[Problem]siyu.Text{
	CostsMore:       {ZH: "多买反而多付", EN: "spending more costs more than the difference"},
	UnreachableTier: {ZH: "该档位永远不会生效", EN: "a tier that never takes effect"},
	GivesTooMuch:    {ZH: "叠加后优惠超过上限", EN: "the stack gives more than the limit"},
	NobodyCanUse:    {ZH: "没有人能使用", EN: "nobody can use it"},
	NeverChosen:     {ZH: "总被其他优惠取代", EN: "always displaced by other offers"},
}

// Text says the problem in a language.
func (p Problem) Text(lang siyu.Lang) string { return problemTexts[p].In(lang) }

// Finding is one problem with the cart that shows it.
type Finding struct {
	Problem Problem `json:"problem"`
	Promo   PromoID `json:"promo,omitempty"` // empty for the set as a whole
	Tier    Tier    `json:"tier,omitzero"`   // of UnreachableTier

	// Cart is the witness: quote it, and More where there is one, to see the
	// problem.
	Cart Cart `json:"cart,omitzero"`
	More Cart `json:"more,omitzero"`
}

// LintOptions of [Lint]; nil and zero fields mean the defaults.
type LintOptions struct {
	At          time.Time     // from when on; zero: the start of each promo
	MaxDiscount siyu.BPS      // of a cart that may be given away; 0: half, 5000
	Currency    siyu.Currency // of the carts; empty: that of the promos
}

// Lint looks for carts on which a set of promos does what nobody meant: before
// launch, not in the path of an order. It tries carts at and around every
// threshold the promos name, for every scope, so what it finds is real and comes
// with the cart; that it finds nothing is no proof.
func Lint(promos []Promo, policy *Policy, options *LintOptions) ([]Finding, error) {
	l, err := newLinter(promos, policy, options)
	if err != nil {
		return nil, err
	}
	for i := range promos {
		l.tiers(&promos[i])
	}
	for _, at := range l.instants() {
		for _, shape := range l.shapes() {
			if err := l.walk(shape, at); err != nil {
				return nil, err
			}
		}
	}
	for i := range promos {
		switch id := promos[i].ID; {
		case !l.usable[id]:
			l.found = append(l.found, Finding{Problem: NobodyCanUse, Promo: id})
		case !l.chosen[id]:
			l.found = append(l.found, Finding{Problem: NeverChosen, Promo: id})
		}
	}
	return l.found, nil
}

// linter tries carts and keeps what it finds: each problem of a promo once.
type linter struct {
	promos  []Promo
	quoter  *Quoter
	options LintOptions
	spends  []siyu.Money // to try, rising
	counts  []int64      // of units to try
	usable  map[PromoID]bool
	chosen  map[PromoID]bool
	found   []Finding
	told    map[Problem]bool // problems of the set as a whole
}

func newLinter(promos []Promo, policy *Policy, options *LintOptions) (*linter, error) {
	quoter, err := NewQuoter(promos, policy)
	if err != nil {
		return nil, err
	}
	l := &linter{
		promos: promos, quoter: quoter, usable: make(map[PromoID]bool), chosen: make(map[PromoID]bool), told: make(map[Problem]bool),
	}
	if options != nil {
		l.options = *options
	}
	if l.options.MaxDiscount == 0 {
		l.options.MaxDiscount = 5000
	}
	for i := range promos {
		if l.options.Currency == "" {
			l.options.Currency = promos[i].Currency
		}
	}
	l.collect()
	return l, nil
}

const maxLintPoints = 2000

// collect gathers the spends and unit counts at which promos change.
func (l *linter) collect() {
	spends, counts := []siyu.Money{1, 100}, []int64{1}
	for i := range l.promos {
		r, b := &l.promos[i].Requires, &l.promos[i].Benefit
		spends = append(spends, r.MinSpend, r.MaxSpend, b.Step, b.Amount, saturated(b.Step, max(b.MaxTimes, 2)))
		counts = append(counts, r.MinQuantity, b.MaxUnits)
		for _, t := range b.Tiers {
			if b.Measure == Quantity {
				counts = append(counts, int64(t.At))
				continue
			}
			spends = append(spends, t.At)
		}
	}
	for _, s := range spends {
		if s > 0 && s < 1<<50 {
			l.spends = append(l.spends, s-1, s, s+1, 2*s)
		}
	}
	slices.Sort(l.spends)
	l.spends = slices.DeleteFunc(slices.Compact(l.spends), func(s siyu.Money) bool { return s <= 0 })
	l.spends = l.spends[:min(len(l.spends), maxLintPoints)]
	slices.Sort(counts)
	l.counts = slices.DeleteFunc(slices.Compact(counts), func(n int64) bool { return n <= 0 || n > 1<<20 })
	l.counts = l.counts[:min(len(l.counts), 16)]
}

// instants returns when to try: the given one, and the start of each window
// that lies later.
func (l *linter) instants() []time.Time {
	all := []time.Time{l.options.At}
	for i := range l.promos {
		start := l.promos[i].Requires.Window.Start
		if start.After(l.options.At) {
			all = append(all, start)
		}
		if w := l.promos[i].Requires.Weekly; w != nil {
			all = append(all, w.next(later(start, l.options.At)))
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	all = slices.CompactFunc(all, time.Time.Equal)
	return all[:min(len(all), 32)]
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// shapes returns lines to try, without a price: one for each scope, and one
// that is in all of them.
func (l *linter) shapes() []Line {
	every := Line{ID: "witness"}
	shapes := []Line{every}
	for i := range l.promos {
		s := &l.promos[i].Scope
		for _, tag := range s.Tags {
			if len(every.Tags) < MaxTags && !slices.Contains(every.Tags, tag) {
				every.Tags = append(every.Tags, tag)
				shapes = append(shapes, Line{ID: "witness", Tags: []string{tag}})
			}
		}
		for _, id := range s.Lines {
			shapes = append(shapes, Line{ID: id})
		}
	}
	shapes = append(shapes, every)
	return shapes[:min(len(shapes), 64)]
}

// walk prices carts of one line that grow, and looks at what changes.
func (l *linter) walk(shape Line, at time.Time) error {
	for _, units := range l.counts {
		var before, after Quote
		var smaller Cart
		for n, spend := range l.spends {
			line := shape
			line.Quantity, line.UnitPrice = units, (spend+siyu.Money(units)-1)/siyu.Money(units)
			cart := Cart{Currency: l.options.Currency, At: at, Groups: l.groups(), Lines: []Line{line}}
			if err := l.quoter.QuoteInto(&cart, &after); err != nil {
				return err
			}
			l.look(&after)
			grown := after.Lines[0].Original
			if n > 0 && after.Discount < before.Discount && !l.told[CostsMore] {
				l.told[CostsMore] = true
				l.found = append(l.found, Finding{Problem: CostsMore, Promo: lost(&before, &after), Cart: smaller, More: cart})
			}
			if l.tooMuch(after.Discount, grown) && !l.told[GivesTooMuch] {
				l.told[GivesTooMuch] = true
				l.found = append(l.found, Finding{Problem: GivesTooMuch, Cart: cart})
			}
			before, after, smaller = after, before, cart
		}
	}
	return nil
}

// look notes which promos apply.
func (l *linter) look(q *Quote) {
	for _, a := range q.Applied {
		l.usable[a.ID], l.chosen[a.ID] = true, true
	}
	for _, g := range q.Gifts {
		l.usable[g.Promo], l.chosen[g.Promo] = true, true
	}
	for _, r := range q.Rejected {
		if r.Alone > 0 {
			l.usable[r.ID] = true
		}
	}
}

func (l *linter) tooMuch(discount, amount siyu.Money) bool {
	limit, err := amount.Rate(l.options.MaxDiscount, siyu.Ceil)
	return err == nil && discount > limit && amount >= 100
}

func (l *linter) groups() []string {
	var all []string
	for i := range l.promos {
		req := &l.promos[i].Requires
		for _, g := range req.Groups {
			if len(all) < MaxTags && !slices.Contains(all, g) {
				all = append(all, g)
			}
		}
	}
	return all
}

// lost returns the first promo that applied before and does not after.
func lost(before, after *Quote) PromoID {
	for _, a := range before.Applied {
		if !slices.ContainsFunc(after.Applied, func(b Applied) bool { return b.ID == a.ID }) {
			return a.ID
		}
	}
	return ""
}

// tiers looks for tiers of a ladder that no spend reaches or that give no more
// than the one before.
func (l *linter) tiers(p *Promo) {
	tiers := sortedTiers(p.Benefit.Tiers)
	byCount := p.Benefit.Measure == Quantity
	for i, t := range tiers {
		over := !byCount && p.Requires.MaxSpend > 0 && t.At > p.Requires.MaxSpend
		hidden := i+1 < len(tiers) && !byCount && tiers[i+1].At <= p.Requires.MinSpend
		hidden = hidden || (i+1 < len(tiers) && byCount && int64(tiers[i+1].At) <= p.Requires.MinQuantity)
		same := i > 0 && t.Rate == tiers[i-1].Rate && t.Amount == tiers[i-1].Amount && t.Max == tiers[i-1].Max
		if over || hidden || same {
			l.found = append(l.found, Finding{Problem: UnreachableTier, Promo: p.ID, Tier: t})
		}
	}
}
