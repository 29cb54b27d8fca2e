// Package groupbuytest is the conformance suite for implementations of
// groupbuy.Store: each clause of its contract is a named subtest.
package groupbuytest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/referral/groupbuy"
)

// Backend is what the suite needs of a store: the groups, and the log that
// their events go to.
type Backend interface {
	GroupBuys() groupbuy.Store
	Events() siyu.EventLog
}

// TestStore runs every check as a subtest. newStore returns an empty store that
// is cleaned up with the test.
func TestStore[B Backend](t *testing.T, newStore func(t *testing.T) B) {
	conformance.TestStore(t, Checks(), func(t *testing.T) Backend { return newStore(t) })
}

// Check is one clause of the contract of groupbuy.Store.
type Check struct {
	Name string
	Run  func(ctx context.Context, b Backend) error // on an empty store
}

// Checks returns the clauses in a fixed order. They run alone too, so that a
// suite can be shown to catch a broken store.
func Checks() []Check {
	return []Check{
		{"a group is kept as it was, with its terms", keptAsItWas},
		{"what is unknown is not found", unknown},
		{"a known key is answered as the first time", answeredOnce},
		{"a known key with another digest conflicts", otherArguments},
		{"an error of decide keeps nothing", decideFails},
		{"events are logged with their change", eventsLogged},
		{"a cancelled context changes nothing", cancelled},
		{"seats are never taken twice, and none stays free", storm},
		{"a group is opened once", openedOnce},
		{"one person joining at once is one member", joinedOnce},
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var errDecide = errors.New("decide refuses")

func call(key, digest string) siyu.Call {
	return siyu.Call{Op: "groupbuy.test", Key: key, Digest: digest}
}

// full is a change that sets every field.
func full() groupbuy.Change {
	return groupbuy.Change{
		Kept: groupbuy.Kept{
			Terms: groupbuy.Terms{Size: 2, Duration: 60, LeaderReward: 500, MemberReward: 200, LeaderLeave: groupbuy.Succeed, Clawback: groupbuy.IfBelowSize},
			Group: groupbuy.Group{
				ID: "g", Leader: "李'\"", OpenedAt: noon.Add(time.Microsecond), Members: []siyu.UserID{"李'\"", "Ann"}, State: groupbuy.Success,
				Rewards: map[siyu.UserID]siyu.Money{"李'\"": 1<<62 + 1, "Ann": 200},
			},
		},
		Result: groupbuy.Result{
			Outcome: groupbuy.Outcome{Moved: []groupbuy.Reward{{Person: "Ann", Amount: -200}}},
			State:   groupbuy.Success, Leader: "Ann", Members: 2, Missing: 1, Deadline: noon,
		},
		Events: []siyu.Event{{ID: "e1", User: "Ann", Name: "groupbuy.joined", At: noon}},
	}
}

func write(ctx context.Context, b Backend, c siyu.Call, change groupbuy.Change) (groupbuy.Result, bool, error) {
	return b.GroupBuys().Update(ctx, c, "g", func(*groupbuy.Kept) (groupbuy.Change, error) { return change, nil })
}

// holds compares the stored group, and what a step sees, with what should be
// there; nil is nothing.
func holds(ctx context.Context, b Backend, want *groupbuy.Kept) error {
	got, err := b.GroupBuys().Group(ctx, "g")
	if want == nil {
		if !errors.Is(err, siyu.ErrNotFound) {
			return fmt.Errorf("a group is kept: %+v, %s", got, fmt.Sprint(err))
		}
	} else if err != nil || !reflect.DeepEqual(got, *want) {
		return fmt.Errorf("kept %+v, %s; want %+v", got, fmt.Sprint(err), *want)
	}
	var seen *groupbuy.Kept
	_, _, err = b.GroupBuys().Update(ctx, call("look", ""), "g", func(k *groupbuy.Kept) (groupbuy.Change, error) {
		seen = k
		return groupbuy.Change{}, errDecide
	})
	if !errors.Is(err, errDecide) || !reflect.DeepEqual(seen, want) {
		return fmt.Errorf("a step sees %+v, %s; want %+v", seen, fmt.Sprint(err), want)
	}
	return nil
}

func keptAsItWas(ctx context.Context, b Backend) error {
	c := full()
	result, replayed, err := write(ctx, b, call("k", ""), c)
	if err != nil || replayed || !reflect.DeepEqual(result, c.Result) {
		return fmt.Errorf("answer %+v, %v, %s; want %+v", result, replayed, fmt.Sprint(err), c.Result)
	}
	if err := holds(ctx, b, &c.Kept); err != nil {
		return err
	}
	c.Kept.Group.Members, c.Kept.Group.State, c.Events = c.Kept.Group.Members[:1], groupbuy.Disbanded, nil
	if _, _, err := write(ctx, b, call("l", ""), c); err != nil {
		return err
	}
	return holds(ctx, b, &c.Kept)
}

func unknown(ctx context.Context, b Backend) error {
	if err := holds(ctx, b, nil); err != nil {
		return err
	}
	if _, _, err := write(ctx, b, call("k", ""), full()); err != nil {
		return err
	}
	for _, id := range []groupbuy.ID{"G", "g2", ""} {
		if k, err := b.GroupBuys().Group(ctx, id); !errors.Is(err, siyu.ErrNotFound) {
			return fmt.Errorf("%q is %+v, %s", id, k, fmt.Sprint(err))
		}
	}
	return nil
}

func answeredOnce(ctx context.Context, b Backend) error {
	c := full()
	if _, _, err := write(ctx, b, call("k", ""), c); err != nil {
		return err
	}
	got, replayed, err := b.GroupBuys().Update(ctx, call("k", ""), "g", func(*groupbuy.Kept) (groupbuy.Change, error) {
		return groupbuy.Change{}, errors.New("decide is asked again")
	})
	if err != nil || !replayed || !reflect.DeepEqual(got, c.Result) {
		return fmt.Errorf("second answer %+v, %v, %s; want %+v", got, replayed, fmt.Sprint(err), c.Result)
	}
	return holds(ctx, b, &c.Kept)
}

func otherArguments(ctx context.Context, b Backend) error {
	c := full()
	if _, _, err := write(ctx, b, call("k", ""), c); err != nil {
		return err
	}
	other := full()
	other.Kept.Group.Members = nil
	if _, _, err := write(ctx, b, call("k", "other"), other); !errors.Is(err, siyu.ErrConflict) {
		return fmt.Errorf("got %s, want a conflict", fmt.Sprint(err))
	}
	return holds(ctx, b, &c.Kept)
}

func decideFails(ctx context.Context, b Backend) error {
	before := full2().Kept
	for _, want := range []*groupbuy.Kept{nil, &before} {
		if want != nil {
			if _, _, err := write(ctx, b, call("first", ""), full2()); err != nil {
				return err
			}
		}
		_, _, err := b.GroupBuys().Update(ctx, call("k", ""), "g", func(*groupbuy.Kept) (groupbuy.Change, error) { return full(), errDecide })
		if !errors.Is(err, errDecide) {
			return fmt.Errorf("got %s, want the error of decide", fmt.Sprint(err))
		}
		if err := holds(ctx, b, want); err != nil {
			return err
		}
	}
	c := full() // the key is unused
	if _, replayed, err := write(ctx, b, call("k", ""), c); err != nil || replayed {
		return fmt.Errorf("the key of a refusal: replayed %v, %s", replayed, fmt.Sprint(err))
	}
	return holds(ctx, b, &c.Kept)
}

// full2 is another group under the same id.
func full2() groupbuy.Change {
	c := full()
	c.Events = nil
	c.Kept.Group.State, c.Kept.Group.Rewards = groupbuy.Open, nil
	return c
}

func eventsLogged(ctx context.Context, b Backend) error {
	c := full()
	if _, _, err := write(ctx, b, call("k", ""), c); err != nil {
		return err
	}
	bad := full2()
	bad.Events = full().Events
	bad.Events[0].Value++ // a known id with other contents
	if _, _, err := write(ctx, b, call("l", ""), bad); !errors.Is(err, siyu.ErrConflict) {
		return fmt.Errorf("got %s, want a conflict", fmt.Sprint(err))
	}
	if err := conformance.Logged(ctx, b.Events(), c.Events...); err != nil {
		return err
	}
	return holds(ctx, b, &c.Kept)
}

func cancelled(ctx context.Context, b Backend) error {
	over, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := write(over, b, call("k", ""), full()); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("got %s, want the context's error", fmt.Sprint(err))
	}
	return holds(ctx, b, nil)
}

// together runs n functions at once and returns their errors.
func together(n int, run func(i int) error) error {
	var group sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		group.Go(func() { errs[i] = run(i) })
	}
	group.Wait()
	return errors.Join(errs...)
}

