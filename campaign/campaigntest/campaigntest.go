// Package campaigntest is the conformance suite for implementations of
// campaign.Store, journey.Store, offer.Store and survey.Store: each clause of
// their contracts is a named subtest.
package campaigntest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/campaign/offer"
	"github.com/siyu-go/siyu/campaign/survey"
	"github.com/siyu-go/siyu/internal/conformance"
)

// Backend is what the suite needs of a store.
type Backend interface {
	Campaigns() campaign.Store
	Journeys() journey.Store
	Offers() offer.Store
	Surveys() survey.Store
	Events() siyu.EventLog
}

// TestStore runs every check as a subtest. newStore returns an empty store that
// is cleaned up with the test.
func TestStore[B Backend](t *testing.T, newStore func(t *testing.T) B) {
	conformance.TestStore(t, Checks(), func(t *testing.T) Backend { return newStore(t) })
}

// probe is the t of a check.
type probe = conformance.Probe

// Check is one clause of a contract.
type Check struct {
	Name string
	Run  func(ctx context.Context, b Backend) error // on an empty store
}

// Checks returns the clauses in a fixed order. They run alone too, so that a
// suite can be shown to catch a broken store.
func Checks() []Check {
	return []Check{
		sends("reserve keeps record, event and answer together", reserveKeeps),
		sends("a known key is answered as the first time", reserveReplays),
		sends("a known key with another digest conflicts", reserveConflicts),
		sends("a refusal keeps nothing", reserveRefusal),
		sends("history is what caps need and the campaign's", reserveHistory),
		sends("a send that is decided again sees itself apart", reserveAgain),
		sends("an unknown send is not found", unknownSend),
		sends("settling is seen by the next decision", settleSeen),
		sends("stock is counted and given back", stock),
		sends("people are kept as they were", people),
		sends("reservations see the profile kept", reserveProfile),
		sends("due sends come in order, up to the limit", due),
		sends("caps hold under concurrency", concurrentCap),
		sends("stock holds under concurrency", concurrentStock),
		sends("one key sent at once is one send", concurrentKey),
		ideas("a course runs to its graduation", courseRuns),
		ideas("who is in a course is refused and nothing kept", courseRefuses),
		ideas("journeys that are due come in order", journeysDue),
		ideas("a flow runs, hears and ends", flowRuns),
		ideas("a journey with a known key is answered again", journeyReplays),
		ideas("seats hold under concurrency", seatsConcurrent),
		ideas("seats are held, paid and refused", seatsPaid),
		ideas("a survey writes the profile and gives once", surveySubmits),
		ideas("gifts hold under concurrency", giftsConcurrent),
	}
}

func sends(name string, test func(*probe, *bench)) Check {
	return ideas(name, func(t *probe, b Backend) { test(t, &bench{store: b.Campaigns(), log: b.Events()}) })
}

func ideas(name string, test func(*probe, Backend)) Check {
	return Check{name, func(ctx context.Context, b Backend) error {
		return conformance.Run(ctx, func(t *probe) { test(t, b) })
	}}
}

// bench is a store under test.
type bench struct {
	store campaign.Store
	log   siyu.EventLog
}

var noon = time.Date(2026, 6, 1, 12, 0, 0, 123456000, time.UTC)

