package segment

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// VersionKey returns the text by which a database orders versions as SemVer
// does: bytewise comparison of keys is precedence. A text that is no version has
// the key "", and build metadata has no part in it. Columns of version fields
// hold keys for [Bound.SQL].
func VersionKey(v string) string {
	parsed, ok := parseVersion(v)
	if !ok {
		return ""
	}
	return parsed.key()
}

// key puts the number of digits before each number, "~" after a release, and
// "-" before the identifiers of a pre-release, each ended by "!".
func (v version) key() string {
	b := v.coreKey()
	if v.pre == "" {
		return string(append(b, '~'))
	}
	b = append(b, '-')
	for id := range strings.SplitSeq(v.pre, ".") {
		if numeric(id) {
			b = fmt.Appendf(b, "0%08d", len(id))
		} else {
			b = append(b, '1')
		}
		b = append(append(b, id...), '!')
	}
	return string(b)
}

func (v version) coreKey() []byte {
	var b []byte
	for _, n := range v.core {
		digits := strconv.FormatUint(n, 10)
		b = append(append(b, 'a'+byte(len(digits))), digits...)
	}
	return b
}

// AddressKey returns the text by which a database orders IP addresses: the 16
// bytes of the address in hexadecimal, IPv4 as mapped into IPv6. A text that is
// no address has the key "". Columns of IP fields hold keys for [Bound.SQL].
func AddressKey(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil || addr.Zone() != "" {
		return ""
	}
	return addressKey(addr)
}

func addressKey(addr netip.Addr) string {
	bytes := addr.As16()
	return hex.EncodeToString(bytes[:])
}

// networkKeys returns the keys of the first and last address of a network.
func networkKeys(n netip.Prefix) (first, last string) {
	low := n.Masked().Addr().As16()
	high := low
	host := n.Addr().BitLen() - n.Bits() // bits that vary, counted from the end
	for i := 15; host > 0; i-- {
		bits := min(host, 8)
		high[i] |= byte(1<<bits - 1)
		host -= bits
	}
	return hex.EncodeToString(low[:]), hex.EncodeToString(high[:])
}
