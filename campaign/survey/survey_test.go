package survey_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/survey"
)

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

const wishJSON = `{
  "id": "wish", "window": {"start": "2026-06-01T00:00:00Z", "end": "2026-07-01T00:00:00Z"}, "gift": {"name": "pack", "stock": 9},
  "questions": [
    {"id": "interest", "multi": true, "required": true, "options": [
      {"id": "fund", "add": ["interest:fund"]}, {"id": "loan", "add": ["interest:loan"]},
      {"id": "none", "add": ["interest:none"], "exclusive": true}]},
    {"id": "often", "options": [
      {"id": "w1", "add": ["often:1"], "set": {"prefer.weekly": 1}},
      {"id": "never", "add": ["often:never"], "set": {"optout.topics+": ["promo"]}}]},
    {"id": "how", "options": [
      {"id": "sms", "set": {"prefer.channels": ["sms"], "prefer.strict": true, "consent.sms": true}},
      {"id": "wecom", "set": {"prefer.channels": ["wecom", "sms"], "prefer.strict": false}}]}]}`

func wish(t interface {
	Helper()
	Fatal(...any)
},
) survey.Survey {
	t.Helper()
	s, err := survey.Parse([]byte(wishJSON))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func genAnswers(t *rapid.T) survey.Answers {
	a := survey.Answers{}
	pick := func(question string, options ...string) {
		if list := rapid.SliceOfNDistinct(rapid.SampledFrom(options), 0, 2, rapid.ID).Draw(t, question); len(list) > 0 {
			a[question] = list
		}
	}
	pick("interest", "fund", "loan", "none", "gold")
	pick("often", "w1", "never")
	pick("how", "sms", "wecom")
	return a
}

// A refused submission changes nothing; an accepted one leaves other tags
// alone, replaces what its questions write, and said again changes nothing more.
func TestSurvey_Submit_laws(t *testing.T) {
	s := wish(t)
	own := []string{"interest:fund", "interest:loan", "interest:none", "often:1", "often:never"}
	rapid.Check(t, func(t *rapid.T) {
		before := campaign.Person{ID: "u1", Tags: rapid.SliceOfNDistinct(rapid.SampledFrom(append([]string{"risk:high", "vip"}, own...)), 0, 5, rapid.ID).Draw(t, "tags")}
		slices.Sort(before.Tags)
		kept := before.Clone()
		answers := genAnswers(t)
		out := s.Submit(before, answers, survey.Gifts{Left: 1}, noon)
		if d := cmp.Diff(kept, before); d != "" {
			t.Fatalf("the profile passed in was changed:\n%s", d)
		}
		if len(out.Faults) > 0 {
			if d := cmp.Diff(before, out.Person); d != "" || out.Gift != "" {
				t.Fatalf("refused, and yet gift %q and\n%s", out.Gift, d)
			}
			return
		}
		for _, tag := range before.Tags {
			if foreign := !slices.Contains(own, tag); foreign && !slices.Contains(out.Person.Tags, tag) {
				t.Fatalf("tag %s is gone: %v", tag, out.Person.Tags)
			}
		}
		for _, option := range []string{"fund", "loan", "none"} {
			if slices.Contains(out.Person.Tags, "interest:"+option) != slices.Contains(answers["interest"], option) {
				t.Fatalf("answered %v, tags %v", answers["interest"], out.Person.Tags)
			}
		}
		again := s.Submit(out.Person, answers, survey.Gifts{Left: 1, Had: true}, noon)
		if d := cmp.Diff(out.Person, again.Person); d != "" || again.Gift != "" || again.NoGift != survey.HadGift {
			t.Fatalf("said again: gift %q, %s,\n%s", again.Gift, again.NoGift, d)
		}
	})
}

func TestSurvey_Submit_faults(t *testing.T) {
	s := wish(t)
	good := survey.Answers{"interest": {"fund"}}
	for want, tt := range map[string]struct {
		answers survey.Answers
		at      time.Time
	}{
		"[not_open]":                          {good, noon.AddDate(0, 0, -1)},
		"[closed]":                            {good, noon.AddDate(0, 1, 0)},
		"[missing:interest]":                  {nil, noon},
		"[unknown:interest=gold]":             {survey.Answers{"interest": {"gold"}}, noon},
		"[exclusive:interest]":                {survey.Answers{"interest": {"none", "fund"}}, noon},
		"[too_many:often]":                    {survey.Answers{"interest": {"fund"}, "often": {"w1", "never"}}, noon},
		"[unknown:age]":                       {survey.Answers{"interest": {"fund"}, "age": {"9"}}, noon},
		"[missing:interest unknown:often=w9]": {survey.Answers{"often": {"w9"}}, noon},
	} {
		if got := fmt.Sprint(s.Submit(campaign.Person{}, tt.answers, survey.Gifts{}, tt.at).Faults); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if out := s.Submit(campaign.Person{}, good, survey.Gifts{}, noon); out.Gift != "" || out.NoGift != survey.NoneLeft {
		t.Errorf("without stock: gift %q, %s", out.Gift, out.NoGift)
	}
}

func TestParse_refuses(t *testing.T) {
	option := func(set string) string {
		return `{"id":"s","questions":[{"id":"q","options":[{"id":"o","set":{` + set + `}}]}]}`
	}
	for field, data := range map[string]string{
		"survey.questions": `{"id":"s","questions":[]}`,
		"survey.questions[0].options[0].set.prefer.hourly":    option(`"prefer.hourly":1`),
		"survey.questions[0].options[0].set.prefer.weekly":    option(`"prefer.weekly":-1`),
		"survey.questions[0].options[0].set.optout.all":       option(`"optout.all":"yes"`),
		"survey.questions[0].options[0].set.prefer.channels+": option(`"prefer.channels+":null`),
		"survey.questions[0].options[0].set.consent.":         option(`"consent.":true`),
	} {
		var invalid *siyu.InvalidError
		if _, err := survey.Parse([]byte(data)); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(wishJSON))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := survey.Parse(data)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatalf("error %v is not invalid", err)
			}
			return
		}
		answers := survey.Answers{}
		for _, q := range s.Questions {
			answers[q.ID] = []string{q.Options[0].ID}
		}
		out := s.Submit(campaign.Person{ID: "u"}, answers, survey.Gifts{}, noon)
		if _, err := json.Marshal(out.Person); err != nil {
			t.Fatal(err)
		}
	})
}

func ExampleSurvey_Submit() {
	s, err := survey.Parse([]byte(wishJSON))
	if err != nil {
		panic(err)
	}
	out := s.Submit(campaign.Person{ID: "u1"}, survey.Answers{"interest": {"fund"}, "often": {"w1"}}, survey.Gifts{Left: 9}, noon)
	fmt.Println(out.Person.Tags, *out.Person.Prefer.Weekly, out.Gift)
	out = s.Submit(campaign.Person{ID: "u2"}, survey.Answers{"interest": {"none", "fund"}}, survey.Gifts{Left: 9}, noon)
	fmt.Println(out.Faults, out.Faults[0].Reason.Text(siyu.Chinese))
	// Output:
	// [interest:fund often:1] 1 pack
	// [exclusive:interest] 该选项不能与其他选项同选
}
