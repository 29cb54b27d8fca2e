package memstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/referral/assist/assisttest"
	"github.com/siyu-go/siyu/referral/groupbuy/groupbuytest"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestGroupBuys(t *testing.T) {
	groupbuytest.TestStore(t, func(*testing.T) *memstore.Store { return memstore.New() })
}

func TestAssists(t *testing.T) {
	assisttest.TestStore(t, func(*testing.T) *memstore.Store { return memstore.New() })
}