func call(t *probe, key string, args any) siyu.Call {
	t.Helper()
	c, err := siyu.NewCall("campaign.test", key, args)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// record makes a record that uses every field.
func record(id campaign.SendID, user siyu.UserID, c campaign.ID, at time.Time) campaign.Record {
	return campaign.Record{ID: id, User: user, Send: campaign.Send{At: at, Outcome: campaign.Reserved, Attempt: campaign.Attempt{
		Campaign: c, Channel: "wecom", Topic: "促销", Sender: "a'1", Class: campaign.Marketing,
	}}}
}

func changeOf(c siyu.Call, r campaign.Record) campaign.SendChange {
	return campaign.SendChange{
		Record: r,
		Event:  siyu.Event{ID: c.EventID(0), User: r.User, Name: "campaign.test", At: noon},
		Answer: campaign.Reservation{ID: r.ID, Decision: campaign.Decision{User: r.User, Action: campaign.SendNow, Release: r.Release}},
	}
}

// reserve keeps a record under a key and returns what decide saw.
func (b *bench) reserve(t *probe, key string, at campaign.Slot, r campaign.Record) (seen campaign.SendState) {
	t.Helper()
	c := call(t, key, r.ID)
	_, _, err := b.store.Reserve(t.Context(), c, at, func(st campaign.SendState) (campaign.SendChange, error) {
		seen = st
		return changeOf(c, r), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func (b *bench) history(t *probe, user siyu.UserID) []campaign.Record {
	t.Helper()
	out, err := b.store.History(t.Context(), user, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (b *bench) events(t *probe) (names []string) {
	t.Helper()
	for e, err := range b.log.Events(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, string(e.ID))
	}
	return names
}

func same(t *probe, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func reserveKeeps(t *probe, b *bench) {
	r := record("s1", "u1", "c1", noon)
	r.Outcome, r.Release, r.TookStock = campaign.Deferred, noon.Add(time.Hour), true
	b.reserve(t, "k1", campaign.Slot{User: "u1", Campaign: "c1"}, r)
	same(t, "history", b.history(t, "u1"), []campaign.Record{r})
	same(t, "events", b.events(t), []string{"campaign.test:k1"})
	if got := b.history(t, "u2"); len(got) > 0 {
		t.Errorf("another person has %v", got)
	}
}

func reserveReplays(t *probe, b *bench) {
	slot := campaign.Slot{User: "u1", Campaign: "c1"}
	b.reserve(t, "k1", slot, record("s1", "u1", "c1", noon))
	answer, replayed, err := b.store.Reserve(t.Context(), call(t, "k1", campaign.SendID("s1")), slot,
		func(campaign.SendState) (campaign.SendChange, error) {
			return campaign.SendChange{}, errors.New("must not be asked again")
		})
	if err != nil || !replayed || answer.ID != "s1" || answer.Action != campaign.SendNow {
		t.Errorf("got %+v, replayed %v, %v", answer, replayed, err)
	}
	same(t, "events", b.events(t), []string{"campaign.test:k1"})
}

func reserveConflicts(t *probe, b *bench) {
	slot := campaign.Slot{User: "u1", Campaign: "c1"}
	b.reserve(t, "k1", slot, record("s1", "u1", "c1", noon))
	c := call(t, "k1", "other")
	_, _, err := b.store.Reserve(t.Context(), c, slot, func(campaign.SendState) (campaign.SendChange, error) {
		return changeOf(c, record("s2", "u1", "c1", noon)), nil
	})
	if !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if n := len(b.history(t, "u1")); n != 1 {
		t.Errorf("%d sends, want 1", n)
	}
}

func reserveRefusal(t *probe, b *bench) {
	no := errors.New("no")
	slot := campaign.Slot{User: "u1", Campaign: "c1"}
	_, replayed, err := b.store.Reserve(t.Context(), call(t, "k1", campaign.SendID("s1")), slot,
		func(campaign.SendState) (campaign.SendChange, error) { return campaign.SendChange{}, no })
	if !errors.Is(err, no) || replayed {
		t.Errorf("got %v, replayed %v", err, replayed)
	}
	if len(b.history(t, "u1"))+len(b.events(t)) > 0 {
		t.Error("a refusal left something behind")
	}
	b.reserve(t, "k1", slot, record("s1", "u1", "c1", noon)) // the key is unused
}

func reserveHistory(t *probe, b *bench) {
	for i, r := range []campaign.Record{
		record("s4", "u1", "c1", noon.Add(-time.Hour)),     // old, but of the campaign
		record("s3", "u1", "other", noon.Add(-time.Hour)),  // old
		record("s2", "u1", "other", noon.Add(time.Second)), // new
		record("s1", "u1", "other", noon),                  // at the edge: not after it
		record("s5", "u2", "c1", noon.Add(time.Second)),    // of another person
	} {
		b.reserve(t, fmt.Sprint("k", i), campaign.Slot{User: r.User, Campaign: r.Campaign}, r)
	}
	st := b.reserve(t, "k", campaign.Slot{User: "u1", Campaign: "c1", Since: noon}, record("s9", "u1", "c1", noon))
	var got []time.Time
	for _, s := range st.History {
		got = append(got, s.At)
	}
	same(t, "history", got, []time.Time{noon.Add(-time.Hour), noon.Add(time.Second)})
	if st.Record != nil || st.Person != nil {
		t.Errorf("a new send has record %v and profile %v", st.Record, st.Person)
	}
}

func reserveAgain(t *probe, b *bench) {
	r := record("s1", "u1", "c1", noon)
	r.Outcome, r.Release = campaign.Deferred, noon.Add(time.Hour)
	b.reserve(t, "k1", campaign.Slot{User: "u1", Campaign: "c1"}, r)
	next := r
	next.Outcome, next.Release, next.At = campaign.Reserved, time.Time{}, noon.Add(time.Hour)
	st := b.reserve(t, "k2", campaign.Slot{User: "u1", Campaign: "c1", Send: "s1"}, next)
	if st.Record == nil {
		t.Fatal("the send was not given")
	}
	same(t, "record", *st.Record, r)
	if len(st.History) > 0 {
		t.Errorf("history holds the send itself: %v", st.History)
	}
	same(t, "history", b.history(t, "u1"), []campaign.Record{next})
}

func unknownSend(t *probe, b *bench) {
	b.reserve(t, "k1", campaign.Slot{User: "u1", Campaign: "c1"}, record("s1", "u1", "c1", noon))
	never := func(campaign.SendState) (campaign.SendChange, error) {
		t.Error("decide was asked")
		return campaign.SendChange{}, nil
	}
	for _, slot := range []campaign.Slot{{User: "u1", Campaign: "c1", Send: "s2"}, {User: "u2", Campaign: "c1", Send: "s1"}} {
		if _, _, err := b.store.Reserve(t.Context(), call(t, "k2", 1), slot, never); !errors.Is(err, siyu.ErrNotFound) {
			t.Errorf("reserve: got %v, want not found", err)
		}
	}
	if _, _, err := b.store.Settle(t.Context(), call(t, "k3", 1), "s2", nil); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("settle: got %v, want not found", err)
	}
	if _, err := b.store.Person(t.Context(), "u1"); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("person: got %v, want not found", err)
	}
}

func settleSeen(t *probe, b *bench) {
	slot := campaign.Slot{User: "u1", Campaign: "c1"}
	b.reserve(t, "k1", slot, record("s1", "u1", "c1", noon))
	b.settle(t, "k2", "s1", campaign.Failed)
	st := b.reserve(t, "k3", slot, record("s2", "u1", "c1", noon))
	if len(st.History) != 1 || st.History[0].Outcome != campaign.Failed {
		t.Errorf("history is %v", st.History)
	}
	same(t, "events", b.events(t), []string{"campaign.test:k1", "campaign.test:k2", "campaign.test:k3"})
}

func (b *bench) settle(t *probe, key string, id campaign.SendID, outcome campaign.Outcome) {
	t.Helper()
	c := call(t, key, id)
	_, _, err := b.store.Settle(t.Context(), c, id, func(r campaign.Record) (campaign.SendChange, error) {
		r.Outcome, r.TookStock = outcome, r.TookStock && outcome != campaign.Failed
		return changeOf(c, r), nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func stock(t *probe, b *bench) {
	taken := func(key string) int {
		id := campaign.SendID("send-" + key)
		r := record(id, siyu.UserID("u-"+key), "c1", noon)
		r.TookStock = true
		return b.reserve(t, key, campaign.Slot{User: r.User, Campaign: "c1", Counted: true}, r).Taken
	}
	got := []int{taken("a"), taken("b"), taken("c")}
	b.settle(t, "d", "send-b", campaign.Failed)
	b.settle(t, "e", "send-a", campaign.Sent)
	got = append(got, taken("f"))
	same(t, "taken", got, []int{0, 1, 2, 2})
}

func people(t *probe, b *bench) {
	weekly := 2
	p := campaign.Person{
		ID: "u1", Zone: "Asia/Shanghai", Reachable: []campaign.Channel{"wecom", "短信"}, Consent: map[campaign.Channel]bool{"sms": true},
		OptOut: campaign.OptOut{Topics: []campaign.Topic{"a'b"}},
		Prefer: campaign.Preference{Channels: []campaign.Channel{"sms"}, Strict: true, Weekly: &weekly}, Holdout: true, Tags: []string{"x"},
	}
	c := call(t, "k1", 1)
	var before []*campaign.Person
	save := func() (bool, error) {
		_, replayed, err := b.store.SavePerson(t.Context(), c, "u1", func(old *campaign.Person) (campaign.PersonChange, error) {
			before = append(before, old)
			return campaign.PersonChange{Person: p, Event: siyu.Event{ID: c.EventID(0), User: "u1", Name: "campaign.test", At: noon}}, nil
		})
		return replayed, err
	}
	if replayed, err := save(); err != nil || replayed || len(before) == 0 || before[0] != nil {
		t.Fatalf("first: replayed %v, %v, before %v", replayed, err, before)
	}
	if replayed, err := save(); err != nil || !replayed {
		t.Fatalf("again: replayed %v, %v", replayed, err)
	}
	got, err := b.store.Person(t.Context(), "u1")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(p, got); d != "" {
		t.Fatalf("person (-want +got):\n%s", d)
	}
	same(t, "events", b.events(t), []string{"campaign.test:k1"})
	got.Reachable[0] = "changed by the caller"
	again, err := b.store.Person(t.Context(), "u1")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "person after the caller wrote into his copy", again, p)
}

func reserveProfile(t *probe, b *bench) {
	c := call(t, "k1", 1)
	want := campaign.Person{ID: "u1", OptOut: campaign.OptOut{All: true}}
	if _, _, err := b.store.SavePerson(t.Context(), c, "u1", func(*campaign.Person) (campaign.PersonChange, error) {
		return campaign.PersonChange{Person: want}, nil
	}); err != nil {
		t.Fatal(err)
	}
	st := b.reserve(t, "k2", campaign.Slot{User: "u1", Campaign: "c1"}, record("s1", "u1", "c1", noon))
	if st.Person == nil {
		t.Fatal("the profile was not given")
	}
	same(t, "profile", *st.Person, want)
}

func due(t *probe, b *bench) {
	for i, after := range []time.Duration{3, 1, 2, 2, 9} {
		r := record(campaign.SendID(fmt.Sprint("s", 9-i)), siyu.UserID(fmt.Sprint("u", i)), "c1", noon)
		r.Outcome, r.Release = campaign.Deferred, noon.Add(after*time.Minute)
		b.reserve(t, fmt.Sprint("k", i), campaign.Slot{User: r.User, Campaign: "c1"}, r)
	}
	list := func(limit int) (ids []campaign.SendID) {
		records, err := b.store.Due(t.Context(), noon.Add(3*time.Minute), limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			ids = append(ids, r.ID)
		}
		return ids
	}
	same(t, "due", list(10), []campaign.SendID{"s8", "s6", "s7", "s9"})
	same(t, "due, limited", list(2), []campaign.SendID{"s8", "s6"})
	b.settle(t, "done", "s8", campaign.Sent)
	same(t, "due after one was settled", list(10), []campaign.SendID{"s6", "s7", "s9"})
}

// atOnce runs n calls together and returns their errors.
func atOnce(n int, do func(i int) error) []error {
	var wg sync.WaitGroup
	errs := make([]error, n)
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func service(t *probe, store campaign.Store, limit int) *campaign.Service {
	t.Helper()
	rules, err := campaign.Compile(campaign.Policy{FallbackZone: "UTC", Caps: campaign.Caps{
		{ID: "d", Limit: campaign.Limit(limit), Window: campaign.RollingWindow(24 * time.Hour)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return campaign.New(store, rules, &campaign.Options{Clock: siyu.NewManualClock(noon)})
}

func message(id string) campaign.Message {
	return campaign.Message{ID: campaign.ID(id), Channels: []campaign.Channel{"wecom"}, Topic: "x"}
}

func concurrentCap(t *probe, b *bench) {
	const cap, workers = 3, 16
	svc := service(t, b.store, cap)
	var mu sync.Mutex
	sent := 0
	for _, err := range atOnce(workers, func(i int) error {
		for n := range 3 {
			id := fmt.Sprint(i, "-", n)
			r, err := svc.Reserve(context.WithoutCancel(t.Context()), campaign.ReserveRequest{
				Key: id, Person: campaign.Person{ID: "u1", Reachable: []campaign.Channel{"wecom"}}, Message: message(id),
			})
			if err != nil {
				return err
			}
			if r.Action == campaign.SendNow {
				mu.Lock()
				sent++
				mu.Unlock()
			}
		}
		return nil
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if kept := len(b.history(t, "u1")); sent != cap || kept != cap {
		t.Errorf("%d were told to send and %d are kept, want %d: the cap, no more and no less", sent, kept, cap)
	}
}

func concurrentStock(t *probe, b *bench) {
	const stock, people = 5, 16
	svc := service(t, b.store, 1)
	m := message("c1")
	m.Stock = &campaign.Stock{Left: stock, OnePerSend: true}
	var mu sync.Mutex
	sent := 0
	for _, err := range atOnce(people, func(i int) error {
		id := fmt.Sprint("u", i)
		r, err := svc.Reserve(context.WithoutCancel(t.Context()), campaign.ReserveRequest{
			Key: id, Person: campaign.Person{ID: siyu.UserID(id), Reachable: []campaign.Channel{"wecom"}}, Message: m,
		})
		if err == nil && r.Action == campaign.SendNow {
			mu.Lock()
			sent++
			mu.Unlock()
		}
		return err
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if sent != stock {
		t.Errorf("%d of %d sent, want %d", sent, people, stock)
	}
}

func concurrentKey(t *probe, b *bench) {
	svc := service(t, b.store, 5)
	for _, err := range atOnce(5, func(int) error {
		r, err := svc.Reserve(context.WithoutCancel(t.Context()), campaign.ReserveRequest{
			Key: "one", Person: campaign.Person{ID: "u1", Reachable: []campaign.Channel{"wecom"}}, Message: message("c1"),
		})
		if err == nil && r.Action != campaign.SendNow {
			err = fmt.Errorf("answered %s", r.Action)
		}
		return err
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	if n := len(b.history(t, "u1")); n != 1 {
		t.Errorf("%d sends, want 1", n)
	}
}
