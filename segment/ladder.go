package segment

import (
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// Step is one offer of a [Ladder].
type Step struct {
	ID    string     `json:"id"`
	Price siyu.Money `json:"price,omitempty"`
	Needs []string   `json:"needs,omitempty"` // steps that have to be owned first
}

// Ladder leads a person from offer to offer, from cheap to dear, from free to
// paid, from category A to category B (三到原则). The steps are in order; a
// person is offered the next one above the highest owned, never one below.
type Ladder struct {
	Steps    []Step `json:"steps"`
	CoolDown Period `json:"cool_down,omitempty"` // pause after an offer
}

// Climber is what a ladder has to know of one person.
type Climber struct {
	Owned []string  // ids of steps
	Held  []string  // ids of steps that must not be offered now
	Last  time.Time // of the last offer; zero if there was none
}

// OfferReason says why a [Ladder] offers a step or none.
type OfferReason string

// The reasons.
const (
	OfferNext     OfferReason = "next"     // the step is offered
	OfferBlocked  OfferReason = "blocked"  // every step above is held back or lacks what it needs
	OfferCooldown OfferReason = "cooldown" // the last offer is too recent
	OfferTop      OfferReason = "top"      // there is no step above
)

var offerTexts = map[OfferReason]siyu.Text{
	OfferNext:     {ZH: "可以推荐下一档", EN: "the next step can be offered"},
	OfferBlocked:  {ZH: "上面各档被保留或缺少前置条件", EN: "every step above is held back or needs another first"},
	OfferCooldown: {ZH: "距上次推荐时间太短", EN: "the last offer is too recent"},
	OfferTop:      {ZH: "已在最高一档", EN: "already on the highest step"},
}

// Text returns the reason in words.
func (r OfferReason) Text(lang siyu.Lang) string { return offerTexts[r].In(lang) }

// Offer is the answer of a [Ladder].
type Offer struct {
	Step    Step // the zero Step unless Reason is OfferNext
	Reason  OfferReason
	Until   time.Time           // end of the cool-down, with OfferCooldown
	Missing map[string][]string // with OfferBlocked: needs not owned by step; none for a step held back
}

// ParseLadder reads the JSON form strictly and validates it.
func ParseLadder(data []byte) (Ladder, error) { return parseDefinition[Ladder](data) }

// Validate refuses steps without id or with the id of another, negative prices
// and a negative cool-down, and needs that only the step itself or one above it
// could fulfil. A need may be no step at all, such as a product sold elsewhere.
func (l Ladder) Validate() error {
	place := make(map[string]int, len(l.Steps))
	for i, s := range l.Steps {
		place[s.ID] = i
	}
	seen := make(map[string]bool, len(l.Steps))
	for i, s := range l.Steps {
		path := "steps[" + strconv.Itoa(i) + "]"
		if err := siyu.CheckID("id", s.ID); err != nil {
			return siyu.Within(path, err)
		}
		if seen[s.ID] {
			return siyu.Invalid(path+".id", "%q is taken by an earlier step", s.ID)
		}
		if s.Price < 0 {
			return siyu.Invalid(path+".price", "is negative")
		}
		for j, need := range s.Needs {
			if at, isStep := place[need]; isStep && at >= i {
				return siyu.Invalid(path+".needs["+strconv.Itoa(j)+"]", "%q is no step below", need)
			}
		}
		seen[s.ID] = true
	}
	if l.CoolDown < 0 {
		return siyu.Invalid("cool_down", "is negative")
	}
	return nil
}

// Next returns what to offer at a moment: the first step above the highest
// owned one that is not held back and whose needs are owned. During
// [Last, Last+CoolDown) that is nothing. Owned ids that are no steps count for
// needs only.
func (l Ladder) Next(c Climber, now time.Time) Offer {
	if end := l.CoolDown.after(c.Last); !c.Last.IsZero() && now.Before(end) && !now.Before(c.Last) {
		return Offer{Reason: OfferCooldown, Until: end}
	}
	above := l.Steps
	for i, s := range slices.Backward(l.Steps) {
		if slices.Contains(c.Owned, s.ID) {
			above = l.Steps[i+1:]
			break
		}
	}
	if len(above) == 0 {
		return Offer{Reason: OfferTop}
	}
	missing := make(map[string][]string, len(above))
	for _, s := range above {
		lacks := slices.DeleteFunc(slices.Clone(s.Needs), func(id string) bool { return slices.Contains(c.Owned, id) })
		if len(lacks) == 0 && !slices.Contains(c.Held, s.ID) {
			return Offer{Step: s, Reason: OfferNext}
		}
		missing[s.ID] = lacks
	}
	return Offer{Reason: OfferBlocked, Missing: missing}
}
