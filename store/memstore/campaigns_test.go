package memstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/campaign/campaigntest"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestCampaigns(t *testing.T) {
	campaigntest.TestStore(t, func(*testing.T) *memstore.Store { return memstore.New() })
}

func TestCampaigns_capsHold(t *testing.T) {
	campaigntest.StressCaps(t, func(*testing.T) *memstore.Store { return memstore.New() }, 1, 1000)
}
