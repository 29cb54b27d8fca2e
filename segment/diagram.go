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

// stride is how many words of a block are worked on at a time, so that the
// values of all nodes stay in the first-level cache.
const stride = 16

// eval fills out for the planes of a block; planes that the block does not have
// are 0.
func (d *diagram) eval(p planes, out *words) {
	if d.root < 0 {
		fill(out, d.root == always)
		return
	}
	var values [maxDiagramNodes + 1][stride]uint64
	for w := 0; w < blockWords; w += stride {
		for n, c := range d.nodes {
			v := &values[n]
			if int(c.plane) >= p.width() {
				d.take(&values, v, c.low)
				continue
			}
			x := (*[stride]uint64)(p.at(int(c.plane))[w:])
			switch {
			case c.low == never && c.high == always:
				*v = *x
			case c.low == always && c.high == never:
				for i := range v {
					v[i] = ^x[i]
				}
			case c.low == never:
				high := &values[c.high]
				for i := range v {
					v[i] = x[i] & high[i]
				}
			case c.high == never:
				low := &values[c.low]
				for i := range v {
					v[i] = low[i] &^ x[i]
				}
			case c.low == always:
				high := &values[c.high]
				for i := range v {
					v[i] = ^x[i] | high[i]
				}
			case c.high == always:
				low := &values[c.low]
				for i := range v {
					v[i] = x[i] | low[i]
				}
			default:
				low, high := &values[c.low], &values[c.high]
				for i := range v {
					v[i] = low[i] ^ x[i]&(low[i]^high[i])
				}
			}
		}
		copy(out[w:w+stride], values[d.root][:])
	}
}

func (d *diagram) take(values *[maxDiagramNodes + 1][stride]uint64, v *[stride]uint64, node int32) {
	switch node {
	case never:
		*v = [stride]uint64{}
	case always:
		for i := range v {
			v[i] = ^uint64(0)
		}
	default:
		*v = values[node]
	}
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
