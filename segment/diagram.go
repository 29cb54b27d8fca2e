package segment

// diagram decides for many rows at once whether a small number, given in bit
// planes, is in a set: a reduced ordered binary decision diagram with the
// highest plane at the root (Bryant 1986). Nodes come before those that use
// them.
type diagram struct {
	nodes []choice
	root  int32
}

// choice goes to low or high by the bit of a plane.
type choice struct {
	plane     uint8
	low, high int32 // nodes, or never or always
}

const (
	never  = -1
	always = -2

	fewNodes        = 48
	maxDiagram      = 16  // planes
	maxDiagramNodes = 192 // beyond it, looking rows up one by one is as good
)

// newDiagram makes the diagram of the numbers below 1<<width that in reports.
// It is nil if it would be too large to pay.
func newDiagram(width int, in func(v uint32) bool) *diagram {
	d := &diagram{}
	known := map[choice]int32{}
	level := make([]int32, 1<<width)
	for v := range level {
		if level[v] = never; in(uint32(v)) {
			level[v] = always
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

// eval fills out for the planes of a block; planes that the block does not have
// are 0.
func (d *diagram) eval(p planes, out *words) {
	switch {
	case d.root < 0:
		fill(out, d.root == always)
	case len(d.nodes) <= fewNodes: // less to clear
		var values [fewNodes]stripe
		d.evalIn(p, out, values[:])
	default:
		var values [maxDiagramNodes]stripe
		d.evalIn(p, out, values[:])
	}
}

func (d *diagram) evalIn(p planes, out *words, values []stripe) {
	var at [maxDiagramNodes]*stripe // of each node: its values, or a plane itself
	for w := 0; w < blockWords; w += stride {
		for n, c := range d.nodes {
			v := &values[n]
			at[n] = v
			if int(c.plane) >= p.width() {
				at[n] = d.absent(&at, v, c.low)
				continue
			}
			x := (*stripe)(p.at(int(c.plane))[w:])
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
		*(*stripe)(out[w:]) = *at[d.root]
	}
}

// absent returns the values of a node whose plane is 0 throughout: those of its
// low side.
func (d *diagram) absent(at *[maxDiagramNodes]*stripe, v *stripe, low int32) *stripe {
	switch low {
	case never:
		*v = stripe{}
	case always:
		for i := range v {
			v[i] = ^uint64(0)
		}
	default:
		return at[low]
	}
	return v
}

func fill(out *words, set bool) {
	v := uint64(0)
	if set {
		v = ^uint64(0)
	}
	for i := range out {
		out[i] = v
	}
}
