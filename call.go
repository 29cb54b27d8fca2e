package siyu

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Call identifies one mutating request, so that it can be sent again safely:
// the same Op, Key and Digest is answered with the stored answer, the same Op
// and Key with another Digest is [ErrConflict]. Services make calls, stores
// keep them; users of the library pass only the key.
type Call struct {
	Op     string // what is asked, such as "coupon.claim"
	Key    string // the caller's idempotency key
	Digest string // of the arguments, in hex
}

// NewCall makes the call that asks for op under key with these arguments. The
// arguments are digested in their JSON form (SHA-256); a value without one is
// [ErrInvalid], and so is a missing or overlong key.
func NewCall(op, key string, args any) (Call, error) {
	if err := CheckID("key", key); err != nil {
		return Call{}, err
	}
	data, err := json.Marshal(args)
	if err != nil {
		return Call{}, Invalid("arguments", "have no JSON form: %v", err)
	}
	sum := sha256.Sum256(data)
	return Call{Op: op, Key: key, Digest: hex.EncodeToString(sum[:])}, nil
}

// Match compares a call with the one stored under its Op and Key: nil if it is
// the same request, [ErrConflict] if its arguments differ.
func (c Call) Match(stored Call) error {
	if c.Digest != stored.Digest {
		return fmt.Errorf("%s: the key was used with other arguments: %w", c.Op, ErrConflict)
	}
	return nil
}
