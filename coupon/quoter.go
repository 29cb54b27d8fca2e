package coupon

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/siyu-go/siyu"
)

// Quoter prices carts with one set of promos under one policy. It is immutable
// and safe for concurrent use.
type Quoter struct {
	policy    Policy
	rules     []rule   // in sequence order
	turns     []int32  // turns[i] is the place in rules of the i-th promo given
	scopes    []Scope  // the different scopes of the rules
	words     int      // of a row of conflicts
	conflicts []uint64 // bit j of row i: rules i and j exclude each other
	dearest   bool     // a rule wants units by price
	solvers   sync.Pool
}

// rule is a promo made ready for carts.
type rule struct {
	Promo
	scope    int32
	rank     int32 // place of its id among all ids
	rounding siyu.Rounding
	tiers    []Tier // by where they start
	// loose: with less left the rule may give more, so that its value now is no
	// bound on its value later.
	loose bool
}

// NewQuoter validates promos and policy and makes them ready. A nil policy is
// the default one. Faults are *siyu.InvalidError with a path such as
// "promos[3].benefit.tiers[0].at".
func NewQuoter(promos []Promo, policy *Policy) (*Quoter, error) {
	q := &Quoter{}
	if policy != nil {
		q.policy = *policy
	}
	if q.policy.MaxNodes == 0 {
		q.policy.MaxNodes = defaultMaxNodes
	}
	if err := q.policy.Validate(); err != nil {
		return nil, siyu.Within("policy", err)
	}
	if err := validatePromos(promos); err != nil {
		return nil, err
	}
	q.order(promos)
	for i := range q.rules {
		q.prepare(&q.rules[i])
	}
	q.rank()
	q.findConflicts()
	q.solvers.New = func() any { return &solver{q: q} }
	return q, nil
}

// Quote prices a cart. A cart that [Cart.Validate] refuses is an error; that
// promos do not apply is not.
func (q *Quoter) Quote(cart Cart) (Quote, error) {
	var quote Quote
	err := q.QuoteInto(&cart, &quote)
	return quote, err
}

// QuoteInto is [Quoter.Quote] into a quote whose memory is used again: once
// that is large enough, nothing is allocated.
func (q *Quoter) QuoteInto(cart *Cart, quote *Quote) error {
	s := q.solvers.Get().(*solver)
	defer q.solvers.Put(s)
	quote.reset()
	if err := s.load(cart); err != nil {
		return err
	}
	if q.policy.Mode == Best {
		s.best(quote)
	} else {
		s.sequence(quote)
	}
	s.finish(quote)
	return nil
}

func (q *Quoter) order(promos []Promo) {
	listed := make([]int, len(promos))
	for i := range listed {
		listed[i] = i
	}
	slices.SortStableFunc(listed, func(a, b int) int {
		x, y := &promos[a], &promos[b]
		if q.policy.ExclusiveFirst && x.Exclusive != y.Exclusive {
			if x.Exclusive {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.turn(), y.turn()), cmp.Compare(y.Priority, x.Priority))
	})
	q.rules = make([]rule, len(promos))
	q.turns = make([]int32, len(promos))
	for turn, i := range listed {
		q.rules[turn].Promo = promos[i].clone()
		q.turns[i] = int32(turn)
	}
}

func (p *Promo) turn() int {
	if p.Level == LineLevel {
		return 0
	}
	return 1
}

// clone copies what the caller could change behind the quoter's back.
func (p Promo) clone() Promo {
	p.Scope.Tags, p.Scope.Lines = slices.Clone(p.Scope.Tags), slices.Clone(p.Scope.Lines)
	p.Requires.Groups, p.Excludes = slices.Clone(p.Requires.Groups), slices.Clone(p.Excludes)
	if p.Requires.Weekly != nil {
		weekly := *p.Requires.Weekly
		weekly.Days = slices.Clone(weekly.Days)
		p.Requires.Weekly = &weekly
	}
	return p
}

func (q *Quoter) prepare(r *rule) {
	r.scope = int32(slices.IndexFunc(q.scopes, r.Scope.equal))
	if r.scope < 0 {
		r.scope = int32(len(q.scopes))
		q.scopes = append(q.scopes, r.Scope)
	}
	r.rounding = q.policy.Rounding
	if r.Benefit.Rounding != nil {
		r.rounding = *r.Benefit.Rounding
	}
	r.tiers = sortedTiers(r.Benefit.Tiers)
	r.Benefit.Tiers, r.Benefit.Rounding = nil, nil
	r.loose = (r.Requires.MaxSpend > 0 && r.Requires.SpendBasis == Remaining) ||
		(r.Benefit.Kind == KindLadder && r.Benefit.Basis == Remaining && r.Benefit.Measure != Quantity && !rises(r.tiers))
	q.dearest = q.dearest || r.Benefit.MaxUnits > 0
}

func (q *Quoter) rank() {
	byID := make([]int, len(q.rules))
	for i := range byID {
		byID[i] = i
	}
	slices.SortFunc(byID, func(a, b int) int { return strings.Compare(string(q.rules[a].ID), string(q.rules[b].ID)) })
	for rank, i := range byID {
		q.rules[i].rank = int32(rank)
	}
}

func (q *Quoter) findConflicts() {
	n := len(q.rules)
	q.words = (n + 63) / 64
	q.conflicts = make([]uint64, n*q.words)
	for i := range n {
		for j := range i {
			if q.rules[i].conflictsWith(&q.rules[j].Promo) {
				q.conflicts[i*q.words+j/64] |= 1 << (j % 64)
				q.conflicts[j*q.words+i/64] |= 1 << (i % 64)
			}
		}
	}
}

func (q *Quoter) conflict(i, j int32) bool {
	return q.conflicts[int(i)*q.words+int(j)/64]&(1<<(j%64)) != 0
}
