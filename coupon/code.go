package coupon

import (
	"crypto/rand"
	"math"
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/siyu-go/siyu"
)

// Readable is an alphabet of 32 capitals and digits without those that people
// take for one another (0 and O, 1 and I): the default of [CodeShape].
const Readable = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// MaxCodes is how many codes one call makes at most.
const MaxCodes = 1_000_000

// CodeShape says what codes (优惠码) look like: prefix, random characters, a
// check character if wanted, suffix.
type CodeShape struct {
	Length   int    // random characters
	Alphabet string // of single-byte characters; empty: Readable
	Prefix   string
	Suffix   string

	// Check adds a character that [CodeShape.Valid] tests: any single wrong
	// character and nearly every swap of neighbours is found before a look-up
	// (ISO/IEC 7064, hybrid system MOD n+1,n). It needs an alphabet of even size.
	Check bool

	// MaxFill is the part of all codes of this shape that may be in use, so that
	// a guess seldom hits; 0 is half (5000).
	MaxFill siyu.BPS

	// Issued is how many codes of this shape are in use already. The caller
	// keeps them apart from new ones, as by a unique key.
	Issued int64
}

// Generate makes count different codes from crypto/rand. A shape that is
// broken is siyu.ErrInvalid; one with too few codes for those wanted and issued
// is a [Refusal] with [CodeSpace].
func (s CodeShape) Generate(count int) ([]string, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	if count < 0 || count > MaxCodes {
		return nil, siyu.Invalid("count", "%d is not within 0 and %d", count, MaxCodes)
	}
	if s.Issued > math.MaxInt64-int64(count) || uint64(s.Issued)+uint64(count) > s.capacity() {
		return nil, refuse(CodeSpace)
	}
	codes, seen := make([]string, 0, count), make(map[string]bool, count)
	for len(codes) < count {
		code := s.random()
		if !seen[code] {
			seen[code] = true
			codes = append(codes, code)
		}
	}
	return codes, nil
}

// Valid reports whether a normalised code has this shape, and the right check
// character if the shape has one. It says nothing about the code being issued.
func (s CodeShape) Valid(code string) bool {
	if s.validate() != nil {
		return false
	}
	body, ok := strings.CutPrefix(code, s.Prefix)
	if ok {
		body, ok = strings.CutSuffix(body, s.Suffix)
	}
	length := s.Length
	if s.Check {
		length++
	}
	if !ok || len(body) != length {
		return false
	}
	for i := range len(body) {
		if strings.IndexByte(s.alphabet(), body[i]) < 0 {
			return false
		}
	}
	return !s.Check || checkCharacter(s.alphabet(), body[:s.Length]) == body[s.Length]
}

// Match finds the code of this shape that somebody meant: as [Normalize], and
// characters that the alphabet lacks are read as those they look like (O as 0,
// I and L as 1, or the other way round). It reports false if none is of this
// shape.
func (s CodeShape) Match(typed string) (string, bool) {
	code := []byte(Normalize(typed))
	if s.Valid(string(code)) {
		return string(code), true
	}
	from, to := len(s.Prefix), len(code)-len(s.Suffix)
	for i := from; i < to; i++ {
		if strings.IndexByte(s.alphabet(), code[i]) >= 0 {
			continue
		}
		for _, alike := range []string{"0O", "1IL", "2Z", "5S", "8B"} {
			if strings.IndexByte(alike, code[i]) < 0 {
				continue
			}
			if j := strings.IndexAny(s.alphabet(), alike); j >= 0 {
				code[i] = s.alphabet()[j]
			}
		}
	}
	return string(code), s.Valid(string(code))
}

// Normalize brings a code that somebody typed to the form in which codes are
// compared: without surrounding space, full-width characters as half-width,
// letters as capitals. Different codes stay different.
func Normalize(code string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == '\u3000':
			r = ' '
		case r == '\u200b' || r == '\ufeff': // pasted, invisible
			return -1
		}
		return unicode.ToUpper(r)
	}, code))
}

func (s CodeShape) alphabet() string {
	if s.Alphabet == "" {
		return Readable
	}
	return s.Alphabet
}

func (s CodeShape) validate() error {
	a := s.alphabet()
	switch {
	case s.Length < 1 || s.Length > 64:
		return siyu.Invalid("length", "%d is not within 1 and 64", s.Length)
	case len(a) < 2 || len(a) > 94:
		return siyu.Invalid("alphabet", "has %d characters, not 2 to 94", len(a))
	case s.Check && len(a)%2 != 0:
		return siyu.Invalid("alphabet", "has an odd number of characters, a check character needs an even one")
	case len(s.Prefix)+len(s.Suffix) > 64 || !utf8.ValidString(s.Prefix+s.Suffix):
		return siyu.Invalid("prefix", "and suffix are longer than 64 bytes or not UTF-8")
	case s.MaxFill < 0 || s.MaxFill > 10_000:
		return siyu.Invalid("max_fill", "%d is not within 0 and 10000", s.MaxFill)
	case s.Issued < 0:
		return siyu.Invalid("issued", "is negative")
	}
	for i := range len(a) {
		if a[i] <= ' ' || a[i] > '~' {
			return siyu.Invalid("alphabet", "holds other than visible ASCII characters")
		}
		if strings.IndexByte(a[:i], a[i]) >= 0 {
			return siyu.Invalid("alphabet", "holds a character twice")
		}
	}
	return nil
}

// capacity returns how many codes of this shape may be in use.
func (s CodeShape) capacity() uint64 {
	fill := s.MaxFill
	if fill == 0 {
		fill = 5000
	}
	space := uint64(1)
	for range s.Length {
		hi, lo := bits.Mul64(space, uint64(len(s.alphabet())))
		if hi != 0 {
			return math.MaxInt64
		}
		space = lo
	}
	hi, lo := bits.Mul64(space, uint64(fill))
	q, _ := bits.Div64(hi, lo, 10_000) // fill <= 10000, so q <= space
	return min(q, math.MaxInt64)
}

func (s CodeShape) random() string {
	a := s.alphabet()
	body := make([]byte, 0, s.Length+1)
	limit := 256 - 256%len(a) // bytes from here on would favour some characters
	var pool [64]byte
	for len(body) < s.Length {
		rand.Read(pool[:]) // never fails, see crypto/rand
		for _, b := range pool {
			if int(b) < limit && len(body) < s.Length {
				body = append(body, a[int(b)%len(a)])
			}
		}
	}
	if s.Check {
		body = append(body, checkCharacter(a, string(body)))
	}
	return s.Prefix + string(body) + s.Suffix
}

// checkCharacter is that of the hybrid system MOD n+1,n of ISO/IEC 7064.
func checkCharacter(alphabet, body string) byte {
	n := len(alphabet)
	p := n
	for i := range len(body) {
		sum := (p + strings.IndexByte(alphabet, body[i])) % n
		if sum == 0 {
			sum = n
		}
		p = sum * 2 % (n + 1)
	}
	return alphabet[(n+1-p)%n]
}
