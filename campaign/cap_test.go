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

var zones = []string{"UTC", "Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Kathmandu"}

func zone(t interface {
	Helper()
	Fatal(...any)
}, name string,
) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func genCap(t *rapid.T, i int) campaign.Cap {
	c := campaign.Cap{ID: fmt.Sprint("cap", i), Limit: campaign.Limit(rapid.IntRange(1, 4).Draw(t, "limit"))}
	if rapid.Bool().Draw(t, "rolling") {
		c.Window = campaign.RollingWindow(time.Duration(rapid.IntRange(1, 72).Draw(t, "hours")) * time.Hour)
	} else {
		c.Window = campaign.CalendarWindow(rapid.SampledFrom([]campaign.Unit{campaign.Day, campaign.Week, campaign.Month}).Draw(t, "unit"))
	}
	if rapid.IntRange(0, 3).Draw(t, "days in month") == 0 {
		c.Limit = campaign.DaysInMonth
	}
	if rapid.Bool().Draw(t, "match") {
		c.Match.Channels = []campaign.Channel{"wecom"}
	}
	return c
}

// counted says how many sends a cap counts at an instant, straight from the
// definition and with the calendar of the time package.
func counted(c campaign.Cap, sends []campaign.Send, at time.Time, loc *time.Location) (n int) {
	local := at.In(loc)
	for _, s := range sends {
		if s.Outcome == campaign.Failed || s.Class == campaign.Transactional || s.At.After(at) {
			continue
		}
		if len(c.Match.Channels) > 0 && s.Channel != "wecom" {
			continue
		}
		var in bool
		switch then := s.At.In(loc); {
		case c.Window.Kind == campaign.Rolling:
			in = s.At.After(at.Add(-time.Duration(c.Window.Seconds) * time.Second))
		case c.Window.Unit == campaign.Day:
			in = then.Format(time.DateOnly) == local.Format(time.DateOnly)
		case c.Window.Unit == campaign.Week:
			y1, w1 := then.ISOWeek()
			y2, w2 := local.ISOWeek()
			in = y1 == y2 && w1 == w2
		default:
			in = then.Format("2006-01") == local.Format("2006-01")
		}
		if in {
			n++
		}
	}
	return n
}

func limit(c campaign.Cap, at time.Time, loc *time.Location) int {
	if c.Limit != campaign.DaysInMonth {
		return int(c.Limit)
	}
	local := at.In(loc)
	return time.Date(local.Year(), local.Month()+1, 0, 12, 0, 0, 0, loc).Day()
}

// Caps are never exceeded, and nothing is refused without a cap that is full.
func TestCaps_exact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		var caps campaign.Caps
		for i := range rapid.IntRange(1, 3).Draw(t, "caps") {
			caps = append(caps, genCap(t, i))
		}
		now := time.Unix(rapid.Int64Range(1_790_000_000, 1_830_000_000).Draw(t, "start"), 0)
		var history []campaign.Send
		for range rapid.IntRange(1, 60).Draw(t, "attempts") {
			now = now.Add(time.Duration(rapid.IntRange(0, 40*3600).Draw(t, "gap")) * time.Second)
			a := campaign.Attempt{Channel: rapid.SampledFrom([]campaign.Channel{"wecom", "sms"}).Draw(t, "channel")}
			if rapid.IntRange(0, 9).Draw(t, "class") == 0 {
				a.Class = campaign.Transactional
			}
			var full []string
			for _, c := range caps {
				if a.Class != campaign.Transactional && (len(c.Match.Channels) == 0 || a.Channel == "wecom") &&
					counted(c, history, now, loc) >= limit(c, now, loc) {
					full = append(full, c.ID)
				}
			}
			v := caps.Check(a, history, now, loc)
			if !slices.Equal(v.BlockedBy, full) {
				t.Fatalf("at %s blocked by %v, want %v", now.In(loc), v.BlockedBy, full)
			}
			if v.Allowed() {
				outcome := rapid.SampledFrom([]campaign.Outcome{"", campaign.Failed, campaign.Unknown, campaign.Reserved}).Draw(t, "outcome")
				history = append(history, campaign.Send{Attempt: a, At: now, Outcome: outcome})
				continue
			}
			checkNext(t, caps, a, history, now, v.Next, loc)
		}
	})
}

// checkNext wants the attempt allowed at next and at no instant before it at
// which anything changes.
func checkNext(t *rapid.T, caps campaign.Caps, a campaign.Attempt, history []campaign.Send, now, next time.Time, loc *time.Location) {
	if !caps.Check(a, history, next, loc).Allowed() {
		t.Fatalf("not allowed at next, %s", next.In(loc))
	}
	instants := []time.Time{next.Add(-time.Microsecond)}
	for x := now; x.Before(next) && len(instants) < 500; x = x.Add(next.Sub(now)/97 + time.Second) {
		instants = append(instants, x)
	}
	for _, s := range history {
		for _, c := range caps {
			instants = append(instants, s.At.Add(time.Duration(c.Window.Seconds)*time.Second))
		}
	}
	for _, x := range instants {
		if !x.Before(now) && x.Before(next) && caps.Check(a, history, x, loc).Allowed() {
			t.Fatalf("allowed at %s, before next %s", x.In(loc), next.In(loc))
		}
	}
}

