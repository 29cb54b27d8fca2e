package memstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/persona/personatest"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestPersonas(t *testing.T) {
	personatest.TestStore(t, func(*testing.T) *memstore.Store { return memstore.New() })
}
