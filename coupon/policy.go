package coupon

import "github.com/siyu-go/siyu"

// Policy says how promos are put together. A nil *Policy and every zero field
// mean the default.
type Policy struct {
	Mode     Mode          `json:"mode,omitempty"`          // empty: InSequence
	Basis    Basis         `json:"percent_basis,omitempty"` // the amount that percentages are of; empty: Remaining
	Rounding siyu.Rounding `json:"rounding"`                // of percentages; zero: HalfUp

	// PerLine rounds a percentage on every line, instead of once on the
	// eligible sum which is then allocated.
	PerLine bool `json:"per_line,omitempty"`

	MaxPromos      int  `json:"max_promos,omitempty"`      // at most so many apply; 0: no maximum
	ExclusiveFirst bool `json:"exclusive_first,omitempty"` // exclusive promos have their turn before all others

	// AnyOrder lets Best choose the order of application too. Without it every
	// combination is applied in sequence order.
	AnyOrder bool `json:"any_order,omitempty"`

	// MaxNodes bounds the search of Best, in combinations looked at; 0 is
	// 200,000, some tens of milliseconds. A search that is cut off answers its best find
	// and a bound on what could be better, see [Proof].
	MaxNodes int `json:"max_nodes,omitempty"`
}

// Mode says which of the promos are applied.
type Mode string

// The two modes.
const (
	// InSequence applies each promo in turn if it can: line level before order
	// level, then higher priority, then as listed.
	InSequence Mode = "sequence"
	// Best applies the combination with the largest total discount; of equals
	// the one with fewer promos, then with the smallest sorted list of ids.
	Best Mode = "best"
)

const defaultMaxNodes = 200_000

// Validate refuses unknown words and negative counts.
func (p Policy) Validate() error {
	switch {
	case p.Mode != "" && p.Mode != InSequence && p.Mode != Best:
		return siyu.Invalid("mode", "%q is none of sequence, best", string(p.Mode))
	case p.Rounding > siyu.Ceil:
		return siyu.Invalid("rounding", "unknown mode %d", p.Rounding)
	case p.MaxPromos < 0:
		return siyu.Invalid("max_promos", "is negative")
	case p.MaxNodes < 0:
		return siyu.Invalid("max_nodes", "is negative")
	}
	return p.Basis.validate("percent_basis")
}
