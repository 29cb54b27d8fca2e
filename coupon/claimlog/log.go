package claimlog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"sync"

	"github.com/siyu-go/siyu"
)

// Errors of a log besides those of package siyu.
var (
	// ErrCorrupt: a block inside the file is damaged.
	ErrCorrupt = errors.New("claimlog: damaged file")
	// ErrFailed: a write failed earlier, so nothing more is granted.
	ErrFailed = errors.New("claimlog: stopped after a failed write")
	// ErrClosed: the log was closed.
	ErrClosed = errors.New("claimlog: closed")
)

// Outcome is the answer to a claim.
type Outcome string

// The outcomes.
const (
	Granted Outcome = "granted"       // a seat, now on disk
	Already Outcome = "already"       // the user's seat from an earlier claim
	SoldOut Outcome = "sold_out"      // no seat left
	Unknown Outcome = "offer_unknown" // no such offer
)

// Claim is the answer to one claim. Number is the seat, from 1 up to the quota
// in the order of granting; it is 0 without a seat.
type Claim struct {
	Outcome Outcome
	Number  int64
}

// Grant is one seat given away.
type Grant struct {
	Offer  string
	User   siyu.UserID
	Number int64
}

// Stock is how an offer stands.
type Stock struct {
	Quota   int64
	Granted int64
}

// Left returns the seats that are left.
func (s Stock) Left() int64 { return s.Quota - s.Granted }

// Options of [Open]; nil and zero fields mean the defaults.
type Options struct {
	// NoSync leaves out the sync to disk: then a dying process loses nothing,
	// but a dying machine may.
	NoSync bool
}

// Log is an open claim log. It is safe for concurrent use.
type Log struct {
	options Options
	file    file

	mu      sync.Mutex
	offers  map[string]*offer
	names   []string // of the offers, in the order they were made
	pending *commit  // what the next leader writes
	writing bool     // a leader is at work
	seq     uint64   // blocks written so far
	err     error    // why the log stopped
}

// file is what a log needs of *os.File.
type file interface {
	Write(p []byte) (int, error)
	Sync() error
	Close() error
}

type offer struct {
	index uint64 // in the order of opening, as the file refers to it
	quota int64
	users []siyu.UserID         // by seat, counted from 0
	seats map[siyu.UserID]int64 // numbers from 1
	last  *commit               // holds the latest seat; earlier ones are on disk before it
}

// Open opens the log at path, creating it if it is not there, and reads back
// what was granted.
func Open(path string, options *Options) (*Log, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("claimlog: %w", err)
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(fmt.Errorf("claimlog: in use by another process: %w", err), f.Close())
	}
	l := &Log{offers: make(map[string]*offer), pending: newCommit()}
	if options != nil {
		l.options = *options
	}
	if err := l.recover(f, path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	l.file = f
	return l, nil
}

// Offer opens an offer of quota seats. The same offer again is a no-op, one
// with another quota is [siyu.ErrConflict].
func (l *Log) Offer(name string, quota int64) error {
	if err := siyu.CheckID("offer", name); err != nil {
		return err
	}
	if quota < 1 {
		return siyu.Invalid("quota", "%d is not at least 1", quota)
	}
	l.mu.Lock()
	if l.err != nil {
		defer l.mu.Unlock()
		return l.err
	}
	if o, ok := l.offers[name]; ok {
		last := o.last
		l.mu.Unlock()
		if o.quota != quota {
			return fmt.Errorf("claimlog: the offer is open with another quota: %w", siyu.ErrConflict)
		}
		return last.wait()
	}
	o := l.add(name, quota)
	c := l.pending
	o.last = c
	c.records = appendOffer(c.records, name, quota)
	return l.commit(c)
}

// Claim asks for a seat of an offer for a user, and returns when the answer is
// on disk. The outcome is the same however often it is asked. If ctx is over
// before the claim is made nothing happens; afterwards the claim runs to its
// end, which is at most the disk's latency away.
func (l *Log) Claim(ctx context.Context, name string, user siyu.UserID) (Claim, error) {
	if err := siyu.CheckID("user", string(user)); err != nil {
		return Claim{}, err
	}
	if err := ctx.Err(); err != nil {
		return Claim{}, err
	}
	l.mu.Lock()
	if l.err != nil {
		defer l.mu.Unlock()
		return Claim{}, l.err
	}
	o := l.offers[name]
	if o == nil {
		l.mu.Unlock()
		return Claim{Outcome: Unknown}, nil
	}
	// An answer that rests on a seat is given once that seat is on disk.
	if number, ok := o.seats[user]; ok {
		last := o.last
		l.mu.Unlock()
		return answer(Claim{Already, number}, last.wait())
	}
	if int64(len(o.users)) == o.quota {
		last := o.last
		l.mu.Unlock()
		return answer(Claim{Outcome: SoldOut}, last.wait())
	}
	c := l.pending
	number := o.grant(user)
	o.last = c
	c.records = appendGrant(c.records, o.index, user)
	return answer(Claim{Granted, number}, l.commit(c))
}

// Stock returns how an offer stands, with the seats whose grants are still on
// their way to the disk counted as granted. An offer that is not there is
// [siyu.ErrNotFound].
func (l *Log) Stock(name string) (Stock, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := l.offers[name]
	if o == nil {
		return Stock{}, fmt.Errorf("claimlog: offer: %w", siyu.ErrNotFound)
	}
	return Stock{Quota: o.quota, Granted: int64(len(o.users))}, nil
}

// Grants yields the seats of every offer as they stand at the call, offer by
// offer in the order they were opened, seat by seat. Grants still on their way
// to the disk are waited for.
func (l *Log) Grants() iter.Seq2[Grant, error] {
	return func(yield func(Grant, error) bool) {
		l.mu.Lock()
		names := slices.Clone(l.names)
		seats := make([][]siyu.UserID, len(names))
		lasts := make([]*commit, len(names))
		for i, name := range names {
			o := l.offers[name]
			seats[i], lasts[i] = slices.Clip(o.users), o.last
		}
		l.mu.Unlock()
		for i, name := range names {
			if err := lasts[i].wait(); err != nil {
				yield(Grant{}, err)
				return
			}
			for j, user := range seats[i] {
				if !yield(Grant{name, user, int64(j) + 1}, nil) {
					return
				}
			}
		}
	}
}

// Close waits for the claims under way and closes the file. Later claims are
// [ErrClosed].
func (l *Log) Close() error {
	l.mu.Lock()
	if errors.Is(l.err, ErrClosed) {
		l.mu.Unlock()
		return nil
	}
	failed := l.err != nil
	l.err = ErrClosed
	if failed {
		l.mu.Unlock()
		return l.file.Close()
	}
	return errors.Join(l.commit(l.pending), l.file.Close())
}

func (l *Log) add(name string, quota int64) *offer {
	o := &offer{index: uint64(len(l.names)), quota: quota, seats: make(map[siyu.UserID]int64), last: settled}
	l.offers[name] = o
	l.names = append(l.names, name)
	return o
}

func (o *offer) grant(user siyu.UserID) int64 {
	o.users = append(o.users, user)
	number := int64(len(o.users))
	o.seats[user] = number
	return number
}

func answer(c Claim, err error) (Claim, error) {
	if err != nil {
		return Claim{}, err
	}
	return c, nil
}
