package claimlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"

	"github.com/siyu-go/siyu"
)

// A file is its magic and then blocks, one for each group of claims:
//
//	magic     4 bytes  "SYCB"
//	length    4 bytes  of the records
//	sequence  8 bytes  1, 2, 3, …
//	checksum  4 bytes  CRC-32C of all the rest of the block
//	records
//
// and a record is a kind byte with its fields: an offer has its name (length,
// bytes) and quota, a grant the offer's index and the user (length, bytes).
// Fixed integers are little-endian, those of records unsigned varints.
const (
	fileMagic  = "siyuclm1"
	blockMagic = "SYCB"
	headerSize = 20

	offerRecord = 1
	grantRecord = 2
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errRecord = errors.New("claimlog: malformed record")

func appendOffer(b []byte, name string, quota int64) []byte {
	b = append(b, offerRecord)
	b = appendText(b, name)
	return binary.AppendUvarint(b, uint64(quota))
}

func appendGrant(b []byte, offer uint64, user siyu.UserID) []byte {
	b = append(b, grantRecord)
	b = binary.AppendUvarint(b, offer)
	return appendText(b, string(user))
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// sealBlock fills in the header of a block whose records stand behind it.
func sealBlock(block []byte, seq uint64) {
	copy(block, blockMagic)
	binary.LittleEndian.PutUint32(block[4:], uint32(len(block)-headerSize))
	binary.LittleEndian.PutUint64(block[8:], seq)
	binary.LittleEndian.PutUint32(block[16:], checksum(block))
}

func checksum(block []byte) uint32 {
	return crc32.Update(crc32.Checksum(block[:16], castagnoli), castagnoli, block[headerSize:])
}

// openBlock reads the block that data begins with. It is not whole if it is cut
// off, damaged, or not a block at all.
func openBlock(data []byte) (records []byte, seq uint64, size int, whole bool) {
	if len(data) < headerSize || string(data[:4]) != blockMagic {
		return nil, 0, 0, false
	}
	length := int(binary.LittleEndian.Uint32(data[4:]))
	if length > len(data)-headerSize {
		return nil, 0, 0, false
	}
	block := data[:headerSize+length]
	if checksum(block) != binary.LittleEndian.Uint32(block[16:]) {
		return nil, 0, 0, false
	}
	return block[headerSize:], binary.LittleEndian.Uint64(block[8:]), len(block), true
}

// blockFollows reports whether a whole block begins anywhere in data.
func blockFollows(data []byte) bool {
	for {
		i := bytes.Index(data, []byte(blockMagic))
		if i < 0 {
			return false
		}
		if _, _, _, whole := openBlock(data[i:]); whole {
			return true
		}
		data = data[i+1:]
	}
}

// record is one decoded record; kind tells which fields count.
type record struct {
	kind  byte
	name  string // offer
	quota int64
	offer uint64 // grant
	user  siyu.UserID
}

// nextRecord decodes the first record of b and returns the rest.
func nextRecord(b []byte) (r record, rest []byte, err error) {
	r.kind, b = b[0], b[1:]
	switch r.kind {
	case offerRecord:
		if r.name, b, err = nextText(b); err != nil {
			return r, nil, err
		}
		quota, n := binary.Uvarint(b)
		if n <= 0 || int64(quota) < 1 {
			return r, nil, errRecord
		}
		r.quota = int64(quota)
		return r, b[n:], nil
	case grantRecord:
		offer, n := binary.Uvarint(b)
		if n <= 0 {
			return r, nil, errRecord
		}
		r.offer = offer
		user, rest, err := nextText(b[n:])
		r.user = siyu.UserID(user)
		return r, rest, err
	}
	return r, nil, errRecord
}

func nextText(b []byte) (string, []byte, error) {
	length, n := binary.Uvarint(b)
	if n <= 0 || length > siyu.MaxID || uint64(len(b)-n) < length {
		return "", nil, errRecord
	}
	return string(b[n : n+int(length)]), b[n+int(length):], nil
}
