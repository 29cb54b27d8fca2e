package claimlog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/siyu-go/siyu"
)

// written returns the bytes of a log with an offer of 10 and these claims, one
// block each.
func written(t testing.TB, users ...siyu.UserID) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	l, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Offer("x", 10); err != nil {
		t.Fatal(err)
	}
	for _, u := range users {
		if _, err := l.Claim(t.Context(), "x", u); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func reopen(t testing.TB, data []byte) (*Log, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := Open(path, nil)
	if err == nil {
		t.Cleanup(func() { l.Close() })
	}
	return l, err
}

// Wherever the file ends, the whole blocks before count, and the log goes on.
func TestTornAnywhere(t *testing.T) {
	data := written(t, "a", "b", "c")
	before := map[int]int{} // grants in the first n bytes
	for n := range len(data) + 1 {
		l := &Log{offers: make(map[string]*offer), pending: newCommit()}
		if _, err := l.load(data[:n]); err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		if o := l.offers["x"]; o != nil {
			before[n] = len(o.users)
		}
	}
	if before[len(data)] != 3 || before[len(data)-1] != 2 {
		t.Fatalf("grants by length: %v", before)
	}
	for n := range len(data) + 1 {
		l, err := reopen(t, data[:n])
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		if err := l.Offer("x", 10); err != nil {
			t.Fatal(err)
		}
		c, err := l.Claim(t.Context(), "x", "new")
		if want := (Claim{Granted, int64(before[n]) + 1}); c != want || err != nil {
			t.Fatalf("%d bytes: %v, %v; want %v", n, c, err, want)
		}
	}
}

// A flipped bit is either in the last block, which is cut off, or refused.
func TestDamagedAnywhere(t *testing.T) {
	data := written(t, "a", "b", "c")
	last := len(data) - len(appendGrant(make([]byte, headerSize), 0, "c"))
	for i := range data {
		broken := append([]byte(nil), data...)
		broken[i] ^= 0x10
		l, err := reopen(t, broken)
		switch {
		case i < last && !errors.Is(err, ErrCorrupt):
			t.Errorf("byte %d of %d: err = %v, want ErrCorrupt", i, len(data), err)
		case i >= last && err != nil:
			t.Errorf("byte %d in the last block: err = %v", i, err)
		case i >= last:
			if s, _ := l.Stock("x"); s.Granted != 2 {
				t.Errorf("byte %d in the last block: %d grants", i, s.Granted)
			}
		}
	}
}

func TestBlocksOutOfOrder(t *testing.T) {
	data := written(t, "a", "b")
	size := len(appendGrant(make([]byte, headerSize), 0, "a"))
	a, b := data[len(data)-2*size:len(data)-size], data[len(data)-size:]
	swapped := append(append(append([]byte(nil), data[:len(data)-2*size]...), b...), a...)
	twice := append(append([]byte(nil), data...), b...)
	for name, broken := range map[string][]byte{"swapped": swapped, "twice": twice, "foreign": []byte("not a claim log")} {
		if _, err := reopen(t, broken); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: err = %v, want ErrCorrupt", name, err)
		}
	}
}

// Records that no log writes, in blocks with a good checksum.
func TestImpossibleRecords(t *testing.T) {
	offer := appendOffer(make([]byte, headerSize), "x", 1)
	for name, block := range map[string][]byte{
		"grant of no offer":   appendGrant(make([]byte, headerSize), 0, "a"),
		"offer twice":         appendOffer(append([]byte(nil), offer...), "x", 1),
		"oversold":            appendGrant(appendGrant(append([]byte(nil), offer...), 0, "a"), 0, "b"),
		"user twice":          appendGrant(appendGrant(appendOffer(make([]byte, headerSize), "x", 9), 0, "a"), 0, "a"),
		"quota 0":             appendOffer(make([]byte, headerSize), "x", 0),
		"unknown kind":        append(make([]byte, headerSize), 9),
		"text past the end":   append(make([]byte, headerSize), offerRecord, 200, 1, 'x'),
		"grant without offer": append(make([]byte, headerSize), grantRecord),
	} {
		sealBlock(block, 1)
		if _, err := reopen(t, append([]byte(fileMagic), block...)); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: err = %v, want ErrCorrupt", name, err)
		}
	}
}

// faulty fails its nth sync or write.
type faulty struct {
	file
	mu           sync.Mutex
	failWrite    bool
	syncs, fails int
}

var errDisk = errors.New("disk on fire")

func (f *faulty) Write(p []byte) (int, error) {
	if f.failWrite {
		n, _ := f.file.Write(p[:len(p)/2])
		return n, errDisk
	}
	return f.file.Write(p)
}

func (f *faulty) Sync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.syncs++; f.syncs >= f.fails {
		return errDisk
	}
	return f.file.Sync()
}

func TestFailedWriteStopsTheLog(t *testing.T) {
	for _, onWrite := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "log")
		l, err := Open(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Offer("x", 1000); err != nil {
			t.Fatal(err)
		}
		l.file = &faulty{file: l.file, failWrite: onWrite, fails: 3}
		var (
			wg      sync.WaitGroup
			mu      sync.Mutex
			granted = map[siyu.UserID]bool{}
			failed  int
		)
		for i := range 64 {
			wg.Go(func() {
				user := siyu.UserID(fmt.Sprint(i))
				c, err := l.Claim(t.Context(), "x", user)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && c.Outcome == Granted:
					granted[user] = true
				case errors.Is(err, ErrFailed) && errors.Is(err, errDisk):
					failed++
				default:
					t.Errorf("claim = %v, %v", c, err)
				}
			})
		}
		wg.Wait()
		if _, err := l.Claim(t.Context(), "x", "late"); !errors.Is(err, ErrFailed) {
			t.Errorf("after the failure: %v", err)
		}
		if onWrite && len(granted) > 0 {
			t.Errorf("%d granted although nothing was written", len(granted))
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		again, err := Open(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for user := range granted {
			if c, err := again.Claim(t.Context(), "x", user); c.Outcome != Already || err != nil {
				t.Errorf("acknowledged %s is %v, %v after reopening", user, c, err)
			}
		}
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	data := written(f, "a", "b")
	f.Add(data)
	f.Add(data[:len(data)-3])
	f.Add([]byte(fileMagic))
	f.Fuzz(func(t *testing.T, data []byte) {
		l := &Log{offers: make(map[string]*offer), pending: newCommit()}
		good, err := l.load(data)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Fatalf("err = %v", err)
			}
			return
		}
		if good > len(data) {
			t.Fatalf("good part of %d bytes in %d", good, len(data))
		}
		for name, o := range l.offers {
			if int64(len(o.users)) > o.quota || len(o.seats) != len(o.users) {
				t.Fatalf("offer %q: %d users, %d seats, quota %d", name, len(o.users), len(o.seats), o.quota)
			}
		}
		again := &Log{offers: make(map[string]*offer), pending: newCommit()}
		if rest, err := again.load(data[:good]); rest != good || err != nil {
			t.Fatalf("the good part reads as %d of %d bytes, %v", rest, good, err)
		}
	})
}
