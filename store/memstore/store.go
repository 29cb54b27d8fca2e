// Package memstore keeps every domain in memory. It is the reference that the
// database stores are held against, and the store for tests and examples: the
// same contracts, no durability.
package memstore

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/siyu-go/siyu"
)

// Store is one tenant's view of a store in memory. It is safe for concurrent
// use; every step holds one lock, so histories are serial.
type Store struct {
	shared *shared
	tenant string
	tx     *tx // the transaction that this handle works in, or nil
}

type shared struct {
	mu      sync.Mutex
	tenants map[string]*tenant
}

// New returns an empty store, with its handle on the tenant "".
func New() *Store {
	return &Store{shared: &shared{tenants: make(map[string]*tenant)}}
}

// Tenant returns a handle on another tenant's data in the same store. Nothing
// of one tenant is ever visible to another.
func (s *Store) Tenant(name string) *Store {
	return &Store{shared: s.shared, tenant: name, tx: s.tx}
}

// InTx runs fn in one transaction over every domain: what fn does through the
// handle it is given happens as a whole if fn returns nil, and not at all if it
// returns an error or panics. Use only that handle inside fn; others wait for
// the transaction to end, and would wait forever from within it. An InTx inside
// an InTx joins it, undoing its own part alone on error.
func (s *Store) InTx(ctx context.Context, fn func(*Store) error) error {
	return s.atomically(ctx, func(x *tx) error {
		return fn(&Store{shared: s.shared, tenant: s.tenant, tx: x})
	})
}

// Events returns the tenant's event log.
func (s *Store) Events() siyu.EventLog { return events{s} }

// tenant holds the data of one tenant, a field per domain.
type tenant struct {
	calls     map[callKey]answered
	log       eventLog
	coupons   couponData
	referrals referralData
	campaigns campaignData
	personas  personaData
	fission   fissionData
	identity  identityData
	invites   inviteData
}

type callKey struct{ op, key string }

type answered struct {
	call   siyu.Call
	answer []byte
}

func newTenant() *tenant {
	return &tenant{
		calls:     make(map[callKey]answered),
		log:       newEventLog(),
		coupons:   newCouponData(),
		referrals: newReferralData(),
		campaigns: newCampaignData(),
		personas:  newPersonaData(),
		fission:   newFissionData(),
		identity:  newIdentityData(),
		invites:   newInviteData(),
	}
}

// tx collects how to undo what was changed so far.
type tx struct{ undo []func() }

func (x *tx) rollback(to int) {
	for i := len(x.undo) - 1; i >= to; i-- {
		x.undo[i]()
	}
	x.undo = x.undo[:to]
}

// put sets m[k] = v so that the transaction can take it back. Values are
// treated as immutable: put a changed copy, never change in place.
func put[K comparable, V any](x *tx, m map[K]V, k K, v V) {
	old, had := m[k]
	x.undo = append(x.undo, func() {
		if had {
			m[k] = old
		} else {
			delete(m, k)
		}
	})
	m[k] = v
}

// drop deletes m[k] so that the transaction can take it back.
func drop[K comparable, V any](x *tx, m map[K]V, k K) {
	if old, had := m[k]; had {
		x.undo = append(x.undo, func() { m[k] = old })
		delete(m, k)
	}
}

// atomically runs fn under the lock, or inside the handle's transaction, and
// undoes what fn did if it fails or panics.
func (s *Store) atomically(ctx context.Context, fn func(*tx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	x := s.tx
	if x == nil {
		s.shared.mu.Lock()
		defer s.shared.mu.Unlock()
		x = &tx{}
	}
	mark, done := len(x.undo), false
	defer func() {
		if !done || err != nil {
			x.rollback(mark)
		}
	}()
	err = fn(x)
	done = true
	return err
}

// update is a step without a call: fn may change the tenant's data through x.
func (s *Store) update(ctx context.Context, fn func(x *tx, t *tenant) error) error {
	return s.atomically(ctx, func(x *tx) error { return fn(x, s.data()) })
}

// view is a step that only reads; fn must copy what it lets out.
func (s *Store) view(ctx context.Context, fn func(t *tenant) error) error {
	return s.atomically(ctx, func(*tx) error { return fn(s.data()) })
}

// data is called under the lock.
func (s *Store) data() *tenant {
	t := s.shared.tenants[s.tenant]
	if t == nil {
		t = newTenant()
		s.shared.tenants[s.tenant] = t
	}
	return t
}

// step answers a call once: a known call with its stored answer, a new one by
// fn, whose events and answer are kept together with what it changed. If fn
// fails nothing is kept and the key stays unused.
func step[T any](
	ctx context.Context, s *Store, call siyu.Call,
	fn func(x *tx, t *tenant) (answer T, events []siyu.Event, err error),
) (answer T, replayed bool, err error) {
	err = s.update(ctx, func(x *tx, t *tenant) error {
		key := callKey{call.Op, call.Key}
		if known, ok := t.calls[key]; ok {
			if err := call.Match(known.call); err != nil {
				return err
			}
			replayed = true
			return json.Unmarshal(known.answer, &answer)
		}
		made, events, err := fn(x, t)
		if err != nil {
			return err
		}
		if _, err := t.log.append(x, events); err != nil {
			return err
		}
		data, err := json.Marshal(made)
		if err != nil {
			return fmt.Errorf("memstore: encode answer: %w", err)
		}
		put(x, t.calls, key, answered{call, data})
		return json.Unmarshal(data, &answer) // a copy, as a database would give
	})
	return answer, replayed, err
}
