package segment

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/maphash"
	"iter"

	"github.com/siyu-go/siyu"
)

// Users numbers people: the dictionary that tables, sets and the logs of other
// packages share, so that a set of one is a set of the other. Rows are given in
// the order of Add and never change: to keep a dictionary beside encoded sets,
// write the ids in order of row and add them again in that order. It costs the
// bytes of the ids and about ten more each.
//
// Reads are safe for concurrent use as long as nobody adds.
type Users struct {
	seed   maphash.Seed
	chunks []userChunk
	table  []uint32 // open addressing; row+1, 0 is free
	count  int
	digest [][sha256.Size]byte // of all ids up to the end of each full chunk
}

// userChunk holds the ids of chunkUsers rows end to end.
type userChunk struct {
	ids  []byte
	ends []uint32
}

const chunkUsers = 1 << 16

// NewUsers returns an empty dictionary.
func NewUsers() *Users { return &Users{seed: maphash.MakeSeed(), table: make([]uint32, 16)} }

// Len returns the number of people.
func (u *Users) Len() int { return u.count }

// Add returns the row of a person, giving the next one to a new person. The id
// must be one that siyu.CheckID takes.
func (u *Users) Add(id siyu.UserID) (row uint32, added bool, err error) {
	at, found := u.find(id)
	if found {
		return u.table[at] - 1, false, nil
	}
	if err := siyu.CheckID("user", string(id)); err != nil {
		return 0, false, err
	}
	if u.count == MaxUniverse-1 {
		return 0, false, siyu.Invalid("user", "there are %d already", u.count)
	}
	row = uint32(u.count)
	if u.count&(chunkUsers-1) == 0 {
		u.chunks = append(u.chunks, userChunk{})
	}
	c := &u.chunks[len(u.chunks)-1]
	c.ids = append(c.ids, id...)
	c.ends = append(c.ends, uint32(len(c.ids)))
	u.table[at] = row + 1
	if len(c.ends) == chunkUsers {
		u.digest = append(u.digest, c.sum(u.before(len(u.chunks)-1), chunkUsers))
	}
	if u.count++; u.count*4 > len(u.table)*3 {
		u.grow()
	}
	return row, true, nil
}

// Row returns the row of a person.
func (u *Users) Row(id siyu.UserID) (row uint32, ok bool) {
	at, ok := u.find(id)
	if !ok {
		return 0, false
	}
	return u.table[at] - 1, true
}

// ID returns the person of a row, and "" beyond the last.
func (u *Users) ID(row uint32) siyu.UserID { return siyu.UserID(u.bytes(row)) }

// IDs yields the members of a set by their ids, in the order of rows.
func (u *Users) IDs(s *Set) iter.Seq[siyu.UserID] {
	return func(yield func(siyu.UserID) bool) {
		for row := range s.Rows() {
			if int(row) >= u.count || !yield(u.ID(row)) {
				return
			}
		}
	}
}

// Set returns the set of these people, with all people of the dictionary as its
// universe. Unknown ids are counted and left out.
func (u *Users) Set(ids iter.Seq[siyu.UserID]) (set *Set, unknown int) {
	set, _ = NewSet(u.count, func(yield func(uint32) bool) { // all rows are known
		for id := range ids {
			row, ok := u.Row(id)
			if !ok {
				unknown++
			} else if !yield(row) {
				return
			}
		}
	})
	return set.of(u), unknown
}

// fingerprint tells the first n people apart from any others in those rows.
func (u *Users) fingerprint(n int) [sha256.Size]byte {
	full := min(n, u.count) / chunkUsers
	if rest := min(n, u.count) % chunkUsers; rest > 0 {
		return u.chunks[full].sum(u.before(full), rest)
	}
	return u.before(full)
}

// before returns the digest of the chunks before one.
func (u *Users) before(chunk int) [sha256.Size]byte {
	if chunk == 0 {
		return [sha256.Size]byte{}
	}
	return u.digest[chunk-1]
}

// sum digests the first n ids of the chunk after those before it.
func (c *userChunk) sum(before [sha256.Size]byte, n int) (out [sha256.Size]byte) {
	h := sha256.New()
	h.Write(before[:])
	ends := make([]byte, 0, 4*n)
	for _, end := range c.ends[:n] {
		ends = binary.LittleEndian.AppendUint32(ends, end)
	}
	h.Write(ends)
	h.Write(c.ids[:c.ends[n-1]])
	h.Sum(out[:0])
	return out
}

func (u *Users) bytes(row uint32) []byte {
	if int(row) >= u.count {
		return nil
	}
	c := &u.chunks[row/chunkUsers]
	i := row % chunkUsers
	start := uint32(0)
	if i > 0 {
		start = c.ends[i-1]
	}
	return c.ids[start:c.ends[i]]
}

// find returns the place of an id in the hash table, or where it would go.
func (u *Users) find(id siyu.UserID) (at uint64, found bool) {
	mask := uint64(len(u.table) - 1)
	for at = maphash.String(u.seed, string(id)) & mask; ; at = (at + 1) & mask {
		switch row := u.table[at]; {
		case row == 0:
			return at, false
		case string(u.bytes(row-1)) == string(id):
			return at, true
		}
	}
}

func (u *Users) grow() {
	u.table = make([]uint32, 2*len(u.table))
	mask := uint64(len(u.table) - 1)
	for row := range uint32(u.count) {
		at := maphash.Bytes(u.seed, u.bytes(row)) & mask
		for u.table[at] != 0 {
			at = (at + 1) & mask
		}
		u.table[at] = row + 1
	}
}
