package sqlstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/store/sqlstore"
	"github.com/siyu-go/siyu/store/storetest"
)

func TestStore(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		storetest.TestStore(t, newStore)
	})
}
