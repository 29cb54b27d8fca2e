// Package personatest is the conformance suite for implementations of
// persona.Store: each clause of its contract is a named subtest.
package personatest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/persona"
)

// Backend is what the suite needs of a store.
type Backend interface {
	Personas() persona.Store
	Events() siyu.EventLog
}

// TestStore runs every check as a subtest. newStore returns an empty store that
// is cleaned up with the test.
func TestStore[B Backend](t *testing.T, newStore func(t *testing.T) B) {
	conformance.TestStore(t, Checks(), func(t *testing.T) Backend { return newStore(t) })
}

// probe is the t of a check.
type probe = conformance.Probe

// Check is one clause of the contract of persona.Store.
type Check struct {
	Name string
	Run  func(ctx context.Context, b Backend) error // on an empty store
}

// Checks returns the clauses in a fixed order. They run alone too, so that a
// suite can be shown to catch a broken store.
func Checks() []Check {
	return []Check{
		{"a code is kept as it was", check(codeKept)},
		{"a roster and its state are kept as they were", check(rosterKept)},
		{"what is unknown is not found", check(unknown)},
		{"joining keeps member, count, event and answer", check(joinKeeps)},
		{"a known key is answered as the first time", check(replays)},
		{"a known key with another digest conflicts", check(conflicts)},
		{"a refusal keeps nothing", check(refusal)},
		{"a member sees his group in the next step", check(sticky)},
		{"leaving frees the place", check(leaving)},
		{"members come in order", check(members)},
		{"an adviser is kept whatever his cap", check(adviserKept)},
		{"handing over moves the customer and the load", check(handOver)},
		{"saving a roster keeps what its advisers took", check(rosterSaved)},
		{"groups fill to the cap under concurrency", check(concurrentJoin)},
		{"advisers fill to their caps under concurrency", check(concurrentAssign)},
		{"one person joining at once is one member", check(concurrentPerson)},
	}
}

func check(test func(*probe, *bench)) func(context.Context, Backend) error {
	return func(ctx context.Context, b Backend) error {
		svc := persona.New(b.Personas(), &persona.Options{Clock: siyu.NewManualClock(noon)})
		return conformance.Run(ctx, func(t *probe) { test(t, &bench{store: b.Personas(), log: b.Events(), svc: svc}) })
	}
}

// bench is a store under test with a service over it.
type bench struct {
	store persona.Store
	log   siyu.EventLog
	svc   *persona.Service
}

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func (b *bench) code(t *probe, c persona.Code) {
	t.Helper()
	must(t, b.svc.SaveCode(t.Context(), "save-"+string(c.ID), c.ID, func(*persona.Code) (persona.Code, error) { return c, nil }))
}

func (b *bench) roster(t *probe, key string, r persona.Roster) {
	t.Helper()
	must(t, b.svc.SaveRoster(t.Context(), key, r.ID, func(*persona.Roster) (persona.Roster, error) { return r, nil }))
}

func (b *bench) join(t *probe, key string, user siyu.UserID) persona.Joined {
	t.Helper()
	j, err := b.svc.Join(t.Context(), persona.JoinRequest{Key: key, Code: "c", User: user})
	must(t, err)
	return j
}

func (b *bench) events(t *probe) (ids []string) {
	t.Helper()
	for e, err := range b.log.Events(t.Context(), 0) {
		must(t, err)
		ids = append(ids, string(e.ID))
	}
	return ids
}

func must(t *probe, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *probe, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func wantNotFound(t *probe, what string, err error) {
	t.Helper()
	if !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("%s: got %v, want not found", what, err)
	}
}

// two is a code with two groups of few places.
func two() persona.Code {
	return persona.Code{ID: "c", ScanCap: 3, HardCap: 4, Groups: []persona.Group{{ID: "g1", Members: 1}, {ID: "g2", Members: 2}}}
}

