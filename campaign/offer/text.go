package offer

import (
	"strconv"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
)

// Placeholder is what a text says instead of a number of places.
const Placeholder = "{left}"

// SaidLeft refuses a number of places typed into a text that is not the number
// left: scarcity is told from stock, never invented. The placeholder is always
// true.
func (s Seats) SaidLeft(said string, now time.Time) error {
	if said == Placeholder {
		return nil
	}
	n, err := strconv.Atoi(said)
	if left := s.Left(now); err != nil || n != left {
		return siyu.Invalid("left", "says %q where %d are left; write %s", said, left, Placeholder)
	}
	return nil
}

// scarce are the words around a number that claims scarcity, before and after.
var scarce = []struct{ before, after string }{
	{"最后", "个"},
	{"最後", "個"},
	{"仅剩", ""},
	{"僅剩", ""},
	{"还剩", ""},
	{"還剩", ""},
	{"只剩", ""},
	{"only ", "left"},
	{"last ", "seats"},
	{"last ", "places"},
}

// CheckText refuses a text that claims another number of places than are left,
// in the usual phrases such as 最后N个名额, 仅剩N or "only N left". Use it when
// a text is published; it cannot know every phrase, so texts should say {left}.
func (s Seats) CheckText(text string, now time.Time) error {
	lower := strings.ToLower(text)
	for _, phrase := range scarce {
		rest := lower
		for {
			_, tail, found := strings.Cut(rest, phrase.before)
			if !found {
				break
			}
			rest = tail
			tail = strings.TrimLeft(tail, " ")
			digits := tail[:len(tail)-len(strings.TrimLeft(tail, "0123456789"))]
			if digits == "" || !strings.HasPrefix(strings.TrimLeft(tail[len(digits):], " "), phrase.after) {
				continue
			}
			if err := s.SaidLeft(digits, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// Fill returns the text with {left} replaced by the places left, after
// [Seats.CheckText].
func (s Seats) Fill(text string, now time.Time) (string, error) {
	if err := s.CheckText(text, now); err != nil {
		return "", err
	}
	return strings.ReplaceAll(text, Placeholder, strconv.Itoa(max(0, s.Left(now)))), nil
}
