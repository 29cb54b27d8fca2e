// Package assisttest is the conformance suite for implementations of
// assist.Store: each clause of its contract is a named subtest.
package assisttest

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
	"github.com/siyu-go/siyu/referral/assist"
)

// Backend is what the suite needs of a store: the tasks, and the log that their
// events go to.
type Backend interface {
	Assists() assist.Store
	Events() siyu.EventLog
}

// TestStore runs every check as a subtest. newStore returns an empty store that
// is cleaned up with the test.
func TestStore[B Backend](t *testing.T, newStore func(t *testing.T) B) {
	conformance.TestStore(t, Checks(), func(t *testing.T) Backend { return newStore(t) })
}

// Check is one clause of the contract of assist.Store.
type Check struct {
	Name string
	Run  func(ctx context.Context, b Backend) error // on an empty store
}

// Checks returns the clauses in a fixed order. They run alone too, so that a
// suite can be shown to catch a broken store.
func Checks() []Check {
	return []Check{
		{"a task is kept as it was, with its terms", keptAsItWas},
		{"a helper has helped in the whole campaign, and in no other", helpedOnce},
		{"what is unknown is not found", unknown},
		{"a known key is answered as the first time", answeredOnce},
		{"a known key with another digest conflicts", otherArguments},
		{"an error of decide keeps nothing", decideFails},
		{"events are logged with their change", eventsLogged},
		{"a cancelled context changes nothing", cancelled},
		{"many at once are counted, and each tier is rewarded once", storm},
		{"one helper asked for many tasks at once helps one", oneHelper},
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var errDecide = errors.New("decide refuses")

var slot = assist.Slot{Campaign: "c", Task: "t", Helper: "Ann"}

func call(key, digest string) siyu.Call {
	return siyu.Call{Op: "assist.test", Key: key, Digest: digest}
}

// full is a change that sets every field.
func full() assist.Change {
	return assist.Change{
		Kept: assist.Kept{
			Terms: assist.Terms{Duration: 60, NewOnly: true, Tiers: []assist.Tier{{Helpers: 2, Reward: 5}, {Helpers: 9, Reward: 1<<62 + 1}}},
			Task:  assist.Task{ID: "t", Owner: "李'\"", StartedAt: noon.Add(time.Microsecond), Helpers: 7},
		},
		Result: assist.Result{Outcome: assist.Outcome{Reward: 5, Done: true}, Owner: "lee", Helpers: 7, Missing: 2, Deadline: noon},
		Events: []siyu.Event{{ID: "e1", User: "Ann", Name: "assist.helped", At: noon}},
	}
}

func write(ctx context.Context, b Backend, c siyu.Call, at assist.Slot, change assist.Change) (assist.Result, bool, error) {
	return b.Assists().Update(ctx, c, at, func(assist.State) (assist.Change, error) { return change, nil })
}

// sees returns what a step finds.
func sees(ctx context.Context, b Backend, at assist.Slot) (st assist.State, err error) {
	_, _, err = b.Assists().Update(ctx, call("look", ""), at, func(s assist.State) (assist.Change, error) {
		st = s
		return assist.Change{}, errDecide
	})
	if errors.Is(err, errDecide) {
		err = nil
	}
	return st, err
}

// holds compares the stored task, and what a step sees, with what should be
// there; nil is nothing.
func holds(ctx context.Context, b Backend, want *assist.Kept) error {
	got, err := b.Assists().Task(ctx, slot.Campaign, slot.Task)
	if want == nil {
		if !errors.Is(err, siyu.ErrNotFound) {
			return fmt.Errorf("a task is kept: %+v, %s", got, fmt.Sprint(err))
		}
	} else if err != nil || !reflect.DeepEqual(got, *want) {
		return fmt.Errorf("kept %+v, %s; want %+v", got, fmt.Sprint(err), *want)
	}
	st, err := sees(ctx, b, slot)
	if err != nil || st.Helped != (want != nil) || !reflect.DeepEqual(st.Kept, want) {
		return fmt.Errorf("a step sees %+v, %s; want %+v", st, fmt.Sprint(err), want)
	}
	return nil
}

func keptAsItWas(ctx context.Context, b Backend) error {
	c := full()
	result, replayed, err := write(ctx, b, call("k", ""), slot, c)
	if err != nil || replayed || !reflect.DeepEqual(result, c.Result) {
		return fmt.Errorf("answer %+v, %v, %s; want %+v", result, replayed, fmt.Sprint(err), c.Result)
	}
	if err := holds(ctx, b, &c.Kept); err != nil {
		return err
	}
	c.Kept.Task.Helpers, c.Events = 8, nil
	if _, _, err := write(ctx, b, call("l", ""), assist.Slot{Campaign: "c", Task: "t", Helper: "bo"}, c); err != nil {
		return err
	}
	return holds(ctx, b, &c.Kept)
}

func helpedOnce(ctx context.Context, b Backend) error {
	if _, _, err := write(ctx, b, call("k", ""), slot, full()); err != nil {
		return err
	}
	started := full()
	started.Events = nil
	if _, _, err := write(ctx, b, call("s", ""), assist.Slot{Campaign: "c", Task: "u"}, started); err != nil {
		return err
	}
	for at, want := range map[assist.Slot]bool{
		slot: true, {Campaign: "c", Task: "u", Helper: "Ann"}: true, {Campaign: "d", Task: "t", Helper: "Ann"}: false,
		{Campaign: "c", Task: "t", Helper: "ann"}: false, {Campaign: "c", Task: "u"}: false,
	} {
		if st, err := sees(ctx, b, at); err != nil || st.Helped != want {
			return fmt.Errorf("%+v has helped: %v, %s; want %v", at, st.Helped, fmt.Sprint(err), want)
		}
	}
	return nil
}

func unknown(ctx context.Context, b Backend) error {
	if err := holds(ctx, b, nil); err != nil {
		return err
	}
	if _, _, err := write(ctx, b, call("k", ""), slot, full()); err != nil {
		return err
	}
	for _, at := range []assist.Slot{{Campaign: "c", Task: "T"}, {Campaign: "d", Task: "t"}, {Campaign: "t", Task: "c"}} {
		if k, err := b.Assists().Task(ctx, at.Campaign, at.Task); !errors.Is(err, siyu.ErrNotFound) {
			return fmt.Errorf("%+v is %+v, %s", at, k, fmt.Sprint(err))
		}
	}
	return nil
}

func answeredOnce(ctx context.Context, b Backend) error {
	c := full()
	if _, _, err := write(ctx, b, call("k", ""), slot, c); err != nil {
		return err
	}
	got, replayed, err := b.Assists().Update(ctx, call("k", ""), slot, func(assist.State) (assist.Change, error) {
		return assist.Change{}, errors.New("decide is asked again")
	})
	if err != nil || !replayed || !reflect.DeepEqual(got, c.Result) {
		return fmt.Errorf("second answer %+v, %v, %s; want %+v", got, replayed, fmt.Sprint(err), c.Result)
	}
	return holds(ctx, b, &c.Kept)
}

func otherArguments(ctx context.Context, b Backend) error {
	c := full()
	if _, _, err := write(ctx, b, call("k", ""), slot, c); err != nil {
		return err
	}
	other := full()
	other.Kept.Task.Helpers = 1
	if _, _, err := write(ctx, b, call("k", "other"), slot, other); !errors.Is(err, siyu.ErrConflict) {
		return fmt.Errorf("got %s, want a conflict", fmt.Sprint(err))
	}
	return holds(ctx, b, &c.Kept)
}

func decideFails(ctx context.Context, b Backend) error {
	fails := func(key string) error {
		_, _, err := b.Assists().Update(ctx, call(key, ""), slot, func(assist.State) (assist.Change, error) { return full(), errDecide })
		if !errors.Is(err, errDecide) {
			return fmt.Errorf("got %s, want the error of decide", fmt.Sprint(err))
		}
		return nil
	}
	if err := fails("k"); err != nil {
		return err
	}
	if err := holds(ctx, b, nil); err != nil {
		return err
	}
	c := full() // the key is unused, and so is the helper
	if _, replayed, err := write(ctx, b, call("k", ""), slot, c); err != nil || replayed {
		return fmt.Errorf("the key of a refusal: replayed %v, %s", replayed, fmt.Sprint(err))
	}
	if err := fails("l"); err != nil {
		return err
	}
	return holds(ctx, b, &c.Kept)
}

func eventsLogged(ctx context.Context, b Backend) error {
	c := full()
	if _, _, err := write(ctx, b, call("k", ""), slot, c); err != nil {
		return err
	}
	bad := full()
	bad.Kept.Task.Helpers++
	bad.Events[0].Value++ // a known id with other contents
	if _, _, err := write(ctx, b, call("l", ""), slot, bad); !errors.Is(err, siyu.ErrConflict) {
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
	if _, _, err := write(over, b, call("k", ""), slot, full()); !errors.Is(err, context.Canceled) {
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

func service(b Backend) (*assist.Service, error) {
	terms := assist.Terms{Duration: 60, Tiers: []assist.Tier{{Helpers: 3, Reward: 100}, {Helpers: 8, Reward: 500}}}
	return assist.New(b.Assists(), "c", terms, &assist.Options{Clock: siyu.NewManualClock(noon)})
}

func start(ctx context.Context, s *assist.Service, tasks ...assist.TaskID) error {
	for _, id := range tasks {
		if _, err := s.Start(ctx, assist.StartRequest{Key: "start-" + string(id), Task: id, Owner: "lee"}); err != nil {
			return err
		}
	}
	return nil
}

func storm(ctx context.Context, b Backend) error {
	const many, needed = 24, 8
	s, err := service(b)
	if err != nil {
		return err
	}
	if err := start(ctx, s, "t"); err != nil {
		return err
	}
	results := make([]assist.Result, many)
	err = together(many, func(i int) (err error) {
		results[i], err = s.Help(ctx, assist.HelpRequest{Key: fmt.Sprint(i), Task: "t", Helper: siyu.UserID(fmt.Sprint("h", i))})
		return err
	})
	if err != nil {
		return err
	}
	counted, refused := 0, 0
	rewards := map[siyu.Money]int{}
	for _, r := range results {
		switch {
		case r.OK():
			counted++
			rewards[r.Reward]++
		case r.Reason == assist.Complete:
			refused++
		}
	}
	task, err := s.Task(ctx, "t")
	if err == nil && (counted != needed || refused != many-needed || rewards[100] != 1 || rewards[500] != 1 || task.Helpers != needed || !task.Done) {
		return fmt.Errorf("%d counted, %d refused, rewards %v, task %+v", counted, refused, rewards, task)
	}
	return err
}

func oneHelper(ctx context.Context, b Backend) error {
	const many = 12
	s, err := service(b)
	if err != nil {
		return err
	}
	id := func(i int) assist.TaskID { return assist.TaskID(fmt.Sprint("t", i)) }
	for i := range many {
		if err := start(ctx, s, id(i)); err != nil {
			return err
		}
	}
	results := make([]assist.Result, many)
	err = together(many, func(i int) (err error) {
		results[i], err = s.Help(ctx, assist.HelpRequest{Key: fmt.Sprint(i), Task: id(i), Helper: "ann"})
		return err
	})
	if err != nil {
		return err
	}
	counted, helpers := 0, 0
	for i, r := range results {
		if r.OK() {
			counted++
		} else if r.Reason != assist.AlreadyHelped {
			return fmt.Errorf("refused for %s", r.Reason)
		}
		task, err := s.Task(ctx, id(i))
		if err != nil {
			return err
		}
		helpers += task.Helpers
	}
	if counted != 1 || helpers != 1 {
		return fmt.Errorf("one helper counted %d times, and is %d helpers", counted, helpers)
	}
	return nil
}
