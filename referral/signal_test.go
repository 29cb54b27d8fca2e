package referral_test

import (
	"testing"

	"github.com/siyu-go/siyu/referral"
)

func TestHashSignal(t *testing.T) {
	secret, other := []byte("secret"), []byte("other")
	hash := referral.HashSignal(secret, "device", "d1")
	if hash != referral.HashSignal(secret, "device", "d1") || len(hash) != 32 {
		t.Errorf("hash %q", hash)
	}
	for name, different := range map[string]string{
		"value": referral.HashSignal(secret, "device", "d2"), "name": referral.HashSignal(secret, "payment", "d1"),
		"secret": referral.HashSignal(other, "device", "d1"),
	} {
		if different == hash {
			t.Errorf("another %s gives the same hash", name)
		}
	}
	if referral.HashSignal(secret, "device", "") != "" {
		t.Error("an empty value matches others")
	}
}
