package segment_test

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"pgregory.net/rapid"
)

// population draws a table, the few people that its rows repeat, and which of
// them each row is.
func population(t *rapid.T, schema *segment.Schema, n int) (table *segment.Table, who []map[string]any, rows []int) {
	who = rapid.SliceOfN(person(), 1, 12).Draw(t, "people")
	rows = make([]int, n)
	shuffle := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	kinds := make([]*segment.Record, len(who))
	for i, attrs := range who {
		kinds[i] = schema.NewRecord()
		kinds[i].Fill(attrs)
	}
	b := segment.NewTableBuilder(schema)
	for i := range rows {
		if rows[i] = shuffle.IntN(len(who)); i >= 16384 && i < 2*16384 {
			rows[i] = 0 // a block of equal people
		}
		if err := b.Append(kinds[rows[i]]); err != nil {
			t.Fatal(err)
		}
	}
	return b.Table(), who, rows
}

func records(schema *segment.Schema, who []map[string]any) iter.Seq2[*segment.Record, error] {
	return func(yield func(*segment.Record, error) bool) {
		r := schema.NewRecord()
		for _, attrs := range who {
			r.Fill(attrs)
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestPlan_equalsMatcher(t *testing.T) {
	schema := people(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{0, 1, 63, 64, 700, 16384, 40000}).Draw(t, "rows")
		table, who, rows := population(t, schema, n)
		for range 4 {
			m := compiled(t, rule().Draw(t, "rule"))
			bound, err := m.Bind(schema)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := table.Plan(bound, clock)
			if err != nil {
				t.Fatal(err)
			}
			set := plan.Select(&segment.ScanOptions{Workers: 2})
			holds, want := make([]bool, len(who)), 0
			for i, attrs := range who {
				holds[i] = m.Match(attrs, clock)
			}
			for i, k := range rows {
				if holds[k] {
					want++
				}
				if set.Contains(uint32(i)) != holds[k] {
					t.Fatalf("row %d: in the set %v, matched %v: %s for %v", i, !holds[k], holds[k], m.Rule(), who[k])
				}
			}
			if set.Count() != want || plan.Count(nil) != want {
				t.Fatalf("set of %d, count of %d, want %d: %s", set.Count(), plan.Count(nil), want, m.Rule())
			}
		}
	})
}

// Columns of every width, with ranges and sets at their edges.
func TestPlan_widths(t *testing.T) {
	n := segment.Int("n")
	schema, err := segment.NewSchema(n)
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{0, 1, 2, 3, 5, 7, 8, 10, 12, 14, 15, 16, 17, 19, 24, 31, 32, 33, 45, 61, 62} {
		random := rand.New(rand.NewPCG(uint64(width), 2))
		base := random.Int64N(1<<62) - 1<<62
		if width%2 == 0 {
			base = 0
		}
		unit := int64(1)
		if width < 20 {
			unit = []int64{1, 7, 86_400_000_000}[width%3]
		}
		values := make([]int64, 16384+700)
		b := segment.NewTableBuilder(schema)
		r := schema.NewRecord()
		for i := range values {
			values[i] = base + unit*int64(random.Uint64N(1<<width))
			r.SetInt(n, values[i])
			if err := b.Append(r); err != nil {
				t.Fatal(err)
			}
		}
		table := b.Table()
		v, w := values[7], values[8]
		several := values[10:30]
		for _, rule := range []segment.Rule{
			n.Eq(v), n.AtLeast(v), n.Less(v), n.More(v), n.AtMost(w), n.Between(min(v, w), max(v, w)),
			n.In(v, w, v+3), n.Between(v+1, v+3), n.In(v+1, v+2, v+4, v+unit), n.In(several...), n.NotIn(several[:9]...), n.Between(base, base+1<<width-1), n.More(base + 1<<width - 1),
		} {
			m := compiled(t, rule)
			bound, err := m.Bind(schema)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := table.Plan(bound, clock)
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			for _, x := range values {
				if m.Match(map[string]any{"n": x}, clock) {
					want++
				}
			}
			if got := plan.Count(nil); got != want {
				t.Errorf("width %d: %s counts %d, want %d", width, rule, got, want)
			}
		}
	}
}

// One diagram serves blocks of different widths.
func TestPlan_blocksOfDifferentWidths(t *testing.T) {
	n, word := segment.Int("n"), segment.Text("word")
	schema, err := segment.NewSchema(n, word)
	if err != nil {
		t.Fatal(err)
	}
	b, r := segment.NewTableBuilder(schema), schema.NewRecord()
	random := rand.New(rand.NewPCG(3, 4))
	var wantN, wantWord int
	for _, most := range []int64{8, 200, 1, 1000} {
		for range 16384 {
			v := random.Int64N(most)
			text := strconv.FormatInt(v, 10)
			r.SetInt(n, v)
			r.SetText(word, text)
			if slices.Contains([]int64{1, 5, 100, 150, 900}, v) {
				wantN++
			}
			if strings.HasSuffix(text, "7") {
				wantWord++
			}
			if err := b.Append(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	table := b.Table()
	for _, tc := range []struct {
		rule segment.Rule
		want int
	}{
		{n.In(1, 5, 100, 150, 900), wantN},
		{n.NotIn(1, 5, 100, 150, 900), table.Len() - wantN},
		{word.HasSuffix("7"), wantWord},
		{word.In("1", "5", "100", "150", "900"), wantN},
	} {
		plan, err := table.Query(tc.rule, nil, clock)
		if err != nil {
			t.Fatal(err)
		}
		if got := plan.Count(nil); got != tc.want {
			t.Errorf("%s counts %d, want %d", tc.rule, got, tc.want)
		}
	}
}

func TestTableBuilder_refusals(t *testing.T) {
	schema := people(t)
	other, err := segment.NewSchema(age)
	if err != nil {
		t.Fatal(err)
	}
	b := segment.NewTableBuilder(schema)
	if err := b.Append(other.NewRecord()); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("another schema: got %v", err)
	}
	r := schema.NewRecord()
	r.SetInt(segment.Int("height"), 180)
	if err := b.Append(r); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("unknown field: got %v", err)
	}
	r.Reset()
	r.SetText(segment.Text("age"), "18")
	if r.Err() == nil {
		t.Error("a text was set as an int")
	}
	if n := b.Table().Len(); n != 0 {
		t.Errorf("refused records left %d rows", n)
	}
	failed := errors.New("lost")
	_, err = segment.BuildTable(schema, func(yield func(*segment.Record, error) bool) { yield(nil, failed) })
	if !errors.Is(err, failed) {
		t.Errorf("got %v, want the source's error", err)
	}
}

func TestSet_algebra(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) (*segment.Set, map[uint32]bool) {
			universe := rapid.SampledFrom([]int{0, 1, 64, 1000, 200_000}).Draw(t, name+" universe")
			share := rapid.SampledFrom([]int{1, 2, 50, 1000}).Draw(t, name+" share")
			random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, name), 3))
			members := map[uint32]bool{}
			for i := range universe {
				if random.IntN(share) == 0 {
					members[uint32(i)] = true
				}
			}
			set, err := segment.NewSet(universe, func(yield func(uint32) bool) {
				for row := range members {
					if !yield(row) {
						return
					}
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			return set, members
		}
		a, inA := draw("a")
		b, inB := draw("b")
		for _, op := range []struct {
			name  string
			set   *segment.Set
			count int
			want  func(x, y bool) bool
		}{
			{"and", get(a.And(b)), get(a.AndCount(b)), func(x, y bool) bool { return x && y }},
			{"or", get(a.Or(b)), get(a.OrCount(b)), func(x, y bool) bool { return x || y }},
			{"and not", get(a.AndNot(b)), get(a.AndNotCount(b)), func(x, y bool) bool { return x && !y }},
			{"xor", get(a.Xor(b)), get(a.XorCount(b)), func(x, y bool) bool { return x != y }},
		} {
			var want []uint32
			for row := range uint32(max(a.Universe(), b.Universe())) {
				if op.want(inA[row], inB[row]) {
					want = append(want, row)
				}
			}
			if got := slices.Collect(op.set.Rows()); !slices.Equal(got, want) || op.count != len(want) || op.set.Count() != len(want) {
				t.Fatalf("%s: %d rows, count %d, want %d", op.name, len(got), op.count, len(want))
			}
		}
		if not := a.Not(); not.Count() != a.Universe()-a.Count() || get(not.AndCount(a)) != 0 || !not.Not().Equal(a) {
			t.Fatal("not is no complement")
		}
		data, err := a.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		again, err := segment.DecodeSet(data, 200_000)
		if err != nil || !again.Equal(a) || again.Universe() != a.Universe() {
			t.Fatalf("decoded another set: %v", err)
		}
	})
}