func TestCap_never(t *testing.T) {
	caps := campaign.Caps{{ID: "none", Limit: 0, Window: campaign.CalendarWindow(campaign.Day)}}
	v := caps.Check(campaign.Attempt{}, nil, time.Unix(1_800_000_000, 0), time.UTC)
	if v.Allowed() || !v.Next.IsZero() {
		t.Errorf("got %+v, want never", v)
	}
}

func TestCaps_Validate(t *testing.T) {
	day := campaign.CalendarWindow(campaign.Day)
	for field, caps := range map[string]campaign.Caps{
		"[0].id":          {{Window: day}},
		"[0].limit":       {{ID: "a", Limit: -2, Window: day}},
		"[0].window":      {{ID: "a", Window: campaign.RollingWindow(0)}},
		"[0].window.kind": {{ID: "a"}},
		"[1].id":          {{ID: "a", Window: day}, {ID: "a", Window: day}},
	} {
		var invalid *siyu.InvalidError
		if err := caps.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
}

// Back-testing keeps what asking one contact after the other would keep.
func TestCaps_Backtest_equals_replay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		caps := campaign.Caps{genCap(t, 0), genCap(t, 1)}
		base := time.Unix(1_800_000_000, 0)
		var log []campaign.Contact
		for range rapid.IntRange(0, 60).Draw(t, "contacts") {
			log = append(log, campaign.Contact{
				User:      siyu.UserID(rapid.SampledFrom([]string{"u1", "u2", "u3"}).Draw(t, "user")),
				Send:      campaign.Send{At: base.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "hour")) * time.Hour), Attempt: campaign.Attempt{Channel: "wecom"}},
				Converted: rapid.Bool().Draw(t, "converted"),
			})
		}
		b := caps.Backtest(log, func(siyu.UserID) *time.Location { return time.UTC })
		order := make([]int, len(log))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(i, j int) int { return log[i].At.Compare(log[j].At) })
		history := map[siyu.UserID][]campaign.Send{}
		kept := 0
		for _, i := range order {
			c := log[i]
			ok := caps.Check(c.Attempt, history[c.User], c.At, time.UTC).Allowed()
			if ok != b.Allowed[i] {
				t.Fatalf("contact %d: %v, want %v", i, b.Allowed[i], ok)
			}
			if ok {
				kept++
				history[c.User] = append(history[c.User], c.Send)
			}
		}
		if b.Kept != kept || b.Kept+b.Saved != b.Contacts || b.Contacts != len(log) || b.ConversionsSaved > b.Conversions {
			t.Fatalf("counts do not add up: %+v, kept %d", b, kept)
		}
	})
}

func ExampleCaps_Check() {
	caps := campaign.Caps{{ID: "org", Limit: 2, Window: campaign.RollingWindow(24 * time.Hour)}}
	at := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	history := []campaign.Send{{At: at}, {At: at.Add(time.Hour)}}
	v := caps.Check(campaign.Attempt{Channel: "wecom"}, history, at.Add(2*time.Hour), time.UTC)
	fmt.Println(v.Allowed(), v.BlockedBy, v.Next.Format(time.RFC3339))
	// Output: false [org] 2026-06-02T10:00:00Z
}

func ExampleCaps_Backtest() {
	at := func(hour int) campaign.Send {
		return campaign.Send{At: time.Date(2026, 6, 1, hour, 0, 0, 0, time.UTC), Attempt: campaign.Attempt{Channel: "phone"}}
	}
	log := []campaign.Contact{
		{User: "u1", Send: at(9)}, {User: "u1", Send: at(11)}, {User: "u1", Send: at(15), Converted: true}, {User: "u2", Send: at(9), Converted: true},
	}
	caps := campaign.Caps{{ID: "twice a day", Limit: 2, Window: campaign.CalendarWindow(campaign.Day)}}
	b := caps.Backtest(log, func(siyu.UserID) *time.Location { return time.UTC })
	fmt.Printf("of %d contacts %d would be saved, and %d of %d conversions at risk\n", b.Contacts, b.Saved, b.ConversionsSaved, b.Conversions)
	// Output: of 4 contacts 1 would be saved, and 1 of 2 conversions at risk
}

func BenchmarkCaps_Backtest(b *testing.B) {
	const people, each = 100_000, 10
	log := make([]campaign.Contact, 0, people*each)
	for i := range people * each {
		log = append(log, campaign.Contact{
			User: siyu.UserID(fmt.Sprint("u", i%people)),
			Send: campaign.Send{At: time.Unix(1_800_000_000+int64(i/people)*7200, 0), Attempt: campaign.Attempt{Channel: "wecom"}},
		})
	}
	caps := campaign.Caps{
		{ID: "day", Limit: 2, Window: campaign.CalendarWindow(campaign.Day)}, {ID: "week", Limit: 5, Window: campaign.RollingWindow(7 * 24 * time.Hour)},
	}
	b.Run("contacts=1e6", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if r := caps.Backtest(log, func(siyu.UserID) *time.Location { return time.UTC }); r.Kept == 0 || r.Saved == 0 {
				b.Fatal(r)
			}
		}
	})
}
