package segment

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// MaxRings bounds the rings of one definition.
const MaxRings = 64

// Ring is one ring (圈层) or tier: a name and who belongs to it.
type Ring struct {
	Name string `json:"name"`
	Rule Rule   `json:"rule"`
}

// Rings are ordered tiers, innermost first. A person is in the first ring whose
// rule holds, and outside if none does. [ParseRings] reads their JSON form.
type Rings struct {
	Rings   []Ring `json:"rings"`
	Outside string `json:"outside"` // name of being in none
}

// Classifier assigns people to rings. It is immutable and safe for concurrent
// use.
type Classifier struct {
	names    []string // rings, then outside
	matchers []*Matcher
}

// CompileRings checks the rings and makes them ready to run; the catalog may be
// nil. Names must be there and differ.
func CompileRings(rings Rings, catalog *Catalog) (*Classifier, error) {
	if len(rings.Rings) == 0 || len(rings.Rings) > MaxRings {
		return nil, siyu.Invalid("rings", "there must be 1 to %d", MaxRings)
	}
	c := &Classifier{}
	for i, ring := range rings.Rings {
		path := elem("rings", i)
		if err := siyu.CheckID("name", ring.Name); err != nil {
			return nil, siyu.Within(path, err)
		}
		if slices.Contains(c.names, ring.Name) {
			return nil, siyu.Invalid(path+".name", "%q is taken", ring.Name)
		}
		m, err := Compile(ring.Rule, catalog)
		if err != nil {
			return nil, siyu.Within(path+".rule", err)
		}
		c.names, c.matchers = append(c.names, ring.Name), append(c.matchers, m)
	}
	if err := siyu.CheckID("outside", rings.Outside); err != nil {
		return nil, err
	}
	if slices.Contains(c.names, rings.Outside) {
		return nil, siyu.Invalid("outside", "%q is the name of a ring", rings.Outside)
	}
	c.names = append(c.names, rings.Outside)
	return c, nil
}

// Names returns the names of the rings, innermost first, and that of outside
// at the end.
func (c *Classifier) Names() []string { return slices.Clone(c.names) }

// Level returns the index in Names of the ring that a person is in, by
// attributes as [Matcher.Match] takes them; [Classifier.LevelOf] takes a person
// with events.
func (c *Classifier) Level(attrs map[string]any, now time.Time) int {
	for i, m := range c.matchers {
		if m.Match(attrs, now) {
			return i
		}
	}
	return len(c.matchers)
}

// Placement is the ring that a person is in, why, and what is missing to the
// next one.
type Placement struct {
	Ring  string `json:"ring"`
	Level int    `json:"level"` // index in Classifier.Names
	// Why explains the ring's own rule; outside has none.
	Why *Explanation `json:"why,omitempty"`
	// Next is the next ring inward, empty for the innermost.
	Next string `json:"next,omitempty"`
	// Missing are the smallest sets of facts that would put the person into the
	// next ring: any one of the sets would do.
	Missing [][]Fact `json:"missing,omitempty"`
}

// Assign places one person.
func (c *Classifier) Assign(attrs map[string]any, now time.Time) Placement {
	level := c.Level(attrs, now)
	p := Placement{Ring: c.names[level], Level: level}
	if level < len(c.matchers) {
		why := c.matchers[level].Explain(attrs, now)
		p.Why = &why
	}
	if level > 0 {
		p.Next = c.names[level-1]
		p.Missing = c.matchers[level-1].Explain(attrs, now).Flips
	}
	return p
}

// Holding is something that a person has for a time: the app, a bound card, a
// membership. A zero Start or End leaves that side open.
type Holding struct {
	Name string `json:"name"` // of the boolean attribute that it makes true
	siyu.Window
}

// HeldAt returns the attributes that the holdings make at t: true under the
// name of each that is held.
func HeldAt(held []Holding, t time.Time) map[string]any {
	attrs := map[string]any{}
	for _, h := range held {
		if h.Contains(t) {
			attrs[h.Name] = true
		}
	}
	return attrs
}

// HeldProfiles returns the attributes that the holdings make, in time: a profile
// from each moment at which one begins or ends.
func HeldProfiles(held []Holding) []Profile {
	moments := []time.Time{{}}
	for _, h := range held {
		for _, t := range []time.Time{h.Start, h.End} {
			if !t.IsZero() {
				moments = append(moments, siyu.Instant(t))
			}
		}
	}
	var out []Profile
	for _, t := range inOrder(moments) {
		out = append(out, Profile{From: t, Attrs: HeldAt(held, t)})
	}
	return out
}

// Attributes of [BankRings], all boolean.
const (
	BankApp       = "app"        // has the bank's app
	BankOwnDebit  = "own_debit"  // has bound a debit card of the bank
	BankOwnCredit = "own_credit" // has bound a credit card of the bank
	BankOther     = "other_bank" // has bound a card of another bank
)

// BankRings is the preset of a retail bank: inner is the app with the bank's
// own debit card, middle the app with its credit card or a card of another
// bank, outer the app alone, and outside no app.
func BankRings() Rings {
	app := Bool(BankApp).Is(true)
	return Rings{
		Rings: []Ring{
			{"inner", All(app, Bool(BankOwnDebit).Is(true))},
			{"middle", All(app, Any(Bool(BankOwnCredit).Is(true), Bool(BankOther).Is(true)))},
			{"outer", app},
		},
		Outside: "outside",
	}
}
