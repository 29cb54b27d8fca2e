package identity

import (
	"fmt"
	"maps"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Rules say what may be joined.
type Rules struct {
	// Limits is the most identifiers of a kind that one person may have; a
	// kind without an entry is unlimited. A unique kind has the limit 1.
	Limits map[string]int `json:"limits,omitempty"`
	// Blocked identifiers belong to nobody, such as a shop's own phone number.
	Blocked []Identifier `json:"blocked,omitempty"`
}

// ParseRules reads the JSON form strictly and validates it.
func ParseRules(data []byte) (Rules, error) {
	rules, err := strictjson.Decode[Rules](data, 16<<20)
	if err != nil {
		return Rules{}, err
	}
	return rules, rules.Validate()
}

// Validate refuses limits below 1 and blocked identifiers that are none.
func (r Rules) Validate() error {
	for _, kind := range slices.Sorted(maps.Keys(r.Limits)) {
		if r.Limits[kind] < 1 {
			return siyu.Invalid("limits."+kind, "is below 1")
		}
	}
	for i, id := range r.Blocked {
		if err := id.Validate(); err != nil {
			return siyu.Within(fmt.Sprintf("blocked[%d]", i), err)
		}
	}
	return nil
}
