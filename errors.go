package siyu

import (
	"errors"
	"fmt"
)

// Branch on these with [errors.Is]; every error of the library wraps one of
// them, a context's error, or the error of the host's own driver.
var (
	// ErrInvalid: the input breaks a rule; [InvalidError] names the field.
	ErrInvalid = errors.New("invalid")
	// ErrNotFound: no such thing under this id (for this tenant).
	ErrNotFound = errors.New("not found")
	// ErrConflict: the key or id is known with other contents.
	ErrConflict = errors.New("conflict")
	// ErrOverflow: an amount or count does not fit 64 bits.
	ErrOverflow = errors.New("overflow")
	// ErrZeroWeights: nothing to split by.
	ErrZeroWeights = errors.New("no positive weight")
	// ErrUnknownOutcome: the connection was lost while committing, so the
	// change may have happened or not. Retrying with the same key settles it.
	ErrUnknownOutcome = errors.New("unknown outcome: retry with the same key")
)

// InvalidError says which field of an input is wrong and why. It matches
// [ErrInvalid].
type InvalidError struct {
	Field   string // path of the field, such as "tiers[2].at"
	Problem string // what is wrong with it
}

// Invalid makes an [*InvalidError].
func Invalid(field, format string, args ...any) error {
	return &InvalidError{Field: field, Problem: fmt.Sprintf(format, args...)}
}

// Error writes "invalid FIELD: PROBLEM".
func (e *InvalidError) Error() string { return "invalid " + e.Field + ": " + e.Problem }

// Is reports whether target is [ErrInvalid].
func (e *InvalidError) Is(target error) bool { return target == ErrInvalid }

// Within puts a path in front of the field of an [*InvalidError]; "tiers[2]"
// and "at" become "tiers[2].at". Other errors are wrapped with the path, and
// nil stays nil. An empty path changes nothing.
func Within(path string, err error) error {
	if err == nil || path == "" {
		return err
	}
	var invalid *InvalidError
	if !errors.As(err, &invalid) {
		return fmt.Errorf("%s: %w", path, err)
	}
	field := path
	switch {
	case invalid.Field == "":
	case invalid.Field[0] == '[':
		field += invalid.Field
	default:
		field += "." + invalid.Field
	}
	return &InvalidError{Field: field, Problem: invalid.Problem}
}
