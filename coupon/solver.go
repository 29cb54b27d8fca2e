package coupon

import (
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
	sets     []uint64
	openAll  []int32    // all discountable lines
	whole    siyu.Money // their original amount
	pinned   bool       // a line has a floor
	start    state      // the untouched cart
	now      state      // after the promos applied so far
	verdicts []verdict  // by rule: alone on the untouched cart
	outcomes []outcome  // by rule: what became of it
	applied  []int32    // rules in the order of application
	weights  []uint64   // by place in a scope, for one spread
	caps     []siyu.Money
	parts    []siyu.Money

	search search
}

// scoped is a scope on a cart.
type scoped struct {
	lines []int32 // ascending
	dear  []int32
	sum   siyu.Money // original amount of the lines
	units int64
}

// state is what earlier promos left of a cart.
type state struct {
	left  []siyu.Money // by line
	sums  []siyu.Money // of left, by scope
	rooms []siyu.Money // of what may still be taken, by scope; sums if no line has a floor
	own   []siyu.Money // memory of rooms
}

// verdict is what a rule gives in some state of the cart, or why nothing.
type verdict struct {
	amount siyu.Money
	gap    siyu.Money // units if the reason is tooFewUnits
	why    why
}

// outcome is what became of a rule in a quote.
type outcome struct {
	verdict
	applied bool
	with    int32 // the rule it conflicts with, -1 for none
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
	s.openAll, s.whole, s.pinned = s.openAll[:0], 0, false
	for i := range cart.Lines {
		l := &cart.Lines[i]
		amount := l.UnitPrice * siyu.Money(l.Quantity) // Validate has multiplied and added
		s.original[i], s.floors[i] = amount, l.floor(amount)
		s.prices[i], s.units[i] = l.UnitPrice, l.Quantity
		s.pinned = s.pinned || s.floors[i] > 0
		if !l.FullPrice {
			s.openAll = append(s.openAll, int32(i))
			s.whole += amount
		}
	}
	s.loadScopes(cart)
	s.start.left = append(s.start.left[:0], s.original...)
	s.sum(&s.start)
	s.copyTo(&s.now, &s.start)
	s.loadRules(cart)
	return nil
}

func (s *solver) loadRules(cart *Cart) {
	m := len(s.q.rules)
	s.verdicts, s.outcomes = sized(s.verdicts, m), sized(s.outcomes, m)
	for i := range s.q.rules {
		r := &s.q.rules[i]
		barred := applies
		if r.guarded {
			barred = s.barred(cart, r.promo)
		}
		if barred == applies && len(s.scopes[r.scope].lines) == 0 {
			barred = noLine
		}
		s.verdicts[i] = verdict{why: barred}
		if barred == applies {
			s.verdicts[i] = s.value(r, &s.start, false)
		}
		s.outcomes[i] = outcome{with: -1}
	}
	s.applied = s.applied[:0]
}

func (s *solver) loadScopes(cart *Cart) {
	scopes := &s.q.scopes
	want := len(scopes.list) * len(cart.Lines)
	s.scopes = sized(s.scopes, len(scopes.list))
	s.members = slices.Grow(s.members[:0], want) // so that the slices below stay where they are
	if s.q.dearest {
		s.dear = slices.Grow(s.dear[:0], want)
	}
	s.sets = sized(s.sets, scopes.words*len(cart.Lines))
	for i := range cart.Lines {
		scopes.of(&cart.Lines[i], s.sets[i*scopes.words:(i+1)*scopes.words])
	}
	for k := range s.scopes {
		sc := &s.scopes[k]
		*sc = scoped{}
		from, word, bit := len(s.members), k/64, uint64(1)<<(k%64)
		for i := range cart.Lines {
			if s.sets[i*scopes.words+word]&bit == 0 {
				continue
			}
			s.members = append(s.members, int32(i))
			sc.sum += s.original[i]
			sc.units = add(sc.units, s.units[i])
		}
		sc.lines = s.members[from:len(s.members):len(s.members)]
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

// sum adds up what is left by scope.
func (s *solver) sum(st *state) {
	st.sums = sized(st.sums, len(s.scopes))
	for k := range s.scopes {
		sum := siyu.Money(0)
		for _, line := range s.scopes[k].lines {
			sum += st.left[line]
		}
		st.sums[k] = sum
	}
	if !s.pinned {
		st.rooms = st.sums
		return
	}
	st.own = sized(st.own, len(s.scopes))
	st.rooms = st.own
	for k := range s.scopes {
		room := siyu.Money(0)
		for _, line := range s.scopes[k].lines {
			room += max(st.left[line]-s.floors[line], 0)
		}
		st.rooms[k] = room
	}
}

// copyTo makes to a copy of a state.
func (s *solver) copyTo(to, from *state) {
	to.left = append(to.left[:0], from.left...)
	to.sums = append(to.sums[:0], from.sums...)
	if to.rooms = to.sums; s.pinned {
		to.own = append(to.own[:0], from.rooms...)
		to.rooms = to.own
	}
}

// take makes next the state after a rule has taken amount, and returns the
// parts of the lines by place in the rule's scope.
func (s *solver) take(r *rule, from, next *state, amount siyu.Money) []siyu.Money {
	parts := s.spread(r, from, amount)
	if next != from {
		next.left = append(next.left[:0], from.left...)
	}
	for k, line := range s.scopes[r.scope].lines {
		next.left[line] -= parts[k]
	}
	s.sum(next)
	return parts
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
