package funnel

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"slices"

	"github.com/siyu-go/siyu"
)

// The form of a snapshot, version 1, all numbers little endian:
//
//	"siyufnl" 1                      8 bytes
//	length of the JSON head          uint32, at most maxHead
//	head: definition digest and counts
//	words of state                   uint32 each
//	events held back                 user, tick, step: 9 bytes each
//	CRC-32C of all the above         uint32
const (
	snapshotMagic = "siyufnl\x01"
	maxHead       = 1 << 16
)

// snapshotHead says what a snapshot is of, and how much follows.
type snapshotHead struct {
	Steps    []string `json:"steps"`
	Names    []string `json:"names"`
	StepOf   []int    `json:"step_of"` // by name; -1 for none
	Window   uint32   `json:"window_ticks"`
	Lateness uint32   `json:"lateness_ticks"`
	Gap      uint32   `json:"session_gap_ticks,omitempty"`
	TickNS   int64    `json:"tick_ns"`
	EpochUS  int64    `json:"epoch_us"`
	Newest   uint32   `json:"newest"`
	Begun    bool     `json:"begun"`
	Refused  int      `json:"refused"`
	Closed   []int    `json:"closed_sessions,omitempty"` // by level
	Words    int      `json:"words"`
	Pending  int      `json:"pending"`
}

func (t *Tracker) head() snapshotHead {
	h := snapshotHead{
		Steps: t.labels, Names: t.names, Window: t.window, Lateness: t.lateness, Gap: t.gap, TickNS: int64(t.tick), EpochUS: t.epoch.UnixMicro(),
		Newest: t.newest, Begun: t.begun, Refused: t.refused, Closed: t.closed, Words: len(t.state), Pending: len(t.pending),
	}
	for i := range t.names {
		step := int(t.step[i])
		if step == noStep {
			step = -1
		}
		h.StepOf = append(h.StepOf, step)
	}
	return h
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Snapshot writes the tracker's state, with a version and a checksum.
func (t *Tracker) Snapshot(w io.Writer) error {
	sum := crc32.New(castagnoli)
	out := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16)
	head, err := json.Marshal(t.head())
	if err != nil {
		return err
	}
	if len(head) > maxHead {
		return siyu.Invalid("names", "are too long for a snapshot")
	}
	// A bufio.Writer keeps its first error until Flush.
	_, _ = out.WriteString(snapshotMagic)
	word := make([]byte, 4)
	put := func(n uint32) {
		binary.LittleEndian.PutUint32(word, n)
		_, _ = out.Write(word)
	}
	put(uint32(len(head)))
	_, _ = out.Write(head)
	for _, state := range t.state {
		put(state)
	}
	for _, e := range t.pending {
		put(e.user)
		put(e.tick)
		_ = out.WriteByte(e.step)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err = w.Write(binary.LittleEndian.AppendUint32(nil, sum.Sum32()))
	return err
}

// RestoreTracker reads a snapshot. The definition, names and options must be
// those of the tracker that wrote it; anything else, and bytes that were cut
// off or changed, are [siyu.ErrInvalid]. Memory is taken only as bytes arrive.
func RestoreTracker(r io.Reader, d Definition, names []string, opts *TrackerOptions) (*Tracker, error) {
	t, err := NewTracker(d, names, opts)
	if err != nil {
		return nil, err
	}
	in := &checkedReader{from: bufio.NewReaderSize(r, 1<<16)}
	if string(in.next(len(snapshotMagic))) != snapshotMagic {
		return nil, siyu.Invalid("snapshot", "is none, or of another version")
	}
	size := in.word()
	if size > maxHead {
		return nil, siyu.Invalid("snapshot", "is damaged")
	}
	var head snapshotHead
	if err := json.Unmarshal(in.next(int(size)), &head); err != nil {
		return nil, siyu.Invalid("snapshot", "is damaged")
	}
	if err := t.accept(head); err != nil {
		return nil, err
	}
	for i := 0; i < head.Words && in.err == nil; i++ {
		t.state = append(t.state, in.word())
	}
	for i := 0; i < head.Pending && in.err == nil; i++ {
		e := tracked{user: in.word(), tick: in.word()}
		if step := in.next(1); len(step) == 1 {
			e.step = step[0]
		}
		t.pending = append(t.pending, e)
	}
	t.mixed = true
	want := in.sum
	if got := in.word(); in.err != nil || got != want {
		return nil, siyu.Invalid("snapshot", "is damaged")
	}
	return t, t.check()
}

// accept takes the counts of a head that is of this tracker's funnel.
func (t *Tracker) accept(head snapshotHead) error {
	mine := t.head()
	t.newest, t.begun, t.refused = head.Newest, head.Begun, head.Refused
	mine.Closed = head.Closed
	mine.Newest, mine.Begun, mine.Refused, mine.Words, mine.Pending = head.Newest, head.Begun, head.Refused, head.Words, head.Pending
	a, errA := json.Marshal(mine)
	b, errB := json.Marshal(head)
	if err := errors.Join(errA, errB); err != nil {
		return err
	}
	switch {
	case string(a) != string(b):
		return siyu.Invalid("snapshot", "is of another funnel")
	case head.Words < 0 || head.Words%t.width != 0 || head.Pending < 0 || head.Refused < 0 || head.Newest > MaxTrackerTick:
		return siyu.Invalid("snapshot", "is damaged")
	case len(head.Closed) != len(t.closed) || slices.ContainsFunc(head.Closed, func(n int) bool { return n < 0 }):
		return siyu.Invalid("snapshot", "is damaged")
	}
	copy(t.closed, head.Closed)
	return nil
}

// check refuses states that no events lead to and that could do harm.
func (t *Tracker) check() error {
	for at := 0; at < len(t.state); at += t.width {
		if t.state[at]&levelMask > uint32(t.steps) {
			return siyu.Invalid("snapshot", "is damaged")
		}
	}
	for _, e := range t.pending {
		if e.tick > MaxTrackerTick || e.user > 1<<31 || int(e.step) >= t.steps && (e.step != noStep || t.gap == 0) {
			return siyu.Invalid("snapshot", "is damaged")
		}
	}
	return nil
}

// checkedReader reads and sums up; after an error it returns nothing.
type checkedReader struct {
	from *bufio.Reader
	sum  uint32
	err  error
	buf  [maxHead]byte
}

func (r *checkedReader) next(n int) []byte {
	if r.err != nil {
		return nil
	}
	b := r.buf[:n]
	if _, r.err = io.ReadFull(r.from, b); r.err != nil {
		return nil
	}
	r.sum = crc32.Update(r.sum, castagnoli, b)
	return b
}

func (r *checkedReader) word() uint32 {
	b := r.next(4)
	if len(b) < 4 {
		return 0
	}
	return binary.LittleEndian.Uint32(b)
}
