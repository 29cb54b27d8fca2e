package memstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/segment/identity/identitytest"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestIdentities(t *testing.T) {
	identitytest.TestStore(t, func(*testing.T) *memstore.Store { return memstore.New() })
}
