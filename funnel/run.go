package funnel

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Run answers a definition from a log. It uses all cores while it runs. The
// error is that of [Definition.Validate].
//
// The time is that of reading the events once and a little for each that meets
// a step; a user with many events costs his share and no more.
func Run(l *Log, d Definition) (Report, error) {
	p, err := compile(l, d)
	if err != nil {
		return Report{}, err
	}
	found := p.collect()
	return p.report(&found)
}

// findings are the outcomes of units, by group; group -1 is the whole.
type findings struct {
	byGroup map[int32]*outcomes
	entries map[int32][]entry
}

func (f *findings) of(group int32) *outcomes {
	if f.byGroup == nil {
		f.byGroup = map[int32]*outcomes{}
	}
	o := f.byGroup[group]
	if o == nil {
		o = &outcomes{}
		f.byGroup[group] = o
	}
	return o
}

const everything = int32(-1)

// collect looks at every unit, in parallel over parts of them.
func (p *plan) collect() findings {
	parts, visit := p.parts()
	results := make([]findings, parts)
	inParallel(parts, func() func(part int) {
		w := p.newWorker()
		return func(part int) {
			visit(part, func(u unit) { w.look(u, &results[part]) })
		}
	})
	var all findings
	for _, f := range results {
		for group, o := range f.byGroup {
			all.of(group).append(o)
		}
		all.addEntries(f.entries)
	}
	return all
}

// parts splits the units into parts that can be looked at on their own.
func (p *plan) parts() (n int, visit func(part int, look func(unit))) {
	if p.actor == nil {
		l := p.log
		return len(l.shards), func(part int, look func(unit)) {
			s := l.shards[part]
			l.userUnits(l.classes[s.from:s.to], func(_ int, u unit) { look(u) })
		}
	}
	units := p.actorUnits()
	const size = 1 << 12
	return (len(units) + size - 1) / size, func(part int, look func(unit)) {
		for _, u := range units[part*size : min(len(units), (part+1)*size)] {
			look(u)
		}
	}
}

// inParallel runs parts on all cores; each core makes its own worker.
func inParallel(parts int, worker func() func(part int)) {
	workers := min(runtime.GOMAXPROCS(0), parts)
	if workers <= 1 {
		if parts > 0 {
			do := worker()
			for part := range parts {
				do(part)
			}
		}
		return
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			do := worker()
			for {
				part := int(next.Add(1)) - 1
				if part >= parts {
					return
				}
				do(part)
			}
		})
	}
	group.Wait()
}

// worker is what one goroutine needs to look at units.
type worker struct {
	reader
	chains *chains
	sweep  *sweep
	own    []hit // events by group
	held   []hit // events by held properties

	ordered  []hit // events with the steps of another order
	required *required
	totals   *totals
	byStep   *stepGroups
	trend    *trender
}

func (p *plan) newWorker() *worker {
	w := &worker{reader: reader{plan: p}}
	if p.actor != nil {
		w.owner = p.log.owners()
	}
	step := -1
	if p.group != nil {
		step = p.group.step
	}
	w.chains = p.newChains(step)
	if p.optional != 0 && len(p.excluded) == 0 && p.def.order() == Ordered {
		w.required = p.newRequired()
	}
	w.sweep = newSweep(p.n, p.window, step)
	if p.def.Counting == Totals {
		w.totals = p.newTotals()
	}
	w.byStep = p.newStepGroups()
	if p.def.Trend != nil {
		w.trend = newTrender(w)
	}
	return w
}

func (w *worker) look(u unit, into *findings) {
	hits := w.read(u)
	if len(hits) == 0 {
		return
	}
	if w.def.Counting == Sessions {
		w.eachSession(u, hits, func(own []hit, _ stretch) { w.divide(u, own, into) })
		return
	}
	w.divide(u, hits, into)
}

// divide answers for the whole and for each group that a unit is in.
func (w *worker) divide(u unit, hits []hit, into *findings) {
	first := into.of(everything).len()
	w.answer(u, hits, everything, into)
	if w.group == nil {
		return
	}
	if w.totals != nil && w.group.step >= 0 {
		w.assign(u, first, into)
		return
	}
	if w.byStep != nil && singleSteps(hits) {
		w.byStep.run(hits)
		w.byStep.found(u.number, into)
		return
	}
	if w.group.attribution == AllEvents {
		w.eachGroup(hits, func(own []hit) { w.answer(u, own, own[0].group, into) })
		return
	}
	for _, group := range w.group.candidates(hits) {
		w.answer(u, hits, group, into)
	}
}

// eachGroup calls do for the events of each group, in order.
func (w *worker) eachGroup(hits []hit, do func(own []hit)) {
	w.own = append(w.own[:0], hits...)
	slices.SortStableFunc(w.own, func(a, b hit) int { return cmp.Compare(a.group, b.group) })
	for i := 0; i < len(w.own); {
		j := i + 1
		for j < len(w.own) && w.own[j].group == w.own[i].group {
			j++
		}
		do(w.own[i:j])
		i = j
	}
}

func (w *worker) answer(u unit, hits []hit, group int32, into *findings) {
	o := into.of(group)
	first := o.len()
	w.solve(hits, u.number, group, o)
	switch {
	case w.trend == nil:
	case w.def.Counting == Totals:
		w.trend.attempts(o, first, group, into)
	default:
		w.trend.look(hits, group, into)
	}
}

// solve finds the attempt that counts for one unit in one group.
func (w *worker) solve(hits []hit, number uint32, group int32, into *outcomes) {
	if w.hold == nil {
		w.attempt(hits, number, group, into)
		return
	}
	if w.def.Counting == Totals {
		w.eachHeld(hits, func(own []hit) { w.totals.count(own, number, into) })
		return
	}
	var best outcomes
	w.eachHeld(hits, func(own []hit) {
		var next outcomes
		w.attempt(own, number, group, &next)
		if next.better(&best, w.log) {
			best = next
		}
	})
	into.append(&best)
}

// eachHeld calls do for the events of each value of the held properties, which
// has attempts of its own.
func (w *worker) eachHeld(hits []hit, do func(own []hit)) {
	w.held = append(w.held[:0], hits...)
	slices.SortStableFunc(w.held, func(a, b hit) int { return cmp.Compare(a.held, b.held) })
	for i := 0; i < len(w.held); {
		j := i + 1
		for j < len(w.held) && w.held[j].held == w.held[i].held {
			j++
		}
		do(w.held[i:j])
		i = j
	}
}

// attempt is solve for events that may all be of one attempt. With a
// StepAttribution only a unit that reached the step is in a group.
func (w *worker) attempt(hits []hit, number uint32, group int32, into *outcomes) {
	if w.def.Counting == Totals {
		w.totals.count(hits, number, into)
		return
	}
	step := -1
	if w.group != nil && group != everything {
		step = w.group.step
	}
	if w.def.Order == Unordered {
		w.sweep.step = step
		w.sweep.run(hits, group)
		if step < 0 || len(w.sweep.best) > step {
			w.sweep.found(number, into)
		}
		return
	}
	if w.orders != nil {
		w.tryOrders(hits, number, group, into)
		return
	}
	if w.required != nil {
		w.tryWithout(hits, number, group, step, into)
		return
	}
	w.chains.step = step
	w.chains.run(hits, w.n, group)
	if step < 0 || w.chains.deepest.steps>>step&1 != 0 {
		w.chains.found(number, into)
	}
}
