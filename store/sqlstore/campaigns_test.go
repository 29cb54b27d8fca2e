package sqlstore_test

import (
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/campaigntest"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func TestCampaigns(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		campaigntest.TestStore(t, func(t *testing.T) (campaign.Store, siyu.EventLog) {
			s := newStore(t)
			return s.Campaigns(), s.Events()
		})
	})
}

func TestCampaignIdeas(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		campaigntest.TestIdeas(t, func(t *testing.T) campaigntest.Stores {
			s := newStore(t)
			return campaigntest.Stores{
				Campaigns: s.Campaigns(), Journeys: s.Journeys(), Offers: s.Offers(), Surveys: s.Surveys(), Events: s.Events(),
			}
		})
	})
}
