package segment

import "math/bits"

// planes are the bit planes of a block, blockWords each, lowest bit first.
type planes []uint64

func (p planes) width() int { return len(p) / blockWords }

func (p planes) at(k int) *words { return (*words)(p[k*blockWords:]) }

// The comparisons of a block's values, given in bit planes, with constants
// (O'Neil and Quass 1997). Two planes are read in a pass.

// atLeast sets out for the rows whose value is c or more; 0 < c < 1<<p.width().
// From the lowest set bit of c up, a row stays in by having the bit where c has
// it, and comes in by having a bit that c has not.
func atLeast(p planes, c uint64, out *words) {
	k := bits.TrailingZeros64(c)
	*out = *p.at(k)
	for k++; k+1 < p.width(); k += 2 {
		x, y := p.at(k), p.at(k+1)
		switch c >> k & 3 {
		case 0:
			orOr(out, x, y)
		case 1:
			andOr(out, x, y)
		case 2:
			orAnd(out, x, y)
		default:
			andAnd(out, x, y)
		}
	}
	if k < p.width() {
		if c>>k&1 == 0 {
			or(out, p.at(k))
		} else {
			and(out, p.at(k))
		}
	}
}

// equals sets out for the rows whose value is c.
func equals(p planes, c uint64, out *words) {
	k := 0
	if p.width()&1 == 1 {
		flip := c&1 - 1 // all ones where the bit is 0
		x := p.at(0)
		for i := range out {
			out[i] = x[i] ^ flip
		}
		k = 1
	} else {
		fill(out, true)
	}
	for ; k < p.width(); k += 2 {
		flipAnd(out, p.at(k), p.at(k+1), c>>k&1-1, c>>(k+1)&1-1)
	}
}

// within sets out for the rows whose value is between lo and hi, both included
// and below 1<<p.width(). tmp is overwritten.
func within(p planes, lo, hi uint64, out, tmp *words) {
	switch last := uint64(1)<<p.width() - 1; {
	case lo == hi:
		equals(p, lo, out)
	case lo == 0 && hi == last:
		fill(out, true)
	case hi == last:
		atLeast(p, lo, out)
	case lo == 0:
		atLeast(p, hi+1, out)
		invert(out)
	default:
		atLeast(p, lo, out)
		atLeast(p, hi+1, tmp)
		andNot(out, tmp)
	}
}

func count(w *words) int {
	n := 0
	for i := range w {
		n += bits.OnesCount64(w[i])
	}
	return n
}
