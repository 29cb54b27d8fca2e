package memstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/referral/invite/invitetest"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestInvites(t *testing.T) {
	invitetest.TestStore(t, func(*testing.T) *memstore.Store { return memstore.New() })
}
