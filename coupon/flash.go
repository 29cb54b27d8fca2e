package coupon

import (
	"sync/atomic"

	"github.com/siyu-go/siyu"
)

// Flash hands out a quota in memory to a crowd (秒杀), tens of millions of claims
// a second: each user number gets at most one, and never more than the quota
// are out. It is safe for concurrent use.
//
// Users are dense numbers, such as those of the host's dictionary: two bits each.
// Stock is spread over shards, so that claimers do not queue for one counter; a
// claimer whose shard is empty takes from the others, so nobody is told sold out
// while anything is left.
//
// A Flash forgets everything with the process. Carry its grants into a store
// with [Service.ClaimMany] before telling users, or use package claimlog, which
// syncs every grant to disk first.
type Flash struct {
	users   []atomic.Uint64 // of 32 users each: who claims or has one, and above them who has one
	shards  [flashShards]flashShard
	soldOut atomic.Bool // read first, so that refusals are cheap
}

const flashShards = 64

// flashShard is a part of the stock, alone in its cache lines.
type flashShard struct {
	stock atomic.Int64
	_     [120]byte
}

// NewFlash offers a quota to users numbered from 0 to users-1. Neither may be
// negative.
func NewFlash(quota int64, users int) (*Flash, error) {
	if quota < 0 {
		return nil, siyu.Invalid("quota", "is negative")
	}
	if users < 0 {
		return nil, siyu.Invalid("users", "is negative")
	}
	f := &Flash{users: make([]atomic.Uint64, (users+31)/32)}
	for i := range f.shards {
		stock := quota / flashShards
		if int64(i) < quota%flashShards {
			stock++
		}
		f.shards[i].stock.Store(stock)
	}
	return f, nil
}

// has is the bit of a user who has one, above that of a user who claims.
const has = 32

// Claim gives one to a user. The reason is empty if the user got it, else
// [UserLimit] if the user has one or another claim of the same user is under
// way, [SoldOut], or [Unknown] for a number that is not offered to.
func (f *Flash) Claim(user uint32) Reason {
	word, bit := user/32, uint64(1)<<(user%32)
	if int(word) >= len(f.users) {
		return Unknown
	}
	if f.soldOut.Load() {
		if f.users[word].Load()&bit != 0 {
			return UserLimit
		}
		return SoldOut
	}
	if f.users[word].Or(bit)&bit != 0 {
		return UserLimit
	}
	if f.take(user) {
		f.users[word].Or(bit << has)
		return ""
	}
	f.users[word].And(^bit)
	return SoldOut
}

// Release gives a user's one back to the stock and reports whether the user had
// one: a claim that is still under way has none.
func (f *Flash) Release(user uint32) bool {
	word, bit := user/32, uint64(1)<<(user%32)
	if int(word) >= len(f.users) || f.users[word].And(^(bit<<has))&(bit<<has) == 0 {
		return false
	}
	f.users[word].And(^bit) // only who took the bit above comes here
	f.shards[home(user)].stock.Add(1)
	f.soldOut.Store(false) // after the stock is back, see take
	return true
}

// Remaining returns how many are left. While others claim it is a sum of counts
// read one after the other.
func (f *Flash) Remaining() int64 {
	var left int64
	for i := range f.shards {
		left += f.shards[i].stock.Load()
	}
	return left
}

// take takes one from the user's shard, or from the next that has any. Only
// when a whole round after raising the flag finds nothing is it sold out: a
// release that came between is seen by that round or clears the flag.
func (f *Flash) take(user uint32) bool {
	for range 2 {
		for i := range uint32(flashShards) {
			if f.shards[(home(user)+i)%flashShards].take() {
				f.soldOut.CompareAndSwap(true, false) // others may have raised it meanwhile
				return true
			}
		}
		f.soldOut.Store(true)
	}
	return false
}

func (s *flashShard) take() bool {
	for {
		stock := s.stock.Load()
		if stock <= 0 {
			return false
		}
		if s.stock.CompareAndSwap(stock, stock-1) {
			return true
		}
	}
}

// home spreads neighbouring numbers over the shards.
func home(user uint32) uint32 { return user * 2654435761 >> 26 }
