package siyu_test

import (
	"strings"
	"testing"

	"github.com/siyu-go/siyu"
)

func TestCall_EventID(t *testing.T) {
	call := func(key string) siyu.Call { return siyu.Call{Op: "coupon.claim", Key: key} }
	if got := call("k1").EventID(0); got != "coupon.claim:k1" {
		t.Errorf("got %q", got)
	}
	if got := call("k1").EventID(2); got != "coupon.claim:k1#2" {
		t.Errorf("got %q", got)
	}
	long := strings.Repeat("x", siyu.MaxID)
	a, b := call(long).EventID(1), call(long[1:]+"y").EventID(1)
	if err := siyu.CheckID("id", string(a)); err != nil || a == b {
		t.Errorf("long keys: %v, and %q must not equal %q", err, a, b)
	}
}
