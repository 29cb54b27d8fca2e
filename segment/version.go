package segment

import (
	"cmp"
	"strings"
)

// version is a SemVer 2.0 version without its build metadata.
type version struct {
	core [3]uint64
	pre  string // dot-separated identifiers, "" for a release
}

// parseVersion reads major[.minor[.patch]][-pre][+build], with a leading v or
// not; parts left out are 0.
func parseVersion(s string) (version, bool) {
	var v version
	s = strings.TrimPrefix(s, "v")
	if i := strings.IndexByte(s, '+'); i >= 0 {
		if !identifiers(s[i+1:], false) {
			return v, false
		}
		s = s[:i]
	}
	if i := strings.IndexByte(s, '-'); i >= 0 {
		if v.pre = s[i+1:]; !identifiers(v.pre, true) {
			return v, false
		}
		s = s[:i]
	}
	for i := range v.core {
		part, rest, more := strings.Cut(s, ".")
		n, ok := versionPart(part)
		if !ok {
			return v, false
		}
		v.core[i] = n
		if !more {
			return v, true
		}
		s = rest
	}
	return v, false // more than three parts
}

func versionPart(s string) (n uint64, ok bool) {
	if s == "" || len(s) > 18 || (len(s) > 1 && s[0] == '0') {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + uint64(s[i]-'0')
	}
	return n, true
}

// identifiers checks a dot-separated list; numeric ones must not have leading
// zeros if strict.
func identifiers(s string, strict bool) bool {
	for more := true; more; {
		var id string
		id, s, more = strings.Cut(s, ".")
		if id == "" || (strict && len(id) > 1 && id[0] == '0' && numeric(id)) {
			return false
		}
		for i := range len(id) {
			c := id[i]
			if c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
				return false
			}
		}
	}
	return true
}

func numeric(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// compare orders by precedence (semver.org, item 11).
func (v version) compare(w version) int {
	if sign := v.compareCore(w); sign != 0 {
		return sign
	}
	switch {
	case v.pre == w.pre:
		return 0
	case v.pre == "":
		return 1
	case w.pre == "":
		return -1
	}
	a, b := v.pre, w.pre
	for {
		var x, y string
		var moreA, moreB bool
		x, a, moreA = strings.Cut(a, ".")
		y, b, moreB = strings.Cut(b, ".")
		if sign := compareIdentifier(x, y); sign != 0 {
			return sign
		}
		switch {
		case !moreA && !moreB:
			return 0
		case !moreA:
			return -1
		case !moreB:
			return 1
		}
	}
}

func (v version) compareCore(w version) int {
	for i := range v.core {
		if sign := cmp.Compare(v.core[i], w.core[i]); sign != 0 {
			return sign
		}
	}
	return 0
}

func compareIdentifier(x, y string) int {
	nx, ny := numeric(x), numeric(y)
	switch {
	case nx && ny:
		if sign := cmp.Compare(len(x), len(y)); sign != 0 {
			return sign
		}
	case nx:
		return -1
	case ny:
		return 1
	}
	return compareText(x, y)
}

// versionRange is the versions from low, inclusive, to those below the release
// high. A pre-release of high is not below it here: ^1.2.3 has no 2.0.0-beta.
type versionRange struct {
	low, high version
}

func (r versionRange) contains(v version) bool {
	return v.compare(r.low) >= 0 && v.compareCore(r.high) < 0
}

// next returns the release after v at part i: next(1) of 1.2.3 is 1.3.0.
func (v version) next(i int) version {
	var out version
	copy(out.core[:i+1], v.core[:i+1])
	out.core[i]++
	return out
}

func tildeRange(v version) versionRange { return versionRange{v, v.next(1)} }

func caretRange(v version) versionRange {
	switch {
	case v.core[0] > 0:
		return versionRange{v, v.next(0)}
	case v.core[1] > 0:
		return versionRange{v, v.next(1)}
	}
	return versionRange{v, v.next(2)}
}

// parseWild reads 1.*, 1.2.* or 1.*.*.
func parseWild(s string) (versionRange, bool) {
	parts := strings.Split(strings.TrimPrefix(s, "v"), ".")
	var low version
	known := 0
	for i, part := range parts {
		if part == "*" {
			continue
		}
		n, ok := versionPart(part)
		if !ok || i != known || i > 1 {
			return versionRange{}, false
		}
		low.core[i] = n
		known++
	}
	if known == 0 || known == len(parts) || len(parts) > 3 {
		return versionRange{}, false
	}
	return versionRange{low, low.next(known - 1)}, true
}
