package memstore_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/referral/referraltest"
	"github.com/siyu-go/siyu/store/memstore"
)

func randomProgram(t *testing.T, seed uint64) *referral.Service {
	t.Helper()
	d := referraltest.Draw(rand.New(rand.NewPCG(seed, 2)).IntN)
	plan, err := d.Program().Compile()
	if err != nil {
		t.Fatal(err)
	}
	service, err := referral.New(memstore.New().Referrals(), "p", plan, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range d.Events(80) {
		if _, err := service.Do(t.Context(), e); err != nil && !isConflict(err) {
			t.Fatal(err)
		}
	}
	return service
}

func TestReferrals_verifySound(t *testing.T) {
	moved := 0
	for seed := range uint64(60) {
		audit, err := randomProgram(t, seed).Verify(t.Context())
		if err != nil || len(audit.Differences) > 0 {
			t.Fatalf("seed %d: %+v, %v", seed, audit, err)
		}
		moved += int(audit.Entries)
	}
	if moved == 0 {
		t.Error("no history moved money: this test sees nothing")
	}
}

// tampered shows a store whose rows or ledger somebody changed by hand.
type tampered struct {
	referral.Store
	person func(*referral.Person)
	entry  func(*referral.Entry) bool // false drops it
}

func (s tampered) People(ctx context.Context, p referral.ProgramID, after siyu.UserID) seqOf[referral.Person] {
	return func(yield func(referral.Person, error) bool) {
		for row, err := range s.Store.People(ctx, p, after) {
			if s.person != nil {
				s.person(&row)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

func (s tampered) Entries(ctx context.Context, p referral.ProgramID, person siyu.UserID, after referral.Place) seqOf[referral.Entry] {
	return func(yield func(referral.Entry, error) bool) {
		for e, err := range s.Store.Entries(ctx, p, person, after) {
			if s.entry != nil && !s.entry(&e) {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func TestReferrals_verifyFindsTampering(t *testing.T) {
	plan, err := referral.Program{
		Currency: siyu.CNY, Hold: referral.Day,
		Rules: []referral.Rule{{ID: "flat", To: referral.Inviter, Kind: referral.Flat, Amount: 1000}, {ID: "welcome", To: referral.Invitee, Kind: referral.Flat, Amount: 300}},
	}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	store := memstore.New().Referrals()
	service, _ := referral.New(store, "p", plan, nil)
	at := referraltest.Start
	for i := range 3 {
		invitee := siyu.UserID(fmt.Sprint("v", i))
		do(t, service, referral.Bind{Request: string(invitee), Invitee: invitee, Inviter: "A", At: at})
		do(t, service, referral.Qualify{Key: referral.Key(invitee), Invitee: invitee, At: at})
	}
	do(t, service, referral.Payout{Request: "pay", Person: "A", At: at.Add(48 * time.Hour)})
	do(t, service, referral.Refund{Key: "v1", RefundKey: "r", At: at.Add(50 * time.Hour)})
	for name, store := range map[string]tampered{
		"nothing":         {Store: store},
		"a balance":       {Store: store, person: func(p *referral.Person) { p.Balance++ }},
		"a bucket":        {Store: store, person: func(p *referral.Person) { p.Paid, p.Balance = p.Paid-1, p.Balance+1 }},
		"an amount":       {Store: store, entry: func(e *referral.Entry) bool { e.Amount++; return true }},
		"a sign":          {Store: store, entry: func(e *referral.Entry) bool { e.Amount = -e.Amount; return true }},
		"an entry":        {Store: store, entry: func(e *referral.Entry) bool { return e.Person != "v2" }},
		"a payout":        {Store: store, entry: func(e *referral.Entry) bool { return e.To != referral.Paid }},
		"whose it is":     {Store: store, entry: func(e *referral.Entry) bool { e.Person = "A"; return true }},
		"which order":     {Store: store, entry: func(e *referral.Entry) bool { e.Key = "v0"; return true }},
		"the first lines": {Store: store, entry: func(e *referral.Entry) bool { return e.Line > 0 }},
	} {
		service, _ := referral.New(store, "p", plan, nil)
		audit, err := service.Verify(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if sound := name == "nothing"; (len(audit.Differences) == 0) != sound {
			t.Errorf("tampering with %s: differences %+v", name, audit.Differences)
		}
	}
}

func TestReferrals_payoutBatch(t *testing.T) {
	plan, err := referral.Program{
		Currency: siyu.CNY, Rules: []referral.Rule{{ID: "flat", To: referral.Inviter, Kind: referral.Flat, Amount: 1000}},
	}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	service, _ := referral.New(memstore.New().Referrals(), "p", plan, nil)
	at := referraltest.Start
	invite := func(inviter, invitee siyu.UserID) {
		do(t, service, referral.Bind{Request: string(invitee), Invitee: invitee, Inviter: inviter, At: at})
		do(t, service, referral.Qualify{Key: referral.Key(invitee), Invitee: invitee, At: at})
	}
	invite("A", "a1")
	invite("A", "a2")
	invite("B", "b1")
	run := func(id string, least siyu.Money) (referral.BatchSummary, []referral.BatchLine) {
		sum, err := service.PayoutBatch(t.Context(), referral.Batch{ID: id, Min: least, At: at})
		if err != nil {
			t.Fatal(err)
		}
		var lines []referral.BatchLine
		for line, err := range service.BatchLines(t.Context(), id) {
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, line)
		}
		return sum, lines
	}
	sum, march := run("2026-03", 1500)
	if want := (referral.BatchSummary{People: 1, Paid: 2000}); sum != want || len(march) != 1 || march[0].Person != "A" || march[0].Amount != 2000 {
		t.Errorf("first run: %+v %+v, want %+v", sum, march, want)
	}
	invite("A", "a3") // earned between two runs of one batch: it waits for the next
	again, lines := run("2026-03", 500)
	if want := (referral.BatchSummary{People: 2, Paid: 3000}); again != want || len(lines) != 2 {
		t.Errorf("second run: %+v %+v, want %+v", again, lines, want)
	}
	if !reflect.DeepEqual(lines[0], march[0]) {
		t.Errorf("line changed from %+v to %+v", march[0], lines[0])
	}
	if sum, lines := run("2026-04", 0); sum.Paid != 1000 || len(lines) != 1 || lines[0].Person != "A" {
		t.Errorf("next batch: %+v %+v", sum, lines)
	}
}
