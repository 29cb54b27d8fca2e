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

// quietAt reads the wall clock minute by minute, straight from the definition.
func quietAt(q campaign.QuietHours, t time.Time, loc *time.Location) bool {
	local := t.In(loc)
	minute := siyu.HourMinute(local.Hour(), local.Minute())
	for _, w := range q.Windows {
		today, yesterday := w.Days.Contains(local.Weekday()), w.Days.Contains((local.Weekday()+6)%7)
		switch {
		case w.Start < w.End && today && minute >= w.Start && minute < w.End,
			w.Start > w.End && (today && minute >= w.Start || yesterday && minute < w.End):
			return true
		}
	}
	return false
}

// Release is the first instant that is not quiet, also where clocks change.
func TestQuietHours_Release_first_open_instant(t *testing.T) {
	changes := []int64{ // instants near changes of the clock
		time.Date(2026, 3, 8, 7, 0, 0, 0, time.UTC).Unix(), time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC).Unix(), // New York
		time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC).Unix(), time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC).Unix(), // London
	}
	rapid.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		var q campaign.QuietHours
		for range rapid.IntRange(1, 3).Draw(t, "windows") {
			start := rapid.IntRange(0, 24*4-1).Draw(t, "start")
			end := rapid.IntRange(0, 24*4).Filter(func(n int) bool { return n != start }).Draw(t, "end")
			q.Windows = append(q.Windows, siyu.WeeklyWindow{
				Start: siyu.HourMinute(0, start*15), End: siyu.HourMinute(0, end*15), Days: siyu.Weekdays(rapid.IntRange(0, 127).Draw(t, "days")),
			})
		}
		at := time.Unix(rapid.SampledFrom(changes).Draw(t, "near")+rapid.Int64Range(-40*3600, 20*3600).Draw(t, "off")/60*60, 0)
		release, err := q.Release(at, loc)
		end := release
		if errors.Is(err, campaign.ErrNeverOpen) {
			end = at.Add(8 * 24 * time.Hour)
		} else if err != nil || quietAt(q, release, loc) {
			t.Fatalf("release %s is quiet, or %v", release.In(loc), err)
		}
		for x := at; x.Before(end); x = x.Add(time.Minute) {
			if !quietAt(q, x, loc) {
				t.Fatalf("%s is open, before release %s (%v)", x.In(loc), release.In(loc), err)
			}
		}
		if q.Quiet(at, loc) != quietAt(q, at, loc) {
			t.Fatal("Quiet differs from the definition")
		}
	})
}

func TestQuietHours_mistakes(t *testing.T) {
	all := campaign.QuietHours{Windows: []siyu.WeeklyWindow{{Start: 0, End: siyu.EndOfDay}}}
	if _, err := all.Release(time.Unix(1_800_000_000, 0), time.UTC); !errors.Is(err, campaign.ErrNeverOpen) {
		t.Errorf("always quiet: got %v", err)
	}
	_, err := campaign.Compile(campaign.Policy{Quiet: campaign.QuietHours{Windows: []siyu.WeeklyWindow{{Start: 60, End: 60}}}})
	if !errors.Is(err, campaign.ErrEmptyWindow) || !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("empty window: got %v", err)
	}
	rules, err := campaign.Compile(campaign.Policy{Quiet: all})
	if err != nil {
		t.Fatal(err)
	}
	p := campaign.Person{ID: "u1", Reachable: []campaign.Channel{"sms"}, Zone: "Local"}
	if _, err := rules.Decide(p, campaign.Message{ID: "m", Channels: []campaign.Channel{"sms"}}, nil, time.Unix(1_800_000_000, 0)); !errors.Is(err, campaign.ErrNoZone) {
		t.Errorf("no zone: got %v; the machine's own is nobody's", err)
	}
}

func ExampleQuietHours_Release() {
	q := campaign.QuietHours{Windows: []siyu.WeeklyWindow{{Start: siyu.HourMinute(22, 0), End: siyu.HourMinute(8, 0)}}}
	shanghai := time.FixedZone("CST", 8*3600)
	release, err := q.Release(time.Date(2026, 6, 1, 23, 15, 0, 0, shanghai), shanghai)
	fmt.Println(release.In(shanghai), err)
	// Output: 2026-06-02 08:00:00 +0800 CST <nil>
}
