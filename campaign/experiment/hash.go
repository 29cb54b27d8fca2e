package experiment

import (
	"hash/fnv"
	"strconv"
)

// Version names a hash.
type Version string

// The hashes. V2 is the one to use: V1 is known to correlate experiments whose
// seeds are alike, and stays for experiments that began with it.
const (
	V1 Version = "gb-v1" // fnv1a32(unit+seed) mod 1000 / 1000
	V2 Version = "gb-v2" // fnv1a32(decimal(fnv1a32(seed+unit))) mod 10000 / 10000
)

// Hash returns the bucket of a unit in [0, 1), by 32-bit FNV-1a over UTF-8
// bytes. False means that the version is unknown.
func Hash(v Version, seed, unit string) (bucket float64, ok bool) {
	switch v {
	case V1:
		return float64(fnv32(unit+seed)%1000) / 1000, true
	case V2:
		inner := strconv.FormatUint(uint64(fnv32(seed+unit)), 10)
		return float64(fnv32(inner)%10000) / 10000, true
	}
	return 0, false
}

func fnv32(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s)) // never fails
	return h.Sum32()
}

// InNamespace reports whether a unit has the share [from, to) of a namespace,
// so that experiments with disjoint shares never meet in one person.
func InNamespace(namespace, unit string, from, to float64) bool {
	n, _ := Hash(V1, "__"+namespace, unit)
	return n >= from && n < to
}

// Holdout keeps a share of all people out of every campaign, to measure what
// campaigns do (对照组).
type Holdout struct {
	Version Version `json:"version"` // empty is V2
	Seed    string  `json:"seed"`
	Size    float64 `json:"size"` // 0.1 holds a tenth
}

// Holds reports whether the unit is held out: its bucket is below the size.
func (h Holdout) Holds(unit string) bool {
	b, ok := Hash(h.Version.or(), h.Seed, unit)
	return ok && b < h.Size
}

func (v Version) or() Version {
	if v == "" {
		return V2
	}
	return v
}
