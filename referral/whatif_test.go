package referral_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/store/memstore"
)

// Three friends came under the ladder. Flat rewards of 70 yuan would have cost
// 30 yuan more, and a cap of 150 yuan in all would have given them back.
func ExampleWhatIf() {
	plan := func(p referral.Program) *referral.Plan {
		p.Currency = siyu.CNY
		plan, err := p.Compile()
		if err != nil {
			panic(err)
		}
		return plan
	}
	var events []referral.Event
	for day, friend := range []siyu.UserID{"ann", "bo", "cy"} {
		at := launch.AddDate(0, 0, day)
		events = append(events,
			referral.Bind{Invitee: friend, Inviter: "lee", At: at},
			referral.Qualify{Invitee: friend, Key: referral.Key("card-" + friend), At: at})
	}
	was := plan(referral.Program{Rules: []referral.Rule{ladder()}})
	each := referral.Rule{ID: "each", To: referral.Inviter, Kind: referral.Flat, Amount: 70_00}
	for _, would := range []*referral.Plan{
		plan(referral.Program{Rules: []referral.Rule{each}}),
		plan(referral.Program{Rules: []referral.Rule{each}, Caps: referral.Caps{InviterAmount: new(siyu.Money(150_00))}}),
	} {
		c, err := referral.WhatIf(was, would, events)
		if err != nil {
			panic(err)
		}
		fmt.Println(c.Was.Format(siyu.CNY), "would be", c.Would.Format(siyu.CNY))
		for _, d := range c.People {
			fmt.Println(d.Person, d.Change.Format(siyu.CNY))
		}
	}
	// Output:
	// 180.00 would be 210.00
	// lee 30.00
	// 180.00 would be 150.00
	// lee -30.00
}

// A history under two plans differs by what the two books differ by; under one
// plan it does not differ at all.
func TestWhatIf_isTheDifferenceOfBooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawing(t)
		was, err := d.Program().Compile()
		if err != nil {
			t.Fatal(err)
		}
		would, err := d.Program().Compile()
		if err != nil {
			t.Fatal(err)
		}
		events := d.Events(30)
		if c, err := referral.WhatIf(was, was, events); err != nil || c.Was != c.Would || len(c.People) > 0 || c.Decided > 0 {
			t.Fatalf("the same plan: %+v, %v", c, err)
		}
		c, err := referral.WhatIf(was, would, events)
		if err != nil {
			t.Fatal(err)
		}
		book := referral.NewBook(would)
		for _, e := range events {
			do(t, book, e)
		}
		totals, _ := book.Totals()
		sum := siyu.Money(0)
		for _, p := range c.People {
			if p.Change != p.Would.Net-p.Was.Net {
				t.Fatalf("%+v", p)
			}
			sum += p.Change
		}
		if c.Would != totals.Net || sum != c.Would-c.Was {
			t.Fatalf("would %d, want %d; people %d of %d", c.Would, totals.Net, sum, c.Would-c.Was)
		}
	})
}

// What a service has logged replays to the same accounts.
func TestRecall_replaysTheLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawing(t)
		program := d.Program()
		program.Fraud, program.Binding.NewOnly = nil, false // enrolments are not in the log
		plan, err := program.Compile()
		if err != nil {
			t.Fatal(err)
		}
		store := memstore.New()
		service, err := referral.New(store.Referrals(), "p", plan, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range d.Events(40) {
			if _, err := service.Do(t.Context(), e); err != nil && !errors.Is(err, siyu.ErrConflict) {
				t.Fatal(err)
			}
		}
		book := referral.NewBook(plan)
		for logged, err := range store.Events().Events(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			if e, ok := referral.Recall("p", logged.Event); ok {
				if r := do(t, book, e); r.Outcome != referral.OK {
					t.Fatalf("%T%+v: %+v", e, e, r)
				}
			}
			if _, ok := referral.Recall("other", logged.Event); ok {
				t.Fatal("recalled for another program")
			}
		}
		// After every event: a release that an Advance wrote early is not in the log.
		end := launch.AddDate(10, 0, 0)
		for i := range 8 {
			id := siyu.UserID(fmt.Sprintf("p%d", i))
			want, err := service.Statement(t.Context(), id, end)
			if err != nil {
				t.Fatal(err)
			}
			got, err := book.Statement(id, end)
			if err != nil || got != want {
				t.Fatalf("%s: got %+v, want %+v", id, got, want)
			}
		}
	})
}

func TestWhatIf_refuses(t *testing.T) {
	plan := compile(t, referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{ladder()}})
	other := compile(t, referral.Program{Currency: "USD", Rules: []referral.Rule{ladder()}})
	if _, err := referral.WhatIf(plan, other, nil); err == nil {
		t.Error("two currencies were compared")
	}
	if _, err := referral.WhatIf(plan, plan, []referral.Event{referral.Bind{}}); err == nil {
		t.Error("a broken event was replayed")
	}
}
