package funnel

import (
	"bytes"
	"encoding/json"
	"math"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// maxJSON bounds the JSON form of a definition.
const maxJSON = 1 << 20

// ParseDefinition reads a definition from JSON and validates it. Unknown
// fields, data after the value and more than a mebibyte are refused.
func ParseDefinition(data []byte) (Definition, error) {
	d, err := strictjson.Decode[Definition](data, maxJSON)
	if err != nil {
		return Definition{}, err
	}
	return d, d.Validate()
}

type definition Definition

// definitionJSON carries the durations, which JSON counts in seconds.
type definitionJSON struct {
	definition
	WindowS     int64 `json:"window_s"`
	SessionGapS int64 `json:"session_gap_s,omitempty"`
}

// MarshalJSON writes the form that [ParseDefinition] reads. A duration that is
// not a whole number of seconds has no such form.
func (d Definition) MarshalJSON() ([]byte, error) {
	if d.Window%time.Second != 0 {
		return nil, siyu.Invalid("window_s", "%s is not a whole number of seconds", d.Window)
	}
	if d.SessionGap%time.Second != 0 {
		return nil, siyu.Invalid("session_gap_s", "%s is not a whole number of seconds", d.SessionGap)
	}
	return json.Marshal(definitionJSON{definition(d), int64(d.Window / time.Second), int64(d.SessionGap / time.Second)})
}

// UnmarshalJSON reads the strict form; use [ParseDefinition] to validate too.
func (d *Definition) UnmarshalJSON(data []byte) error {
	form, err := strictjson.Decode[definitionJSON](data, maxJSON)
	if err != nil {
		return err
	}
	if form.WindowS > math.MaxInt64/int64(time.Second) || form.WindowS < 0 {
		return siyu.Invalid("window_s", "%d is out of range", form.WindowS)
	}
	if form.SessionGapS > math.MaxInt64/int64(time.Second) || form.SessionGapS < 0 {
		return siyu.Invalid("session_gap_s", "%d is out of range", form.SessionGapS)
	}
	*d = Definition(form.definition)
	d.SessionGap = time.Duration(form.SessionGapS) * time.Second
	d.Window = time.Duration(form.WindowS) * time.Second
	return nil
}

type step Step

type stepJSON struct {
	step
	WithinS int64 `json:"within_s,omitempty"`
}

// MarshalJSON writes the form that [ParseDefinition] reads. A bound that is not
// a whole number of seconds has no such form.
func (s Step) MarshalJSON() ([]byte, error) {
	if s.Within%time.Second != 0 {
		return nil, siyu.Invalid("within_s", "%s is not a whole number of seconds", s.Within)
	}
	return json.Marshal(stepJSON{step(s), int64(s.Within / time.Second)})
}

// UnmarshalJSON reads the strict form; use [ParseDefinition] to validate too.
func (s *Step) UnmarshalJSON(data []byte) error {
	form, err := strictjson.Decode[stepJSON](data, maxJSON)
	if err != nil {
		return err
	}
	if form.WithinS > math.MaxInt64/int64(time.Second) || form.WithinS < 0 {
		return siyu.Invalid("within_s", "%d is out of range", form.WithinS)
	}
	*s = Step(form.step)
	s.Within = time.Duration(form.WithinS) * time.Second
	return nil
}

// MarshalJSON writes "user" or the property.
func (a Actor) MarshalJSON() ([]byte, error) {
	switch {
	case a.Prop != "":
		return json.Marshal(map[string]string{"prop": a.Prop})
	case a.UserProp != "":
		return json.Marshal(map[string]string{"user_prop": a.UserProp})
	}
	return []byte(`"user"`), nil
}

// UnmarshalJSON reads "user", {"prop": name} or {"user_prop": name}.
func (a *Actor) UnmarshalJSON(data []byte) error {
	*a = Actor{}
	if string(bytes.TrimSpace(data)) == `"user"` {
		return nil
	}
	form, err := strictjson.Decode[struct {
		Prop     string `json:"prop"`
		UserProp string `json:"user_prop"`
	}](data, maxJSON)
	if err != nil {
		return siyu.Invalid("actor", `is none of "user", {"prop": ...}, {"user_prop": ...}`)
	}
	if (form.Prop == "") == (form.UserProp == "") {
		return siyu.Invalid("actor", "must have one of prop and user_prop")
	}
	*a = Actor{form.Prop, form.UserProp}
	return nil
}
