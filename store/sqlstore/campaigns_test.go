package sqlstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/campaign/campaigntest"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func TestCampaigns(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		campaigntest.TestStore(t, newStore)
	})
}

func TestCampaigns_capsHold(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		campaigntest.StressCaps(t, newStore, 1, 40)
	})
}
