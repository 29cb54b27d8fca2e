package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/fixed"
	"github.com/siyu-go/siyu/segment"
)

// behaviourEvent is an event of a case: its properties are JSON scalars, which
// an event of the library carries as text.
type behaviourEvent struct {
	Name  string
	At    time.Time
	Props map[string]json.RawMessage
}

func behaviourEvents(list []behaviourEvent) []siyu.Event {
	out := make([]siyu.Event, len(list))
	for i, e := range list {
		out[i] = siyu.Event{Name: e.Name, At: e.At, Props: make(map[string]string, len(e.Props))}
		for name, raw := range e.Props {
			if string(raw) == "null" {
				continue
			}
			var text string
			if err := json.Unmarshal(raw, &text); err != nil {
				text = fixed.Canonical(string(raw))
			}
			out[i].Props[name] = text
		}
	}
	return out
}

func runBehaviourCount(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		Rule   json.RawMessage
		Events []behaviourEvent
		Now    time.Time
		Expect json.RawMessage
	}](raw)
	if err != nil {
		return err
	}
	b, err := segment.ParseBehaviour(c.Rule)
	if done, err := refused(err, c.Expect); done {
		return err
	}
	condition, err := b.Compile(nil)
	if err != nil {
		return err
	}
	events := behaviourEvents(c.Events)
	return errors.Join(
		Diff("holds", condition.Holds(events, c.Now), c.Expect),
		Diff("holds by history", condition.History(events).Holds(c.Now), c.Expect),
	)
}

func runBehaviourFlips(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		Rule     json.RawMessage
		Events   []behaviourEvent
		From, To time.Time
		Expect   struct {
			Member  bool           `json:"member_at_from"`
			Changes []segment.Flip `json:"changes"`
		}
	}](raw)
	if err != nil {
		return err
	}
	b, err := segment.ParseBehaviour(c.Rule)
	if err != nil {
		return err
	}
	condition, err := b.Compile(nil)
	if err != nil {
		return err
	}
	history := condition.History(behaviourEvents(c.Events))
	for i := range c.Expect.Changes {
		c.Expect.Changes[i].At = c.Expect.Changes[i].At.UTC()
	}
	got := c.Expect
	got.Member = history.Holds(c.From)
	got.Changes = append([]segment.Flip{}, history.Flips(c.From, c.To)...)
	return Diff("flips", got, c.Expect)
}

func days(n int) time.Duration { return time.Duration(segment.Days(n)) }

func runHysteresis(raw json.RawMessage) error {
	type change struct {
		Day  int              `json:"day"`
		Type segment.FlipType `json:"type"`
	}
	c, err := Decode[struct {
		segmentHead
		Values   []json.Number `json:"values_by_day"` // null is ""
		Enter    json.Number   `json:"enter_at_or_above"`
		Exit     json.Number   `json:"exit_below"`
		Stay     int           `json:"min_dwell_days"`
		Cooldown int           `json:"cooldown_days"`
		Expect   json.RawMessage
	}](raw)
	if err != nil {
		return err
	}
	h := segment.Hysteresis{
		EnterAtOrAbove: c.Enter, ExitBelow: c.Exit,
		MinStay: segment.Days(c.Stay), CoolDown: segment.Days(c.Cooldown),
	}
	if done, err := refused(h.Validate(), c.Expect); done {
		return err
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var readings []segment.Reading
	for day, v := range c.Values {
		readings = append(readings, segment.Reading{At: start.Add(days(day)), Value: v})
	}
	got := []change{}
	for _, f := range h.Flips(readings) {
		got = append(got, change{int(f.At.Sub(start) / days(1)), f.Type})
	}
	return Diff("flips", got, c.Expect)
}

func runOfferLadder(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		Steps       []segment.Step
		Owned, Held []string
		Last, Now   time.Time
		Cool        int
		Expect      json.RawMessage
	}](raw)
	if err != nil {
		return err
	}
	l := segment.Ladder{Steps: c.Steps, CoolDown: segment.Days(c.Cool)}
	if string(c.Expect) == `"invalid"` {
		_, err := refused(l.Validate(), c.Expect)
		return err
	}
	want, err := Decode[struct {
		Offer  *string
		Reason segment.OfferReason
	}](c.Expect)
	if err != nil {
		return err
	}
	got := l.Next(segment.Climber{Owned: c.Owned, Held: c.Held, Last: c.Last}, c.Now)
	var offer *string
	if got.Reason == segment.OfferNext {
		offer = &got.Step.ID
	}
	if err := Diff("offer", offer, want.Offer); err != nil {
		return err
	}
	// The specification has words for an offer and for "blocked" only; the
	// words for a cool-down and for the top are the library's own.
	given := []segment.OfferReason{segment.OfferNext, segment.OfferBlocked}
	if got.Reason != want.Reason && (slices.Contains(given, got.Reason) || slices.Contains(given, want.Reason)) {
		return fmt.Errorf("reason: got %s, want %s", got.Reason, want.Reason)
	}
	return nil
}

func runQuadrant(raw json.RawMessage) error {
	c, err := Decode[struct {
		segmentHead
		Purchases float64 `json:"purchases_per_year"`
		Online    float64 `json:"online_share"`
		Cuts      segment.QuadrantCuts
		Expect    json.RawMessage
	}](raw)
	if err != nil {
		return err
	}
	q, err := c.Cuts.Quadrant(c.Purchases, c.Online)
	if done, err := refused(err, c.Expect); done {
		return err
	}
	if _, ok := q.Profile(); !ok {
		return fmt.Errorf("%s has no profile", q)
	}
	return Diff("quadrant", q, c.Expect)
}
