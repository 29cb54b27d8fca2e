package campaign_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

var ten = time.Date(2026, 6, 3, 2, 0, 0, 0, time.UTC) // 10:00 in Shanghai

func house(t interface {
	Helper()
	Fatal(...any)
},
) *campaign.Rules {
	t.Helper()
	rules, err := campaign.Compile(campaign.Policy{
		Caps:            campaign.Caps{{ID: "org", Limit: 1, Window: campaign.CalendarWindow(campaign.Day)}},
		Quiet:           campaign.QuietHours{Windows: []siyu.WeeklyWindow{{Start: siyu.HourMinute(22, 0), End: siyu.HourMinute(8, 0)}}},
		ConsentRequired: []campaign.Channel{"sms"},
		FallbackZone:    "Asia/Shanghai",
	})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func promo() campaign.Message {
	return campaign.Message{ID: "m", Topic: campaign.Promo, Channels: []campaign.Channel{"wecom", "sms"}}
}

// Each reason hides the ones after it: with every obstacle in place the first
// is the answer, and as they are cleared one by one the next one shows.
func TestRules_Decide_order(t *testing.T) {
	rules := house(t)
	p := campaign.Person{ID: "u1", OptOut: campaign.OptOut{All: true, Topics: []campaign.Topic{campaign.Promo}}, Holdout: true}
	m := promo()
	night := ten.Add(13 * time.Hour)
	m.Window = siyu.Window{Start: night.Add(time.Hour), End: night}
	m.Audience, m.Exclude, m.Stock = campaign.UsersOf("u2"), campaign.UsersOf("u1"), &campaign.Stock{}
	history := []campaign.Send{{At: night, Attempt: campaign.Attempt{Campaign: "m"}}, {At: night, Attempt: campaign.Attempt{Campaign: "other"}}}
	now := night
	for _, step := range []struct {
		want  campaign.Reason
		clear func()
	}{
		{campaign.NotStarted, func() { m.Window.Start = time.Time{} }},
		{campaign.Expired, func() { m.Window.End = night.Add(time.Hour) }},
		{campaign.NotInAudience, func() { m.Audience = nil }},
		{campaign.Excluded, func() { m.Exclude = nil }},
		{campaign.HeldOut, func() { p.Holdout = false }},
		{campaign.GlobalOptOut, func() { p.OptOut.All = false }},
		{campaign.TopicOptOut, func() { p.OptOut.Topics = nil }},
		{campaign.NoChannel, func() { p.Reachable = []campaign.Channel{"wecom"} }},
		{campaign.Duplicate, func() { history = history[1:] }},
		{campaign.FrequencyCap, func() { history = nil }},
		{campaign.ExpiresBeforeRelease, func() { m.Window.End = time.Time{} }},
		{campaign.InQuietHours, func() { now = ten }},
		{campaign.SoldOut, func() { m.Stock.Left = 1 }},
		{"", func() {}},
	} {
		d, err := rules.Decide(p, m, history, now)
		if err != nil || d.Reason != step.want {
			t.Fatalf("got %q, %v, want %q", d.Reason, err, step.want)
		}
		step.clear()
	}
}

func TestRules_Decide_channels(t *testing.T) {
	p := campaign.Person{ID: "u1", Reachable: []campaign.Channel{"wecom", "sms"}, Consent: map[campaign.Channel]bool{"sms": true}}
	for name, tt := range map[string]struct {
		prefer campaign.Preference
		optOut []campaign.Channel
		want   campaign.Channel
	}{
		"the campaign's order":  {want: "wecom"},
		"the person's order":    {prefer: campaign.Preference{Channels: []campaign.Channel{"phone", "sms"}}, want: "sms"},
		"what is left":          {prefer: campaign.Preference{Channels: []campaign.Channel{"phone"}}, optOut: []campaign.Channel{"wecom"}, want: "sms"},
		"strict and none fits":  {prefer: campaign.Preference{Channels: []campaign.Channel{"phone"}, Strict: true}, want: ""},
		"strict and one does":   {prefer: campaign.Preference{Channels: []campaign.Channel{"sms"}, Strict: true}, want: "sms"},
		"strict with no wishes": {prefer: campaign.Preference{Strict: true}, want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			who := p
			who.Prefer, who.OptOut.Channels = tt.prefer, tt.optOut
			d, err := house(t).Decide(who, promo(), nil, ten)
			if err != nil || d.Channel != tt.want || (tt.want == "") != (d.Reason == campaign.NoChannel) {
				t.Errorf("got %+v, %v, want channel %q", d, err, tt.want)
			}
			if tt.want == "" && len(d.Refused) != 2 {
				t.Errorf("refused %v, want a reason for both channels", d.Refused)
			}
		})
	}
}

