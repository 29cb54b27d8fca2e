package referral_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/referral/referraltest"
	"github.com/siyu-go/siyu/store/memstore"
)

// A statement looks ahead and not back: after a release has been written, one
// that is asked for an instant before it is that after the release, and says
// so. The ledger answers for the past.
func TestService_statementsOfThePast(t *testing.T) {
	plan := compile(t, referral.Program{
		Currency: siyu.CNY, Hold: referral.Day,
		Rules: []referral.Rule{{ID: "flat", To: referral.Inviter, Kind: referral.Flat, Amount: 100}},
	})
	service, err := referral.New(memstore.New().Referrals(), "p", plan, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, week := t.Context(), launch.AddDate(0, 0, 7)
	for _, e := range []referral.Event{
		referral.Bind{Request: "b", Invitee: "ann", Inviter: "lee", At: launch},
		referral.Qualify{Key: "o", Invitee: "ann", At: launch},
	} {
		if r, err := service.Do(ctx, e); err != nil || r.Outcome != referral.OK {
			t.Fatalf("%+v: %+v, %v", e, r, err)
		}
	}
	pending := referral.Buckets{Pending: 100}
	balance := referral.Buckets{Balance: 100}
	statement := func(at, trueFor time.Time, want referral.Buckets) {
		t.Helper()
		got, err := service.Statement(ctx, "lee", at)
		if err != nil || got != (referral.Statement{Person: "lee", At: trueFor, Buckets: want, Net: 100, Count: 1}) {
			t.Errorf("at %s: %+v, %v; want %+v at %s", at, got, err, want, trueFor)
		}
	}
	booked := func(at time.Time, want referral.Buckets) {
		t.Helper()
		if got, err := service.Booked(ctx, "lee", at); err != nil || got != want {
			t.Errorf("booked at %s: %+v, %v; want %+v", at, got, err, want)
		}
	}
	day := launch.AddDate(0, 0, 1)
	statement(launch.Add(-time.Hour), launch, pending)
	statement(day.Add(-time.Microsecond), day.Add(-time.Microsecond), pending)
	statement(day, day, balance) // no Advance needed
	booked(week, pending)
	if _, err := service.Advance(ctx, referral.Advance{Request: "a", At: week}); err != nil {
		t.Fatal(err)
	}
	statement(launch, week, balance)
	statement(week.Add(time.Hour), week.Add(time.Hour), balance)
	booked(launch.Add(-1), referral.Buckets{})
	booked(launch, pending)
	booked(week.Add(-1), pending)
	booked(week, balance)
}

// Whether somebody advances, and when, changes no statement.
func TestBook_advanceChangesNoStatement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := referraltest.Draw(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "d") })
		plan, err := d.Program().Compile()
		if err != nil {
			t.Fatal(err)
		}
		plain, advanced := referral.NewBook(plan), referral.NewBook(plan)
		for _, e := range d.Events(30) {
			if _, ok := e.(referral.Advance); ok {
				continue
			}
			if _, err := advanced.Do(e); err != nil {
				t.Fatal(err)
			}
			if _, err := plain.Do(e); err != nil {
				t.Fatal(err)
			}
			totals, err := advanced.Totals()
			if err != nil {
				t.Fatal(err)
			}
			if totals.Seq > 0 && rapid.Bool().Draw(t, "advance") {
				do(t, advanced, referral.Advance{Limit: rapid.IntRange(0, 2).Draw(t, "limit"), At: totals.At})
			}
			sameStatements(t, plain, advanced, totals.At)
		}
	})
}

func sameStatements(t *rapid.T, a, b *referral.Book, at time.Time) {
	for id := range a.People() {
		want, err := a.Statement(id, at)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := b.Statement(id, at); err != nil || got != want {
			t.Fatalf("with advances: %+v, %v; without %+v", got, err, want)
		}
	}
}

// What the ledger had at an instant stays what it had, whatever comes later.
func TestService_bookedStays(t *testing.T) {
	for seed := range uint64(40) {
		d := referraltest.Draw(rand.New(rand.NewPCG(seed, 9)).IntN)
		plan, err := d.Program().Compile()
		if err != nil {
			t.Fatal(err)
		}
		service, err := referral.New(memstore.New().Referrals(), "p", plan, nil)
		if err != nil {
			t.Fatal(err)
		}
		type then struct {
			at    time.Time
			where referral.Buckets
		}
		var seen []then
		ctx := context.Background()
		for _, e := range d.Events(40) {
			_, _ = service.Do(ctx, e) // a conflict is fine
			totals, err := service.Totals(ctx)
			if err != nil {
				t.Fatal(err)
			}
			b, err := service.Booked(ctx, "p1", totals.At)
			if err != nil {
				t.Fatal(err)
			}
			if len(seen) > 0 && seen[len(seen)-1].at.Equal(totals.At) {
				seen = seen[:len(seen)-1] // more at the same instant
			}
			seen = append(seen, then{totals.At, b})
		}
		for _, s := range seen {
			if b, err := service.Booked(ctx, "p1", s.at); err != nil || b != s.where {
				t.Fatalf("seed %d: booked at %s %+v, %v; it was %+v", seed, s.at, b, err, s.where)
			}
		}
	}
}
