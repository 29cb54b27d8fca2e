package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

type campaignUser struct {
	ID        siyu.UserID               `json:"id"`
	Zone      string                    `json:"tz"`
	Reachable []campaign.Channel        `json:"reachable"`
	Consent   map[campaign.Channel]bool `json:"consent"`
	OptOut    campaignOptOut            `json:"optout"`
	Prefer    campaignPrefer            `json:"prefer"`
	Holdout   bool                      `json:"holdout"`
}

type campaignOptOut struct {
	All      bool               `json:"all"`
	Topics   []campaign.Topic   `json:"topics"`
	Channels []campaign.Channel `json:"channels"`
}

type campaignPrefer struct {
	Channels []campaign.Channel `json:"channels"`
	Strict   bool               `json:"strict"`
	Weekly   *int               `json:"weekly"`
}

func (u campaignUser) person() campaign.Person {
	return campaign.Person{
		ID: u.ID, Zone: u.Zone, Reachable: u.Reachable, Consent: u.Consent, Holdout: u.Holdout,
		OptOut: campaign.OptOut(u.OptOut), Prefer: campaign.Preference(u.Prefer),
	}
}

type campaignDef struct {
	ID              campaign.ID         `json:"id"`
	Class           campaign.Class      `json:"class"`
	Topic           campaign.Topic      `json:"topic"`
	Channels        []campaign.Channel  `json:"channels"`
	ConsentRequired []campaign.Channel  `json:"consent_required"`
	FallbackZone    string              `json:"fallback_tz"`
	Caps            []campaignCap       `json:"caps"`
	Quiet           campaign.QuietHours `json:"quiet"`
	Starts          time.Time           `json:"starts"`
	Expires         time.Time           `json:"expires"`
	Audience        []siyu.UserID       `json:"audience"`
	Exclude         []siyu.UserID       `json:"exclude"`
	Stock           *campaign.Stock     `json:"stock"`
	Priority        int                 `json:"priority"`
}

func (d campaignDef) policy() campaign.Policy {
	return campaign.Policy{
		Caps: campaignCaps(d.Caps), Quiet: d.Quiet, ConsentRequired: d.ConsentRequired, FallbackZone: d.FallbackZone,
	}
}

func (d campaignDef) message() campaign.Message {
	m := campaign.Message{
		ID: d.ID, Class: d.Class, Topic: d.Topic, Channels: d.Channels, Stock: d.Stock, Priority: d.Priority,
		Window: siyu.Window{Start: d.Starts, End: d.Expires},
	}
	if d.Audience != nil {
		m.Audience = campaign.UsersOf(d.Audience...)
	}
	if d.Exclude != nil {
		m.Exclude = campaign.UsersOf(d.Exclude...)
	}
	return m
}

// campaignDecision is a decision in the words of the cases.
type campaignDecision struct {
	Action    campaign.Action                      `json:"action"`
	Reason    campaign.Reason                      `json:"reason,omitempty"`
	Channel   campaign.Channel                     `json:"channel,omitempty"`
	Release   *string                              `json:"release,omitempty"`
	Channels  map[campaign.Channel]campaign.Reason `json:"channels,omitempty"`
	BlockedBy []string                             `json:"blocked_by,omitempty"`
	Next      *string                              `json:"next,omitempty"`
	Warning   string                               `json:"warning,omitempty"`
	Warnings  []string                             `json:"warnings,omitempty"`
}

func campaignAnswer(d campaign.Decision, want campaignDecision) campaignDecision {
	got := campaignDecision{
		Action: d.Action, Reason: d.Reason, Channel: d.Channel, Release: instant(d.Release),
		Channels: d.Refused, BlockedBy: d.BlockedBy, Next: instant(d.Next),
	}
	if d.BadZone && want.Warnings != nil {
		got.Warnings = []string{"bad_timezone"}
	} else if d.BadZone {
		got.Warning = "bad_timezone"
	}
	return got
}

func campaignFault(err error) campaignDecision {
	d := campaignDecision{Action: "error"}
	for name, e := range map[campaign.Reason]error{
		"no_timezone": campaign.ErrNoZone, "empty_window": campaign.ErrEmptyWindow, "never_open": campaign.ErrNeverOpen,
	} {
		if errors.Is(err, e) {
			d.Reason = name
		}
	}
	return d
}

