package invite

import (
	"crypto/rand"
	"strings"

	"github.com/siyu-go/siyu"
)

// symbols are Crockford's 32: no I, L, O and U.
const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// CodeLength is the number of characters of a code: 11 random ones with 55 bits,
// and a check character. With a million codes given out one guess in 36 billion
// hits.
const CodeLength = 12

// NewCode makes a code such as "7K3MQ09XZT2R" from crypto/rand. A
// [Service] draws again when one is taken; a host that keeps codes itself keeps
// them under a unique key and does the same.
func NewCode() string {
	var raw [CodeLength - 1]byte
	_, _ = rand.Read(raw[:]) // never fails, says crypto/rand
	code := make([]byte, 0, CodeLength)
	for _, b := range raw {
		code = append(code, symbols[b%32])
	}
	return string(append(code, check(string(code))))
}

// ParseCode reads a code as people type it: small letters, spaces and dashes are
// fine, O is taken for 0, I and L for 1. A wrong length, character or check
// character is [siyu.ErrInvalid]; every single wrong character is found, and
// every swap of neighbours but of 0 and Z.
func ParseCode(typed string) (string, error) {
	if len(typed) > 4*CodeLength {
		return "", siyu.Invalid("code", "is too long")
	}
	var b strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case ' ', '-':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(symbols, r) {
			return "", siyu.Invalid("code", "has a character that codes do not have")
		}
		b.WriteRune(r)
	}
	code := b.String()
	if len(code) != CodeLength {
		return "", siyu.Invalid("code", "does not have %d characters", CodeLength)
	}
	if check(code[:CodeLength-1]) != code[CodeLength-1] {
		return "", siyu.Invalid("code", "has a typing error")
	}
	return code, nil
}

// check is Luhn's check character over 32 symbols.
func check(code string) byte {
	const n = len(symbols)
	sum, factor := 0, 2
	for i := len(code) - 1; i >= 0; i-- {
		product := factor * strings.IndexByte(symbols, code[i])
		sum += product/n + product%n
		factor = 3 - factor
	}
	return symbols[(n-sum%n)%n]
}
