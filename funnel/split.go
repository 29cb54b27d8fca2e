package funnel

import (
	"runtime"

	"github.com/siyu-go/siyu/internal/hugepage"
)

// splitter goes over the events of a builder in batches and splits each batch
// by ranges of users. An event is the user's number in the range, the tick and
// the name, as 24, 32 and 8 bits.
type splitter struct {
	pieces []segment // of at most pieceSize events
	events int
	users  int
	names  int
	shift  int
	parts  int
	split  []split // one per core
}

// split is what one core makes of its share of a batch.
type split struct {
	buffer []uint64
	end    []int // of each part, in the buffer
	wrong  bool
}

const (
	pieceSize  = 1 << 16
	batchSize  = 1 << 23 // events; 64 MB
	tickOffset = 8
	userOffset = 40
)

func newSplitter(b *Builder, l *Log) *splitter {
	s := &splitter{users: b.users, names: len(b.names), shift: l.shift, parts: l.shardCount()}
	for _, seg := range b.segments {
		for from := 0; from < len(seg.users); from += pieceSize {
			s.pieces = append(s.pieces, seg.cut(from, min(from+pieceSize, len(seg.users))))
		}
		s.events += len(seg.users)
	}
	workers := min(runtime.GOMAXPROCS(0), max(len(s.pieces), 1))
	s.split = make([]split, workers)
	for w := range s.split {
		// A share is whole pieces, so one more than the even share at most.
		s.split[w] = split{
			buffer: hugepage.Make[uint64](min(s.events, batchSize/workers+pieceSize)),
			end:    make([]int, s.parts+1),
		}
	}
	return s
}

// each calls do with the events of every part, batch after batch, those of a
// part in the order of arrival and never two at once, and then after with the
// number of events done. It stops at an event out of range and at an error.
func (s *splitter) each(do func(part int, events []uint64), after func(done int) error) error {
	done := 0
	workers := len(s.split)
	perBatch := max(batchSize/pieceSize/workers, 1) * workers
	for from := 0; from < len(s.pieces); from += perBatch {
		batch := s.pieces[from:min(from+perBatch, len(s.pieces))]
		inParallel(workers, func() func(int) {
			return func(w int) {
				s.fill(&s.split[w], batch[w*len(batch)/workers:(w+1)*len(batch)/workers])
			}
		})
		for w := range s.split {
			if s.split[w].wrong {
				return errWrongEvents
			}
		}
		inParallel(s.parts, func() func(int) {
			return func(part int) {
				for w := range s.split {
					do(part, s.split[w].part(part))
				}
			}
		})
		for _, piece := range batch {
			done += len(piece.users)
		}
		if err := after(done); err != nil {
			return err
		}
	}
	return nil
}

func (s *split) part(part int) []uint64 {
	if part == 0 {
		return s.buffer[:s.end[0]]
	}
	return s.buffer[s.end[part-1]:s.end[part]]
}

// fill splits the pieces by range of users, after counting, so that each range
// gets just the room that it needs.
func (s *splitter) fill(into *split, pieces []segment) {
	next := into.end
	clear(next)
	for _, piece := range pieces {
		for _, user := range piece.users {
			if int(user) >= s.users {
				into.wrong = true
				return
			}
			next[user>>s.shift+1]++
		}
	}
	for part := range s.parts {
		next[part+1] += next[part]
	}
	local := uint32(1)<<s.shift - 1
	highest, last := uint32(0), uint8(0)
	for _, piece := range pieces {
		ticks, names := piece.ticks[:len(piece.users)], piece.names[:len(piece.users)]
		for i, user := range piece.users {
			tick, name := ticks[i], names[i]
			highest, last = max(highest, tick), max(last, name)
			at := &next[user>>s.shift]
			into.buffer[*at] = uint64(user&local)<<userOffset | uint64(tick)<<tickOffset | uint64(name)
			*at++
		}
	}
	into.wrong = highest > MaxTick || len(pieces) > 0 && int(last) >= s.names
}
