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
	left     []siyu.Money // original less the discounts so far

	scopes   []scoped
	members  []int32    // lines of the scopes, one scope after the other
	dear     []int32    // places in a scope by falling unit price, beside members
	whole    siyu.Money // original of all discountable lines
	openAll  []int32    // all discountable lines
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
	lines  []int32 // ascending
	dear   []int32
	sum    siyu.Money // original amount of the lines
	floor  siyu.Money
	units  int64
	pinned bool // a line has a floor
}

// verdict is what a rule gives in some state of the cart, or why nothing.
type verdict struct {
	amount siyu.Money
	reason Reason
	gap    siyu.Money // units if the reason is TooFewUnits
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
	s.prices, s.units, s.left = sized(s.prices, n), sized(s.units, n), sized(s.left, n)
	s.weights, s.caps, s.parts = sized(s.weights, n), sized(s.caps, n), sized(s.parts, n)
	s.openAll, s.whole = s.openAll[:0], 0
	for i := range cart.Lines {
		l := &cart.Lines[i]
		amount := l.UnitPrice * siyu.Money(l.Quantity) // Validate has multiplied and added
		s.original[i], s.left[i], s.floors[i] = amount, amount, l.floor(amount)
		s.prices[i], s.units[i] = l.UnitPrice, l.Quantity
		if !l.FullPrice {
			s.openAll = append(s.openAll, int32(i))
			s.whole += amount
		}
	}
	s.loadScopes(cart)
	m := len(s.q.rules)
	s.verdicts, s.outcomes = sized(s.verdicts, m), sized(s.outcomes, m)
	for i := range s.q.rules {
		s.verdicts[i] = verdict{reason: s.barred(cart, &s.q.rules[i])}
		s.outcomes[i] = outcome{with: -1}
	}
	s.applied = s.applied[:0]
	return nil
}

func (s *solver) loadScopes(cart *Cart) {
	s.scopes, s.members, s.dear = sized(s.scopes, len(s.q.scopes)), s.members[:0], s.dear[:0]
	want := len(s.q.scopes) * len(cart.Lines)
	s.members = slices.Grow(s.members, want) // so that the slices below stay where they are
	if s.q.dearest {
		s.dear = slices.Grow(s.dear, want)
	}
	for k := range s.q.scopes {
		scope, sc := &s.q.scopes[k], &s.scopes[k]
		*sc = scoped{}
		from := len(s.members)
		for i := range cart.Lines {
			if !scope.selects(&cart.Lines[i]) {
				continue
			}
			s.members = append(s.members, int32(i))
			sc.sum += s.original[i]
			sc.floor += s.floors[i]
			sc.units = add(sc.units, s.units[i])
		}
		sc.lines = s.members[from:len(s.members):len(s.members)]
		sc.pinned = sc.floor > 0
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

// barred returns why a rule cannot apply to the cart whatever else does.
func (s *solver) barred(cart *Cart, r *rule) Reason {
	switch {
	case r.Requires.Window.Before(cart.At):
		return NotStarted
	case r.Requires.Window.After(cart.At):
		return Expired
	case r.Requires.Weekly != nil && !r.Requires.Weekly.Contains(cart.At):
		return NotStarted
	case r.Currency != "" && r.Currency != cart.Currency && !strings.EqualFold(string(r.Currency), string(cart.Currency)):
		return OtherMoney
	case len(r.Requires.Groups) > 0 && !overlap(r.Requires.Groups, cart.Groups):
		return NotInvited
	case len(s.scopes[r.scope].lines) == 0:
		return NoLine
	}
	return ""
}

// finish writes what holds in both modes: lines, totals, refusals and hints.
func (s *solver) finish(quote *Quote) {
	var total siyu.Money
	for i := range s.cart.Lines {
		quote.Lines = append(quote.Lines, LineQuote{
			ID: s.cart.Lines[i].ID, Original: s.original[i], Discount: s.original[i] - s.left[i], Payable: s.left[i],
		})
		total += s.original[i]
		quote.Payable += s.left[i]
	}
	quote.Discount = total - quote.Payable
	for _, turn := range s.q.turns {
		o, r := &s.outcomes[turn], &s.q.rules[turn]
		if !o.applied {
			rejected := Rejected{ID: r.ID, Reason: o.reason, Alone: s.verdicts[turn].amount}
			if o.reason == TooFewUnits {
				rejected.GapUnits = int64(o.gap)
			} else {
				rejected.Gap = o.gap
			}
			if o.with >= 0 {
				rejected.With = s.q.rules[o.with].ID
			}
			quote.Rejected = append(quote.Rejected, rejected)
		}
		if hint, ok := s.hint(r, s.verdicts[turn]); ok {
			quote.Hints = append(quote.Hints, hint)
		}
	}
	s.cart = nil // keep nothing of the caller's
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
