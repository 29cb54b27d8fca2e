package segment

import (
	"time"

	"github.com/siyu-go/siyu"
)

// Catalog holds what rules name: lists for in_list and not_in_list, and rules
// for [Ref]. [Compile] reads it once and keeps what it needs.
type Catalog struct {
	Lists map[string]Values `json:"lists,omitempty"`
	Rules map[string]Rule   `json:"rules,omitempty"`

	// Sets are what [InSet] names. They are no part of the JSON form.
	Sets map[string]*Set `json:"-"`
	// Location is where days, weeks and months of a [Behaviour] begin; nil is
	// UTC. It is no part of the JSON form.
	Location *time.Location `json:"-"`
}

// Values is a named list: texts, numbers and booleans. It is immutable.
type Values struct{ list []any }

// ListOf makes a list from Go values.
func ListOf[T string | int64 | int | bool](values ...T) Values {
	list := make([]any, len(values))
	for i, v := range values {
		switch v := any(v).(type) {
		case int64:
			list[i] = intNumber(v)
		case int:
			list[i] = intNumber(int64(v))
		default:
			list[i] = v
		}
	}
	return Values{list}
}

// Len returns the number of values.
func (v Values) Len() int { return len(v.list) }

// MarshalJSON writes the list as a JSON array.
func (v Values) MarshalJSON() ([]byte, error) {
	if v.list == nil {
		return []byte("[]"), nil
	}
	return appendValue(nil, v.list), nil
}

// UnmarshalJSON reads a JSON array of texts, numbers and booleans; anything
// else in it is siyu.ErrInvalid.
func (v *Values) UnmarshalJSON(data []byte) error {
	value, err := readAll(data, MaxCatalogBytes)
	if err != nil {
		return err
	}
	list, err := valuesOf(value)
	if err == nil {
		*v = list
	}
	return err
}

// valuesOf makes a list of decoded JSON.
func valuesOf(v any) (Values, error) {
	list, ok := v.([]any)
	if !ok {
		return Values{}, siyu.Invalid("", "is not a list")
	}
	for i, e := range list {
		switch scalarOf(e).kind {
		case boolKind, numberKind, stringKind:
		default:
			return Values{}, siyu.Invalid(elem("", i), "is neither text, number nor boolean")
		}
	}
	return Values{list}, nil
}
