package persona

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// AutoReply is something that a persona answers by itself (自动回复): a
// greeting when it is added, an answer to a keyword or a menu, the way into a
// group, or the call for a human. Every condition that is set has to hold.
type AutoReply struct {
	ID       string              `json:"id"`
	On       Occasion            `json:"on"`
	Sources  []string            `json:"sources,omitempty"`  // codes or channels the person came through; none: any
	Keywords []string            `json:"keywords,omitempty"` // one of them is in the text, whatever its case; none: any text
	Hours    []siyu.WeeklyWindow `json:"hours,omitempty"`    // none: always
	Once     bool                `json:"once,omitempty"`     // a person gets it once
	Text     string              `json:"text,omitempty"`     // empty with On Added: the card's own greeting
	Code     CodeID              `json:"code,omitempty"`     // leads into a group of this code
	Human    bool                `json:"human,omitempty"`    // hands the conversation to a person
}

// Occasion is what is answered.
type Occasion string

// The occasions.
const (
	Added   Occasion = "added"   // the person has added the persona
	Written Occasion = "written" // he has written something, or pressed a menu
)

// Inbound is what a person did.
type Inbound struct {
	On     Occasion
	Source string
	Text   string
	Had    []string // ids of the replies that he has had
	At     time.Time
}

// Reply is what the persona answers.
type Reply struct {
	ID    string
	Text  string
	Code  CodeID
	Human bool
}

// AutoReplies are asked in order; the first that fits answers.
type AutoReplies []AutoReply

// maxReplies is how many auto replies a persona may have.
const maxReplies = 1000

// ParseAutoReplies reads auto replies from JSON of at most 4 MiB and validates
// them. Unknown fields are refused; the error names the field.
func ParseAutoReplies(data []byte) (AutoReplies, error) {
	r, err := strictjson.Decode[AutoReplies](data, maxRoster)
	if err == nil {
		err = r.Validate()
	}
	return r, siyu.Within("replies", err)
}

// Validate refuses replies without or with a repeated id, for an unknown
// occasion, with empty keywords or broken hours, or that do nothing.
func (r AutoReplies) Validate() error {
	if len(r) > maxReplies {
		return siyu.Invalid("", "has more than %d entries", maxReplies)
	}
	seen := map[string]bool{}
	for i, a := range r {
		path := fmt.Sprintf("[%d]", i)
		if seen[a.ID] {
			return siyu.Invalid(path+".id", "is used twice")
		}
		seen[a.ID] = true
		if err := siyu.Within(path, a.validate()); err != nil {
			return err
		}
	}
	return nil
}

func (a AutoReply) validate() error {
	if err := siyu.CheckID("id", a.ID); err != nil {
		return err
	}
	switch {
	case a.On != Added && a.On != Written:
		return siyu.Invalid("on", "%q is neither added nor written", string(a.On))
	case a.On == Added && len(a.Keywords) > 0:
		return siyu.Invalid("keywords", "are there, but who adds a persona writes nothing")
	case a.On == Written && a.Text == "" && a.Code == "" && !a.Human:
		return siyu.Invalid("text", "is missing, and there is neither a code nor a human")
	}
	for i, k := range a.Keywords {
		if strings.TrimSpace(k) == "" {
			return siyu.Invalid(fmt.Sprintf("keywords[%d]", i), "is empty")
		}
	}
	for i, h := range a.Hours {
		if err := siyu.Within(fmt.Sprintf("hours[%d]", i), h.Validate()); err != nil {
			return err
		}
	}
	return nil
}

// Answer returns what the persona of a card answers by itself; false means
// nothing, and a human should look. Texts have the card's facts filled in, as
// [Card.Greet] does.
func (r AutoReplies) Answer(in Inbound, card Card, loc *time.Location, lang siyu.Lang) (Reply, bool) {
	for _, a := range r {
		if !a.fits(in, loc) {
			continue
		}
		out := Reply{ID: a.ID, Code: a.Code, Human: a.Human}
		if a.Text != "" || a.On == Added {
			if a.Text != "" {
				card.Greeting = a.Text
			}
			out.Text = card.Greet(in.At, loc, lang)
		}
		return out, true
	}
	return Reply{}, false
}

func (a AutoReply) fits(in Inbound, loc *time.Location) bool {
	switch {
	case a.On != in.On, a.Once && slices.Contains(in.Had, a.ID), len(a.Sources) > 0 && !slices.Contains(a.Sources, in.Source):
		return false
	}
	if len(a.Hours) > 0 && !slices.ContainsFunc(a.Hours, func(h siyu.WeeklyWindow) bool { return h.Contains(in.At, loc) }) {
		return false
	}
	text := strings.ToLower(in.Text)
	return len(a.Keywords) == 0 || slices.ContainsFunc(a.Keywords, func(k string) bool { return strings.Contains(text, strings.ToLower(k)) })
}
