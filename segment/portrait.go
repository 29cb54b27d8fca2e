package segment

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Tag is something that a source says of a person (标签): an interest, a
// hometown, a predicted class.
type Tag struct {
	Name   string    `json:"name"`
	Value  string    `json:"value,omitempty"`
	Source string    `json:"source"`         // such as "survey", "order", "model:v3", "adviser"
	At     time.Time `json:"at"`             // when it was observed
	Until  time.Time `json:"until,omitzero"` // from then on it says nothing; zero is for ever
}

// Validate refuses a tag without name, source or time, and one that expires
// before it begins.
func (t Tag) Validate() error {
	if err := siyu.CheckID("name", t.Name); err != nil {
		return err
	}
	if err := siyu.CheckID("source", t.Source); err != nil {
		return err
	}
	switch {
	case len(t.Value) > siyu.MaxProp:
		return siyu.Invalid("value", "is longer than %d bytes", siyu.MaxProp)
	case t.At.IsZero():
		return siyu.Invalid("at", "is missing")
	case !t.Until.IsZero() && !t.Until.After(t.At):
		return siyu.Invalid("until", "is not after at")
	}
	return nil
}

// Portrait is what is known of one person (用户画像): of each tag the newest
// word of every source. The zero Portrait is empty. It is not safe for
// concurrent use.
type Portrait struct {
	tags []Tag // by name, then source
}

// Put takes up a tag and reports whether it is news: an older word of the same
// source on the same name is not, and of two at one moment the later Put wins.
func (p *Portrait) Put(t Tag) (news bool, err error) {
	if err := t.Validate(); err != nil {
		return false, err
	}
	t.At = siyu.Instant(t.At)
	i, found := slices.BinarySearchFunc(p.tags, t, func(a, b Tag) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Source, b.Source))
	})
	switch {
	case !found:
		p.tags = slices.Insert(p.tags, i, t)
	case t.At.Before(p.tags[i].At):
		return false, nil
	default:
		p.tags[i] = t
	}
	return true, nil
}

// Tag returns the tag that speaks for a name at a moment: of those observed by
// then and not expired the one whose source comes first in sources, sources
// not listed last, and among equals the newest.
func (p *Portrait) Tag(name string, now time.Time, sources ...string) (best Tag, ok bool) {
	for _, t := range p.tags {
		if t.Name != name || !t.valid(now) {
			continue
		}
		if !ok || cmp.Or(rank(sources, t.Source)-rank(sources, best.Source), best.At.Compare(t.At)) < 0 {
			best, ok = t, true
		}
	}
	return best, ok
}

// Values returns the value of every tag at a moment, chosen as in
// [Portrait.Tag]: the attributes that rules ask for.
func (p *Portrait) Values(now time.Time, sources ...string) map[string]string {
	values := make(map[string]string)
	for i, t := range p.tags {
		if i > 0 && p.tags[i-1].Name == t.Name {
			continue
		}
		if best, ok := p.Tag(t.Name, now, sources...); ok {
			values[t.Name] = best.Value
		}
	}
	return values
}

// All returns every tag with its source, expired ones too, by name and source.
func (p *Portrait) All() []Tag { return slices.Clone(p.tags) }

// Expire drops the tags that have expired at a moment and returns how many.
func (p *Portrait) Expire(now time.Time) int {
	before := len(p.tags)
	p.tags = slices.DeleteFunc(p.tags, func(t Tag) bool { return !t.Until.IsZero() && !now.Before(t.Until) })
	return before - len(p.tags)
}

// MarshalJSON writes the list of tags.
func (p Portrait) MarshalJSON() ([]byte, error) {
	if p.tags == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(p.tags)
}

// maxPortrait is the limit on the JSON form of a portrait, in bytes.
const maxPortrait = 16 << 20

// UnmarshalJSON reads a list of tags strictly, in any order.
func (p *Portrait) UnmarshalJSON(data []byte) error {
	tags, err := strictjson.Decode[[]Tag](data, maxPortrait)
	if err != nil {
		return err
	}
	var read Portrait
	for i, t := range tags {
		if _, err := read.Put(t); err != nil {
			return siyu.Within("["+strconv.Itoa(i)+"]", err)
		}
	}
	*p = read
	return nil
}

func (t Tag) valid(now time.Time) bool {
	return !now.Before(t.At) && (t.Until.IsZero() || now.Before(t.Until))
}

// rank returns the place of source in sources, the last if it is not there.
func rank(sources []string, source string) int {
	if i := slices.Index(sources, source); i >= 0 {
		return i
	}
	return len(sources)
}
