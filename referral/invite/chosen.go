package invite

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/siyu-go/siyu"
)

// Limits of a code that somebody chooses, in characters.
const (
	MinChosen = 2
	MaxChosen = 24
)

const maxTyped = 4 * utf8.UTFMax * MaxChosen // bytes, spaces and all

// Normal returns the normal form of a chosen code (专属邀请码) as people type
// it: full width becomes half width, small letters capital; spaces, dashes
// and what is pasted unseen go. What is left is A to Z, 0 to 9 and unified Han characters; anything else,
// and a length outside [MinChosen] to [MaxChosen], is [siyu.ErrInvalid]. Other
// alphabets, radicals and compatibility characters are out because they look
// like these. The normal form of a normal form is itself.
func Normal(typed string) (string, error) {
	if len(typed) > maxTyped {
		return "", siyu.Invalid("code", "is too long")
	}
	var b strings.Builder
	n := 0
	for _, r := range typed {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		switch {
		case unicode.IsSpace(r), unicode.In(r, unicode.Pd, unicode.Cf):
			continue
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', unicode.Is(unicode.Unified_Ideograph, r):
		default:
			return "", siyu.Invalid("code", "has a character that codes do not have")
		}
		b.WriteRune(r)
		n++
	}
	if n < MinChosen || n > MaxChosen {
		return "", siyu.Invalid("code", "does not have %d to %d characters", MinChosen, MaxChosen)
	}
	return b.String(), nil
}

// CodeKey is what a code is kept under: its normal form, with O as 0, and I and
// L as 1. Codes that differ by these alone are the same code, so that nobody
// takes the place of another by a look-alike.
type CodeKey string

// KeyOf returns the key of a code as people type it; errors are those of
// [Normal].
func KeyOf(typed string) (CodeKey, error) {
	text, err := Normal(typed)
	return CodeKey(lookAlikes.Replace(text)), err
}

var lookAlikes = strings.NewReplacer("O", "0", "I", "1", "L", "1")
