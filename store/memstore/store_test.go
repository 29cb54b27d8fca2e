package memstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/store/memstore"
	"github.com/siyu-go/siyu/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.TestStore(t, func(*testing.T) *memstore.Store { return memstore.New() })
}
