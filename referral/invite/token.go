package invite

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
)

// Errors of [Signer.Open]. Both match [siyu.ErrInvalid].
var (
	// ErrForged: the token was not made by a key of the signer, or was changed.
	ErrForged = fmt.Errorf("invite: the token is not genuine: %w", siyu.ErrInvalid)
	// ErrExpired: the token is genuine, and its time is over.
	ErrExpired = fmt.Errorf("invite: the token has expired: %w", siyu.ErrInvalid)
)

// Invitation is what a token says.
type Invitation struct {
	Program   string
	Inviter   siyu.UserID
	Channel   string    // where it is shared, such as "wecom"; may be empty
	ExpiresAt time.Time // whole seconds; from this instant on it is refused
}

// Key signs tokens. The ID is readable in them.
type Key struct {
	ID     string // up to 32 bytes
	Secret []byte // at least 32 bytes from a secure source
}

// MinSecret is the shortest secret in bytes.
const MinSecret = 32

const (
	maxKeyID = 32
	macSize  = 16 // 128 bits
	version  = 1
	maxToken = 1024 // characters
)

// Signer makes and opens tokens. It does not change and is safe for concurrent
// use.
type Signer struct{ keys []Key }

// NewSigner signs with the first key and opens tokens of all, so that a new key
// is put in front and an old one taken out when its last token has expired.
func NewSigner(keys ...Key) (*Signer, error) {
	if len(keys) == 0 {
		return nil, siyu.Invalid("keys", "is missing")
	}
	s := &Signer{}
	seen := map[string]bool{}
	for i, k := range keys {
		field := fmt.Sprintf("keys[%d]", i)
		if err := siyu.CheckID("id", k.ID); err != nil {
			return nil, siyu.Within(field, err)
		}
		switch {
		case len(k.ID) > maxKeyID:
			return nil, siyu.Invalid(field+".id", "is longer than %d bytes", maxKeyID)
		case len(k.Secret) < MinSecret:
			return nil, siyu.Invalid(field+".secret", "is shorter than %d bytes", MinSecret)
		case seen[k.ID]:
			return nil, siyu.Invalid(field+".id", "is used twice")
		}
		seen[k.ID] = true
		s.keys = append(s.keys, Key{k.ID, append([]byte(nil), k.Secret...)})
	}
	return s, nil
}

// Sign makes a token for URLs: letters, digits, - and _.
func (s *Signer) Sign(i Invitation) (string, error) {
	for _, f := range []struct{ name, value string }{{"program", i.Program}, {"inviter", string(i.Inviter)}} {
		if err := siyu.CheckID(f.name, f.value); err != nil {
			return "", err
		}
	}
	if i.Channel != "" {
		if err := siyu.CheckID("channel", i.Channel); err != nil {
			return "", err
		}
	}
	if i.ExpiresAt.IsZero() {
		return "", siyu.Invalid("expires_at", "is missing")
	}
	key := s.keys[0]
	body := []byte{version}
	for _, part := range []string{key.ID, i.Program, string(i.Inviter), i.Channel} {
		body = append(body, byte(len(part))) // ids are below 256 bytes
		body = append(body, part...)
	}
	body = binary.BigEndian.AppendUint64(body, uint64(i.ExpiresAt.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(body, key.mac(body)...)), nil
}

// Open reads a token at an instant. The errors are [ErrForged], also for
// anything that is no token at all, and [ErrExpired].
func (s *Signer) Open(token string, at time.Time) (Invitation, error) {
	// The decoder passes over line ends: one token would have many spellings.
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") {
		return Invitation{}, ErrForged
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(data) < macSize {
		return Invitation{}, ErrForged
	}
	body, mac := data[:len(data)-macSize], data[len(data)-macSize:]
	i, keyID, err := parse(body)
	if err != nil {
		return Invitation{}, ErrForged
	}
	for _, k := range s.keys {
		if k.ID != keyID {
			continue
		}
		if !hmac.Equal(mac, k.mac(body)) {
			break
		}
		if !at.Before(i.ExpiresAt) {
			return Invitation{}, ErrExpired
		}
		return i, nil
	}
	return Invitation{}, ErrForged
}

// mac binds a body to this use of the secret.
func (k Key) mac(body []byte) []byte {
	h := hmac.New(sha256.New, k.Secret)
	h.Write([]byte("siyu invite\x00"))
	h.Write(body)
	return h.Sum(nil)[:macSize]
}

var errShort = errors.New("the token ends early")

func parse(body []byte) (i Invitation, keyID string, err error) {
	if len(body) == 0 || body[0] != version {
		return i, "", errShort
	}
	body = body[1:]
	parts := [4]string{}
	for n := range parts {
		if len(body) == 0 || len(body) < 1+int(body[0]) {
			return i, "", errShort
		}
		size := int(body[0])
		parts[n], body = string(body[1:1+size]), body[1+size:]
	}
	if len(body) != 8 {
		return i, "", errShort
	}
	return Invitation{
		Program: parts[1], Inviter: siyu.UserID(parts[2]), Channel: parts[3],
		ExpiresAt: time.Unix(int64(binary.BigEndian.Uint64(body)), 0).UTC(),
	}, parts[0], nil
}
