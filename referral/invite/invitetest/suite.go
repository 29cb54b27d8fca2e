// Package invitetest is the conformance suite for implementations of
// invite.Store: each clause of its contract is a named subtest.
package invitetest

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
	"github.com/siyu-go/siyu/referral/invite"
)

// Backend is what the suite needs of a store: the codes, and the log that their
// events go to.
type Backend interface {
	Invites() invite.Store
	Events() siyu.EventLog
}

// TestStore runs every check as a subtest. newStore returns an empty store that
// is cleaned up with the test.
func TestStore[B Backend](t *testing.T, newStore func(t *testing.T) B) {
	conformance.TestStore(t, Checks(), func(t *testing.T) Backend { return newStore(t) })
}

// Check is one clause of the contract of invite.Store.
type Check struct {
	Name string
	Run  func(ctx context.Context, b Backend) error // on an empty store
}

// Checks returns the clauses in a fixed order. They run alone too, so that a
// suite can be shown to catch a broken store.
func Checks() []Check {
	return []Check{
		{"a code is kept as it was", keptAsItWas},
		{"the codes of an inviter are found in the order of their keys", ofInviter},
		{"what is unknown is not found", unknown},
		{"a known key is answered as the first time", answeredOnce},
		{"a known key with another digest conflicts", otherArguments},
		{"an error of decide keeps nothing", decideFails},
		{"events are logged with their change", eventsLogged},
		{"a cancelled context changes nothing", cancelled},
		{"many at once use a code up, and none beyond", storm},
		{"one use sent many times at once counts once", oneUse},
		{"one code chosen by many at once is issued once", oneIssue},
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var errDecide = errors.New("decide refuses")

const key invite.CodeKey = "虎哥HU1G0"

func call(key, digest string) siyu.Call {
	return siyu.Call{Op: "invite.test", Key: key, Digest: digest}
}

// full is a change that sets every field.
func full() invite.Change {
	code := invite.Code{
		Text: "虎哥HUIGO", Program: "card'\"", Inviter: "李'\"", Kind: invite.KOL, Channel: "抖音", MaxUses: 1<<62 + 1, Disabled: true,
		Window: siyu.Window{Start: noon, End: noon.Add(time.Microsecond)},
	}
	return invite.Change{
		Kept:   invite.Kept{Code: code, Uses: 1<<53 + 1},
		Result: invite.Result{Code: code, Uses: 1<<53 + 1},
		Events: []siyu.Event{{ID: "e1", User: "Ann", Name: "invite.used", At: noon}},
	}
}

func write(ctx context.Context, b Backend, c siyu.Call, key invite.CodeKey, change invite.Change) (invite.Result, bool, error) {
	return b.Invites().Update(ctx, c, key, func(*invite.Kept) (invite.Change, error) { return change, nil })
}

// sees returns what a step finds.
func sees(ctx context.Context, b Backend, key invite.CodeKey) (k *invite.Kept, err error) {
	_, _, err = b.Invites().Update(ctx, call("look", ""), key, func(found *invite.Kept) (invite.Change, error) {
		k = found
		return invite.Change{}, errDecide
	})
	if errors.Is(err, errDecide) {
		err = nil
	}
	return k, err
}

// holds compares the stored code, what a step sees, and what its inviter has,
// with what should be there; nil is nothing.
func holds(ctx context.Context, b Backend, want *invite.Kept) error {
	got, err := b.Invites().Code(ctx, key)
	var all []invite.Kept
	if want == nil {
		if !errors.Is(err, siyu.ErrNotFound) {
			return fmt.Errorf("a code is kept: %+v, %s", got, fmt.Sprint(err))
		}
	} else if all = []invite.Kept{*want}; err != nil || !reflect.DeepEqual(got, *want) {
		return fmt.Errorf("kept %+v, %s; want %+v", got, fmt.Sprint(err), *want)
	}
	if k, err := sees(ctx, b, key); err != nil || !reflect.DeepEqual(k, want) {
		return fmt.Errorf("a step sees %+v, %s; want %+v", k, fmt.Sprint(err), want)
	}
	if codes, err := b.Invites().Codes(ctx, full().Kept.Code.Inviter); err != nil || len(codes) != len(all) || len(all) > 0 && !reflect.DeepEqual(codes, all) {
		return fmt.Errorf("the inviter has %+v, %s; want %+v", codes, fmt.Sprint(err), all)
	}
	return nil
}

func keptAsItWas(ctx context.Context, b Backend) error {
	c := full()
	result, replayed, err := write(ctx, b, call("k", ""), key, c)
	if err != nil || replayed || !reflect.DeepEqual(result, c.Result) {
		return fmt.Errorf("answer %+v, %v, %s; want %+v", result, replayed, fmt.Sprint(err), c.Result)
	}
	if err := holds(ctx, b, &c.Kept); err != nil {
		return err
	}
	c.Kept.Uses++
	c.Events = nil
	if _, _, err := write(ctx, b, call("l", ""), key, c); err != nil {
		return err
	}
	return holds(ctx, b, &c.Kept)
}

func ofInviter(ctx context.Context, b Backend) error {
	for i, of := range []struct {
		key     invite.CodeKey
		inviter siyu.UserID
	}{{"虎", "lee"}, {"B", "lee"}, {"A", "Lee"}, {"AA", "lee"}, {"9", "lee"}} {
		k := invite.Kept{Code: invite.Code{Text: string(of.key), Inviter: of.inviter}}
		if _, _, err := write(ctx, b, call(fmt.Sprint(i), ""), of.key, invite.Change{Kept: k}); err != nil {
			return err
		}
	}
	for inviter, want := range map[siyu.UserID]string{"lee": "[9 AA B 虎]", "Lee": "[A]", "bo": "[]"} {
		codes, err := b.Invites().Codes(ctx, inviter)
		if err != nil {
			return err
		}
		texts := []string{}
		for _, k := range codes {
			texts = append(texts, k.Code.Text)
		}
		if fmt.Sprint(texts) != want {
			return fmt.Errorf("%s has %v, want %s", inviter, texts, want)
		}
	}
	return nil
}

func unknown(ctx context.Context, b Backend) error {
	if err := holds(ctx, b, nil); err != nil {
		return err
	}
	if _, _, err := write(ctx, b, call("k", ""), key, full()); err != nil {
		return err
	}
	for _, other := range []invite.CodeKey{"虎哥", "虎哥HU1G00", "虎哥hu1g0"} {
		if k, err := b.Invites().Code(ctx, other); !errors.Is(err, siyu.ErrNotFound) {
			return fmt.Errorf("%s is %+v, %s", other, k, fmt.Sprint(err))
		}
	}
	return nil
}

func answeredOnce(ctx context.Context, b Backend) error {
	c := full()
	if _, _, err := write(ctx, b, call("k", ""), key, c); err != nil {
		return err
	}
	got, replayed, err := b.Invites().Update(ctx, call("k", ""), key, func(*invite.Kept) (invite.Change, error) {
		return invite.Change{}, errors.New("decide is asked again")
	})
	if err != nil || !replayed || !reflect.DeepEqual(got, c.Result) {
		return fmt.Errorf("second answer %+v, %v, %s; want %+v", got, replayed, fmt.Sprint(err), c.Result)
	}
	return holds(ctx, b, &c.Kept)
}

func otherArguments(ctx context.Context, b Backend) error {
	c := full()
	if _, _, err := write(ctx, b, call("k", ""), key, c); err != nil {
		return err
	}
	other := full()
	other.Kept.Uses = 1
	if _, _, err := write(ctx, b, call("k", "other"), key, other); !errors.Is(err, siyu.ErrConflict) {
		return fmt.Errorf("got %s, want a conflict", fmt.Sprint(err))
	}
	return holds(ctx, b, &c.Kept)
}

func decideFails(ctx context.Context, b Backend) error {
	fails := func(request string) error {
		_, _, err := b.Invites().Update(ctx, call(request, ""), key, func(*invite.Kept) (invite.Change, error) { return full(), errDecide })
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
	c := full() // the key is unused
	if _, replayed, err := write(ctx, b, call("k", ""), key, c); err != nil || replayed {
		return fmt.Errorf("the key of a refusal: replayed %v, %s", replayed, fmt.Sprint(err))
	}
	if err := fails("l"); err != nil {
		return err
	}
	return holds(ctx, b, &c.Kept)
}

func eventsLogged(ctx context.Context, b Backend) error {
	c := full()
	if _, _, err := write(ctx, b, call("k", ""), key, c); err != nil {
		return err
	}
	bad := full()
	bad.Kept.Uses++
	bad.Events[0].Value++ // a known id with other contents
	if _, _, err := write(ctx, b, call("l", ""), key, bad); !errors.Is(err, siyu.ErrConflict) {
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
	if _, _, err := write(over, b, call("k", ""), key, full()); !errors.Is(err, context.Canceled) {
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

func service(b Backend) (*invite.Service, error) {
	return invite.New(b.Invites(), &invite.Options{Clock: siyu.NewManualClock(noon)})
}

func chosen(inviter siyu.UserID, uses int64) invite.Code {
	return invite.Code{Text: "虎哥2026", Program: "card", Inviter: inviter, Kind: invite.KOL, MaxUses: uses}
}

// issued returns a service that has issued a code for so many uses.
func issued(ctx context.Context, b Backend, uses int64) (*invite.Service, error) {
	s, err := service(b)
	if err != nil {
		return nil, err
	}
	_, err = s.Issue(ctx, invite.IssueRequest{Key: "issue", Code: chosen("lee", uses)})
	return s, err
}

func storm(ctx context.Context, b Backend) error {
	const many, most = 24, 8
	s, err := issued(ctx, b, most)
	if err != nil {
		return err
	}
	results := make([]invite.Result, many)
	err = together(many, func(i int) (err error) {
		results[i], err = s.Use(ctx, invite.UseRequest{Key: fmt.Sprint(i), Typed: "虎哥2O26", User: siyu.UserID(fmt.Sprint("u", i))})
		return err
	})
	if err != nil {
		return err
	}
	counted, refused := map[int64]bool{}, 0
	for _, r := range results {
		switch {
		case r.OK() && r.Code.Inviter == "lee":
			counted[r.Uses] = true
		case r.Reason == invite.UsedUp:
			refused++
		}
	}
	k, err := s.Code(ctx, "虎哥2026")
	if err == nil && (len(counted) != most || refused != many-most || k.Uses != most) {
		return fmt.Errorf("uses %v counted, %d refused, code %+v", counted, refused, k)
	}
	return err
}

func oneUse(ctx context.Context, b Backend) error {
	const many = 12
	s, err := issued(ctx, b, 0)
	if err != nil {
		return err
	}
	results := make([]invite.Result, many)
	err = together(many, func(i int) (err error) {
		results[i], err = s.Use(ctx, invite.UseRequest{Key: "bind-ann", Typed: "虎哥2026", User: "ann"})
		return err
	})
	if err != nil {
		return err
	}
	first := 0
	for _, r := range results {
		if !r.OK() || r.Uses != 1 {
			return fmt.Errorf("answered %+v", r)
		}
		if !r.Replayed {
			first++
		}
	}
	k, err := s.Code(ctx, "虎哥2026")
	if err == nil && (first != 1 || k.Uses != 1) {
		return fmt.Errorf("%d answers are the first, code %+v", first, k)
	}
	return err
}

func oneIssue(ctx context.Context, b Backend) error {
	const many = 12
	s, err := service(b)
	if err != nil {
		return err
	}
	inviter := func(i int) siyu.UserID { return siyu.UserID(fmt.Sprint("kol", i)) }
	results := make([]invite.Result, many)
	err = together(many, func(i int) (err error) {
		results[i], err = s.Issue(ctx, invite.IssueRequest{Key: fmt.Sprint(i), Code: chosen(inviter(i), 0)})
		return err
	})
	if err != nil {
		return err
	}
	k, err := s.Code(ctx, "虎哥2026")
	if err != nil {
		return err
	}
	owners := 0
	for i, r := range results {
		codes, err := s.Codes(ctx, inviter(i))
		if err != nil {
			return err
		}
		owns := k.Code.Inviter == inviter(i)
		if r.OK() != owns || !owns && r.Reason != invite.Taken || (len(codes) == 1) != owns {
			return fmt.Errorf("%s got %+v and has %v; the code is %+v", inviter(i), r, codes, k)
		}
		if owns {
			owners++
		}
	}
	if owners != 1 {
		return fmt.Errorf("%d own the code", owners)
	}
	return nil
}
