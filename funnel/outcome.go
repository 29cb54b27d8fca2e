package funnel

import "math/bits"

// outcomes are what the units of one group did, as columns: who, which steps,
// and for each step the place of its event.
type outcomes struct {
	n      int // steps of the funnel
	unit   []uint32
	steps  []uint64 // on the path; in an unordered funnel the first so many bits
	places []int32  // n for each unit; meaningless where a step is not on the path
}

func (o *outcomes) add(unit uint32, steps uint64, path []int32) {
	o.n = len(path)
	o.unit = append(o.unit, unit)
	o.steps = append(o.steps, steps)
	o.places = append(o.places, path...)
}

func (o *outcomes) append(more *outcomes) {
	o.n = max(o.n, more.n)
	o.unit = append(o.unit, more.unit...)
	o.steps = append(o.steps, more.steps...)
	o.places = append(o.places, more.places...)
}

func (o *outcomes) len() int { return len(o.unit) }

// has reports whether unit i has a step on its path.
func (o *outcomes) has(i, step int) bool { return o.steps[i]>>step&1 != 0 }

func (o *outcomes) place(i, step int) int { return int(o.places[i*o.n+step]) }

// between returns the ticks between two steps on the path of unit i.
func (o *outcomes) between(l *Log, i, from, to int) int64 {
	return l.at(o.place(i, to)) - l.at(o.place(i, from))
}

// better reports whether the one outcome in o is to be preferred to the one in
// p: the deeper, of equals the one that got there first.
func (o *outcomes) better(p *outcomes, l *Log) bool {
	if o.len() == 0 || p.len() == 0 {
		return o.len() > 0
	}
	a, b := bits.Len64(o.steps[0]), bits.Len64(p.steps[0])
	if a != b {
		return a > b
	}
	return l.at(o.place(0, a-1)) < l.at(p.place(0, b-1))
}
