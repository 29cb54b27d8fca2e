package segment

import (
	"math"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/fixed"
)

func (c *BehaviourCondition) follow(events []siyu.Event) eventHistory { return c.History(events) }

func (c *BehaviourCondition) source() eventSource {
	return eventSource{c.def.Event, c.def.Where, c.def.Field, c.def.Agg == CountOf}
}

func (c *BehaviourCondition) counter(now time.Time) eventCounter {
	lo, hi := c.window(siyu.Instant(now))
	out := &behaviourCounter{c: c, lo: math.MinInt64, hi: hi.UnixMicro()}
	if !lo.IsZero() {
		out.lo = lo.UnixMicro()
	}
	return out
}

// behaviourCounter adds up the events in a window.
type behaviourCounter struct {
	c      *BehaviourCondition
	lo, hi int64 // (lo, hi]
	sum    fixed.Num
}

func (b *behaviourCounter) reset() { b.sum = fixed.Num{} }

func (b *behaviourCounter) add(at int64, v fixed.Num, number bool) {
	if at > b.lo && at <= b.hi && number {
		b.sum = b.sum.Add(v)
	}
}

func (b *behaviourCounter) holds() bool { return ordered(b.c.def.Cmp, b.sum.Cmp(b.c.threshold)) }

func (c *HeldCondition) follow(events []siyu.Event) eventHistory { return c.History(events) }

func (c *HeldCondition) source() eventSource {
	return eventSource{c.def.Event, c.def.Where, c.def.Field, false}
}

func (c *HeldCondition) counter(now time.Time) eventCounter {
	at := siyu.Instant(now)
	h := &heldCounter{c: c, now: at.UnixMicro(), full: at.Add(-time.Duration(c.def.For)).UnixMicro()}
	h.reset()
	return h
}

// heldCounter looks for a reading that is old enough and later than the last
// break.
type heldCounter struct {
	c         *HeldCondition
	now, full int64 // a run that began by then is full
	began     int64 // the last reading by then
	broke     int64
}

func (h *heldCounter) reset() { h.began, h.broke = math.MinInt64, math.MinInt64 }

func (h *heldCounter) add(at int64, v fixed.Num, number bool) {
	if at > h.now {
		return
	}
	if at <= h.full {
		h.began = max(h.began, at)
	}
	if !number || !ordered(h.c.def.Cmp, v.Cmp(h.c.threshold)) {
		h.broke = max(h.broke, at)
	}
}

func (h *heldCounter) holds() bool { return h.began > h.broke }
