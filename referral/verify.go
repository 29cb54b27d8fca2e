package referral

import (
	"fmt"
	"slices"

	"github.com/siyu-go/siyu"
)

// Verify recomputes what the book must hold from its own parts and returns the
// first difference: every person's buckets from the ledger, pending and held
// and every net from the awards, the tallies from the qualifications, the
// program's net from its persons and within the budget, no person below 0 in
// pending or held, counts and generations from the bindings, and no circle in
// them.
func (b *Book) Verify() error {
	buckets := map[siyu.UserID]*Buckets{}
	of := func(id siyu.UserID) *Buckets {
		if buckets[id] == nil {
			buckets[id] = &Buckets{}
		}
		return buckets[id]
	}
	for e := range b.Entries() {
		if e.Amount <= 0 || e.From == e.To {
			return fmt.Errorf("referral: verify: ledger entry %d.%d moves %d from %s to %s", e.Seq, e.Line, e.Amount, e.From, e.To)
		}
		if err := of(e.Person).move(e.From, e.To, e.Amount); err != nil {
			return err
		}
	}
	awarded := map[siyu.UserID]*Buckets{} // Paid is not known to awards: they end in Balance
	for _, r := range b.quals {
		for _, a := range r.awards {
			if awarded[a.Person] == nil {
				awarded[a.Person] = &Buckets{}
			}
			if a.Granted < 0 || a.Granted > a.Want || !a.Live && a.Granted != 0 {
				return fmt.Errorf("referral: verify: award %s of %q grants %d of %d", a.Rule, a.Qualification, a.Granted, a.Want)
			}
			if err := awarded[a.Person].move(Funds, a.Bucket, a.Granted); err != nil {
				return err
			}
		}
	}
	var net siyu.Money
	for m := range b.accounts() {
		want, earned := of(m.ID), awarded[m.ID]
		if earned == nil {
			earned = &Buckets{}
		}
		if m.Buckets != *want {
			return fmt.Errorf("referral: verify: a person's buckets are %+v, the ledger says %+v", m.Buckets, *want)
		}
		own, err := m.Net()
		if err != nil {
			return err
		}
		if earned.Pending != m.Pending || earned.Held != m.Held || earned.Pending+earned.Held+earned.Balance != own {
			return fmt.Errorf("referral: verify: a person's buckets are %+v, the awards say %+v", m.Buckets, *earned)
		}
		if m.Pending < 0 || m.Held < 0 || m.Paid < 0 {
			return fmt.Errorf("referral: verify: a person's buckets %+v are below 0", m.Buckets)
		}
		if net, err = net.Add(own); err != nil {
			return err
		}
	}
	if net != b.totals.Net {
		return fmt.Errorf("referral: verify: the program's net is %d, its persons' is %d", b.totals.Net, net)
	}
	if budget := b.plan.program.Caps.Budget; budget != nil && net > *budget {
		return fmt.Errorf("referral: verify: net %d is above the budget %d", net, *budget)
	}
	if err := b.verifyTallies(); err != nil {
		return err
	}
	return b.verifyGraph()
}

func (b *Book) verifyTallies() error {
	type sum struct {
		n      int64
		amount siyu.Money
	}
	want := map[tallyKey]sum{}
	for _, r := range b.quals {
		for _, c := range b.plan.counters {
			if person := r.beneficiary(c.role); person != "" && r.Live {
				key := tallyKey{person, c.series(r.At)}
				want[key] = sum{want[key].n + 1, want[key].amount + r.Remaining}
			}
		}
		for _, a := range r.awards {
			for _, l := range b.plan.limits(a) {
				key := tallyKey{a.Person, l.series}
				want[key] = sum{0, want[key].amount + a.Granted}
				if want[key].amount > l.amount {
					// Later awards only add to it.
					return fmt.Errorf("referral: verify: %d in %s is above the cap %d", want[key].amount, l.series, l.amount)
				}
			}
		}
	}
	for m := range b.accounts() {
		for _, t := range m.tallies {
			key := tallyKey{m.ID, t.series}
			if w := want[key]; w.n != t.n || w.amount != t.amount {
				return fmt.Errorf("referral: verify: tally %s is %d and %d, its rows say %d and %d", t.series, t.n, t.amount, w.n, w.amount)
			}
			delete(want, key)
		}
	}
	for key, w := range want {
		if w != (sum{}) {
			return fmt.Errorf("referral: verify: tally %s is missing", key.series)
		}
	}
	return nil
}

// verifyGraph counts again what the graph keeps, and looks for circles. Where
// bindings expire only the active ones are free of them, and Verify has no
// clock, so it looks no further.
func (b *Book) verifyGraph() error {
	n := len(b.members)
	generations := b.recount()
	direct, second := make([]int32, n), make([]int32, n)
	counts := make([]int64, max(n, len(b.generations)))
	circle := false
	for i := range n {
		if up := b.parent[i]; up != none {
			direct[up]++
			if above := b.parent[up]; above != none {
				second[above]++
			}
		}
	}
	for i := range n {
		m := &b.members[i]
		if m.generation != generations[i] || m.direct != direct[i] || b.second[i] != second[i] || m.parent != b.parent[i] {
			return fmt.Errorf("referral: verify: a person is in generation %d with %d and %d below, the bindings say %d with %d and %d",
				m.generation, m.direct, b.second[i], generations[i], direct[i], second[i])
		}
		switch {
		case generations[i] == none:
			circle = true
		case b.parent[i] != none || direct[i] > 0:
			counts[generations[i]]++
		}
	}
	if circle && b.plan.program.Binding.TTL == 0 {
		return fmt.Errorf("referral: verify: the bindings close a circle")
	}
	for i, kept := range b.generations {
		if kept != counts[i] {
			return fmt.Errorf("referral: verify: %d people are counted in generation %d, there are %d", kept, i, counts[i])
		}
	}
	return nil
}

// recount works out everybody's generation, none on and below circles, by
// climbing to where it is known.
func (b *Book) recount() []int32 {
	const unknown, open = -2, -3
	generations := make([]int32, len(b.members))
	for i := range generations {
		generations[i] = unknown
	}
	var path []int32
	for i := range generations {
		n := int32(i)
		for path = path[:0]; n != none && generations[n] == unknown; n = b.parent[n] {
			generations[n] = open
			path = append(path, n)
		}
		above := int32(none) // of a circle just found
		switch {
		case n == none:
			above = 0
		case generations[n] >= 0:
			above = generations[n] + 1
		}
		for _, n := range slices.Backward(path) {
			generations[n] = above
			if above != none {
				above++
			}
		}
	}
	return generations
}
