package segment

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/siyu-go/siyu"
)

// The encoding of a set, version 2: "siyuset", the version byte, the universe
// as a little-endian uint64, 32 bytes that tell its dictionary (0 if it has
// none), the rows as a portable Roaring bitmap (the format of roaring.org, which
// other languages read), and the CRC-32C of all of it. Version 1 had no
// dictionary.
const (
	setMagic   = "siyuset"
	setVersion = 2
	setHeader  = len(setMagic) + 1 + 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// MarshalBinary writes the set in a form that later versions of the library
// read; equal sets of one universe have equal encodings.
func (s *Set) MarshalBinary() ([]byte, error) {
	rows := s.bitmap().Clone()
	rows.RunOptimize()
	var out bytes.Buffer
	out.WriteString(setMagic)
	out.WriteByte(setVersion)
	out.Write(binary.LittleEndian.AppendUint64(nil, uint64(s.universe)))
	var people [sha256.Size]byte
	if s.users != nil {
		people = s.users.fingerprint(s.universe)
	}
	out.Write(people[:])
	if _, err := rows.WriteTo(&out); err != nil {
		return nil, err
	}
	return binary.LittleEndian.AppendUint32(out.Bytes(), crc32.Checksum(out.Bytes(), castagnoli)), nil
}

// DecodeSet reads what MarshalBinary wrote, in this version or an older one, and
// knows the rows only; see [Users.DecodeSet]. Data that is damaged, of a newer
// version, or of a universe above the given limit is siyu.ErrInvalid; the limit
// bounds the memory that hostile data can claim to an eighth of it in bytes.
func DecodeSet(data []byte, maxUniverse int) (*Set, error) {
	set, _, err := decodeSet(data, maxUniverse)
	return set, err
}

// DecodeSet reads a set of the dictionary's people. A set of another dictionary
// is siyu.ErrInvalid, and so is whatever [DecodeSet] refuses. A set that knew
// no dictionary is taken to be of this one.
func (u *Users) DecodeSet(data []byte) (*Set, error) {
	set, people, err := decodeSet(data, u.count)
	if err != nil {
		return nil, err
	}
	if people != [sha256.Size]byte{} && people != u.fingerprint(set.universe) {
		return nil, siyu.Invalid("set", "is of another dictionary: the same rows are other people")
	}
	return set.of(u), nil
}

// decodeSet returns the rows, and the fingerprint of their people.
func decodeSet(data []byte, maxUniverse int) (set *Set, people [sha256.Size]byte, err error) {
	refuse := func(problem string, args ...any) (*Set, [sha256.Size]byte, error) {
		return nil, [sha256.Size]byte{}, siyu.Invalid("set", problem, args...)
	}
	if len(data) < setHeader+4 || string(data[:len(setMagic)]) != setMagic {
		return refuse("is not an encoded set")
	}
	version := data[len(setMagic)]
	if version < 1 || version > setVersion {
		return refuse("has version %d, this library reads up to %d", version, setVersion)
	}
	body, sum := data[:len(data)-4], binary.LittleEndian.Uint32(data[len(data)-4:])
	if crc32.Checksum(body, castagnoli) != sum {
		return refuse("is damaged")
	}
	universe := binary.LittleEndian.Uint64(data[len(setMagic)+1:])
	if universe > uint64(max(0, min(maxUniverse, MaxUniverse))) {
		return refuse("has a universe of %d rows, above the limit of %d", universe, maxUniverse)
	}
	body = body[setHeader:]
	if version > 1 {
		if len(body) < len(people) {
			return refuse("is cut off")
		}
		body = body[copy(people[:], body):]
	}
	rows := roaring.New()
	if n, err := rows.ReadFrom(bytes.NewReader(body)); err != nil || n != int64(len(body)) {
		return refuse("its rows cannot be read")
	}
	if err := rows.Validate(); err != nil {
		return refuse("its rows are not in order")
	}
	if !rows.IsEmpty() && uint64(rows.Maximum()) >= universe {
		return refuse("row %d is not among %d rows", rows.Maximum(), universe)
	}
	return fromSparse(int(universe), rows), people, nil
}
