package segment

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/siyu-go/siyu"
)

// The encoding of a set, version 1: "siyuset", the version byte, the universe
// as a little-endian uint64, the rows as a portable Roaring bitmap (the format
// of roaring.org, which other languages read), and the CRC-32C of all of it.
const (
	setMagic   = "siyuset"
	setVersion = 1
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
	if _, err := rows.WriteTo(&out); err != nil {
		return nil, err
	}
	return binary.LittleEndian.AppendUint32(out.Bytes(), crc32.Checksum(out.Bytes(), castagnoli)), nil
}

// DecodeSet reads what MarshalBinary wrote. Data that is damaged, of a newer
// version, or of a universe above the given limit is siyu.ErrInvalid; the limit
// bounds the memory that hostile data can claim to an eighth of it in bytes.
func DecodeSet(data []byte, maxUniverse int) (*Set, error) {
	if len(data) < setHeader+4 || string(data[:len(setMagic)]) != setMagic {
		return nil, siyu.Invalid("set", "is not an encoded set")
	}
	if v := data[len(setMagic)]; v != setVersion {
		return nil, siyu.Invalid("set", "has version %d, this library reads %d", v, setVersion)
	}
	body, sum := data[:len(data)-4], binary.LittleEndian.Uint32(data[len(data)-4:])
	if crc32.Checksum(body, castagnoli) != sum {
		return nil, siyu.Invalid("set", "is damaged")
	}
	universe := binary.LittleEndian.Uint64(data[len(setMagic)+1:])
	if universe > uint64(max(0, min(maxUniverse, MaxUniverse))) {
		return nil, siyu.Invalid("set", "has a universe of %d rows, above the limit of %d", universe, maxUniverse)
	}
	rows := roaring.New()
	body = body[setHeader:]
	if n, err := rows.ReadFrom(bytes.NewReader(body)); err != nil || n != int64(len(body)) {
		return nil, siyu.Invalid("set", "its rows cannot be read")
	}
	if err := rows.Validate(); err != nil {
		return nil, siyu.Invalid("set", "its rows are not in order")
	}
	if !rows.IsEmpty() && uint64(rows.Maximum()) >= universe {
		return nil, siyu.Invalid("set", "row %d is not among %d rows", rows.Maximum(), universe)
	}
	return fromSparse(int(universe), rows), nil
}
