package survey_test

import (
	"context"
	"fmt"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/survey"
	"github.com/siyu-go/siyu/store/memstore"
)

// What a person says about how often he wants to hear of offers binds the
// sender from then on.
func ExampleService() {
	ctx, store := context.Background(), memstore.New()
	clock := siyu.NewManualClock(noon)
	s, err := survey.Parse([]byte(wishJSON))
	if err != nil {
		panic(err)
	}
	out, err := survey.New(store.Surveys(), &survey.Options{Clock: clock}).
		Submit(ctx, "answer/u1", s, "u1", survey.Answers{"interest": {"fund"}, "often": {"never"}})
	fmt.Println(out.Gift, err)

	rules, err := campaign.Compile(campaign.Policy{})
	if err != nil {
		panic(err)
	}
	r, err := campaign.New(store.Campaigns(), rules, &campaign.Options{Clock: clock}).Reserve(ctx, campaign.ReserveRequest{
		Key: "sale/u1", Person: campaign.Person{ID: "u1"},
		Message: campaign.Message{ID: "sale", Topic: campaign.Promo, Channels: []campaign.Channel{"wecom"}},
	})
	fmt.Println(r.Action, r.Reason, err)
	// Output:
	// pack <nil>
	// suppress topic_optout <nil>
}
