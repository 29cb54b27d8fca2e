package campaign_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/store/memstore"
)

// The policy wants an audience, everyone said so, or a message that serves the
// receiver; wherever a message comes in.
func TestPolicy_audienceRequired(t *testing.T) {
	channels := []campaign.Channel{"wecom"}
	for name, tt := range map[string]struct {
		message campaign.Message
		refused bool
	}{
		"nobody named":  {campaign.Message{ID: "m", Channels: channels}, true},
		"an audience":   {campaign.Message{ID: "m", Channels: channels, Audience: campaign.UsersOf("u1")}, false},
		"everyone":      {campaign.Message{ID: "m", Channels: channels, Everyone: true}, false},
		"transactional": {campaign.Message{ID: "m", Channels: channels, Class: campaign.Transactional}, false},
	} {
		rules, err := campaign.Compile(campaign.Policy{AudienceRequired: true, FallbackZone: "Asia/Shanghai"})
		if err != nil {
			t.Fatal(err)
		}
		person := campaign.Person{ID: "u1", Reachable: channels}
		svc := campaign.New(memstore.New().Campaigns(), rules, &campaign.Options{Clock: siyu.NewManualClock(ten)})
		_, planned := rules.DryRun(tt.message, slices.Values([]campaign.Target{{Person: person}}), ten)
		_, reserved := svc.Reserve(context.Background(), campaign.ReserveRequest{Key: "k", Person: person, Message: tt.message})
		for where, err := range map[string]error{"plan": planned, "reserve": reserved} {
			if errors.Is(err, siyu.ErrInvalid) != tt.refused || err != nil && !tt.refused {
				t.Errorf("%s, %s: got %v, want refused %t", name, where, err, tt.refused)
			}
		}
	}
	if err := (campaign.Message{ID: "m", Channels: channels, Everyone: true, Audience: campaign.UsersOf()}).Validate(); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("everyone and an audience: got %v", err)
	}
	m, err := campaign.ParseMessage([]byte(`{"id":"m","channels":["wecom"],"everyone":true}`))
	if err != nil || !m.Everyone {
		t.Errorf("got %+v, %v", m, err)
	}
}

// What the policy names itself must be among its channels.
func TestPolicy_channels(t *testing.T) {
	house := campaign.Policy{Channels: []campaign.Channel{"wecom", "sms"}}
	for field, change := range map[string]func(*campaign.Policy){
		"":                           func(*campaign.Policy) {},
		"policy.consent_required[1]": func(p *campaign.Policy) { p.ConsentRequired = []campaign.Channel{"sms", "mail"} },
		"policy.caps[0].match.channels[0]": func(p *campaign.Policy) {
			p.Caps = campaign.Caps{{ID: "c", Limit: 1, Window: campaign.CalendarWindow(campaign.Day), Match: campaign.Match{Channels: []campaign.Channel{"SMS"}}}}
		},
	} {
		p := house
		change(&p)
		_, err := campaign.Compile(p)
		var invalid *siyu.InvalidError
		if field == "" && err != nil || field != "" && (!errors.As(err, &invalid) || invalid.Field != field) {
			t.Errorf("got %v, want a fault at %q", err, field)
		}
	}
}
