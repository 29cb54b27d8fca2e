package sqlstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/persona/personatest"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func TestPersonas(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		personatest.TestStore(t, newStore)
	})
}
