package segment

import "math/bits"

// The comparisons of a block's values, given in bit planes, with constants
// (O'Neil and Quass 1997). Two planes are read in a pass.

// atLeast sets out for the rows whose value is c or more; 0 < c < 1<<len(planes).
// From the lowest set bit of c up, a row stays in by having the bit where c has
// it, and comes in by having a bit that c has not.
func atLeast(planes []words, c uint64, out *words) {
	k := bits.TrailingZeros64(c)
	*out = planes[k]
	for k++; k+1 < len(planes); k += 2 {
		x, y := &planes[k], &planes[k+1]
		switch c >> k & 3 {
		case 0:
			for i := range out {
				out[i] |= x[i] | y[i]
			}
		case 1:
			for i := range out {
				out[i] = out[i]&x[i] | y[i]
			}
		case 2:
			for i := range out {
				out[i] = (out[i] | x[i]) & y[i]
			}
		default:
			for i := range out {
				out[i] &= x[i] & y[i]
			}
		}
	}
	if k < len(planes) {
		x := &planes[k]
		if c>>k&1 == 0 {
			for i := range out {
				out[i] |= x[i]
			}
		} else {
			for i := range out {
				out[i] &= x[i]
			}
		}
	}
}

// equals sets out for the rows whose value is c.
func equals(planes []words, c uint64, out *words) {
	k := 0
	if len(planes)&1 == 1 {
		flip := c&1 - 1 // all ones where the bit is 0
		x := &planes[0]
		for i := range out {
			out[i] = x[i] ^ flip
		}
		k = 1
	} else {
		fill(out, true)
	}
	for ; k < len(planes); k += 2 {
		x, y := &planes[k], &planes[k+1]
		flipX, flipY := c>>k&1-1, c>>(k+1)&1-1
		for i := range out {
			out[i] &= (x[i] ^ flipX) & (y[i] ^ flipY)
		}
	}
}

// within sets out for the rows whose value is between lo and hi, both included
// and below 1<<len(planes). tmp is overwritten.
func within(planes []words, lo, hi uint64, out, tmp *words) {
	switch last := uint64(1)<<len(planes) - 1; {
	case lo == hi:
		equals(planes, lo, out)
	case lo == 0 && hi == last:
		fill(out, true)
	case hi == last:
		atLeast(planes, lo, out)
	case lo == 0:
		atLeast(planes, hi+1, out)
		for i := range out {
			out[i] = ^out[i]
		}
	default:
		atLeast(planes, lo, out)
		atLeast(planes, hi+1, tmp)
		for i := range out {
			out[i] &^= tmp[i]
		}
	}
}

func count(w *words) int {
	n := 0
	for i := range w {
		n += bits.OnesCount64(w[i])
	}
	return n
}
