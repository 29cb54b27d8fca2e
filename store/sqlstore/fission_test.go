package sqlstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/referral/assist/assisttest"
	"github.com/siyu-go/siyu/referral/groupbuy/groupbuytest"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func TestGroupBuys(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		groupbuytest.TestStore(t, newStore)
	})
}

func TestAssists(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		assisttest.TestStore(t, newStore)
	})
}
