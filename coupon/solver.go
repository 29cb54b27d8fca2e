package coupon

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/siyu-go/siyu"
)

// solver is the scratch of one quote: the cart in columns, and what each rule
// comes to on it. It is used again for the next cart.
type solver struct {
	q    *Quoter
	cart *Cart // while a quote is made
	allocator

	// by line
	original []siyu.Money
	floors   []siyu.Money // what no discount may take
	prices   []siyu.Money
	units    []int64

	scopes   []scoped
	members  []int32 // lines of the scopes, one scope after the other
	dear     []int32 // places in a scope by falling unit price, beside members
	set      []uint64
	pinned   bool      // a line has a floor
	start    state     // the untouched cart
	now      state     // after the promos applied so far
	verdicts []verdict // by rule: alone on the untouched cart
	outcomes []outcome // by rule: what became of it
	applied  []int32   // rules in the order of application
	weights  []uint64  // by place in a scope, for one spread
	caps     []siyu.Money
	parts    []siyu.Money

	search search
}

// scoped is a scope on a cart.
type scoped struct {
	lines []int32 // ascending
	dear  []int32
	sum   siyu.Money // original amount of the lines
	floor siyu.Money // of which no discount may take so much
	units int64

	// Of at most 64 scopes, those that hold every line of this one and those
	// that hold some line of it.
	over, meets uint64
}

// state is what earlier promos left of a cart.
type state struct {
	left []siyu.Money // by line
	sums []siyu.Money // of left, by scope
}

// verdict is what a rule gives in some state of the cart, or why nothing.
type verdict struct {
	amount siyu.Money
	gap    siyu.Money // units if the reason is tooFewUnits
	why    why
}

// outcome is what became of a rule in a quote.
type outcome struct {
	gap     siyu.Money
	with    int32 // the rule it conflicts with, -1 for none
	why     why
	applied bool
}

// load lays a cart out.
func (s *solver) load(cart *Cart) error {
	if err := cart.Validate(); err != nil {
		return siyu.Within("cart", err)
	}
	s.cart = cart
	n := len(cart.Lines)
	s.original, s.floors = sized(s.original, n), sized(s.floors, n)
	s.prices, s.units = sized(s.prices, n), sized(s.units, n)
	s.weights, s.caps, s.parts = sized(s.weights, n), sized(s.caps, n), sized(s.parts, n)
	s.pinned = false
	for i := range cart.Lines {
		l := &cart.Lines[i]
		amount := l.UnitPrice * siyu.Money(l.Quantity) // Validate has multiplied and added
		s.original[i], s.floors[i] = amount, l.floor(amount)
		s.prices[i], s.units[i] = l.UnitPrice, l.Quantity
		s.pinned = s.pinned || s.floors[i] > 0
	}
	s.loadScopes(cart)
	s.loadRules(cart)
	return nil
}

func (s *solver) loadRules(cart *Cart) {
	s.verdicts = sized(s.verdicts, len(s.q.rules))
	for i := range s.q.rules {
		r, v := &s.q.rules[i], &s.verdicts[i]
		barred := applies
		if r.guarded {
			barred = s.barred(cart, r.promo)
		}
		switch {
		case barred != applies:
			*v = verdict{why: barred}
		case len(s.scopes[r.scope].lines) == 0:
			*v = verdict{why: noLine}
		default:
			*v = s.value(r, &s.start, false)
		}
	}
}

