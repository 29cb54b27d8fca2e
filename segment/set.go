package segment

import (
	"iter"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/hugepage"
)

// MaxUniverse bounds the people that sets and tables number.
const MaxUniverse = 1<<31 - 1

// Set is a set of people, by their rows in a [Table] or [Users] dictionary. It
// is immutable and safe for concurrent use. The zero Set is empty.
//
// A set knows its universe, the number of rows that it was taken from; rows
// beyond it are in no set. It knows the dictionary of its people too, if it came
// from one or from a table that has one: sets of two dictionaries number
// different people by the same rows, and to combine or compare them is
// siyu.ErrInvalid. Two dictionaries with the same people in the same rows are
// one. Dense sets are held as one bit a row, those with
// less than one row in 32 as a Roaring bitmap; which one is never visible.
type Set struct {
	universe int
	count    int
	users    *Users          // nil if rows are all that is known
	words    []uint64        // dense form, bits beyond the universe are 0
	view     *roaring.Bitmap // of the words of a very dense set, for Roaring's loops
	sparse   *roaring.Bitmap // sparse form; nil, as are the words, when empty
}

// sparseShare is the number of rows per member from which on a set is sparse,
// viewShare that below which Roaring counts the words faster: it has loops for
// the instructions of several processors, but takes what is less dense apart.
const (
	sparseShare = 32
	viewShare   = 8
)

// NewSet makes a set of rows in a universe of the given size. Rows may come in
// any order and repeat; one outside the universe is siyu.ErrInvalid.
func NewSet(universe int, rows iter.Seq[uint32]) (*Set, error) {
	if err := checkUniverse(universe); err != nil {
		return nil, err
	}
	b := roaring.New()
	for row := range rows {
		if int64(row) >= int64(universe) {
			return nil, siyu.Invalid("rows", "%d is not among %d rows", row, universe)
		}
		b.Add(row)
	}
	return fromSparse(universe, b), nil
}

func checkUniverse(n int) error {
	if n < 0 || n > MaxUniverse {
		return siyu.Invalid("universe", "must be 0 to %d", MaxUniverse)
	}
	return nil
}

func fromSparse(universe int, b *roaring.Bitmap) *Set {
	s := &Set{universe: universe, count: int(b.GetCardinality())}
	switch {
	case s.count == 0:
	case s.count >= universe/sparseShare:
		words := hugepage.Make[uint64](wordsOf(universe))
		b.WriteDenseTo(words)
		s.hold(words)
	default:
		b.RunOptimize()
		s.sparse = b
	}
	return s
}

// fromWords takes the words, whose bits beyond the universe are 0.
func fromWords(universe int, words []uint64) *Set {
	count := 0
	for _, w := range words {
		count += bits.OnesCount64(w)
	}
	return fromCounted(universe, words, count)
}

// fromCounted is fromWords for words of which so many bits are set.
func fromCounted(universe int, words []uint64, count int) *Set {
	s := &Set{universe: universe, count: count}
	switch {
	case s.count == 0:
	case s.count >= universe/sparseShare:
		s.hold(words)
	default:
		s.sparse = roaring.FromDense(words, true)
	}
	return s
}

// hold takes the words of a dense set.
func (s *Set) hold(words []uint64) {
	if s.words = words; s.count >= s.universe/viewShare {
		s.view = roaring.FromDense(words, false)
	}
}

func wordsOf(universe int) int { return (universe + 63) / 64 }

// Universe returns the number of rows that the set was taken from.
func (s *Set) Universe() int { return s.universe }

// Count returns the number of members.
func (s *Set) Count() int { return s.count }

// Contains reports whether a row is in the set.
func (s *Set) Contains(row uint32) bool {
	if s.words != nil {
		return int64(row) < int64(s.universe) && s.words[row>>6]>>(row&63)&1 == 1
	}
	return s.sparse != nil && s.sparse.Contains(row)
}