func service(b Backend, size int) (*groupbuy.Service, error) {
	terms := groupbuy.Terms{Size: size, Duration: 60, LeaderReward: 500, MemberReward: 200}
	return groupbuy.New(b.GroupBuys(), terms, &groupbuy.Options{Clock: siyu.NewManualClock(noon)})
}

// storm lets many join few groups at once: each has as many members as seats,
// each member paid once, and everybody else was told that it is full.
func storm(ctx context.Context, b Backend) error {
	const groups, size, many = 3, 5, 36
	s, err := service(b, size)
	if err != nil {
		return err
	}
	id := func(i int) groupbuy.ID { return groupbuy.ID(fmt.Sprint("g", i%groups)) }
	for i := range groups {
		if _, err := s.Open(ctx, groupbuy.Request{Key: "open-" + string(id(i)), Group: id(i), Person: "lee"}); err != nil {
			return err
		}
	}
	joined := make([]groupbuy.Result, many)
	err = together(many, func(i int) (err error) {
		joined[i], err = s.Join(ctx, groupbuy.Request{Key: fmt.Sprint("join-", i), Group: id(i), Person: siyu.UserID(fmt.Sprint("p", i))})
		return err
	})
	if err != nil {
		return err
	}
	in, out := 0, 0
	for _, r := range joined {
		switch r.Reason {
		case "":
			in++
		case groupbuy.Full:
			out++
		}
	}
	if in != groups*(size-1) || out != many-in {
		return fmt.Errorf("%d joined and %d were told it is full, want %d and %d", in, out, groups*(size-1), many-groups*(size-1))
	}
	for i := range groups {
		g, err := s.Group(ctx, id(i))
		if err != nil {
			return err
		}
		if len(g.Members) != size || g.State != groupbuy.Success || len(g.Rewards) != size {
			return fmt.Errorf("after the storm: %+v", g)
		}
	}
	return rewardedOnce(ctx, b, groups, size)
}

