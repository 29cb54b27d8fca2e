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

func replyRules() campaign.ReplyRules {
	three, five := 3, 5
	return campaign.ReplyRules{
		"menu": {Quota: &three, Seconds: 60}, "message": {Quota: &five, Seconds: 600}, "pay": {Seconds: 300},
	}
}

// As many replies go out as the open windows allow together, and never one
// while none is open.
func TestReplyRules_laws(t *testing.T) {
	rules := replyRules()
	rapid.Check(t, func(t *rapid.T) {
		var windows []campaign.ReplyWindow
		now := ten
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second)
			if kind := rapid.SampledFrom([]string{"", "", "menu", "message", "pay"}).Draw(t, "opens"); kind != "" {
				next, err := rules.Open(windows, kind, now)
				if err != nil {
					t.Fatal(err)
				}
				windows = next
				continue
			}
			left, unlimited := 0, false
			for _, w := range windows {
				if w.Window.Contains(now) {
					left += w.Left
					unlimited = unlimited || w.Unlimited
				}
			}
			next, ok := campaign.UseReply(windows, now)
			if ok != (left > 0 || unlimited) {
				t.Fatalf("%d left, unlimited %v, answered %v", left, unlimited, ok)
			}
			after := 0
			for _, w := range next {
				if w.Window.Contains(now) {
					after += w.Left
				}
			}
			if want := max(0, left-1); after != want {
				t.Fatalf("%d left after one of %d", after, left)
			}
			windows = next
		}
	})
	if _, err := rules.Open(nil, "wave", ten); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("an act that opens nothing: %v", err)
	}
}

func ExampleUseReply() {
	windows, err := replyRules().Open(nil, "menu", ten)
	if err != nil {
		panic(err)
	}
	for range 4 {
		var ok bool
		windows, ok = campaign.UseReply(windows, ten.Add(time.Second))
		fmt.Print(ok, " ")
	}
	// Output: true true true false
}

func ExampleCaps_Contend() {
	caps := campaign.Caps{{ID: "day", Limit: 1, Window: campaign.CalendarWindow(campaign.Day)}}
	granted, refused := caps.Contend([]campaign.Candidate{
		{ID: "newsletter", Priority: 1}, {ID: "coupon-expiring", Priority: 9},
	}, nil, ten, time.UTC)
	fmt.Println(granted[0].ID, refused[0].ID)
	// Output: coupon-expiring newsletter
}