func codeKept(t *probe, b *bench) {
	want := persona.Code{
		ID: "c", ScanCap: 200, HardCap: 500, Fill: persona.Evenly, RadiusKM: 12.5,
		AutoCreate: &persona.AutoCreate{Base: "深圳'福利群", Next: 3, InitialMembers: 1},
		Groups:     []persona.Group{{ID: "群1", Members: 7, Region: "深圳", Position: &persona.Position{Lat: 22.5, Lon: 114}}},
	}
	b.code(t, want.Clone())
	got, err := b.svc.Code(t.Context(), "c")
	must(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("code (-want +got):\n%s", d)
	}
	got.Groups[0].Members, got.Groups[0].Position.Lat, got.AutoCreate.Next = 99, 0, 99
	again, err := b.svc.Code(t.Context(), "c")
	must(t, err)
	same(t, "code after the caller wrote into his copy", again, want)
}

func rosterKept(t *probe, b *bench) {
	want := persona.Roster{ID: "r", Zone: "Asia/Shanghai", Strategy: persona.Weighted, Advisers: []persona.Adviser{{
		ID: "A'甲", Card: "c", Shifts: []siyu.WeeklyWindow{{Start: siyu.HourMinute(9, 0), End: siyu.HourMinute(24, 0), Days: siyu.DaysOf(time.Monday)}},
		Regions: []string{"深圳"}, DailyCap: 5, TotalCap: 9, Weight: 2,
	}}, Backup: []persona.Adviser{{ID: "Z"}}}
	b.roster(t, "k1", want.Clone())
	a, err := b.svc.Assign(t.Context(), persona.AssignRequest{Key: "k2", Roster: "r", User: "u1", Regions: []string{"深圳"}})
	must(t, err)
	got, state, err := b.svc.Roster(t.Context(), "r")
	must(t, err)
	same(t, "roster", got, want)
	same(t, "load", state.Loads[a.Adviser], persona.Load{Total: 1, Day: persona.Date{Year: 2026, Month: 6, Day: 1}, Today: 1})
	who, err := b.svc.AdviserOf(t.Context(), "r", "u1")
	must(t, err)
	same(t, "adviser", who, a.Adviser)
}

func unknown(t *probe, b *bench) {
	ctx := t.Context()
	_, err := b.svc.Code(ctx, "c")
	wantNotFound(t, "code", err)
	_, _, err = b.svc.Roster(ctx, "r")
	wantNotFound(t, "roster", err)
	_, err = b.svc.GroupOf(ctx, "c", "u1")
	wantNotFound(t, "group", err)
	_, err = b.svc.AdviserOf(ctx, "r", "u1")
	wantNotFound(t, "adviser", err)
	_, err = b.svc.Join(ctx, persona.JoinRequest{Key: "k", Code: "c", User: "u1"})
	wantNotFound(t, "join", err)
	_, err = b.svc.Assign(ctx, persona.AssignRequest{Key: "k", Roster: "r", User: "u1"})
	wantNotFound(t, "assign", err)
	_, err = b.svc.Code(ctx, "c")
	wantNotFound(t, "code after a step that failed", err)
}

func joinKeeps(t *probe, b *bench) {
	b.code(t, two())
	same(t, "answer", b.join(t, "k1", "u1"), persona.Joined{Group: "g1"})
	in, err := b.svc.GroupOf(t.Context(), "c", "u1")
	must(t, err)
	c, err := b.svc.Code(t.Context(), "c")
	must(t, err)
	same(t, "group", in, persona.GroupID("g1"))
	same(t, "count", c.Groups[0].Members, 2)
	same(t, "events", b.events(t), []string{"persona.join:k1"})
}

func replays(t *probe, b *bench) {
	b.code(t, two())
	first := b.join(t, "k1", "u1")
	b.join(t, "k2", "u2")
	again := b.join(t, "k1", "u1")
	first.Replayed = true
	same(t, "answer", again, first)
	c, err := b.svc.Code(t.Context(), "c")
	must(t, err)
	same(t, "count", c.Groups[0].Members, 3)
}

