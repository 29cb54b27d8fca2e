package campaign

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Policy is the house's rules for every message: the definition from which
// [Compile] makes [Rules].
type Policy struct {
	Caps            Caps       `json:"caps,omitempty"`
	Quiet           QuietHours `json:"quiet,omitzero"`
	ConsentRequired []Channel  `json:"consent_required,omitempty"` // channels that need the person's consent
	FallbackZone    string     `json:"fallback_zone,omitempty"`    // IANA name for people without a known zone

	// Channels are all there are (触点): a message or cap that names another is
	// refused, as [siyu.ErrInvalid], so that a name spelt wrong reaches nobody
	// unnoticed. None: any name will do.
	Channels []Channel `json:"channels,omitempty"`

	// AudienceRequired refuses marketing without an audience, as
	// [siyu.ErrInvalid]: whoever means the whole base (一刀切) has to say so by
	// [Message.Everyone].
	AudienceRequired bool `json:"audience_required,omitempty"`
}

// ParsePolicy reads a policy from JSON of at most 1 MiB and validates it.
// Unknown fields are refused; the error names the field.
func ParsePolicy(data []byte) (Policy, error) {
	p, err := strictjson.Decode[Policy](data, maxDefinition)
	if err != nil {
		return Policy{}, siyu.Within("policy", err)
	}
	_, err = Compile(p)
	return p, err
}

// Rules is a policy ready to decide by. It is safe for concurrent use.
type Rules struct {
	policy   Policy
	fallback *time.Location // nil: none
	zones    sync.Map       // name -> *time.Location, nil for unknown names
}

// Compile validates a policy and returns its rules.
func Compile(p Policy) (*Rules, error) {
	p.Caps = slices.Clone(p.Caps)
	p.Quiet.Windows = slices.Clone(p.Quiet.Windows)
	p.ConsentRequired = slices.Clone(p.ConsentRequired)
	p.Channels = slices.Clone(p.Channels)
	if err := p.checkChannels(); err != nil {
		return nil, siyu.Within("policy", err)
	}
	if err := p.Caps.Validate(); err != nil {
		return nil, siyu.Within("policy.caps", err)
	}
	if slices.ContainsFunc(p.Caps, func(c Cap) bool { return c.ID == WishCap }) {
		return nil, siyu.Invalid("policy.caps", "%q is the id of a person's own wish", WishCap)
	}
	if err := p.Quiet.Validate(); err != nil {
		return nil, fmt.Errorf("policy.quiet: %w", err)
	}
	r := &Rules{policy: p}
	if p.FallbackZone != "" {
		if r.fallback = r.zone(p.FallbackZone); r.fallback == nil {
			return nil, siyu.Invalid("policy.fallback_zone", "%q is not a known time zone", p.FallbackZone)
		}
	}
	return r, nil
}

// Policy returns the policy that the rules were made from.
func (r *Rules) Policy() Policy { return r.policy }

// checkChannels refuses channels that the policy itself does not list.
func (p Policy) checkChannels() error {
	if err := p.known("consent_required", p.ConsentRequired); err != nil {
		return err
	}
	for i, c := range p.Caps {
		if err := p.known(fmt.Sprintf("caps[%d].match.channels", i), c.Match.Channels); err != nil {
			return err
		}
	}
	return nil
}

// known refuses channels that are not listed, if any are.
func (p Policy) known(field string, channels []Channel) error {
	for i, c := range channels {
		if len(p.Channels) > 0 && !slices.Contains(p.Channels, c) {
			return siyu.Invalid(fmt.Sprintf("%s[%d]", field, i), "%q is none of the policy's channels", string(c))
		}
	}
	return nil
}

// admit refuses a message that is broken, that is for channels unknown to the
// policy, or that the policy wants targeted.
func (r *Rules) admit(m Message) error {
	if err := m.Validate(); err != nil {
		return err
	}
	if err := r.policy.known("channels", m.Channels); err != nil {
		return err
	}
	if r.policy.AudienceRequired && m.Audience == nil && !m.Everyone && !m.transactional() {
		return siyu.Invalid("audience", "is missing: the policy wants one, or a message that says everyone")
	}
	return nil
}

// Location returns the location whose wall clock counts for a person: his own
// zone, else the policy's fallback. Unknown reports that he has a zone whose
// name is not known. Without either the error is [ErrNoZone].
func (r *Rules) Location(p Person) (loc *time.Location, unknown bool, err error) {
	if p.Zone != "" {
		if loc = r.zone(p.Zone); loc != nil {
			return loc, false, nil
		}
		unknown = true
	}
	if r.fallback == nil {
		return nil, unknown, ErrNoZone
	}
	return r.fallback, unknown, nil
}

// zone looks a zone up by name, once per name; nil if there is none.
func (r *Rules) zone(name string) *time.Location {
	if v, ok := r.zones.Load(name); ok {
		return v.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		loc = nil // "Local" would be the zone of the machine, not of the person
	}
	if len(name) <= siyu.MaxID {
		r.zones.Store(name, loc)
	}
	return loc
}

// horizon returns how far back the caps of the policy look, at most.
func (r *Rules) horizon() time.Duration {
	const day = 24 * time.Hour
	longest := 8 * day // a person's weekly wish
	for _, c := range r.policy.Caps {
		switch {
		case c.Window.Kind == Rolling:
			longest = max(longest, c.Window.length())
		case c.Window.Unit == Month:
			longest = max(longest, 33*day)
		}
	}
	return longest
}
