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

func TestCampaignIdeas(t *testing.T) {
	campaigntest.TestIdeas(t, func(*testing.T) campaigntest.Stores {
		s := memstore.New()
		return campaigntest.Stores{
			Campaigns: s.Campaigns(), Journeys: s.Journeys(), Offers: s.Offers(), Surveys: s.Surveys(), Events: s.Events(),
		}
	})
}
