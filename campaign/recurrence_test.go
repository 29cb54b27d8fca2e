package campaign_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

// Occurrences begin when the wall clock says so, each once, in order.
func TestRecurrence_Between_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		slot := siyu.WeeklyWindow{Start: siyu.HourMinute(rapid.IntRange(4, 23).Draw(t, "hour"), 30), End: siyu.HourMinute(4, 0), Days: siyu.Weekdays(rapid.IntRange(1, 127).Draw(t, "days"))}
		r := campaign.Recurrence{Slots: []siyu.WeeklyWindow{slot}}
		from := time.Unix(rapid.Int64Range(1_700_000_000, 1_800_000_000).Draw(t, "from"), 0)
		days := rapid.IntRange(1, 60).Draw(t, "days")
		got, err := r.Between(siyu.Window{Start: from, End: from.AddDate(0, 0, days)}, loc)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for x := from.Truncate(30 * time.Minute); x.Before(from.AddDate(0, 0, days)); x = x.Add(15 * time.Minute) {
			local := x.In(loc)
			if !x.Before(from) && slot.Days.Contains(local.Weekday()) && siyu.HourMinute(local.Hour(), local.Minute()) == slot.Start {
				if want >= len(got) || !got[want].Window.Start.Equal(x) {
					t.Fatalf("occurrence %d is not %s: %v", want, local, got)
				}
				want++
			}
		}
		if want != len(got) {
			t.Fatalf("%d occurrences, want %d", len(got), want)
		}
		if next, err := r.Next(from, loc); err != nil || len(got) > 0 && next != got[0] || next.Window.Start.Before(from) {
			t.Fatalf("next is %v, %v, the first %v", next, err, got)
		}
	})
}

func TestRecurrence_refuses(t *testing.T) {
	ok := campaign.Recurrence{Slots: []siyu.WeeklyWindow{{Start: 0, End: siyu.EndOfDay}}}
	for name, w := range map[string]siyu.Window{"open": {}, "backwards": {Start: ten, End: ten.Add(-1)}, "too long": {Start: ten, End: ten.AddDate(2, 0, 0)}} {
		if _, err := ok.Between(w, time.UTC); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	for _, data := range []string{`{}`, `{"slots":[{"start":"09:00","end":"09:00"}]}`, `{"slots":[{"start":"09:00","end":"10:00"}],"early_seconds":-1}`} {
		if _, err := campaign.ParseRecurrence([]byte(data)); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v, want invalid", data, err)
		}
	}
}

func ExampleRecurrence() {
	wednesdays, err := campaign.ParseRecurrence([]byte(`{"slots": [{"start": "10:00", "end": "22:00", "days": ["wed"]}], "early_seconds": 7200}`))
	if err != nil {
		panic(err)
	}
	shanghai := time.FixedZone("CST", 8*3600)
	o, err := wednesdays.Next(ten.AddDate(0, 0, 1), shanghai)
	m := campaign.Message{ID: "周三5折", Channels: []campaign.Channel{"wecom"}}.For(o, time.Hour)
	fmt.Println(m.ID, m.Window.Start.In(shanghai).Format(time.DateTime), o.Early.In(shanghai).Format("15:04"), err)
	// Output: 周三5折@2026-06-10T10:00 2026-06-10 09:00:00 08:00 <nil>
}