// The fuzzer writes the rows; header and checksum are made to fit, or nothing
// would come past them.
func FuzzDecodeSet(f *testing.F) {
	for _, rows := range [][]uint32{nil, {0}, {1, 2, 3, 99}} {
		s, err := segment.NewSet(100, slices.Values(rows))
		if err != nil {
			f.Fatal(err)
		}
		data, err := s.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[16:len(data)-4], uint32(100))
	}
	f.Fuzz(func(t *testing.T, rows []byte, universe uint32) {
		data := binary.LittleEndian.AppendUint64([]byte("siyuset\x01"), uint64(universe))
		data = append(data, rows...)
		data = binary.LittleEndian.AppendUint32(data, crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)))
		s, err := segment.DecodeSet(data, 1<<20)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatalf("got %v, want siyu.ErrInvalid", err)
			}
			return
		}
		if s.Universe() > 1<<20 || s.Count() > s.Universe() {
			t.Fatalf("%d members of %d", s.Count(), s.Universe())
		}
		n := 0
		for row := range s.Rows() {
			if !s.Contains(row) {
				t.Fatalf("row %d is and is not in the set", row)
			}
			n++
		}
		if n != s.Count() {
			t.Fatalf("%d rows, count %d", n, s.Count())
		}
	})
}

func TestDecodeSet_refusals(t *testing.T) {
	s, err := segment.NewSet(1000, slices.Values([]uint32{1, 500}))
	if err != nil {
		t.Fatal(err)
	}
	good, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 0x40
		if _, err := segment.DecodeSet(bad, 1000); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("byte %d changed: got %v", i, err)
		}
		if _, err := segment.DecodeSet(good[:i], 1000); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("cut at %d: got %v", i, err)
		}
	}
	if _, err := segment.DecodeSet(good, 999); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("beyond the limit: got %v", err)
	}
}

