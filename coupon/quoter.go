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
	scopes    scopes   // the different scopes of the rules
	words     int      // of a row of conflicts
	conflicts []uint64 // bit j of row i: rules i and j exclude each other
	groups    int      // different ones
	masks     []uint64 // by group: its rules, if there are at most maxLive
	lined     uint64   // the rules worked out line by line, if there are at most maxLive
	solo      uint64   // likewise the exclusive ones
	loose     uint64   // likewise those marked loose
	every     []int32  // 0, 1, 2 … of rules, if there are at most maxLive
	dearest   bool     // a rule wants units by price
	gives     bool     // a rule gives an item
	solvers   sync.Pool
}

// rule is a promo made ready for carts: what a search looks at, in little
// memory.
type rule struct {
	kind     kind
	rounding siyu.Rounding
	guarded  bool // it has a window, a currency or an audience
	byCount  bool // the ladder counts units
	later    bool // ladder, every: measured on what remains
	after    bool // the spend limits look at what remains
	above    bool
	below    bool
	solo     bool // exclusive
	stop     bool
	// loose: with less left the rule may give more, so that its value now is no
	// bound on its value later.
	loose bool

	lined bool // what it gives is worked out line by line
	plain bool // an amount, or a rate of what remains

	scope int32
	asked int32 // the scope that the spend limits look at
	group int32 // -1: none
	rank  int32 // place of its id among all ids

	minSpend    siyu.Money
	maxSpend    siyu.Money
	minQuantity int64
	amount      siyu.Money
	rate        siyu.BPS
	max         siyu.Money
	step        siyu.Money
	maxTimes    int64
	maxUnits    int64
	tiers       []Tier // by where they start
	id          PromoID
	promo       *Promo
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
	q.scopes.ready()
	q.rank()
	q.findConflicts()
	q.findGroups()
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
	if q.gives {
		s.giveItems(quote)
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
		own := promos[i].clone()
		q.rules[turn] = q.prepare(&own)
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
	p.Benefit.Tiers = slices.Clone(p.Benefit.Tiers)
	if p.Requires.Weekly != nil {
		weekly := *p.Requires.Weekly
		weekly.Days = slices.Clone(weekly.Days)
		p.Requires.Weekly = &weekly
	}
	if p.Requires.Early != nil {
		p.Requires.Early = &Early{Groups: slices.Clone(p.Requires.Early.Groups), By: p.Requires.Early.By}
	}
	return p
}

func (q *Quoter) prepare(p *Promo) rule {
	req, b := &p.Requires, &p.Benefit
	r := rule{
		kind: kinds[b.Kind], rounding: q.policy.Rounding, solo: p.Exclusive, stop: p.Stop, group: -1, id: p.ID, promo: p,
		guarded:  req.Window != (siyu.Window{}) || req.Weekly != nil || p.Currency != "" || len(req.Groups) > 0,
		minSpend: req.MinSpend, above: req.Above, maxSpend: req.MaxSpend, below: req.Below,
		after: req.SpendBasis == Remaining, minQuantity: req.MinQuantity,
		amount: b.Amount, rate: b.Rate, max: b.Max, step: b.Step, maxTimes: b.MaxTimes, maxUnits: b.MaxUnits,
		byCount: b.Measure == Quantity, later: b.Basis == Remaining, tiers: sortedTiers(b.Tiers),
		scope: q.scopes.add(p.Scope),
	}
	r.asked = r.scope
	if req.WholeCart {
		r.asked = q.scopes.add(Scope{})
	}
	r.plain = r.kind == amountOff || (r.kind == percentOff && !q.policy.PerLine && q.policy.Basis != Original)
	r.lined = r.kind >= unitAmount || q.policy.PerLine
	if b.Rounding != nil {
		r.rounding = *b.Rounding
	}
	r.loose = (r.maxSpend > 0 && r.after && r.kind != giftItem) || (r.kind == ladder && r.later && !r.byCount && !rises(r.tiers))
	q.dearest = q.dearest || r.maxUnits > 0
	q.gives = q.gives || r.kind == giftItem
	return r
}

// kind is a Kind in one byte.
type kind uint8

const (
	amountOff kind = iota
	percentOff
	ladder
	everyStep
	unitAmount
	percentUnits
	unitPrice
	giftItem
)

// byUnit reports whether each line gets what its own units come to.
func (k kind) byUnit() bool { return k == unitAmount || k == unitPrice }

var kinds = map[Kind]kind{
	KindAmount: amountOff, KindPercent: percentOff, KindLadder: ladder,
	KindEvery: everyStep, KindUnitAmount: unitAmount, KindPercentUnits: percentUnits, KindUnitPrice: unitPrice,
	KindGift: giftItem,
}

func (q *Quoter) rank() {
	byID := make([]int, len(q.rules))
	for i := range byID {
		byID[i] = i
	}
	slices.SortFunc(byID, func(a, b int) int { return strings.Compare(string(q.rules[a].promo.ID), string(q.rules[b].promo.ID)) })
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
			if q.rules[i].promo.conflictsWith(q.rules[j].promo) {
				q.conflicts[i*q.words+j/64] |= 1 << (j % 64)
				q.conflicts[j*q.words+i/64] |= 1 << (i % 64)
			}
		}
	}
}

func (q *Quoter) conflict(i, j int32) bool {
	return q.conflicts[int(i)*q.words+int(j)/64]&(1<<(j%64)) != 0
}

// findGroups numbers the groups; only a search needs more.
func (q *Quoter) findGroups() {
	numbers := make(map[string]int32)
	for i := range q.rules {
		r := &q.rules[i]
		if r.promo.Group == "" {
			continue
		}
		g, known := numbers[r.promo.Group]
		if !known {
			g = int32(len(numbers))
			numbers[r.promo.Group] = g
		}
		r.group = g
	}
	q.groups = len(numbers)
	if len(q.rules) > maxLive {
		return
	}
	q.masks, q.every = make([]uint64, q.groups), make([]int32, len(q.rules))
	for i := range q.rules {
		q.every[i] = int32(i)
		if g := q.rules[i].group; g >= 0 {
			q.masks[g] |= 1 << i
		}
		if q.rules[i].lined {
			q.lined |= 1 << i
		}
		if q.rules[i].solo {
			q.solo |= 1 << i
		}
		if q.rules[i].loose {
			q.loose |= 1 << i
		}
	}
}
