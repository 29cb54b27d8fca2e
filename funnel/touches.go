package funnel

import (
	"cmp"
	"maps"
	"slices"

	"github.com/siyu-go/siyu"
)

// Touches asks what became of messages by channel (触达): how many were
// delivered, read, clicked and answered, and by how many people. Each name is
// that of an event; an empty one is not looked at.
type Touches struct {
	Sent      string `json:"sent"`
	Delivered string `json:"delivered,omitempty"`
	Read      string `json:"read,omitempty"`
	Clicked   string `json:"clicked,omitempty"`
	Replied   string `json:"replied,omitempty"`
	// By is the event property that tells the channels apart; "$channel" unless
	// said.
	By    string `json:"by,omitempty"`
	Range Range  `json:"range,omitzero"`
}

// Benchmark returns the read rate, as a share, that operators of WeChat report
// for a channel: group messages 40 %, personal messages 80 %, links in Moments
// 31 % (云集). They are rules of thumb, not targets.
func Benchmark(channel string) (share float64, known bool) {
	switch channel {
	case "group":
		return 0.40, true
	case "personal":
		return 0.80, true
	case "moments":
		return 0.31, true
	}
	return 0, false
}

// TouchReport is the answer for one channel.
type TouchReport struct {
	Channel   string     `json:"channel"`
	Sent      TouchCount `json:"sent"`
	Delivered TouchCount `json:"delivered"`
	Read      TouchCount `json:"read"`
	Clicked   TouchCount `json:"clicked"`
	Replied   TouchCount `json:"replied"`
	// Benchmark is that of [Benchmark], and Above says that the
	// interval of ours lies above it; 0 without one.
	Benchmark float64 `json:"benchmark,omitempty"`
	Above     bool    `json:"above,omitempty"`
}

// TouchCount counts one kind of event in a channel.
type TouchCount struct {
	Events int  `json:"events"`
	Users  int  `json:"users"`
	Rate   Rate `json:"rate"` // users, of those that were sent to in the channel
}

// RunTouches counts messages by channel, sorted by channel. A user who reads
// without having been sent to in the range does not count.
func RunTouches(l *Log, q Touches) ([]TouchReport, error) {
	if q.Sent == "" {
		return nil, siyu.Invalid("sent", "is missing")
	}
	names := []string{q.Sent, q.Delivered, q.Read, q.Clicked, q.Replied}
	d := Definition{Window: 1, Range: q.Range}
	for _, name := range names {
		// A name that no event has: event names are never empty.
		d.Steps = append(d.Steps, Step{Event: cmp.Or(name, "\x00")})
	}
	p, err := compile(l, d)
	if err != nil {
		return nil, err
	}
	col := l.column(FromEvent, cmp.Or(q.By, "$channel"))
	counts := map[uint32]*[5]TouchCount{}
	r := reader{plan: p}
	l.userUnits(l.classes, func(_ int, u unit) {
		did := map[uint32]uint64{} // steps by channel
		hits := r.read(u)
		for _, h := range hits {
			if h.steps&1 != 0 {
				did[col.code[h.place]] |= 1
			}
		}
		for _, h := range hits {
			code := col.code[h.place]
			if did[code]&1 == 0 {
				continue
			}
			c := counts[code]
			if c == nil {
				c = &[5]TouchCount{}
				counts[code] = c
			}
			for i := range c {
				c[i].Events += int(h.steps >> i & 1)
			}
			did[code] |= h.steps
		}
		for code, steps := range did {
			for i := range counts[code] {
				counts[code][i].Users += int(steps >> i & 1)
			}
		}
	})
	var reports []TouchReport
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		c := counts[code]
		for i := range c {
			c[i].Rate = NewRate(c[i].Users, c[0].Users)
		}
		t := TouchReport{Channel: col.text[code], Sent: c[0], Delivered: c[1], Read: c[2], Clicked: c[3], Replied: c[4]}
		if share, known := Benchmark(t.Channel); known {
			t.Benchmark, t.Above = share, t.Read.Rate.Low > share
		}
		reports = append(reports, t)
	}
	slices.SortFunc(reports, func(a, b TouchReport) int { return cmp.Compare(a.Channel, b.Channel) })
	return reports, nil
}

// Shares asks who brings the money: the value of events by a property, such as
// the share of fans in the turnover (粉丝GMV占比), and within price bands.
type Shares struct {
	Event Step         `json:"event"` // its Value is the money
	By    Dimension    `json:"by"`
	Range Range        `json:"range,omitzero"`
	Bands []siyu.Money `json:"bands,omitempty"` // lower bounds of price bands, ascending
}

// Share is the money of one value of the property in one price band.
type Share struct {
	Value  string     `json:"value"`
	From   siyu.Money `json:"from"` // lower bound of the band, inclusive; the first is all below the first bound
	Band   int        `json:"band"` // counted from 0
	Events int        `json:"events"`
	Users  int        `json:"users"`
	Money  siyu.Money `json:"money"`
	// Part is Money of the money of all values in the same band, in basis
	// points, rounded half up; 0 of nothing.
	Part siyu.BPS `json:"part_bps"`
}

// RunShares adds up money by value of the property and price band, sorted by
// band and then by money, largest first.
func RunShares(l *Log, q Shares) ([]Share, error) {
	if !slices.IsSorted(q.Bands) || len(q.Bands) > MaxBins {
		return nil, siyu.Invalid("bands", "must ascend and be at most %d", MaxBins)
	}
	p, err := compile(l, Definition{Steps: []Step{q.Event}, Window: 1, Range: q.Range, Breakdown: &Breakdown{By: []Dimension{q.By}}})
	if err != nil {
		return nil, err
	}
	money, err := l.money()
	if err != nil {
		return nil, err
	}
	type key struct {
		band  int
		group int32
	}
	shares := map[key]*Share{}
	lastUser := map[key]uint32{}
	totals := make([]siyu.Money, len(q.Bands)+1)
	r := reader{plan: p}
	l.userUnits(l.classes, func(_ int, u unit) {
		for _, h := range r.read(u) {
			value := money(int(h.place))
			band, exact := slices.BinarySearch(q.Bands, value)
			if exact {
				band++
			}
			k := key{band, h.group}
			s := shares[k]
			if s == nil {
				s = &Share{Value: p.group.values[h.group][0], Band: band}
				if band > 0 {
					s.From = q.Bands[band-1]
				}
				shares[k] = s
			}
			if last, seen := lastUser[k]; !seen || last != u.number {
				lastUser[k] = u.number
				s.Users++
			}
			s.Events++
			var errs [2]error
			s.Money, errs[0] = s.Money.Add(value)
			totals[band], errs[1] = totals[band].Add(value)
			err = cmp.Or(err, errs[0], errs[1])
		}
	})
	if err != nil {
		return nil, err
	}
	var rows []Share
	for _, s := range shares {
		if total := totals[s.Band]; total != 0 {
			part, err := s.Money.MulDiv(10_000, int64(total), siyu.HalfUp)
			if err != nil {
				return nil, err
			}
			s.Part = siyu.BPS(part)
		}
		rows = append(rows, *s)
	}
	slices.SortFunc(rows, func(a, b Share) int {
		return cmp.Or(cmp.Compare(a.Band, b.Band), cmp.Compare(b.Money, a.Money), cmp.Compare(a.Value, b.Value))
	})
	return rows, nil
}