func runQuiet(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Zone         *string              `json:"tz"`
		FallbackZone *string              `json:"fallback_tz"`
		Windows      []siyu.WeeklyWindow  `json:"windows"`
		T            time.Time            `json:"t"`
		Policy       campaign.QuietPolicy `json:"policy"`
		Class        campaign.Class       `json:"class"`
		Expires      time.Time            `json:"expires"`
		Expect       campaignDecision     `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	user := campaignUser{ID: "u", Reachable: []campaign.Channel{"x"}}
	def := campaignDef{
		ID: "m", Class: c.Class, Channels: []campaign.Channel{"x"}, Expires: c.Expires,
		Quiet: campaign.QuietHours{Windows: c.Windows, Policy: c.Policy},
	}
	if c.Zone != nil {
		user.Zone = *c.Zone
	}
	if c.FallbackZone != nil {
		def.FallbackZone = *c.FallbackZone
	}
	got, err := decideCase(user, def, nil, c.T, c.Expect)
	if err != nil {
		return err
	}
	got.Channel = "" // not told by these cases, which call it drop, and know one word for expiry
	if got.Action == campaign.Suppress {
		got.Action = "drop"
	}
	if got.Reason == campaign.Expired {
		got.Reason = campaign.ExpiresBeforeRelease
	}
	if got.Action == campaign.Defer {
		got.Reason = ""
	}
	return Diff("decision", got, c.Expect)
}

func decideCase(u campaignUser, def campaignDef, history []campaignSend, t time.Time, want campaignDecision) (campaignDecision, error) {
	rules, err := campaign.Compile(def.policy())
	if err != nil {
		return campaignFault(err), nil
	}
	m := def.message()
	if err := m.Validate(); err != nil {
		return campaignDecision{}, err
	}
	d, err := rules.Decide(u.person(), m, campaignSends(history), t)
	if err != nil {
		return campaignFault(err), nil
	}
	return campaignAnswer(d, want), nil
}

func runDecide(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		T        time.Time        `json:"t"`
		User     campaignUser     `json:"user"`
		Campaign campaignDef      `json:"campaign"`
		History  []campaignSend   `json:"history"`
		Expect   campaignDecision `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	got, err := decideCase(c.User, c.Campaign, c.History, c.T, c.Expect)
	if err != nil {
		return err
	}
	return Diff("decision", got, c.Expect)
}

func runReplay(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		User     campaignUser   `json:"user"`
		Campaign campaignDef    `json:"campaign"`
		History  []campaignSend `json:"history"`
		Script   []struct {
			T             time.Time        `json:"t"`
			Campaign      campaign.ID      `json:"campaign"`
			Release       campaign.ID      `json:"release"`
			SentElsewhere *campaignSend    `json:"sent_elsewhere"`
			Set           json.RawMessage  `json:"set"`
			Expect        campaignDecision `json:"expect"`
		} `json:"script"`
	}](raw)
	if err != nil {
		return err
	}
	rules, err := campaign.Compile(c.Campaign.policy())
	if err != nil {
		return err
	}
	user, m, history := c.User, c.Campaign.message(), campaignSends(c.History)
	for i, s := range c.Script {
		decide := rules.Decide
		switch {
		case s.SentElsewhere != nil:
			s.SentElsewhere.T = s.T
			history = append(history, s.SentElsewhere.send())
			continue
		case s.Set != nil:
			if err := json.Unmarshal(s.Set, &user); err != nil {
				return err
			}
			continue
		case s.Release != "":
			decide = rules.Release
		}
		d, err := decide(user.person(), m, history, s.T)
		if err != nil {
			return err
		}
		if err := Diff(fmt.Sprintf("step %d", i+1), campaignAnswer(d, s.Expect), s.Expect); err != nil {
			return err
		}
		history = slices.DeleteFunc(history, func(x campaign.Send) bool { return x.Campaign == m.ID && x.Outcome == campaign.Deferred })
		entry := campaign.Send{At: s.T, Attempt: campaign.Attempt{Campaign: m.ID, Channel: d.Channel, Topic: m.Topic, Class: m.Class}}
		switch d.Action {
		case campaign.Defer:
			entry.Outcome = campaign.Deferred
			history = append(history, entry)
		case campaign.SendNow:
			history = append(history, entry)
		}
	}
	return nil
}

type campaignCrowd struct {
	T        time.Time                      `json:"t"`
	Campaign campaignDef                    `json:"campaign"`
	Users    []campaignUser                 `json:"users"`
	History  map[siyu.UserID][]campaignSend `json:"history"`
}

func (c campaignCrowd) targets(yield func(campaign.Target) bool) {
	for _, u := range c.Users {
		if !yield(campaign.Target{Person: u.person(), History: campaignSends(c.History[u.ID])}) {
			return
		}
	}
}

func runDryRun(raw json.RawMessage) error {
	type counts struct {
		Send     int                     `json:"send"`
		Defer    int                     `json:"defer"`
		Suppress map[campaign.Reason]int `json:"suppress"`
	}
	c, err := Decode[struct {
		caseHead
		campaignCrowd
		Expect struct {
			People    map[siyu.UserID]campaignDecision `json:"people"`
			Counts    *counts                          `json:"counts"`
			ByChannel map[campaign.Channel]int         `json:"by_channel"`
			Writes    int                              `json:"writes"` // a plan has nowhere to write to
		} `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	rules, err := campaign.Compile(c.Campaign.policy())
	if err != nil {
		return err
	}
	people := map[siyu.UserID]campaignDecision{}
	forecast := campaign.Forecast{Suppress: map[campaign.Reason]int{}, ByChannel: map[campaign.Channel]int{}}
	for d, err := range rules.Plan(c.Campaign.message(), c.targets, c.T) {
		if err != nil {
			return err
		}
		people[d.User] = campaignAnswer(d, c.Expect.People[d.User])
		forecast.Add(d)
	}
	if c.Expect.People != nil {
		for _, id := range slices.Sorted(maps.Keys(people)) {
			if err := Diff(string(id), people[id], c.Expect.People[id]); err != nil {
				return err
			}
		}
	}
	if c.Expect.Counts != nil {
		if err := Diff("counts", counts{forecast.Send, forecast.Defer, forecast.Suppress}, c.Expect.Counts); err != nil {
			return err
		}
	}
	if c.Expect.ByChannel != nil {
		return Diff("by channel", forecast.ByChannel, c.Expect.ByChannel)
	}
	return nil
}
