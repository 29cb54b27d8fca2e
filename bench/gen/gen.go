// Package gen: fixed-seed generators. Every workload is a pure function of (seed, index), so any engine can reproduce it.
package gen

// Mix is splitmix64's finaliser over seed + (i+1)*golden.
func Mix(seed, i uint64) uint64 {
	z := seed + (i+1)*0x9E3779B97F4A7C15
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

// Event i of E over U users (globally in time order):
//
//	h = Mix(42,i); u = (h>>32)/2^32 ; rank = floor(U*u*u); user = rank*7368787 mod U
//	r = low 16 bits of h ; type: <26214:0, <42598:1, <53739:2, <60948:3, else 4   (40/25/17/11/7 %)
//	ts = floor(i*259200000/E)  in 10 ms ticks of 30 days (unique when E<=259.2M)
func Event(i, E, U uint64) (user uint32, ts uint32, ev uint8) {
	h := Mix(42, i)
	u := h >> 32
	u2 := (u * u) >> 32
	rank := (u2 * U) >> 32
	user = uint32(rank * 7368787 % U)
	r := h & 0xffff
	ev = EvTab[r>>1]
	ts = uint32(i * 259200000 / E)
	return
}

var EvTab = func() (t [32768]uint8) {
	for i := range t {
		r := i * 2
		switch {
		case r < 26214:
			t[i] = 0
		case r < 42598:
			t[i] = 1
		case r < 53740:
			t[i] = 2
		case r < 60948:
			t[i] = 3
		default:
			t[i] = 4
		}
	}
	return
}()

// User attributes of user i (seed 7).
type Attr struct {
	Follow, Group, Wecom, Deposit, Black, App bool   // 45%, 20%, 30%, 60%, 2%, 55%
	Age                                       uint8  // 18..80 triangular
	City                                      uint8  // 0..255, skewed (min of two)
	Act30                                     uint8  // active days in the last 30: 0..30 skewed to 0
	Last                                      uint16 // days since last active 0..1023 skewed
	Aum                                       uint32 // yuan, 0..2^20-1, heavy skew (u^4)
}

func User(i uint64) (a Attr) {
	h := Mix(7, i)
	g := Mix(8, i)
	a.Follow = h&0xff < 115
	a.Group = h>>8&0xff < 51
	a.Wecom = h>>16&0xff < 77
	a.Deposit = h>>24&0xff < 154
	a.Black = h>>32&0xff < 5
	a.App = h>>40&0xff < 141
	a.Age = uint8(18 + (h >> 48 & 31) + (h >> 53 & 31))
	c1, c2 := uint8(g), uint8(g>>8)
	a.City = min(c1, c2)
	d := g >> 16 & 0xff
	a.Act30 = uint8(d * d * 31 >> 16)
	l := g >> 24 & 0xffff
	a.Last = uint16(l * l >> 22)
	w := g >> 40 & 0xffff
	w2 := w * w >> 16
	a.Aum = uint32(w2 * w2 >> 12)
	return
}

// RFM of user i (seed 9): R days 0..729, F count 1..., M cents
func RFM(i uint64) (r uint16, f uint16, m uint32) {
	h := Mix(9, i)
	a := h & 0xffff
	r = uint16(a * a * 730 >> 32)
	b := h >> 16 & 0xffff
	b2 := b * b >> 16
	f = uint16(1 + (b2 * b2 * 400 >> 32))
	c := h >> 32
	c2 := c * c >> 32
	m = uint32(c2*c2>>40) + uint32(h>>20&0xff) // ~0..16.8M
	return
}

// Inviter of node i (seed 11): 10 % roots; otherwise a uniformly random earlier node skewed to early ones.
func Parent(i uint64) int32 {
	if i == 0 {
		return -1
	}
	h := Mix(11, i)
	if h&0xffff < 6554 {
		return -1
	}
	u := h >> 32
	u2 := u * u >> 32 // skew to early
	_ = u2
	return int32((u2 * i) >> 32)
}
