package attribution

import (
	"cmp"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Kind says which touches get credit.
type Kind string

// The kinds.
const (
	Last   Kind = "last"   // all to the last touch
	First  Kind = "first"  // all to the first
	Linear Kind = "linear" // equal parts, odd units to the earliest
)

// Model gives credit for a conversion.
type Model struct {
	Kind   Kind
	Window time.Duration // a touch counts from conversion-Window up to the conversion, both included
}

// Touch is one message to the person who converts.
type Touch struct {
	At       time.Time
	Campaign string
	NotSent  bool // suppressed: earns nothing
}

// Conversion is what a person did, with its amount; or the refund of one.
type Conversion struct {
	ID       string
	At       time.Time
	Amount   siyu.Money
	RefundOf string // id of the conversion that is refunded
}

// Credit returns the amount per campaign; the parts add up to the conversion's
// amount. Touches are ordered by time, then campaign; a campaign that touched
// twice has two parts under Linear. Without a touch in the window the map is
// empty.
func (m Model) Credit(touches []Touch, c Conversion) (map[string]siyu.Money, error) {
	if m.Kind != Last && m.Kind != First && m.Kind != Linear {
		return nil, siyu.Invalid("model", "%q is none of last, first, linear", string(m.Kind))
	}
	if m.Window < 0 {
		return nil, siyu.Invalid("window", "is negative")
	}
	from := c.At.Add(-m.Window)
	counted := slices.DeleteFunc(slices.Clone(touches), func(t Touch) bool {
		return t.NotSent || t.At.Before(from) || t.At.After(c.At)
	})
	slices.SortFunc(counted, func(a, b Touch) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Campaign, b.Campaign))
	})
	credit := map[string]siyu.Money{}
	if len(counted) == 0 {
		return credit, nil
	}
	switch m.Kind {
	case First:
		counted = counted[:1]
	case Last:
		counted = counted[len(counted)-1:]
	}
	n := siyu.Money(len(counted))
	part, odd := c.Amount/n, c.Amount%n
	for _, t := range counted {
		mine := part
		switch {
		case odd > 0:
			mine, odd = mine+1, odd-1
		case odd < 0:
			mine, odd = mine-1, odd+1
		}
		credit[t.Campaign] += mine // within the amount, so never too large
	}
	return credit, nil
}

// Share divides an amount between host and partner: the host's rate, rounded
// half up, and the rest, so nothing is lost.
func Share(amount siyu.Money, host siyu.BPS) (hosts, partners siyu.Money, err error) {
	if host < 0 || host > 10_000 {
		return 0, 0, siyu.Invalid("host", "%s is not between 0%% and 100%%", host)
	}
	if hosts, err = amount.Rate(host, siyu.HalfUp); err != nil {
		return 0, 0, err
	}
	partners, err = amount.Sub(hosts)
	return hosts, partners, err
}
