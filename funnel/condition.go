package funnel

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/siyu-go/siyu"
)

// Condition compares one property as text: a missing property is the empty
// text, a number or truth value its JSON form. With And or Or it combines
// others instead.
type Condition struct {
	Prop   string      `json:"prop,omitempty"`
	Op     Op          `json:"op,omitempty"`
	Value  Text        `json:"value,omitempty"`
	Source Source      `json:"source,omitempty"` // of the event unless said
	And    []Condition `json:"and,omitempty"`
	Or     []Condition `json:"or,omitempty"`
}

// Op is a comparison.
type Op string

// The comparisons.
const (
	Equal    Op = "eq"
	NotEqual Op = "ne"       // true of a missing property
	Contains Op = "contains" // Value is part of the text
	IsSet    Op = "set"      // the text is not empty
)

// Source says whose property is meant.
type Source string

// The sources. FromActor is for dimensions only: the unit itself.
const (
	FromEvent Source = "event"
	FromUser  Source = "user"
	FromActor Source = "actor"
)

// Text is a value as text. In JSON it may also be a number or a truth value.
type Text string

// UnmarshalJSON reads a string, number, truth value or null (the empty text).
func (t *Text) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	switch {
	case len(data) == 0 || data[0] == '{' || data[0] == '[':
		return siyu.Invalid("value", "is not a string, number or truth value")
	case data[0] == '"':
		return json.Unmarshal(data, (*string)(t))
	case string(data) == "null":
		*t = ""
	default:
		*t = Text(data)
	}
	return nil
}

func (o Op) holds(text string, value Text) bool {
	switch o {
	case Equal:
		return text == string(value)
	case NotEqual:
		return text != string(value)
	case Contains:
		return strings.Contains(text, string(value))
	}
	return text != ""
}
