package sqlstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/segment/identity/identitytest"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func TestIdentities(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		identitytest.TestStore(t, newStore)
	})
}
