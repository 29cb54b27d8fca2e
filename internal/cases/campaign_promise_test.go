package cases

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
)

type caseSpan [2]siyu.TimeOfDay

type caseCalendar struct {
	Weekly        map[string][]caseSpan       `json:"weekly"`
	Holidays      []persona.Date              `json:"holidays"`
	ExtraWorkdays map[persona.Date][]caseSpan `json:"extra_workdays"`
}

func (c caseCalendar) hours() (*persona.Hours, error) {
	h := persona.Hours{Holidays: c.Holidays, ExtraWorkdays: map[persona.Date][]persona.Span{}}
	for name, spans := range c.Weekly {
		var days siyu.Weekdays
		if err := json.Unmarshal([]byte(`["`+name+`"]`), &days); err != nil {
			return nil, err
		}
		for _, s := range spans {
			h.Weekly = append(h.Weekly, siyu.WeeklyWindow{Start: s[0], End: s[1], Days: days})
		}
	}
	for day, spans := range c.ExtraWorkdays {
		h.ExtraWorkdays[day] = nil
		for _, s := range spans {
			h.ExtraWorkdays[day] = append(h.ExtraWorkdays[day], persona.Span{Start: s[0], End: s[1]})
		}
	}
	return &h, nil
}

func runSLA(raw json.RawMessage) error {
	type turn struct {
		Start     *string            `json:"start"`
		Due       *string            `json:"due"`
		State     persona.TurnState  `json:"state"`
		Reply     *string            `json:"reply,omitempty"`
		By        persona.AdviserID  `json:"by,omitempty"`
		ChargedTo *persona.AdviserID `json:"charged_to,omitempty"`
	}
	c, err := Decode[struct {
		caseHead
		Zone          string        `json:"tz"`
		TargetSeconds int64         `json:"target_seconds"`
		AutoCounts    bool          `json:"auto_counts"`
		Calendar      *caseCalendar `json:"calendar"`
		Messages      []struct {
			T      time.Time         `json:"t"`
			From   persona.Author    `json:"from"`
			By     persona.AdviserID `json:"by"`
			Assign persona.AdviserID `json:"assign"`
		} `json:"messages"`
		Assignee persona.AdviserID `json:"assignee"`
		Now      time.Time         `json:"now"`
		Expect   []turn            `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	p := persona.Promise{Target: time.Duration(c.TargetSeconds) * time.Second, AutoCounts: c.AutoCounts}
	if c.Calendar != nil {
		if p.Hours, err = c.Calendar.hours(); err != nil {
			return err
		}
	}
	var messages []persona.Message
	for _, m := range c.Messages {
		messages = append(messages, persona.Message{At: m.T, From: m.From, By: m.By, Assign: m.Assign})
	}
	turns, err := p.Measure(messages, c.Assignee, c.Now, mustZone(c.Zone))
	if err != nil {
		return err
	}
	got := []turn{}
	for i, t := range turns {
		x := turn{Start: instant(t.Start), Due: instant(t.Due), State: t.State, Reply: instant(t.Reply), By: t.By}
		if i < len(c.Expect) && c.Expect[i].ChargedTo != nil {
			x.ChargedTo = &t.Holder
		}
		got = append(got, x)
	}
	return Diff("turns", got, c.Expect)
}

func runHandover(raw json.RawMessage) error {
	var op struct {
		Op string `json:"op"`
	}
	if err := json.Unmarshal(raw, &op); err != nil {
		return err
	}
	switch op.Op {
	case "plan":
		return runHandoverPlan(raw)
	case "plan_days":
		return runHandoverDays(raw)
	case "may_transfer":
		return runMayTransfer(raw)
	case "status":
		return runTransferStatus(raw)
	case "spread":
		return runSpread(raw)
	case "carry":
		return runCarry(raw)
	}
	return ErrNotBuilt
}

type handoverHead struct {
	caseHead
	Op string `json:"op"`
}

func runHandoverPlan(raw json.RawMessage) error {
	c, err := Decode[struct {
		handoverHead
		Customers int `json:"customers"`
		Batch     int `json:"batch"`
		Expect    struct {
			Batches []int `json:"batches"`
		} `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	got, err := persona.Batches(c.Customers, c.Batch)
	if err != nil {
		return err
	}
	return Diff("batches", append([]int{}, got...), append([]int{}, c.Expect.Batches...))
}

func runHandoverDays(raw json.RawMessage) error {
	c, err := Decode[struct {
		handoverHead
		Groups int                  `json:"groups"`
		PerDay int                  `json:"per_day"`
		Start  persona.Date         `json:"start"`
		Expect map[persona.Date]int `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	plan, err := persona.PlanDays(c.Groups, c.PerDay, c.Start)
	if err != nil {
		return err
	}
	got := map[persona.Date]int{}
	for _, d := range plan {
		got[d.Date] = d.Count
	}
	return Diff("days", got, c.Expect)
}

func runMayTransfer(raw json.RawMessage) error {
	c, err := Decode[struct {
		handoverHead
		Zone         string      `json:"tz"`
		HandoverLeft bool        `json:"handover_left"`
		Past         []time.Time `json:"past"`
		Asks         []time.Time `json:"asks"`
		Expect       []bool      `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	var got []bool
	for _, at := range c.Asks {
		got = append(got, persona.MayTransfer(c.Past, c.HandoverLeft, at, mustZone(c.Zone)))
	}
	return Diff("asks", got, c.Expect)
}

func runTransferStatus(raw json.RawMessage) error {
	c, err := Decode[struct {
		handoverHead
		Asked  time.Time `json:"asked"`
		Events []struct {
			T         time.Time `json:"t"`
			Refused   bool      `json:"refused"`
			TakerFull bool      `json:"taker_full"`
		} `json:"events"`
		At     []time.Time `json:"at"`
		Expect []string    `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	var events []persona.TransferEvent
	for _, e := range c.Events {
		state := persona.TransferRefused
		if e.TakerFull {
			state = persona.TakerFull
		}
		events = append(events, persona.TransferEvent{At: e.T, State: state})
	}
	words := map[string]persona.TransferState{ // of the platform's documentation, which has several for done
		"waiting": persona.TransferWaiting, "refused": persona.TransferRefused, "taker_full": persona.TakerFull,
		"done": persona.TransferDone, "transferred": persona.TransferDone, "completed": persona.TransferDone,
		"taken_over": persona.TransferDone, "accepted": persona.TransferDone,
	}
	for i, at := range c.At {
		want, ok := words[c.Expect[i]]
		if got := persona.TransferStateAt(c.Asked, events, at); !ok || got != want {
			return fmt.Errorf("at %s: got %s, want %s", at, got, c.Expect[i])
		}
	}
	return nil
}

func runSpread(raw json.RawMessage) error {
	c, err := Decode[struct {
		handoverHead
		Customers []siyu.UserID     `json:"customers"`
		FromStaff persona.AdviserID `json:"from_staff"`
		Takers    []struct {
			ID   persona.AdviserID `json:"id"`
			Room int               `json:"room"`
		} `json:"takers"`
		Expect map[persona.AdviserID][]siyu.UserID `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	var takers []persona.Taker
	for _, t := range c.Takers {
		takers = append(takers, persona.Taker{ID: t.ID, Room: t.Room})
	}
	given, waiting := persona.Spread(c.Customers, c.FromStaff, takers)
	if len(waiting) > 0 {
		given["queue"] = waiting
	}
	maps.DeleteFunc(c.Expect, func(_ persona.AdviserID, list []siyu.UserID) bool { return len(list) == 0 })
	return Diff("spread", given, c.Expect)
}

func runCarry(raw json.RawMessage) error {
	c, err := Decode[struct {
		handoverHead
		Before map[string]json.RawMessage `json:"before"`
		After  map[string]json.RawMessage `json:"after"`
		Expect struct {
			Unchanged []string `json:"unchanged"`
		} `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	relation := func(fields map[string]json.RawMessage) (r persona.Relation, err error) {
		r.Known = maps.Clone(fields)
		delete(r.Known, "adviser")
		return r, json.Unmarshal(fields["adviser"], &r.Adviser)
	}
	before, err := relation(c.Before)
	if err != nil {
		return err
	}
	after, err := relation(c.After)
	if err != nil {
		return err
	}
	handed := before.HandTo(after.Adviser)
	if err := Diff("after", handed, after); err != nil {
		return err
	}
	slices.Sort(c.Expect.Unchanged)
	return Diff("unchanged", before.Unchanged(handed), c.Expect.Unchanged)
}
