package survey

import (
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

// Answers are the chosen options per question. A question without any is not
// answered.
type Answers map[string][]string

// Gifts is the state of a survey's gift for one person.
type Gifts struct {
	Left int  // stock left
	Had  bool // the person has had it
}

// Fault says what is wrong with a submission.
type Fault struct {
	Reason   Reason `json:"reason"`
	Question string `json:"question,omitempty"`
	Option   string `json:"option,omitempty"`
}

// String writes the fault as reason, reason:question or
// reason:question=option.
func (f Fault) String() string {
	s := string(f.Reason)
	if f.Question != "" {
		s += ":" + f.Question
	}
	if f.Option != "" {
		s += "=" + f.Option
	}
	return s
}

// Reason names a fault of a submission, or why there is no gift.
type Reason string

// The reasons.
const (
	NotOpen   Reason = "not_open"
	Closed    Reason = "closed"
	Missing   Reason = "missing"    // a required question is not answered
	Unknown   Reason = "unknown"    // a question or option that does not exist
	Exclusive Reason = "exclusive"  // an exclusive option beside others
	TooMany   Reason = "too_many"   // several options of a single choice
	HadGift   Reason = "had_gift"   // the gift is given once
	NoneLeft  Reason = "gift_empty" // the stock of gifts is used up
)

var reasonTexts = map[Reason]siyu.Text{
	NotOpen:   {ZH: "问卷尚未开放", EN: "the survey is not open yet"},
	Closed:    {ZH: "问卷已结束", EN: "the survey is closed"},
	Missing:   {ZH: "有必答题未回答", EN: "a required question is not answered"},
	Unknown:   {ZH: "没有这个选项", EN: "there is no such answer"},
	Exclusive: {ZH: "该选项不能与其他选项同选", EN: "this answer stands alone"},
	TooMany:   {ZH: "单选题只能选一项", EN: "only one answer may be chosen"},
	HadGift:   {ZH: "礼品已领取过", EN: "the gift was given already"},
	NoneLeft:  {ZH: "礼品已发完", EN: "no gifts are left"},
}

// Text says the reason in Chinese or English.
func (r Reason) Text(lang siyu.Lang) string {
	if t, ok := reasonTexts[r]; ok {
		return t.In(lang)
	}
	return string(r)
}

// Outcome is what a submission does: all of it if there are no faults, nothing
// otherwise.
type Outcome struct {
	Faults []Fault         // in order of the questions
	Person campaign.Person // after the submission
	Gift   string          // name of the gift given; empty: none
	NoGift Reason          // why not, where the survey has one
}

// Submit checks a person's answers at an instant and returns the profile after
// them. The profile passed in stays as it is.
func (s Survey) Submit(p campaign.Person, answers Answers, gifts Gifts, now time.Time) Outcome {
	out := Outcome{Person: p, Faults: s.faults(answers, now)}
	if len(out.Faults) > 0 {
		return out
	}
	p.Tags = slices.Clone(p.Tags)
	for _, q := range s.Questions {
		chosen := answers[q.ID]
		if len(chosen) == 0 {
			continue
		}
		p.Tags = slices.DeleteFunc(p.Tags, q.writes)
		for _, id := range chosen {
			o, _ := q.option(id)
			p.Tags = append(p.Tags, o.Add...)
			if err := o.write(&p); err != nil {
				continue // not reached: Validate has tried every option
			}
		}
	}
	slices.Sort(p.Tags)
	p.Tags = slices.Compact(p.Tags)
	out.Person = p
	switch {
	case s.Gift == nil:
	case gifts.Had:
		out.NoGift = HadGift
	case gifts.Left <= 0:
		out.NoGift = NoneLeft
	default:
		out.Gift = s.Gift.Name
	}
	return out
}

func (s Survey) faults(answers Answers, now time.Time) []Fault {
	switch {
	case s.Window.Before(now):
		return []Fault{{Reason: NotOpen}}
	case s.Window.After(now):
		return []Fault{{Reason: Closed}}
	}
	var faults []Fault
	known := map[string]bool{}
	for _, q := range s.Questions {
		known[q.ID] = true
		faults = append(faults, q.faults(answers[q.ID])...)
	}
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		if !known[id] {
			faults = append(faults, Fault{Reason: Unknown, Question: id})
		}
	}
	return faults
}

func (q Question) faults(chosen []string) []Fault {
	if len(chosen) == 0 {
		if q.Required {
			return []Fault{{Reason: Missing, Question: q.ID}}
		}
		return nil
	}
	var faults []Fault
	alone := false
	for _, id := range chosen {
		o, ok := q.option(id)
		if !ok {
			faults = append(faults, Fault{Reason: Unknown, Question: q.ID, Option: id})
		}
		alone = alone || o.Exclusive
	}
	if alone && len(chosen) > 1 {
		faults = append(faults, Fault{Reason: Exclusive, Question: q.ID})
	}
	if !q.Multi && len(chosen) > 1 {
		faults = append(faults, Fault{Reason: TooMany, Question: q.ID})
	}
	return faults
}
