package referral

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// HashSignal returns what to store of a device id, card number, address or
// network prefix, so that equal ones can be found and none can be read or
// guessed back: HMAC-SHA-256 under a secret of the host, cut to 128 bits, in
// hex. Signals of different names never match. An empty value stays empty,
// which matches nothing.
//
// Bring values into one form first: spaces, letter case, the first 24 bits of an
// IPv4 address and 48 of an IPv6 one.
func HashSignal(secret []byte, name, value string) string {
	if value == "" {
		return ""
	}
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("siyu signal\x00" + name + "\x00" + value))
	return hex.EncodeToString(h.Sum(nil)[:16])
}