// Rows yields the members in ascending order.
func (s *Set) Rows() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if s.sparse != nil {
			s.sparse.Iterate(yield)
			return
		}
		for i, w := range s.words {
			for ; w != 0; w &= w - 1 {
				if !yield(uint32(i<<6 + bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}

// Equal reports whether both sets have the same members, whatever their
// universes. Sets of two dictionaries are not equal.
func (s *Set) Equal(t *Set) bool {
	_, err := s.dictionary(t)
	return err == nil && s.count == t.count && s.overlap(t) == s.count
}

// And returns the members of both sets.
func (s *Set) And(t *Set) (*Set, error) { return s.join(t, opAnd) }

// Or returns the members of either set.
func (s *Set) Or(t *Set) (*Set, error) { return s.join(t, opOr) }

// AndNot returns the members of s that are not in t.
func (s *Set) AndNot(t *Set) (*Set, error) { return s.join(t, opAndNot) }

// Xor returns the members of exactly one of the sets.
func (s *Set) Xor(t *Set) (*Set, error) { return s.join(t, opXor) }

// Not returns the rows of the universe that are not in the set.
func (s *Set) Not() *Set {
	words := hugepage.Make[uint64](wordsOf(s.universe))
	for i := range words {
		words[i] = ^uint64(0)
	}
	if tail := s.universe & 63; tail != 0 {
		words[len(words)-1] = 1<<tail - 1
	}
	for i, w := range s.words {
		words[i] &^= w
	}
	if s.sparse != nil {
		s.sparse.Iterate(func(row uint32) bool {
			words[row>>6] &^= 1 << (row & 63)
			return true
		})
	}
	return fromWords(s.universe, words).of(s.users)
}

// AndCount returns the size of And without making the set.
func (s *Set) AndCount(t *Set) (int, error) {
	if _, err := s.dictionary(t); err != nil {
		return 0, err
	}
	return s.overlap(t), nil
}

// OrCount returns the size of Or without making the set.
func (s *Set) OrCount(t *Set) (int, error) {
	both, err := s.AndCount(t)
	return s.count + t.count - both, err
}

// AndNotCount returns the size of AndNot without making the set.
func (s *Set) AndNotCount(t *Set) (int, error) {
	both, err := s.AndCount(t)
	return s.count - both, err
}

// XorCount returns the size of Xor without making the set.
func (s *Set) XorCount(t *Set) (int, error) {
	both, err := s.AndCount(t)
	return s.count + t.count - 2*both, err
}

// overlap counts the members of both sets.
func (s *Set) overlap(t *Set) int {
	switch {
	case s.view != nil && t.view != nil:
		return int(s.view.AndCardinality(t.view))
	case s.words != nil && t.words != nil:
		return andCount(s.words, t.words)
	case s.sparse != nil && t.sparse != nil:
		return int(s.sparse.AndCardinality(t.sparse))
	case s.sparse == nil && t.sparse == nil:
		return 0 // one of them is empty
	case s.sparse == nil:
		s, t = t, s
	}
	n := 0
	s.sparse.Iterate(func(row uint32) bool {
		if t.Contains(row) {
			n++
		}
		return true
	})
	return n
}

func andCount(a, b []uint64) int {
	n := min(len(a), len(b))
	a, b = a[:n], b[:n]
	var c0, c1, c2, c3 int
	for len(a) >= 4 && len(b) >= 4 {
		c0 += bits.OnesCount64(a[0] & b[0])
		c1 += bits.OnesCount64(a[1] & b[1])
		c2 += bits.OnesCount64(a[2] & b[2])
		c3 += bits.OnesCount64(a[3] & b[3])
		a, b = a[4:], b[4:]
	}
	for i := range a {
		c0 += bits.OnesCount64(a[i] & b[i])
	}
	return c0 + c1 + c2 + c3
}

type setOp uint8

const (
	opAnd setOp = iota
	opOr
	opAndNot
	opXor
)

// join combines sets of one dictionary.
func (s *Set) join(t *Set, op setOp) (*Set, error) {
	users, err := s.dictionary(t)
	if err != nil {
		return nil, err
	}
	return s.combine(t, op).of(users), nil
}

func (s *Set) combine(t *Set, op setOp) *Set {
	universe := max(s.universe, t.universe)
	if s.words == nil && t.words == nil {
		return fromSparse(universe, combineSparse(s.bitmap(), t.bitmap(), op))
	}
	if s.words == nil && (op == opAnd || op == opAndNot) { // few rows: look each up
		out := roaring.New()
		s.bitmap().Iterate(func(row uint32) bool {
			if t.Contains(row) == (op == opAnd) {
				out.Add(row)
			}
			return true
		})
		return fromSparse(universe, out)
	}
	if t.words == nil && op == opAnd {
		return t.combine(s, op)
	}
	words := hugepage.Make[uint64](wordsOf(universe))
	copy(words, s.words)
	if s.sparse != nil {
		s.sparse.WriteDenseTo(words[:wordsOf(s.universe)])
	}
	if t.sparse != nil {
		t.sparse.Iterate(func(row uint32) bool {
			applyWord(&words[row>>6], 1<<(row&63), op)
			return true
		})
		return fromWords(universe, words)
	}
	for i, w := range t.words {
		applyWord(&words[i], w, op)
	}
	if op == opAnd {
		clear(words[len(t.words):])
	}
	return fromWords(universe, words)
}

func applyWord(w *uint64, v uint64, op setOp) {
	switch op {
	case opAnd:
		*w &= v
	case opOr:
		*w |= v
	case opAndNot:
		*w &^= v
	default:
		*w ^= v
	}
}

func combineSparse(a, b *roaring.Bitmap, op setOp) *roaring.Bitmap {
	switch op {
	case opAnd:
		return roaring.And(a, b)
	case opOr:
		return roaring.Or(a, b)
	case opAndNot:
		return roaring.AndNot(a, b)
	}
	return roaring.Xor(a, b)
}

// bitmap returns the members in sparse form; the caller must not change it.
func (s *Set) bitmap() *roaring.Bitmap {
	switch {
	case s.sparse != nil:
		return s.sparse
	case s.view != nil:
		return s.view
	case s.words != nil:
		return roaring.FromDense(s.words, false)
	}
	return roaring.New()
}
