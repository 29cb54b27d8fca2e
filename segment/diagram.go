package segment

import "math/bits"

// diagram decides for many rows at once whether a small number, given in bit
// planes, is in a set: a reduced ordered binary decision diagram with the
// highest plane at the root (Bryant 1986). Nodes come before those that use
// them.
type diagram struct {
	nodes   []choice
	root    int32
	members []uint64 // the set itself, a bit for each number
}

// choice goes to low or high by the bit of a plane.
type choice struct {
	plane     uint8
	low, high int32 // nodes, or never or always
}

const (
	never  = -1
	always = -2

	maxDiagram      = 16  // planes
	maxDiagramNodes = 192 // beyond it, looking rows up one by one is as good
)

// newDiagram makes the diagram of the numbers below 1<<width that in reports.
// It is nil if it would be too large to pay.
func newDiagram(width int, in func(v uint32) bool) *diagram {
	d := &diagram{members: make([]uint64, 1<<max(0, width-6))}
	known := map[choice]int32{}
	level := make([]int32, 1<<width)
	for v := range level {
		if level[v] = never; in(uint32(v)) {
			level[v] = always
			d.members[v>>6] |= 1 << (v & 63)
		}
	}
	for plane := range width {
		for i := range len(level) / 2 {
			c := choice{uint8(plane), level[2*i], level[2*i+1]}
			if c.low == c.high {
				level[i] = c.low
				continue
			}
			node, ok := known[c]
			if !ok {
				node = int32(len(d.nodes))
				d.nodes = append(d.nodes, c)
				known[c] = node
				if len(d.nodes) > maxDiagramNodes {
					return nil
				}
			}
			level[i] = node
		}
		level = level[:len(level)/2]
	}
	d.root = level[0]
	return d
}

// eval sets out for the rows that are alive; of other rows it says anything.
// Planes that the block does not have are 0.
func (d *diagram) eval(p planes, alive, out *words, w *scratch) {
	if d.root < 0 {
		fill(out, d.root == always)
		return
	}
	for g := range blockLines {
		x := p.lines(g)
		switch n := alive.line(g).count(); {
		case n == 0:
		case n <= len(d.nodes)/4: // a row takes about as long as four nodes
			d.rows(x, alive.line(g), out.line(g))
		default:
			d.walk(x, w)
			*out.line(g) = *w.at[d.root]
		}
	}
}

// rows looks the living rows of a line up one by one.
func (d *diagram) rows(x []line, alive, out *line) {
	for w, rest := range alive {
		in := uint64(0)
		for ; rest != 0; rest &= rest - 1 {
			bit := bits.TrailingZeros64(rest)
			v := row(x, w, bit)
			in |= d.members[v>>6] >> (v & 63) & 1 << bit
		}
		out[w] = in
	}
}

// walk finds the values of all nodes for the rows of a line.
func (d *diagram) walk(lines []line, w *scratch) {
	at := &w.at
	for n, c := range d.nodes {
		v := &w.values[n]
		at[n] = v
		if int(c.plane) >= len(lines) {
			at[n] = d.absent(at, v, c.low)
			continue
		}
		x := &lines[c.plane]
		switch {
		case c.low >= 0 && c.high >= 0:
			choose(v, x, at[c.low], at[c.high])
		case c.low == never && c.high == always:
			at[n] = x
		case c.low == never:
			both(v, x, at[c.high])
		case c.high == never && c.low >= 0:
			less(v, x, at[c.low])
		case c.high == always:
			either(v, x, at[c.low])
		default: // low is always
			for i := range v {
				v[i] = ^x[i]
			}
			if c.high >= 0 {
				either(v, v, at[c.high])
			}
		}
	}
}

// absent returns the values of a node whose plane is 0 throughout: those of its
// low side.
func (d *diagram) absent(at *[maxDiagramNodes]*line, v *line, low int32) *line {
	switch low {
	case never:
		*v = line{}
	case always:
		for i := range v {
			v[i] = ^uint64(0)
		}
	default:
		return at[low]
	}
	return v
}