func (s *solver) loadScopes(cart *Cart) {
	scopes, n := &s.q.scopes, len(cart.Lines)
	s.scopes = sized(s.scopes, len(scopes.list))
	s.members = sized(s.members, len(scopes.list)*n)
	for k := range s.scopes {
		s.scopes[k] = scoped{lines: s.members[k*n : k*n : (k+1)*n], over: ^uint64(0)}
	}
	s.set = sized(s.set, scopes.words)
	for i := range cart.Lines {
		scopes.of(&cart.Lines[i], s.set)
		for w, set := range s.set {
			for m := set; m != 0; m &= m - 1 {
				sc := &s.scopes[w*64+bits.TrailingZeros64(m)]
				sc.lines = append(sc.lines, int32(i))
				sc.sum += s.original[i]
				sc.floor += s.floors[i]
				sc.units = add(sc.units, s.units[i])
				sc.over &= set // of use where one word holds all
				sc.meets |= set
			}
		}
	}
	s.start.left = s.original // no promo writes to the start
	s.start.sums = sized(s.start.sums, len(s.scopes))
	s.dear = slices.Grow(s.dear[:0], len(s.members)) // so that the slices of it stay where they are
	for k := range s.scopes {
		sc := &s.scopes[k]
		s.start.sums[k] = sc.sum
		if s.q.dearest {
			sc.dear = s.byPrice(sc.lines)
		}
	}
}

// byPrice returns the places of lines by falling unit price, then by place.
func (s *solver) byPrice(lines []int32) []int32 {
	from := len(s.dear)
	for k := range lines {
		s.dear = append(s.dear, int32(k))
		for j := len(s.dear) - 1; j > from && s.prices[lines[s.dear[j-1]]] < s.prices[lines[s.dear[j]]]; j-- {
			s.dear[j-1], s.dear[j] = s.dear[j], s.dear[j-1]
		}
	}
	return s.dear[from:len(s.dear):len(s.dear)]
}

// barred returns why a promo cannot apply to the cart whatever its lines are.
func (s *solver) barred(cart *Cart, p *Promo) why {
	if closed := p.Requires.open(cart.At, cart.Groups); closed != applies {
		return closed
	}
	switch {
	case p.Currency != "" && p.Currency != cart.Currency && !strings.EqualFold(string(p.Currency), string(cart.Currency)):
		return otherMoney
	case len(p.Requires.Groups) > 0 && !overlap(p.Requires.Groups, cart.Groups):
		return notInvited
	}
	return applies
}

// take takes what a rule gives off the state and returns the parts of the lines
// by place in the rule's scope.
func (s *solver) take(r *rule, st *state, amount siyu.Money) []siyu.Money {
	parts := s.spread(r, st, amount)
	sc := &s.scopes[r.scope]
	for k, line := range sc.lines {
		st.left[line] -= parts[k]
	}
	if s.q.scopes.words > 1 {
		for k := range st.sums {
			st.sums[k] = s.sum(k, st)
		}
		return parts
	}
	s.lower(sc, st, amount)
	for m := sc.meets &^ sc.over; m != 0; m &= m - 1 {
		k := bits.TrailingZeros64(m)
		st.sums[k] = s.sum(k, st)
	}
	return parts
}

// lower takes what a scope lost off the sums of the scopes that hold all of it.
func (s *solver) lower(sc *scoped, st *state, amount siyu.Money) {
	for m := sc.over; m != 0; m &= m - 1 {
		st.sums[bits.TrailingZeros64(m)] -= amount
	}
}

// sum adds up what is left in a scope.
func (s *solver) sum(scope int, st *state) siyu.Money {
	sum := siyu.Money(0)
	for _, line := range s.scopes[scope].lines {
		sum += st.left[line]
	}
	return sum
}

// room returns what may still be taken off a scope: no line is ever below its
// floor.
func (s *solver) room(scope int32, st *state) siyu.Money {
	return st.sums[scope] - s.scopes[scope].floor
}

// restart puts the cart back to where no promo has touched it.
func (s *solver) restart() {
	s.now.left = append(s.now.left[:0], s.start.left...)
	s.now.sums = append(s.now.sums[:0], s.start.sums...)
	s.applied = s.applied[:0]
	s.outcomes = sized(s.outcomes, len(s.q.rules))
}

func overlap(a, b []string) bool {
	for _, x := range a {
		if slices.Contains(b, x) {
			return true
		}
	}
	return false
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// add returns a+b of counts, or the largest count.
func add(a, b int64) int64 {
	if s := a + b; s >= a {
		return s
	}
	return 1<<63 - 1
}
