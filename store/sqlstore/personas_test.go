package sqlstore_test

import (
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
	"github.com/siyu-go/siyu/persona/personatest"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func TestPersonas(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		personatest.TestStore(t, func(t *testing.T) (persona.Store, siyu.EventLog) {
			s := newStore(t)
			return s.Personas(), s.Events()
		})
	})
}