func conflicts(t *probe, b *bench) {
	b.code(t, two())
	b.join(t, "k1", "u1")
	if _, err := b.svc.Join(t.Context(), persona.JoinRequest{Key: "k1", Code: "c", User: "u2"}); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	_, err := b.svc.GroupOf(t.Context(), "c", "u2")
	wantNotFound(t, "the person of the conflict", err)
}

func refusal(t *probe, b *bench) {
	b.code(t, two())
	for i := range 3 {
		b.join(t, fmt.Sprint("k", i), siyu.UserID(fmt.Sprint("u", i)))
	}
	before := b.events(t)
	same(t, "answer", b.join(t, "k9", "u9"), persona.Joined{Reason: persona.GroupsFull})
	same(t, "events", b.events(t), before)
	must(t, b.svc.Leave(t.Context(), persona.LeaveRequest{Key: "l", Code: "c", User: "u0"}))
	same(t, "answer with the same key once there is room", b.join(t, "k9", "u9"), persona.Joined{Group: "g1"})
}

func sticky(t *probe, b *bench) {
	b.code(t, two())
	b.join(t, "k1", "u1")
	same(t, "second scan", b.join(t, "k2", "u1"), persona.Joined{Group: "g1", Again: true})
	same(t, "events", b.events(t), []string{"persona.join:k1"})
	c, err := b.svc.Code(t.Context(), "c")
	must(t, err)
	same(t, "count", c.Groups[0].Members, 2)
}

func leaving(t *probe, b *bench) {
	b.code(t, two())
	b.join(t, "k1", "u1")
	must(t, b.svc.Leave(t.Context(), persona.LeaveRequest{Key: "k2", Code: "c", User: "u1"}))
	_, err := b.svc.GroupOf(t.Context(), "c", "u1")
	wantNotFound(t, "member who left", err)
	c, err := b.svc.Code(t.Context(), "c")
	must(t, err)
	same(t, "count", c.Groups[0].Members, 1)
	wantNotFound(t, "leaving twice", b.svc.Leave(t.Context(), persona.LeaveRequest{Key: "k3", Code: "c", User: "u1"}))
}

func members(t *probe, b *bench) {
	c := two()
	c.ScanCap, c.HardCap = 10, 10
	b.code(t, c)
	for _, user := range []siyu.UserID{"u2", "用户", "u10", "U"} {
		b.join(t, "k"+string(user), user)
	}
	got, err := b.svc.Members(t.Context(), "c", "g1")
	must(t, err)
	same(t, "members", got, []siyu.UserID{"U", "u10", "u2", "用户"})
	none, err := b.svc.Members(t.Context(), "c", "g2")
	must(t, err)
	same(t, "members of the other group", len(none), 0)
}

func pair() persona.Roster {
	return persona.Roster{ID: "r", Zone: "UTC", Advisers: []persona.Adviser{{ID: "A", DailyCap: 1}, {ID: "B", DailyCap: 1}}}
}

func (b *bench) assign(t *probe, key string, user siyu.UserID) persona.Assigned {
	t.Helper()
	a, err := b.svc.Assign(t.Context(), persona.AssignRequest{Key: key, Roster: "r", User: user})
	must(t, err)
	return a
}

func adviserKept(t *probe, b *bench) {
	b.roster(t, "k0", pair())
	same(t, "first", b.assign(t, "k1", "u1"), persona.Assigned{Adviser: "A"})
	same(t, "second", b.assign(t, "k2", "u2"), persona.Assigned{Adviser: "B"})
	same(t, "none left", b.assign(t, "k3", "u3"), persona.Assigned{Reason: persona.NoCapacity})
	same(t, "first again", b.assign(t, "k4", "u1"), persona.Assigned{Adviser: "A", Kept: true})
	same(t, "same key", b.assign(t, "k1", "u1"), persona.Assigned{Adviser: "A", Replayed: true})
	same(t, "events", b.events(t), []string{"persona.assign:k1", "persona.assign:k2"})
}

