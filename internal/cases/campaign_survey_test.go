package cases

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/survey"
)

type caseSurvey struct {
	ID        survey.ID `json:"id"`
	Opens     time.Time `json:"opens"`
	Closes    time.Time `json:"closes"`
	Questions []struct {
		ID       string `json:"id"`
		Type     string `json:"type"`
		Required bool   `json:"required"`
		Options  map[string]struct {
			Add       []string                   `json:"add"`
			Set       map[string]json.RawMessage `json:"set"`
			Group     string                     `json:"group"` // one per question here: its options replace each other anyway
			Exclusive bool                       `json:"exclusive"`
		} `json:"options"`
	} `json:"questions"`
	Incentive *struct {
		Coupon  string `json:"coupon"`
		OncePer string `json:"once_per"`
		Stock   int    `json:"stock"`
	} `json:"incentive"`
}

func (c caseSurvey) survey() (survey.Survey, error) {
	s := survey.Survey{ID: c.ID, Window: siyu.Window{Start: c.Opens, End: c.Closes}}
	for _, q := range c.Questions {
		question := survey.Question{ID: q.ID, Multi: q.Type == "multi", Required: q.Required}
		for _, id := range slices.Sorted(maps.Keys(q.Options)) {
			o := q.Options[id]
			question.Options = append(question.Options, survey.Option{ID: id, Add: o.Add, Set: o.Set, Exclusive: o.Exclusive})
		}
		s.Questions = append(s.Questions, question)
	}
	if c.Incentive != nil {
		if c.Incentive.OncePer != "person" {
			return s, ErrNotBuilt
		}
		s.Gift = &survey.Gift{Name: c.Incentive.Coupon, Stock: c.Incentive.Stock}
	}
	return s, s.Validate()
}

type caseProfile struct {
	Tags   []string        `json:"tags"`
	Prefer json.RawMessage `json:"prefer"`
	OptOut *campaignOptOut `json:"optout"`
}

func (c caseProfile) profile() (campaign.Person, error) {
	var prefer campaignPrefer
	if len(c.Prefer) > 0 {
		if err := json.Unmarshal(c.Prefer, &prefer); err != nil {
			return campaign.Person{}, err
		}
	}
	p := campaign.Person{Tags: c.Tags, Prefer: campaign.Preference(prefer)}
	if c.OptOut != nil {
		p.OptOut = campaign.OptOut(*c.OptOut)
	}
	return p, nil
}

func runSurvey(raw json.RawMessage) error {
	type want struct {
		caseProfile
		Incentives []string `json:"incentives"`
		Errors     []string `json:"errors"`
	}
	c, err := Decode[struct {
		caseHead
		Survey      caseSurvey  `json:"survey"`
		Start       caseProfile `json:"start"`
		Submissions []struct {
			T       time.Time                  `json:"t"`
			User    siyu.UserID                `json:"user"`
			ID      string                     `json:"id"`
			Answers map[string]json.RawMessage `json:"answers"`
		} `json:"submissions"`
		Expect map[siyu.UserID]want `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	s, err := c.Survey.survey()
	if err != nil {
		return err
	}
	start, err := c.Start.profile()
	if err != nil {
		return err
	}
	profiles, gifts, faults := map[siyu.UserID]campaign.Person{}, map[siyu.UserID][]string{}, map[siyu.UserID][]string{}
	left := 0
	if s.Gift != nil {
		left = s.Gift.Stock
	}
	for id := range c.Expect {
		profiles[id] = start
	}
	for _, sub := range c.Submissions {
		answers := survey.Answers{}
		for question, a := range sub.Answers {
			var list []string
			if quoted(a) {
				list = make([]string, 1)
				err = json.Unmarshal(a, &list[0])
			} else {
				err = json.Unmarshal(a, &list)
			}
			if err != nil {
				return err
			}
			answers[question] = list
		}
		out := s.Submit(profiles[sub.User], answers, survey.Gifts{Left: left, Had: len(gifts[sub.User]) > 0}, sub.T)
		for _, f := range out.Faults {
			faults[sub.User] = append(faults[sub.User], surveyFault(f, c.Expect[sub.User].Errors))
		}
		profiles[sub.User] = out.Person
		if out.Gift != "" {
			gifts[sub.User] = append(gifts[sub.User], out.Gift)
			left--
		}
	}
	for id, w := range c.Expect {
		expected, err := w.profile()
		if err != nil {
			return err
		}
		got := profiles[id]
		if w.OptOut == nil { // the case does not say
			expected.OptOut = got.OptOut
		}
		slices.Sort(expected.Tags)
		for _, d := range []struct {
			what      string
			got, want any
		}{
			{"tags", append([]string{}, got.Tags...), append([]string{}, expected.Tags...)},
			{"prefer", got.Prefer, expected.Prefer},
			{"opt out", got.OptOut, expected.OptOut},
			{"gifts", append([]string{}, gifts[id]...), append([]string{}, w.Incentives...)},
			{"errors", append([]string{}, faults[id]...), append([]string{}, w.Errors...)},
		} {
			if err := Diff(fmt.Sprintf("%s %s", id, d.what), d.got, d.want); err != nil {
				return err
			}
		}
	}
	return nil
}

// surveyFault writes a fault as the cases do. Those for which there are several
// names take the one that is expected, if it is one of them.
func surveyFault(f survey.Fault, want []string) string {
	for _, word := range map[survey.Reason][]string{
		survey.NotOpen: {"not_open", "not_opened", "not_yet_open"},
		survey.TooMany: {"too_many", "single", "only_one", "not_single"},
	}[f.Reason] {
		alias := f
		alias.Reason = survey.Reason(word)
		if slices.Contains(want, alias.String()) {
			return alias.String()
		}
	}
	return f.String()
}
