package memstore_test

import (
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/campaigntest"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestCampaigns(t *testing.T) {
	campaigntest.TestStore(t, func(*testing.T) (campaign.Store, siyu.EventLog) {
		s := memstore.New()
		return s.Campaigns(), s.Events()
	})
}