func handOver(t *probe, b *bench) {
	b.roster(t, "k0", pair())
	b.assign(t, "k1", "u1")
	a, err := b.svc.HandOver(t.Context(), persona.HandOverRequest{Key: "k2", Roster: "r", User: "u1", To: "B"})
	must(t, err)
	same(t, "answer", a, persona.Assigned{Adviser: "B"})
	who, err := b.svc.AdviserOf(t.Context(), "r", "u1")
	must(t, err)
	_, state, err := b.svc.Roster(t.Context(), "r")
	must(t, err)
	same(t, "adviser", who, persona.AdviserID("B"))
	same(t, "totals", []int{state.Loads["A"].Total, state.Loads["B"].Total}, []int{0, 1})
	if _, err := b.svc.HandOver(t.Context(), persona.HandOverRequest{Key: "k3", Roster: "r", User: "u1", To: "X"}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("to someone not on the roster: got %v, want invalid", err)
	}
}

func rosterSaved(t *probe, b *bench) {
	b.roster(t, "k0", pair())
	b.assign(t, "k1", "u1")
	changed := pair()
	changed.Advisers[1].DailyCap = 9
	b.roster(t, "k2", changed)
	got, state, err := b.svc.Roster(t.Context(), "r")
	must(t, err)
	same(t, "roster", got, changed)
	same(t, "total", state.Loads["A"].Total, 1)
}

// atOnce runs n calls together and fails on the first error.
func atOnce(t *probe, n int, do func(ctx context.Context, i int) error) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	var wg sync.WaitGroup
	errs := make([]error, n)
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = do(ctx, i)
		})
	}
	close(start)
	wg.Wait()
	must(t, errors.Join(errs...))
}

func concurrentJoin(t *probe, b *bench) {
	b.code(t, persona.Code{ID: "c", ScanCap: 6, HardCap: 9, Groups: []persona.Group{{ID: "g1", Members: 1}, {ID: "g2", Members: 1}}})
	var mu sync.Mutex
	joined := map[persona.GroupID]int{}
	atOnce(t, 24, func(ctx context.Context, i int) error {
		j, err := b.svc.Join(ctx, persona.JoinRequest{Key: fmt.Sprint(i), Code: "c", User: siyu.UserID(fmt.Sprint("u", i))})
		mu.Lock()
		defer mu.Unlock()
		joined[j.Group]++
		return err
	})
	same(t, "joined", joined, map[persona.GroupID]int{"g1": 5, "g2": 5, "": 14})
	for _, g := range []persona.GroupID{"g1", "g2"} {
		list, err := b.svc.Members(t.Context(), "c", g)
		must(t, err)
		same(t, "members kept in "+string(g), len(list), 5)
	}
}

func concurrentAssign(t *probe, b *bench) {
	r := pair()
	r.Advisers[0].DailyCap, r.Advisers[1].DailyCap = 3, 4
	r.Backup = []persona.Adviser{{ID: "Z", TotalCap: 2}}
	b.roster(t, "k0", r)
	var mu sync.Mutex
	got := map[persona.AdviserID]int{}
	atOnce(t, 20, func(ctx context.Context, i int) error {
		a, err := b.svc.Assign(ctx, persona.AssignRequest{Key: fmt.Sprint(i), Roster: "r", User: siyu.UserID(fmt.Sprint("u", i))})
		mu.Lock()
		defer mu.Unlock()
		got[a.Adviser]++
		return err
	})
	same(t, "assigned", got, map[persona.AdviserID]int{"A": 3, "B": 4, "Z": 2, "": 11})
}

func concurrentPerson(t *probe, b *bench) {
	b.code(t, two())
	groups := make([]persona.GroupID, 6)
	atOnce(t, 6, func(ctx context.Context, i int) error {
		j, err := b.svc.Join(ctx, persona.JoinRequest{Key: fmt.Sprint(i), Code: "c", User: "u1"})
		groups[i] = j.Group
		return err
	})
	same(t, "groups", slices.Compact(groups), []persona.GroupID{"g1"})
	c, err := b.svc.Code(t.Context(), "c")
	must(t, err)
	same(t, "count", c.Groups[0].Members, 2)
}
