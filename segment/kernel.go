package segment

import "math/bits"

// The loops that scans spend their time in. Comparisons hold half a line in
// registers and run down its planes; loops over a block take four words a turn,
// half as fast again as one. They are simple enough for the compiler to see
// that no index is out of range.

// touch reads a word of every line. It is not inlined, so that the reads are
// not found to be in vain.
//
//go:noinline
func touch(x *[downPlanes]line) uint64 {
	return x[0][0] | x[1][0] | x[2][0] | x[3][0] | x[4][0] | x[5][0] | x[6][0] | x[7][0]
}

// atLeast sets out for the rows whose value is c or more; 0 < c < 1<<len(x)
// (O'Neil and Quass 1997). From the lowest set bit of c up, a row stays in by
// having the bit where c has it, and comes in by having a bit that c has not.
func atLeast(x []line, c uint64, out *line) {
	k := bits.TrailingZeros64(c)
	*out = x[k]
	c >>= k + 1
	x = x[k+1:]
	v0, v1, v2, v3 := out[0], out[1], out[2], out[3]
	rest := c
	for i := range x {
		if y := &x[i]; rest&1 == 0 {
			v0 |= y[0]
			v1 |= y[1]
			v2 |= y[2]
			v3 |= y[3]
		} else {
			v0 &= y[0]
			v1 &= y[1]
			v2 &= y[2]
			v3 &= y[3]
		}
		rest >>= 1
	}
	out[0], out[1], out[2], out[3] = v0, v1, v2, v3
	v0, v1, v2, v3 = out[4], out[5], out[6], out[7]
	rest = c
	for i := range x {
		if y := &x[i]; rest&1 == 0 {
			v0 |= y[4]
			v1 |= y[5]
			v2 |= y[6]
			v3 |= y[7]
		} else {
			v0 &= y[4]
			v1 &= y[5]
			v2 &= y[6]
			v3 &= y[7]
		}
		rest >>= 1
	}
	out[4], out[5], out[6], out[7] = v0, v1, v2, v3
}

const downPlanes = 8

// atLeastDown is atLeast for a few rows that are alive, from the highest plane
// down: it does more for a plane, but ends where no row is left that equals c
// so far, in a wide column long before the lowest. It looks for the end after
// downPlanes only, so that the processor foresees it and need not wait for
// memory.
func atLeastDown(x []line, c uint64, alive, out *line) {
	end := bits.TrailingZeros64(c)
	e0, e1, e2, e3 := alive[0], alive[1], alive[2], alive[3] // equal so far
	var v0, v1, v2, v3 uint64                                // more
	for i := len(x) - 1; i >= end; i-- {
		y := &x[i]
		if c>>i&1 == 0 {
			v0 |= e0 & y[0]
			v1 |= e1 & y[1]
			v2 |= e2 & y[2]
			v3 |= e3 & y[3]
			e0 &^= y[0]
			e1 &^= y[1]
			e2 &^= y[2]
			e3 &^= y[3]
		} else {
			e0 &= y[0]
			e1 &= y[1]
			e2 &= y[2]
			e3 &= y[3]
		}
		if (len(x)-i)%downPlanes == 0 && e0|e1|e2|e3 == 0 {
			break
		}
	}
	out[0], out[1], out[2], out[3] = v0|e0, v1|e1, v2|e2, v3|e3
	e0, e1, e2, e3 = alive[4], alive[5], alive[6], alive[7]
	v0, v1, v2, v3 = 0, 0, 0, 0
	for i := len(x) - 1; i >= end; i-- {
		y := &x[i]
		if c>>i&1 == 0 {
			v0 |= e0 & y[4]
			v1 |= e1 & y[5]
			v2 |= e2 & y[6]
			v3 |= e3 & y[7]
			e0 &^= y[4]
			e1 &^= y[5]
			e2 &^= y[6]
			e3 &^= y[7]
		} else {
			e0 &= y[4]
			e1 &= y[5]
			e2 &= y[6]
			e3 &= y[7]
		}
		if (len(x)-i)%downPlanes == 0 && e0|e1|e2|e3 == 0 {
			break
		}
	}
	out[4], out[5], out[6], out[7] = v0|e0, v1|e1, v2|e2, v3|e3
}

