package funnel

import (
	"fmt"
	"strings"
)

// MaxOrders is in how many orders the groups of a definition may be done, all
// told: the funnel is run once for each.
const MaxOrders = 120

// stepRange is a group: the steps [from, to).
type stepRange struct{ from, to int }

// groups returns the groups of two steps or more.
func (d Definition) groups() []stepRange {
	var found []stepRange
	for i := 0; i < len(d.Steps); {
		j := i + 1
		for j < len(d.Steps) && d.Steps[i].Group != "" && d.Steps[j].Group == d.Steps[i].Group {
			j++
		}
		if j-i > 1 {
			found = append(found, stepRange{i, j})
		}
		i = j
	}
	return found
}

// orders returns every order of the steps that the groups allow: order[i] is
// the step that is done as the i-th. Nil without groups.
func (d Definition) orders() [][]int {
	groups := d.groups()
	if len(groups) == 0 {
		return nil
	}
	first := make([]int, len(d.Steps))
	for i := range first {
		first[i] = i
	}
	all := [][]int{first}
	for _, g := range groups {
		var next [][]int
		for _, order := range all {
			next = append(next, permutations(order, g.from, g.to)...)
		}
		all = next
	}
	return all
}

// permutations returns the orders that differ in the places [from, to).
func permutations(order []int, from, to int) [][]int {
	if from == to {
		return [][]int{append([]int{}, order...)}
	}
	var all [][]int
	for i := from; i < to; i++ {
		order[from], order[i] = order[i], order[from]
		all = append(all, permutations(order, from+1, to)...)
		order[from], order[i] = order[i], order[from]
	}
	return all
}

// tryOrders runs the funnel once for every order and keeps the best outcome.
func (w *worker) tryOrders(hits []hit, number uint32, group int32, into *outcomes) {
	var best outcomes
	for _, order := range w.orders {
		var next outcomes
		w.chains.step = -1
		w.chains.run(w.inOrder(hits, order), w.n, group)
		w.chains.found(number, &next)
		if next.better(&best, w.log) {
			best = next
		}
	}
	into.append(&best)
}

// inOrder returns the hits with their steps in another order. They are valid
// until the next call.
func (w *worker) inOrder(hits []hit, order []int) []hit {
	w.ordered = reordered(hits, order, w.ordered)
	return w.ordered
}

// reorder moves the bit of step order[i] to place i.
func reorder(steps uint64, order []int) uint64 {
	moved := uint64(0)
	for place, step := range order {
		moved |= steps >> step & 1 << place
	}
	return moved
}

// stepLabel names a step in reports; those of a group by the order in which
// they were done.
func (d Definition) stepLabel(step int) string {
	for _, g := range d.groups() {
		if step < g.from || step >= g.to {
			continue
		}
		var labels []string
		for _, s := range d.Steps[g.from:g.to] {
			labels = append(labels, s.Label())
		}
		return fmt.Sprintf("%d of %s", step-g.from+1, strings.Join(labels, ", "))
	}
	return d.Steps[step].Label()
}
