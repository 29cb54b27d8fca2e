package cases

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

type campaignCap struct {
	ID     string             `json:"id"`
	Limit  campaign.Limit     `json:"limit"`
	Window campaign.CapWindow `json:"window"`
	Match  struct {
		Channel  []campaign.Channel `json:"channel"`
		Category []campaign.Topic   `json:"category"`
		Campaign []campaign.ID      `json:"campaign"`
		Sender   []string           `json:"sender"`
		Staff    []string           `json:"staff"` // who speaks has several names
		Account  []string           `json:"account"`
	} `json:"match"`
}

func campaignCaps(in []campaignCap) campaign.Caps {
	var caps campaign.Caps
	for _, c := range in {
		caps = append(caps, campaign.Cap{ID: c.ID, Limit: c.Limit, Window: c.Window, Match: campaign.Match{
			Channels: c.Match.Channel, Topics: c.Match.Category, Campaigns: c.Match.Campaign, Senders: slices.Concat(c.Match.Sender, c.Match.Staff, c.Match.Account),
		}})
	}
	return caps
}

type campaignSend struct {
	T        time.Time        `json:"t"`
	Zone     string           `json:"tz"`
	User     siyu.UserID      `json:"user"`
	Campaign campaign.ID      `json:"campaign"`
	Channel  campaign.Channel `json:"channel"`
	Category campaign.Topic   `json:"category"`
	Sender   string           `json:"sender"`
	Staff    string           `json:"staff"`
	Account  string           `json:"account"`
	Class    campaign.Class   `json:"class"`
	Outcome  campaign.Outcome `json:"outcome"`
}

func (s campaignSend) send() campaign.Send {
	return campaign.Send{At: s.T, Outcome: s.Outcome, Attempt: campaign.Attempt{
		Campaign: s.Campaign, Channel: s.Channel, Topic: s.Category, Sender: cmp.Or(s.Sender, s.Staff, s.Account), Class: s.Class,
	}}
}

func campaignSends(in []campaignSend) []campaign.Send {
	var out []campaign.Send
	for _, s := range in {
		out = append(out, s.send())
	}
	return out
}

func runCaps(raw json.RawMessage) error {
	type verdict struct {
		Send      bool     `json:"send"`
		BlockedBy []string `json:"blocked_by,omitempty"`
		Next      *string  `json:"next,omitempty"`
	}
	c, err := Decode[struct {
		caseHead
		Zone     string         `json:"tz"`
		Caps     []campaignCap  `json:"caps"`
		Attempts []campaignSend `json:"attempts"`
		Expect   []verdict      `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	caps := campaignCaps(c.Caps)
	if err := caps.Validate(); err != nil {
		return err
	}
	var history []campaign.Send
	var got []verdict
	for _, a := range c.Attempts {
		zone := c.Zone
		if a.Zone != "" {
			zone = a.Zone
		}
		v := caps.Check(a.send().Attempt, history, a.T, mustZone(zone))
		got = append(got, verdict{v.Allowed(), v.BlockedBy, instant(v.Next)})
		if v.Allowed() {
			history = append(history, a.send())
		}
	}
	return Diff("attempts", got, c.Expect)
}

func runContend(raw json.RawMessage) error {
	type lists struct {
		Send       []string `json:"send"`
		Suppressed []string `json:"suppressed"`
	}
	c, err := Decode[struct {
		caseHead
		Zone       string        `json:"tz"`
		Caps       []campaignCap `json:"caps"`
		SentBefore []time.Time   `json:"sent_before"`
		T          time.Time     `json:"t"`
		Candidates []struct {
			ID       string           `json:"id"`
			Priority int              `json:"priority"`
			Channel  campaign.Channel `json:"channel"`
			Category campaign.Topic   `json:"category"`
			Class    campaign.Class   `json:"class"`
		} `json:"candidates"`
		Expect lists `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	var history []campaign.Send
	for _, t := range c.SentBefore {
		history = append(history, campaign.Send{At: t})
	}
	var candidates []campaign.Candidate
	for _, x := range c.Candidates {
		candidates = append(candidates, campaign.Candidate{ID: x.ID, Priority: x.Priority, Attempt: campaign.Attempt{
			Campaign: campaign.ID(x.ID), Channel: x.Channel, Topic: x.Category, Class: x.Class,
		}})
	}
	granted, refused := campaignCaps(c.Caps).Contend(candidates, history, c.T, mustZone(c.Zone))
	got := lists{[]string{}, []string{}}
	for _, x := range granted {
		got.Send = append(got.Send, x.ID)
	}
	for _, x := range refused {
		got.Suppressed = append(got.Suppressed, x.ID)
	}
	return Diff("contend", got, c.Expect)
}

func runReplyQuota(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Opens  campaign.ReplyRules `json:"opens"`
		Events []struct {
			T    time.Time `json:"t"`
			Open string    `json:"open"`
			Send bool      `json:"send"`
		} `json:"events"`
		Expect []bool `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	var windows []campaign.ReplyWindow
	got := []bool{}
	for i, e := range c.Events {
		switch {
		case e.Open != "":
			if windows, err = c.Opens.Open(windows, e.Open, e.T); err != nil {
				return err
			}
		case e.Send:
			var ok bool
			windows, ok = campaign.UseReply(windows, e.T)
			got = append(got, ok)
		default:
			return fmt.Errorf("event %d neither opens nor sends", i)
		}
	}
	return Diff("sends", got, c.Expect)
}

func runBacktest(raw json.RawMessage) error {
	type entry struct {
		campaignSend
		ID        string `json:"id"`
		Converted bool   `json:"converted"`
	}
	c, err := Decode[struct {
		caseHead
		Zone   string                     `json:"tz"`
		Caps   []campaignCap              `json:"caps"`
		Log    []entry                    `json:"log"`
		Expect map[string]json.RawMessage `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	var log []campaign.Contact
	for _, e := range c.Log {
		log = append(log, campaign.Contact{User: e.User, Send: e.send(), Converted: e.Converted})
	}
	b := campaignCaps(c.Caps).Backtest(log, func(siyu.UserID) *time.Location { return mustZone(c.Zone) })
	kept, dropped := []string{}, []string{}
	for i, e := range c.Log {
		if b.Allowed[i] {
			kept = append(kept, e.ID)
		} else {
			dropped = append(dropped, e.ID)
		}
	}
	known := map[string][]any{ // as counts or as lists of ids
		"kept": {b.Kept, kept}, "send": {b.Kept, kept}, "sent": {b.Kept, kept}, "allowed": {b.Kept, kept},
		"dropped": {b.Saved, dropped}, "saved": {b.Saved, dropped}, "suppressed": {b.Saved, dropped}, "blocked": {b.Saved, dropped},
		"by_cap": {b.ByCap}, "blocked_by": {b.ByCap}, "total": {b.Contacts}, "contacts": {b.Contacts},
		"conversions_lost": {b.ConversionsSaved}, "conversions": {b.Conversions},
	}
	for name, want := range c.Expect {
		forms, ok := known[name]
		if !ok {
			return ErrNotBuilt
		}
		got := forms[0]
		if want[0] == '[' && len(forms) > 1 {
			got = forms[1]
		}
		if err := Diff(name, got, want); err != nil {
			return err
		}
	}
	return nil
}