// rewardedOnce looks into the log: everybody in a group was rewarded once.
func rewardedOnce(ctx context.Context, b Backend, groups, size int) error {
	rewarded := map[string]int{}
	for e, err := range b.Events().Events(ctx, 0) {
		if err != nil {
			return err
		}
		if e.Name == "groupbuy.rewarded" {
			rewarded[e.Props["group"]+string(e.User)]++
		}
	}
	for place, n := range rewarded {
		if n != 1 {
			return fmt.Errorf("%s was rewarded %d times", place, n)
		}
	}
	if len(rewarded) != groups*size {
		return fmt.Errorf("%d were rewarded, want %d", len(rewarded), groups*size)
	}
	return nil
}

func openedOnce(ctx context.Context, b Backend) error {
	s, err := service(b, 3)
	if err != nil {
		return err
	}
	const many = 12
	won := make([]bool, many)
	err = together(many, func(i int) error {
		_, err := s.Open(ctx, groupbuy.Request{Key: fmt.Sprint("k", i), Group: "g", Person: siyu.UserID(fmt.Sprint("p", i))})
		if won[i] = err == nil; errors.Is(err, siyu.ErrConflict) {
			return nil
		}
		return err
	})
	n := 0
	for _, w := range won {
		if w {
			n++
		}
	}
	if err == nil && n != 1 {
		return fmt.Errorf("%d opened one group, want 1", n)
	}
	return err
}

func joinedOnce(ctx context.Context, b Backend) error {
	s, err := service(b, 5)
	if err != nil {
		return err
	}
	if _, err := s.Open(ctx, groupbuy.Request{Key: "open", Group: "g", Person: "lee"}); err != nil {
		return err
	}
	err = together(12, func(i int) error {
		r, err := s.Join(ctx, groupbuy.Request{Key: fmt.Sprint("k", i%4), Group: "g", Person: "ann"})
		if err == nil && !r.OK() && r.Reason != groupbuy.AlreadyJoined {
			return fmt.Errorf("refused for %s", r.Reason)
		}
		return err
	})
	if err != nil {
		return err
	}
	g, err := s.Group(ctx, "g")
	if err == nil && len(g.Members) != 2 {
		return fmt.Errorf("members %q, want the leader and one", g.Members)
	}
	return err
}
