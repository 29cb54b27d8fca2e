package survey

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// ID names a survey.
type ID string

// Survey is the definition of one survey.
type Survey struct {
	ID        ID          `json:"id"`
	Window    siyu.Window `json:"window,omitzero"` // open at Start, closed at End
	Questions []Question  `json:"questions"`
	Gift      *Gift       `json:"gift,omitempty"`
}

// Question is one question with closed answers.
type Question struct {
	ID       string   `json:"id"`
	Text     string   `json:"text,omitempty"`
	Multi    bool     `json:"multi,omitempty"` // several options may be chosen
	Required bool     `json:"required,omitempty"`
	Options  []Option `json:"options"`
}

// Option is one answer and what it writes.
type Option struct {
	ID        string                     `json:"id"`
	Text      string                     `json:"text,omitempty"`
	Add       []string                   `json:"add,omitempty"`       // tags
	Set       map[string]json.RawMessage `json:"set,omitempty"`       // see [Paths]
	Exclusive bool                       `json:"exclusive,omitempty"` // stands alone, such as "none of these"
}

// Gift is what a person gets for answering, once.
type Gift struct {
	Name  string `json:"name"`
	Stock int    `json:"stock"`
}

// Limits of a survey definition.
const (
	MaxQuestions = 100
	MaxOptions   = 100
	maxSurvey    = 1 << 20 // bytes of JSON
)

// Parse reads a survey from JSON of at most 1 MiB and validates it. Unknown
// fields are refused; the error names the field.
func Parse(data []byte) (Survey, error) {
	s, err := strictjson.Decode[Survey](data, maxSurvey)
	if err == nil {
		err = s.Validate()
	}
	return s, siyu.Within("survey", err)
}

// Validate refuses a survey without id or questions, repeated ids, an empty
// window, and options that set what is not in [Paths] or in the wrong form.
func (s Survey) Validate() error {
	if err := siyu.CheckID("id", string(s.ID)); err != nil {
		return err
	}
	if len(s.Questions) == 0 || len(s.Questions) > MaxQuestions {
		return siyu.Invalid("questions", "has %d entries, wants 1 to %d", len(s.Questions), MaxQuestions)
	}
	for i, q := range s.Questions {
		path := fmt.Sprintf("questions[%d]", i)
		if slices.ContainsFunc(s.Questions[:i], func(o Question) bool { return o.ID == q.ID }) {
			return siyu.Invalid(path+".id", "is used twice")
		}
		if err := siyu.Within(path, q.validate()); err != nil {
			return err
		}
	}
	if s.Gift != nil && (s.Gift.Name == "" || s.Gift.Stock < 0) {
		return siyu.Invalid("gift", "wants a name and a stock of at least 0")
	}
	return siyu.Within("window", s.Window.Validate())
}

func (q Question) validate() error {
	if err := siyu.CheckID("id", q.ID); err != nil {
		return err
	}
	if len(q.Options) == 0 || len(q.Options) > MaxOptions {
		return siyu.Invalid("options", "has %d entries, wants 1 to %d", len(q.Options), MaxOptions)
	}
	for i, o := range q.Options {
		path := fmt.Sprintf("options[%d]", i)
		if err := siyu.CheckID(path+".id", o.ID); err != nil {
			return err
		}
		if slices.ContainsFunc(q.Options[:i], func(x Option) bool { return x.ID == o.ID }) {
			return siyu.Invalid(path+".id", "is used twice")
		}
		for _, tag := range o.Add {
			if err := siyu.CheckID(path+".add", tag); err != nil {
				return err
			}
		}
		if err := siyu.Within(path, o.write(&campaign.Person{})); err != nil {
			return err
		}
	}
	return nil
}

func (q Question) option(id string) (Option, bool) {
	i := slices.IndexFunc(q.Options, func(o Option) bool { return o.ID == id })
	if i < 0 {
		return Option{}, false
	}
	return q.Options[i], true
}

// writes reports whether some answer to the question adds the tag.
func (q Question) writes(tag string) bool {
	return slices.ContainsFunc(q.Options, func(o Option) bool { return slices.Contains(o.Add, tag) })
}
