package segment

import "math/bits"

// planes are the bit planes of a block, lowest bit first, a line of each in
// turn: those of the first 512 rows, then those of the next. So a condition
// reads a column from front to back, which is how memory is fastest, and can
// leave out 512 rows of which none matters.
type planes []line

// line is one bit for each of 512 rows: 64 bytes, as the lines of caches have.
type line [lineWords]uint64

const (
	lineWords  = 8
	blockLines = blockWords / lineWords
)

func (p planes) width() int { return len(p) / blockLines }

// lines returns the planes of the rows in line g of a block, width lines.
func (p planes) lines(g int) []line { return p[g*p.width():][:p.width()] }

// row returns the value of the row with this bit in word w of the lines.
func row(x []line, w, bit int) uint64 {
	v := uint64(0)
	for k := range x {
		v |= x[k][w%lineWords] >> (bit & 63) & 1 << k
	}
	return v
}

func (w *words) line(g int) *line { return (*line)(w[g*lineWords:]) }

func (x *line) empty() bool {
	return x[0]|x[1]|x[2]|x[3]|x[4]|x[5]|x[6]|x[7] == 0
}

func (x *line) count() int {
	n := 0
	for _, v := range x {
		n += bits.OnesCount64(v)
	}
	return n
}

var everyone = func() (all words) {
	fill(&all, true)
	return all
}()

// band is the values from lo to hi, both included.
type band struct{ lo, hi uint64 }

// From so many planes on, and up to so many rows of a line, it pays to compare
// from the highest plane down and end early.
const wide, few = 12, 16

// within sets out for the rows that are alive and whose value is in one of the
// bands, which lie below 1<<p.width(); of other rows it says anything.
func (p planes) within(bands []band, alive, out *words) {
	if p.width() == 1 && len(bands) == 1 {
		for g := range p {
			*out.line(g) = p[g]
		}
		if bands[0].lo == 0 {
			invert(out)
		}
		return
	}
	if p.width() >= wide {
		p.touch(alive)
	}
	var more line
	for g := range blockLines {
		from, to := alive.line(g), out.line(g)
		if from.empty() {
			continue
		}
		x := p.lines(g)
		bands[0].in(x, from, to)
		for _, b := range bands[1:] {
			b.in(x, from, &more)
			either(to, to, &more)
		}
	}
}

// touch has the planes brought from memory that comparisons of few rows begin
// with: memory is then asked for many lines at once, and not for each when it is
// needed.
func (p planes) touch(alive *words) {
	for g := range blockLines {
		if n := alive.line(g).count(); n > 0 && n <= few {
			x := p.lines(g)
			touch((*[downPlanes]line)(x[len(x)-downPlanes:]))
		}
	}
}

// in is within for one band and line; one end of it at least is none of all values.
func (b band) in(x []line, alive, out *line) {
	switch last := uint64(1)<<len(x) - 1; {
	case b.lo == b.hi:
		equals(x, b.lo, alive, out)
	case b.hi == last:
		from(x, b.lo, alive, out)
	case b.lo == 0:
		from(x, b.hi+1, alive, out)
		for i, v := range out {
			out[i] = ^v
		}
	default:
		var above line
		from(x, b.lo, alive, out)
		from(x, b.hi+1, alive, &above)
		less(out, &above, out)
	}
}

// from sets out for the rows that are alive and whose value is c or more.
func from(x []line, c uint64, alive, out *line) {
	if len(x) < wide || alive.count() > few {
		atLeast(x, c, out)
	} else {
		atLeastDown(x, c, alive, out)
	}
}
