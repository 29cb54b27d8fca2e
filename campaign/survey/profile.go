package survey

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

// Paths lists what options may set. A path replaces the value; with "+" after
// it, a list is added to. "consent.CHANNEL" sets consent to one channel.
func Paths() []string {
	return []string{
		"prefer.channels", "prefer.channels+", "prefer.strict", "prefer.weekly",
		"optout.all", "optout.channels", "optout.channels+", "optout.topics", "optout.topics+",
		"consent.CHANNEL",
	}
}

// write applies what an option sets, in order of the paths.
func (o Option) write(p *campaign.Person) error {
	for _, path := range slices.Sorted(maps.Keys(o.Set)) {
		if err := set(p, path, o.Set[path]); err != nil {
			return siyu.Within("set", err)
		}
	}
	return nil
}

func set(p *campaign.Person, path string, value json.RawMessage) error {
	base, add := strings.CutSuffix(path, "+")
	channel, consent := strings.CutPrefix(path, "consent.")
	switch {
	case base == "prefer.channels":
		return setList(&p.Prefer.Channels, path, value, add)
	case base == "optout.channels":
		return setList(&p.OptOut.Channels, path, value, add)
	case base == "optout.topics":
		return setList(&p.OptOut.Topics, path, value, add)
	case path == "prefer.strict":
		return setValue(&p.Prefer.Strict, path, value)
	case path == "optout.all":
		return setValue(&p.OptOut.All, path, value)
	case path == "prefer.weekly":
		n := 0
		if err := setValue(&n, path, value); err != nil {
			return err
		}
		if n < 0 {
			return siyu.Invalid(path, "is negative")
		}
		p.Prefer.Weekly = &n
		return nil
	case consent && channel != "":
		var yes bool
		if err := setValue(&yes, path, value); err != nil {
			return err
		}
		p.Consent = maps.Clone(p.Consent)
		if p.Consent == nil {
			p.Consent = map[campaign.Channel]bool{}
		}
		p.Consent[campaign.Channel(channel)] = yes
		return nil
	}
	return siyu.Invalid(path, "is none of %v", Paths())
}

func setValue[T any](to *T, path string, value json.RawMessage) error {
	if err := json.Unmarshal(value, to); err != nil || string(value) == "null" {
		return siyu.Invalid(path, "is not a %T", *to)
	}
	return nil
}

func setList[T ~string](to *[]T, path string, value json.RawMessage, add bool) error {
	var list []T
	if err := setValue(&list, path, value); err != nil {
		return err
	}
	if !add {
		*to = list
		return nil
	}
	*to = slices.Clone(*to)
	for _, v := range list {
		if !slices.Contains(*to, v) {
			*to = append(*to, v)
		}
	}
	return nil
}
