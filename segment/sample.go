package segment

import (
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/siyu-go/siyu"
)

// Sample returns the share of the set that a rate names, chosen by a hash of
// the person and the salt: the same people every time, whoever else is in the
// set, and those of a lower rate are among those of a higher one. Samples with
// different salts are independent. In a set without a dictionary the row stands
// for the person, which is stable as long as rows are.
//
// The share is exact on average only: of n members, n*rate ± sqrt(n*rate*(1-rate)).
// The hash is FNV-1a of salt, 0, id, finished as in splitmix64, and is kept
// by later versions.
func (s *Set) Sample(rate siyu.BPS, salt string) (*Set, error) {
	if rate < 0 || rate > 10_000 {
		return nil, siyu.Invalid("rate", "must be 0 to 10000 basis points")
	}
	start := fnv1a(fnvOffset, salt) * fnvPrime // ^ 0
	out := roaring.New()
	for row := range s.Rows() {
		h := start
		if s.users != nil {
			for _, c := range s.users.bytes(row) {
				h = (h ^ uint64(c)) * fnvPrime
			}
		} else {
			for shift := 0; shift < 32; shift += 8 {
				h = (h ^ uint64(row>>shift&0xff)) * fnvPrime
			}
		}
		if part, _ := bits.Mul64(mix(h), 10_000); part < uint64(rate) {
			out.Add(row)
		}
	}
	return fromSparse(s.universe, out).of(s.users), nil
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func fnv1a(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

// mix is the finaliser of splitmix64.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}
