package referral_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/referral/referraltest"
)

func drawing(t *rapid.T) referraltest.Draw {
	return func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }
}

func compile(t testing.TB, p referral.Program) *referral.Plan {
	t.Helper()
	plan, err := p.Compile()
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func do(t failer, book *referral.Book, e referral.Event) referral.Result {
	t.Helper()
	result, err := book.Do(e)
	if err != nil {
		t.Fatalf("%+v: %v", e, err)
	}
	return result
}

// Whatever happens, the book adds up after every event.
func TestBook_alwaysVerifies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawing(t)
		plan, err := d.Program().Compile()
		if err != nil {
			t.Fatal(err)
		}
		book := referral.NewBook(plan)
		for _, e := range d.Events(40) {
			before := book.Rows
			result := do(t, book, e)
			if err := book.Verify(); err != nil {
				t.Fatalf("after %T %+v: %v", e, e, err)
			}
			if result.Outcome != referral.OK && before != book.Rows {
				t.Fatalf("a %s event changed the book", result.Outcome)
			}
		}
	})
}

// Without caps, fraud rules or disabled people a person's net is T(live n), or
// F(live volume), whatever was refunded in between.
func TestBook_totalsFollowTheLadder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawing(t)
		p := d.Program()
		p.Caps, p.Fraud = referral.Caps{}, nil
		p.Rules = p.Rules[:1]
		r := &p.Rules[0]
		r.To, r.Period, r.TZ, r.OnReverse = referral.Inviter, "", "", referral.Recompute
		plan, err := p.Compile()
		if err != nil {
			t.Fatal(err)
		}
		book := referral.NewBook(plan)
		for _, e := range d.Events(60) {
			if _, ok := e.(referral.Disable); ok {
				continue
			}
			do(t, book, e)
			for person := range book.People() {
				checkLadder(t, book, *r, person)
			}
		}
	})
}

func checkLadder(t *rapid.T, book *referral.Book, r referral.Rule, person siyu.UserID) {
	if r.Kind == referral.Percent {
		return // by order, not by volume
	}
	tally, err := book.Tally(person, string(referral.Inviter))
	if err != nil {
		t.Fatal(err)
	}
	row, err := book.Person(person)
	if err != nil {
		t.Fatal(err)
	}
	want, err := r.Total(tally.N)
	if r.Kind == referral.TieredVolume {
		want, err = r.OnVolume(tally.Amount)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := row.Net(); got != want {
		t.Fatalf("%s %s with %d live of %d: net %d, want %d", r.Kind, r.Mode, tally.N, tally.Amount, got, want)
	}
}

// Taking a change back leaves the book as it was.
func TestRows_tryUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawing(t)
		plan, err := d.Program().Compile()
		if err != nil {
			t.Fatal(err)
		}
		book, twin := referral.NewBook(plan), referral.NewBook(plan)
		for _, e := range d.Events(40) {
			change, err := plan.Decide(book, e)
			if err != nil {
				t.Fatal(err)
			}
			book.Try(change)()
			do(t, book, e)
			do(t, twin, e)
			if err := book.Verify(); err != nil {
				t.Fatal(err)
			}
		}
		if err := referraltest.SameView(book, twin, referraltest.Start.AddDate(1, 0, 0)); err != nil {
			t.Fatal(err)
		}
	})
}

// The count of invitees is that of the bindings, whatever was bound, replaced
// and removed.
func TestRows_inviteesCountBindings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawing(t)
		plan, err := d.Program().Compile()
		if err != nil {
			t.Fatal(err)
		}
		book := referral.NewBook(plan)
		for _, e := range d.Events(60) {
			do(t, book, e)
		}
		count := map[siyu.UserID]int{}
		for b := range book.Bindings() {
			count[b.Inviter]++
		}
		for _, person := range ids("p", 9) {
			if got := book.Invitees(person); got != count[person] {
				t.Fatalf("%s has %d invitees, want %d", person, got, count[person])
			}
		}
	})
}
