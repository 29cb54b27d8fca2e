package segment

// The loops that scans spend their time in, four words a turn: that is half as
// fast again as one, and simple enough for the compiler to see that no index is
// out of range.

// orOr sets out to out | x | y.
func orOr(out, x, y *words) {
	for i := 0; i <= blockWords-4; i += 4 {
		a, b, c, d := out[i], out[i+1], out[i+2], out[i+3]
		a |= x[i] | y[i]
		b |= x[i+1] | y[i+1]
		c |= x[i+2] | y[i+2]
		d |= x[i+3] | y[i+3]
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
	}
}

// andOr sets out to out&x | y.
func andOr(out, x, y *words) {
	for i := 0; i <= blockWords-4; i += 4 {
		a, b, c, d := out[i], out[i+1], out[i+2], out[i+3]
		a = a&x[i] | y[i]
		b = b&x[i+1] | y[i+1]
		c = c&x[i+2] | y[i+2]
		d = d&x[i+3] | y[i+3]
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
	}
}

// orAnd sets out to (out | x) & y.
func orAnd(out, x, y *words) {
	for i := 0; i <= blockWords-4; i += 4 {
		a, b, c, d := out[i], out[i+1], out[i+2], out[i+3]
		a = (a | x[i]) & y[i]
		b = (b | x[i+1]) & y[i+1]
		c = (c | x[i+2]) & y[i+2]
		d = (d | x[i+3]) & y[i+3]
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
	}
}

// andAnd sets out to out & x & y.
func andAnd(out, x, y *words) {
	for i := 0; i <= blockWords-4; i += 4 {
		a, b, c, d := out[i], out[i+1], out[i+2], out[i+3]
		a &= x[i] & y[i]
		b &= x[i+1] & y[i+1]
		c &= x[i+2] & y[i+2]
		d &= x[i+3] & y[i+3]
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
	}
}

// flipAnd sets out to out & (x ^ flipX) & (y ^ flipY).
func flipAnd(out, x, y *words, flipX, flipY uint64) {
	for i := 0; i <= blockWords-4; i += 4 {
		a, b, c, d := out[i], out[i+1], out[i+2], out[i+3]
		a &= (x[i] ^ flipX) & (y[i] ^ flipY)
		b &= (x[i+1] ^ flipX) & (y[i+1] ^ flipY)
		c &= (x[i+2] ^ flipX) & (y[i+2] ^ flipY)
		d &= (x[i+3] ^ flipX) & (y[i+3] ^ flipY)
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
	}
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

// or sets out to out | x and returns the intersection of its words.
func or(out, x *words) uint64 {
	all := ^uint64(0)
	for i := 0; i <= blockWords-4; i += 4 {
		a, b, c, d := out[i]|x[i], out[i+1]|x[i+1], out[i+2]|x[i+2], out[i+3]|x[i+3]
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
		all &= a & b & c & d
	}
	return all
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

// invert sets out to ^out.
func invert(out *words) {
	for i := 0; i <= blockWords-4; i += 4 {
		a, b, c, d := ^out[i], ^out[i+1], ^out[i+2], ^out[i+3]
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
	}
}

// stripe is the part of a block that diagrams work on at a time, so that the
// values of their nodes stay in the first-level cache.
type stripe [stride]uint64

const stride = 32

// choose sets v to high where x is set and to low elsewhere.
func choose(v, x, low, high *stripe) {
	for i := 0; i <= stride-4; i += 4 {
		v[i] = low[i] ^ x[i]&(low[i]^high[i])
		v[i+1] = low[i+1] ^ x[i+1]&(low[i+1]^high[i+1])
		v[i+2] = low[i+2] ^ x[i+2]&(low[i+2]^high[i+2])
		v[i+3] = low[i+3] ^ x[i+3]&(low[i+3]^high[i+3])
	}
}

// both sets v to x & y.
func both(v, x, y *stripe) {
	for i := 0; i <= stride-4; i += 4 {
		v[i] = x[i] & y[i]
		v[i+1] = x[i+1] & y[i+1]
		v[i+2] = x[i+2] & y[i+2]
		v[i+3] = x[i+3] & y[i+3]
	}
}

// either sets v to x | y.
func either(v, x, y *stripe) {
	for i := 0; i <= stride-4; i += 4 {
		v[i] = x[i] | y[i]
		v[i+1] = x[i+1] | y[i+1]
		v[i+2] = x[i+2] | y[i+2]
		v[i+3] = x[i+3] | y[i+3]
	}
}

// less sets v to y &^ x.
func less(v, x, y *stripe) {
	for i := 0; i <= stride-4; i += 4 {
		v[i] = y[i] &^ x[i]
		v[i+1] = y[i+1] &^ x[i+1]
		v[i+2] = y[i+2] &^ x[i+2]
		v[i+3] = y[i+3] &^ x[i+3]
	}
}
