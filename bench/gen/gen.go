// Package gen makes the workloads. Everything is a pure function of a seed and
// an index, so that any engine can make the same in its own language.
package gen

// Mix is the finaliser of splitmix64 over seed + (i+1) times the golden ratio.
func Mix(seed, i uint64) uint64 {
	z := seed + (i+1)*0x9E3779B97F4A7C15
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

// Event returns event i of all, among a number of users, in order of time: who,
// when in ticks of 10 ms within 30 days (unique up to 259.2 million events), and
// which of five steps. Users are skewed by the square of a uniform number.
func Event(i, events, users uint64) (user, ts uint32, step uint8) {
	h := Mix(42, i)
	u := h >> 32
	rank := ((u * u >> 32) * users) >> 32
	user = uint32(rank * 7368787 % users)
	ts = uint32(i * 259200000 / events)
	return user, ts, steps[h&0xffff>>1]
}

// steps maps 15 bits to a step: 40, 25, 17, 11 and 7 %.
var steps = func() (table [1 << 15]uint8) {
	for i := range table {
		switch r := 2 * i; {
		case r < 26214:
			table[i] = 0
		case r < 42598:
			table[i] = 1
		case r < 53740:
			table[i] = 2
		case r < 60948:
			table[i] = 3
		default:
			table[i] = 4
		}
	}
	return table
}()

// Attributes are those of a customer.
type Attributes struct {
	Follow, Group, Wecom, Deposit, Black, App bool // 45, 20, 30, 60, 2 and 55 %

	Age    uint8  // 18 to 80, triangular
	City   uint8  // the lesser of two bytes
	Active uint8  // days of the last 30, skewed to 0
	Last   uint16 // days since last active, below 1024, skewed to 0
	Assets uint32 // yuan, below 2^20, by the fourth power
}

// User returns the attributes of user i.
func User(i uint64) (a Attributes) {
	h, g := Mix(7, i), Mix(8, i)
	a.Follow = h&0xff < 115
	a.Group = h>>8&0xff < 51
	a.Wecom = h>>16&0xff < 77
	a.Deposit = h>>24&0xff < 154
	a.Black = h>>32&0xff < 5
	a.App = h>>40&0xff < 141
	a.Age = uint8(18 + (h >> 48 & 31) + (h >> 53 & 31))
	a.City = min(uint8(g), uint8(g>>8))
	d := g >> 16 & 0xff
	a.Active = uint8(d * d * 31 >> 16)
	l := g >> 24 & 0xffff
	a.Last = uint16(l * l >> 22)
	w := g >> 40 & 0xffff
	w = w * w >> 16
	a.Assets = uint32(w * w >> 12)
	return a
}

// RFM returns recency in days (0 to 729), frequency (from 1) and monetary value
// in fen of user i.
func RFM(i uint64) (recency, frequency uint16, monetary uint32) {
	h := Mix(9, i)
	a := h & 0xffff
	b := h >> 16 & 0xffff
	b = b * b >> 16
	c := h >> 32
	c = c * c >> 32
	return uint16(a * a * 730 >> 32), uint16(1 + (b * b * 400 >> 32)), uint32(c*c>>40) + uint32(h>>20&0xff)
}

// Parent returns the inviter of node i, an earlier node skewed to the earliest,
// or -1 for the 10 % that nobody invited.
func Parent(i uint64) int32 {
	h := Mix(11, i)
	if i == 0 || h&0xffff < 6554 {
		return -1
	}
	u := h >> 32
	return int32((u * u >> 32) * i >> 32)
}

// Cards are what a customer of the bank holds; everybody has the app.
type Cards struct {
	OwnDebit, OwnCredit, Other bool
}

// Bank returns the cards of customer i of all: five in seven have a debit card of
// the bank, one has others but not that, and one has none.
func Bank(i, customers uint64) (c Cards) {
	h, rank := Mix(17, i), i*7368787%customers
	switch {
	case 7*rank < 5*customers:
		return Cards{true, h&0xff < 102, h>>8&0xff < 128}
	case 7*rank < 6*customers:
		return Cards{false, h&3 != 0, h&3 != 1}
	}
	return Cards{}
}
