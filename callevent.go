package siyu

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// EventID returns the id of the n-th event of a call, counted from 0. It is the
// same whenever the call is made, and differs between calls: op, key and n,
// with the key digested where it is too long for an id.
func (c Call) EventID(n int) EventID {
	tail := ""
	if n > 0 {
		tail = "#" + strconv.Itoa(n)
	}
	if id := c.Op + ":" + c.Key + tail; len(id) <= MaxID {
		return EventID(id)
	}
	sum := sha256.Sum256([]byte(c.Key))
	return EventID(c.Op + ":" + hex.EncodeToString(sum[:]) + tail)
}
