// Package strictjson reads definitions from JSON without guessing: unknown
// fields, data after the value, oversized input and deep nesting are refused,
// each with the place of the fault.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/siyu-go/siyu"
)

// MaxDepth is how deeply objects and lists may be nested.
const MaxDepth = 32

// Decode reads one JSON value of at most max bytes into a T. Every error is
// an [*siyu.InvalidError] with the path of the fault where one is known.
func Decode[T any](data []byte, max int) (T, error) {
	var v, zero T
	if len(data) > max {
		return zero, siyu.Invalid("", "is longer than %d bytes", max)
	}
	if depth(data) > MaxDepth {
		return zero, siyu.Invalid("", "is nested more than %d deep", MaxDepth)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return zero, fault(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return zero, siyu.Invalid("", "has data after the JSON value")
	}
	return v, nil
}

func fault(err error) error {
	var invalid *siyu.InvalidError
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); {
	case errors.As(err, &invalid):
		return invalid
	case unknown:
		return siyu.Invalid(strings.Trim(name, `"`), "is not a field known here")
	case errors.As(err, &syntax):
		return siyu.Invalid("", "is not JSON at byte %d: %v", syntax.Offset, syntax)
	case errors.As(err, &kind):
		return siyu.Invalid(kind.Field, "is a %s where a %s belongs", kind.Value, kind.Type)
	}
	return siyu.Invalid("", "is not JSON: %v", err)
}

// depth returns the deepest nesting of objects and lists outside of strings.
func depth(data []byte) int {
	now, most, quoted := 0, 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			most = max(most, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return most
}
