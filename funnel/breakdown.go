package funnel

import (
	"encoding/binary"
	"slices"
	"sync"
)

// grouping turns the values of the breakdown's dimensions into codes.
type grouping struct {
	by          []Dimension
	columns     []*column // nil for the actor
	attribution Attribution
	step        int // of a StepAttribution, or -1

	mu     sync.Mutex
	codes  map[string]int32
	values [][]string
}

func newGrouping(l *Log, b Breakdown) *grouping {
	g := &grouping{by: b.By, attribution: b.Attribution, step: -1, codes: map[string]int32{}}
	if step, ok := b.Attribution.step(); ok {
		g.step = step
	}
	for _, d := range b.By {
		if d.Source == FromActor {
			g.columns = append(g.columns, nil)
			continue
		}
		g.columns = append(g.columns, l.column(d.Source, d.Prop))
	}
	return g
}

// code returns the code of the values at an event.
func (g *grouping) code(place int, user, unit uint32, p *plan) int32 {
	key := make([]byte, 0, 4*MaxDepth)
	for i, d := range g.by {
		key = binary.LittleEndian.AppendUint32(key, g.part(i, d, place, user, unit))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if code, known := g.codes[string(key)]; known {
		return code
	}
	value := make([]string, len(g.by))
	for i, d := range g.by {
		if d.Source == FromActor {
			value[i] = p.key(unit)
		} else {
			value[i] = g.columns[i].text[g.part(i, d, place, user, unit)]
		}
	}
	code := int32(len(g.values))
	g.codes[string(key)] = code
	g.values = append(g.values, value)
	return code
}

func (g *grouping) part(i int, d Dimension, place int, user, unit uint32) uint32 {
	switch d.Source {
	case FromActor:
		return unit
	case FromUser:
		return g.columns[i].code[user]
	}
	return g.columns[i].code[place]
}

// candidates returns the groups that a unit may belong to, unless the
// attribution is AllEvents.
func (g *grouping) candidates(hits []hit) []int32 {
	if g.step < 0 {
		return []int32{g.touch(hits)}
	}
	var found []int32
	seen := map[int32]bool{}
	for _, h := range hits {
		if h.steps>>g.step&1 != 0 && !seen[h.group] {
			seen[h.group] = true
			found = append(found, h.group)
		}
	}
	return found
}

// touch returns the value of the first or last event that has any.
func (g *grouping) touch(hits []hit) int32 {
	if g.attribution == LastTouch {
		for _, h := range slices.Backward(hits) {
			if g.filled(h.group) {
				return h.group
			}
		}
		return hits[len(hits)-1].group
	}
	for _, h := range hits {
		if g.filled(h.group) {
			return h.group
		}
	}
	return hits[0].group
}

func (g *grouping) filled(code int32) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.ContainsFunc(g.values[code], func(text string) bool { return text != "" })
}