func TestReasons_have_texts(t *testing.T) {
	for _, r := range append(campaign.Reasons(), campaign.ChannelOptOut, campaign.Unreachable, campaign.ConsentMissing, campaign.NotPreferred) {
		if zh, en := r.Text(siyu.Chinese), r.Text(siyu.English); zh == string(r) || en == string(r) || zh == en {
			t.Errorf("%s: %q, %q", r, zh, en)
		}
	}
	if got := campaign.Reason("new").Text(siyu.English); got != "new" {
		t.Errorf("unknown reason is %q", got)
	}
}

func genPerson(t *rapid.T, id string) campaign.Person {
	channels := rapid.SliceOfNDistinct(rapid.SampledFrom([]campaign.Channel{"wecom", "sms", "phone"}), 0, 3, rapid.ID)
	p := campaign.Person{
		ID: siyu.UserID(id), Reachable: channels.Draw(t, "reachable"), Holdout: rapid.IntRange(0, 5).Draw(t, "holdout") == 0,
		Zone: rapid.SampledFrom([]string{"", "Asia/Shanghai", "America/New_York", "Mars/Base"}).Draw(t, "zone"),
	}
	p.OptOut.All = rapid.IntRange(0, 5).Draw(t, "out") == 0
	p.OptOut.Channels = channels.Draw(t, "out of")
	p.Prefer.Channels, p.Prefer.Strict = channels.Draw(t, "prefer"), rapid.Bool().Draw(t, "strict")
	p.Consent = map[campaign.Channel]bool{"sms": rapid.Bool().Draw(t, "consent")}
	if rapid.Bool().Draw(t, "wish") {
		n := rapid.IntRange(0, 2).Draw(t, "weekly")
		p.Prefer.Weekly = &n
	}
	return p
}

// One person has one answer, counts add up, stock is not oversold, and nobody
// is sent what he refused or where he cannot be reached.
func TestRules_Plan_laws(t *testing.T) {
	rules := house(t)
	rapid.Check(t, func(t *rapid.T) {
		m := promo()
		stock := rapid.IntRange(0, 5).Draw(t, "stock")
		m.Stock = &campaign.Stock{Left: stock, OnePerSend: true}
		if rapid.Bool().Draw(t, "transactional") {
			m.Class = campaign.Transactional
		}
		now := ten.Add(time.Duration(rapid.IntRange(0, 47).Draw(t, "hour")) * time.Hour)
		var targets []campaign.Target
		for i := range rapid.IntRange(0, 12).Draw(t, "people") {
			target := campaign.Target{Person: genPerson(t, fmt.Sprint("u", i))}
			for range rapid.IntRange(0, 2).Draw(t, "sends") {
				target.History = append(target.History, campaign.Send{
					At:      now.Add(-time.Duration(rapid.IntRange(0, 200).Draw(t, "ago")) * time.Hour),
					Attempt: campaign.Attempt{Campaign: "other", Channel: "wecom", Topic: campaign.Promo},
				})
			}
			targets = append(targets, target)
		}
		var f campaign.Forecast
		i := 0
		for d, err := range rules.Plan(m, slices.Values(targets), now) {
			if err != nil {
				t.Fatal(err)
			}
			p := targets[i].Person
			i++
			f.Add(d)
			if d.User != p.ID || (d.Action == campaign.SendNow) != (d.Reason == "") {
				t.Fatalf("answer %+v for %s", d, p.ID)
			}
			if d.Action == campaign.Suppress {
				continue
			}
			if !slices.Contains(p.Reachable, d.Channel) || slices.Contains(p.OptOut.Channels, d.Channel) || d.Channel == "sms" && !p.Consent["sms"] {
				t.Fatalf("%s on %s against his will or reach", p.ID, d.Channel)
			}
			if m.Class != campaign.Transactional && (p.OptOut.All || p.Holdout) {
				t.Fatalf("marketing to %s, who opted out or is held out", p.ID)
			}
			if d.Action == campaign.Defer && !d.Release.After(now) {
				t.Fatalf("release %s is not after %s", d.Release, now)
			}
		}
		sum := f.Send + f.Defer
		for _, n := range f.Suppress {
			sum += n
		}
		if f.People != len(targets) || sum != len(targets) || f.Send > stock || m.Stock.Left != stock {
			t.Fatalf("%+v of %d people with stock %d", f, len(targets), stock)
		}
	})
}

