package assist_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/assist"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A task list with tiers: a gift at two helpers, a bigger one at four.
func Example() {
	campaign, err := assist.New(assist.Terms{
		Duration: 24 * 3600, NewOnly: true,
		Tiers: []assist.Tier{{Helpers: 2, Reward: 5_00}, {Helpers: 3, Reward: 20_00}},
	})
	if err != nil {
		panic(err)
	}
	if err := campaign.Start("t1", "lee", noon); err != nil {
		panic(err)
	}
	for _, h := range []assist.Helper{{Person: "lee"}, {Person: "ann"}, {Person: "ann"}, {Person: "bo", Existing: true}, {Person: "cy"}, {Person: "di"}, {Person: "ed"}} {
		o, _ := campaign.Help("t1", h, noon)
		fmt.Println(h.Person, o.Reason.Text(siyu.English), o.Reward, o.Done)
	}
	// Output:
	// lee nobody can help themselves 0 false
	// ann  0 false
	// ann has helped already 0 false
	// bo only new customers can help 0 false
	// cy  500 false
	// di  2000 true
	// ed the task is complete 0 true
}

func TestCampaign(t *testing.T) {
	c, err := assist.New(assist.Terms{Required: 1, Duration: 60, Reward: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"t1", "t2", "t3"} {
		if err := c.Start(id, "lee", noon); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Start("t1", "bo", noon); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("a task twice: %v", err)
	}
	if o, _ := c.Help("t1", assist.Helper{Person: "ann"}, noon); o.Reward != 10 {
		t.Errorf("help: %+v", o)
	}
	if o, _ := c.Help("t2", assist.Helper{Person: "ann"}, noon); o.Reason != assist.AlreadyHelped {
		t.Errorf("another task of the campaign: %+v", o)
	}
	if o, _ := c.Help("t2", assist.Helper{Person: "bo"}, noon.Add(time.Minute)); o.Reason != assist.Expired {
		t.Errorf("at the end: %+v", o)
	}
	// A refusal does not use the helper up.
	if o, _ := c.Help("t3", assist.Helper{Person: "bo"}, noon.Add(time.Minute-1)); o.Reason != "" {
		t.Errorf("just before the end: %+v", o)
	}
	if _, err := c.Help("t9", assist.Helper{Person: "bo"}, noon); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("an unknown task: %v", err)
	}
	for name, terms := range map[string]assist.Terms{
		"nothing to reach": {Duration: 1}, "both": {Duration: 1, Required: 1, Tiers: []assist.Tier{{Helpers: 1}}},
		"no duration": {Required: 1}, "tiers that fall": {Duration: 1, Tiers: []assist.Tier{{Helpers: 2}, {Helpers: 2}}},
		"a negative reward": {Duration: 1, Required: 1, Reward: -1},
	} {
		if _, err := assist.New(terms); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