// equals sets out for the rows that are alive and whose value is c.
func equals(x []line, c uint64, alive, out *line) {
	e0, e1, e2, e3 := alive[0], alive[1], alive[2], alive[3]
	for i := len(x) - 1; i >= 0 && e0|e1|e2|e3 != 0; i-- {
		y, other := &x[i], c>>i&1-1 // all ones where the bit is 0
		e0 &= y[0] ^ other
		e1 &= y[1] ^ other
		e2 &= y[2] ^ other
		e3 &= y[3] ^ other
	}
	out[0], out[1], out[2], out[3] = e0, e1, e2, e3
	e0, e1, e2, e3 = alive[4], alive[5], alive[6], alive[7]
	for i := len(x) - 1; i >= 0 && e0|e1|e2|e3 != 0; i-- {
		y, other := &x[i], c>>i&1-1
		e0 &= y[4] ^ other
		e1 &= y[5] ^ other
		e2 &= y[6] ^ other
		e3 &= y[7] ^ other
	}
	out[4], out[5], out[6], out[7] = e0, e1, e2, e3
}

// choose sets v to high where x is set and to low elsewhere.
func choose(v, x, low, high *line) {
	v[0] = low[0] ^ x[0]&(low[0]^high[0])
	v[1] = low[1] ^ x[1]&(low[1]^high[1])
	v[2] = low[2] ^ x[2]&(low[2]^high[2])
	v[3] = low[3] ^ x[3]&(low[3]^high[3])
	v[4] = low[4] ^ x[4]&(low[4]^high[4])
	v[5] = low[5] ^ x[5]&(low[5]^high[5])
	v[6] = low[6] ^ x[6]&(low[6]^high[6])
	v[7] = low[7] ^ x[7]&(low[7]^high[7])
}

// both sets v to x & y.
func both(v, x, y *line) {
	v[0], v[1], v[2], v[3] = x[0]&y[0], x[1]&y[1], x[2]&y[2], x[3]&y[3]
	v[4], v[5], v[6], v[7] = x[4]&y[4], x[5]&y[5], x[6]&y[6], x[7]&y[7]
}

// either sets v to x | y.
func either(v, x, y *line) {
	v[0], v[1], v[2], v[3] = x[0]|y[0], x[1]|y[1], x[2]|y[2], x[3]|y[3]
	v[4], v[5], v[6], v[7] = x[4]|y[4], x[5]|y[5], x[6]|y[6], x[7]|y[7]
}

// less sets v to y &^ x.
func less(v, x, y *line) {
	v[0], v[1], v[2], v[3] = y[0]&^x[0], y[1]&^x[1], y[2]&^x[2], y[3]&^x[3]
	v[4], v[5], v[6], v[7] = y[4]&^x[4], y[5]&^x[5], y[6]&^x[6], y[7]&^x[7]
}

// and sets out to out & x and returns the union of its words.
func and(out, x *words) uint64 {
	var any uint64
	for i := 0; i <= blockWords-4; i += 4 {
		a, b, c, d := out[i]&x[i], out[i+1]&x[i+1], out[i+2]&x[i+2], out[i+3]&x[i+3]
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
		any |= a | b | c | d
	}
	return any
}

// or sets out to out | x.
func or(out, x *words) {
	for i := 0; i <= blockWords-4; i += 4 {
		a, b, c, d := out[i]|x[i], out[i+1]|x[i+1], out[i+2]|x[i+2], out[i+3]|x[i+3]
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
	}
}

// invert sets out to ^out.
func invert(out *words) {
	for i := 0; i <= blockWords-4; i += 4 {
		a, b, c, d := ^out[i], ^out[i+1], ^out[i+2], ^out[i+3]
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
	}
}

// andNot sets out to out &^ x.
func andNot(out, x *words) {
	for i := 0; i <= blockWords-4; i += 4 {
		a, b, c, d := out[i], out[i+1], out[i+2], out[i+3]
		a &^= x[i]
		b &^= x[i+1]
		c &^= x[i+2]
		d &^= x[i+3]
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
	}
}

// count returns the number of rows.
func count(w *words) int {
	var a, b, c, d int
	for i := 0; i <= blockWords-4; i += 4 {
		a += bits.OnesCount64(w[i])
		b += bits.OnesCount64(w[i+1])
		c += bits.OnesCount64(w[i+2])
		d += bits.OnesCount64(w[i+3])
	}
	return a + b + c + d
}
