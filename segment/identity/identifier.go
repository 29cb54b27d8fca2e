package identity

import (
	"strings"

	"github.com/siyu-go/siyu"
)

// Identifier is one name of a person in one system: a kind, such as
// "customer_no", "openid", "phone" or "device", and a value.
type Identifier struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

// ID makes an identifier.
func ID(kind, value string) Identifier { return Identifier{kind, value} }

// String writes "kind:value".
func (id Identifier) String() string { return id.Kind + ":" + id.Value }

// Compare orders identifiers by their text.
func (id Identifier) Compare(other Identifier) int {
	return strings.Compare(id.String(), other.String())
}

// Validate refuses an identifier without kind or value, or with an overlong
// one.
func (id Identifier) Validate() error {
	if err := siyu.CheckID("kind", id.Kind); err != nil {
		return err
	}
	return siyu.CheckID("value", id.Value)
}
