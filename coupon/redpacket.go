package coupon

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	mathrand "math/rand/v2"
	"slices"

	"github.com/siyu-go/siyu"
)

// Seed makes the chance of a draw or a red packet reproducible. Publish its
// [Seed.Commitment] before and the seed after: then everybody can check that
// nothing was changed in between.
type Seed [32]byte

// NewSeed returns a seed from crypto/rand.
func NewSeed() Seed {
	var s Seed
	rand.Read(s[:]) // never fails, see crypto/rand
	return s
}

// Commitment returns what to publish before: the SHA-256 of the seed, in hex. It
// tells nothing about the seed.
func (s Seed) Commitment() string {
	sum := sha256.Sum256(s[:])
	return hex.EncodeToString(sum[:])
}

// Opens reports whether a commitment is of this seed.
func (s Seed) Opens(commitment string) bool {
	return subtle.ConstantTimeCompare([]byte(s.Commitment()), []byte(commitment)) == 1
}

// derive returns 32 bytes that are fixed by the seed and a name.
func (s Seed) derive(name string, n uint64) [32]byte {
	mac := hmac.New(sha256.New, s[:])
	mac.Write([]byte(name))
	mac.Write(binary.BigEndian.AppendUint64([]byte{0}, n))
	return [32]byte(mac.Sum(nil))
}

// MaxPackets is how many shares a red packet is split into at most.
const MaxPackets = 10_000

// RedPacket splits an amount at random into shares of at least one minor unit
// (拼手气红包). The shares sum to the amount exactly; every split is as likely as
// every other, so the first to open has no advantage over the last. The same
// seed and name give the same shares.
//
// The method cuts the amount at shares-1 different places of amount-1, which are
// drawn with ChaCha8 from the seed (Floyd's sampling; Bentley and Floyd, CACM
// 30(9), 1987).
func RedPacket(seed Seed, name string, amount siyu.Money, shares int) ([]siyu.Money, error) {
	if shares < 1 || shares > MaxPackets {
		return nil, siyu.Invalid("shares", "%d is not within 1 and %d", shares, MaxPackets)
	}
	if amount < siyu.Money(shares) {
		return nil, siyu.Invalid("amount", "%d is less than one for each of %d", amount, shares)
	}
	r := mathrand.New(mathrand.NewChaCha8(seed.derive("red packet "+name, 0)))
	places := int64(amount) - 1 // between the units
	chosen := make(map[int64]bool, shares)
	cuts := make([]int64, 0, shares+1)
	for top := places - int64(shares-1) + 1; top <= places; top++ {
		cut := 1 + r.Int64N(top)
		if chosen[cut] {
			cut = top
		}
		chosen[cut] = true
		cuts = append(cuts, cut)
	}
	slices.SortFunc(cuts, cmp.Compare)
	cuts = append(cuts, int64(amount))
	parts, last := make([]siyu.Money, shares), int64(0)
	for i, cut := range cuts {
		parts[i], last = siyu.Money(cut-last), cut
	}
	return parts, nil
}