func TestMessage_Validate(t *testing.T) {
	for field, change := range map[string]func(*campaign.Message){
		"id":          func(m *campaign.Message) { m.ID = "" },
		"class":       func(m *campaign.Message) { m.Class = "spam" },
		"channels":    func(m *campaign.Message) { m.Channels = nil },
		"channels[1]": func(m *campaign.Message) { m.Channels = []campaign.Channel{"sms", "sms"} },
		"stock.left":  func(m *campaign.Message) { m.Stock = &campaign.Stock{Left: -1} },
		"window.end":  func(m *campaign.Message) { m.Window = siyu.Window{Start: ten, End: ten} },
	} {
		m := promo()
		change(&m)
		var invalid *siyu.InvalidError
		if err := m.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
}

func ExampleRules_Decide() {
	rules, err := campaign.Compile(campaign.Policy{
		Caps:         campaign.Caps{{ID: "org", Limit: 1, Window: campaign.CalendarWindow(campaign.Day)}},
		Quiet:        campaign.QuietHours{Windows: []siyu.WeeklyWindow{{Start: siyu.HourMinute(22, 0), End: siyu.HourMinute(8, 0)}}},
		FallbackZone: "Asia/Shanghai",
	})
	if err != nil {
		panic(err)
	}
	person := campaign.Person{ID: "u1", Reachable: []campaign.Channel{"wecom"}}
	message := campaign.Message{ID: "wed-half-price", Topic: campaign.Promo, Channels: []campaign.Channel{"wecom", "sms"}}
	for _, hour := range []int{10, 23} {
		now := time.Date(2026, 6, 3, hour, 0, 0, 0, time.FixedZone("CST", 8*3600))
		d, err := rules.Decide(person, message, nil, now)
		fmt.Println(d.Action, d.Channel, d.Reason.Text(siyu.English), d.Release.Format("15:04"), err)
	}
	// Output:
	// send wecom  00:00 <nil>
	// defer wecom it is quiet hours 00:00 <nil>
}

func ExampleRules_DryRun() {
	rules, err := campaign.Compile(campaign.Policy{ConsentRequired: []campaign.Channel{"sms"}})
	if err != nil {
		panic(err)
	}
	people := []campaign.Target{
		{Person: campaign.Person{ID: "u1", Reachable: []campaign.Channel{"sms"}, Consent: map[campaign.Channel]bool{"sms": true}}},
		{Person: campaign.Person{ID: "u2", Reachable: []campaign.Channel{"sms"}}},
		{Person: campaign.Person{ID: "u3", OptOut: campaign.OptOut{All: true}}},
	}
	f, err := rules.DryRun(campaign.Message{ID: "m", Channels: []campaign.Channel{"sms"}}, slices.Values(people), time.Unix(0, 0))
	fmt.Println(f.Send, f.Suppress, err)
	// Output: 1 map[global_optout:1 no_channel:1] <nil>
}

func BenchmarkRules_Decide(b *testing.B) {
	rules := house(b)
	p := campaign.Person{ID: "u1", Reachable: []campaign.Channel{"wecom", "sms"}, Zone: "Asia/Shanghai"}
	var history []campaign.Send
	for i := range 30 {
		history = append(history, campaign.Send{At: ten.Add(-time.Duration(i+1) * 24 * time.Hour), Attempt: campaign.Attempt{Campaign: "old", Channel: "wecom"}})
	}
	m := promo()
	b.ReportAllocs()
	for b.Loop() {
		if d, err := rules.Decide(p, m, history, ten); err != nil || d.Action != campaign.SendNow {
			b.Fatal(d, err)
		}
	}
}