func TestSet_Sample(t *testing.T) {
	users := segment.NewUsers()
	for i := range 100_000 {
		if _, _, err := users.Add(siyu.UserID("user-" + string(rune('a'+i%26)) + string(rune('0'+i%10)) + string(rune(0x4e00+i)))); err != nil {
			t.Fatal(err)
		}
	}
	empty, err := segment.NewSet(users.Len(), slices.Values([]uint32(nil)))
	if err != nil {
		t.Fatal(err)
	}
	nobody, _ := users.Set(slices.Values([]siyu.UserID(nil)))
	for _, all := range []*segment.Set{nobody.Not(), empty.Not()} {
		five, err := all.Sample(500, "spring")
		if err != nil {
			t.Fatal(err)
		}
		ten, _ := all.Sample(1000, "spring")
		other, _ := all.Sample(500, "autumn")
		if n := five.Count(); n < 4700 || n > 5300 { // 4.4 standard deviations
			t.Errorf("5%% of 100000 is %d", n)
		}
		if get(five.AndNotCount(ten)) != 0 {
			t.Error("5% is not within 10%")
		}
		if n := get(five.AndCount(other)); n < 180 || n > 330 { // 250 expected
			t.Errorf("samples of two salts share %d", n)
		}
		half, _ := five.Sample(1000, "spring")
		if !half.Equal(five) {
			t.Error("sampling again with a higher rate loses people")
		}
	}
	if _, err := empty.Not().Sample(10_001, ""); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("more than all: got %v", err)
	}
}

func TestUsers(t *testing.T) {
	users := segment.NewUsers()
	rapid.Check(t, func(t *rapid.T) {
		id := siyu.UserID(rapid.StringMatching("[a-z]{1,3}").Draw(t, "id"))
		before, known := users.Row(id)
		n := users.Len()
		row, added, err := users.Add(id)
		if err != nil || added == known || (known && row != before) || (!known && (int(row) != n || users.Len() != n+1)) {
			t.Fatalf("row %d, added %v, known %v, %v", row, added, known, err)
		}
		if users.ID(row) != id {
			t.Fatalf("row %d is %s, want %s", row, users.ID(row), id)
		}
	})
	set, unknown := users.Set(slices.Values([]siyu.UserID{users.ID(3), "nobody at all", users.ID(1)}))
	if got := slices.Collect(users.IDs(set)); unknown != 1 || !slices.Equal(got, []siyu.UserID{users.ID(1), users.ID(3)}) {
		t.Errorf("got %v and %d unknown", got, unknown)
	}
	if _, _, err := users.Add(""); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no id: got %v", err)
	}
}
