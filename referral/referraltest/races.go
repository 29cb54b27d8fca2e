package referraltest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// together runs n functions at once and returns their first error.
func together(n int, run func(i int) error) error {
	var (
		group sync.WaitGroup
		errs  = make([]error, n)
	)
	for i := range n {
		group.Go(func() { errs[i] = run(i) })
	}
	group.Wait()
	return errors.Join(errs...)
}

func flatPlan(caps referral.Caps) (*referral.Plan, error) {
	return referral.Program{
		Currency: siyu.CNY,
		Rules:    []referral.Rule{{ID: "flat", To: referral.Inviter, Kind: referral.Flat, Amount: 100}}, Caps: caps,
	}.Compile()
}

func manyAtOnce(ctx context.Context, b Backend) error {
	const many = 40
	err := together(many, func(i int) error {
		_, _, err := b.Referrals().Step(ctx, program, call(fmt.Sprint(i), ""), func(v referral.View) (referral.Change, error) {
			totals, err := v.Totals()
			if err != nil {
				return referral.Change{}, err
			}
			totals.Seq++
			t, err := v.Tally("A", "s")
			t.N++
			return referral.Change{Result: referral.Result{Outcome: referral.OK}, Totals: totals, Tallies: []referral.Tally{{Person: "A", Series: "s", N: t.N}}}, err
		})
		return err
	})
	if err != nil {
		return err
	}
	return b.Referrals().View(ctx, program, func(v referral.View) error {
		totals, err := v.Totals()
		if err != nil {
			return err
		}
		t, err := v.Tally("A", "s")
		if err == nil && (totals.Seq != many || t.N != many) {
			return fmt.Errorf("%d steps at once left sequence %d and tally %d", many, totals.Seq, t.N)
		}
		return err
	})
}

func noCircle(ctx context.Context, b Backend) error {
	const ring = 12
	plan, err := flatPlan(referral.Caps{})
	if err != nil {
		return err
	}
	service, err := referral.New(b.Referrals(), program, plan, nil)
	if err != nil {
		return err
	}
	id := func(i int) siyu.UserID { return siyu.UserID(fmt.Sprintf("p%02d", i%ring)) }
	results := make([]referral.Result, ring)
	err = together(ring, func(i int) (err error) {
		results[i], err = service.Bind(ctx, referral.Bind{Request: fmt.Sprint(i), Invitee: id(i), Inviter: id(i + 1), At: Start})
		return err
	})
	if err != nil {
		return err
	}
	refused := 0
	for _, r := range results {
		if r.Reason == referral.Cycle {
			refused++
		}
	}
	if refused != 1 {
		return fmt.Errorf("%d of %d binds around a ring were refused, want 1", refused, ring)
	}
	return nil
}

func neverOverBudget(ctx context.Context, b Backend) error {
	const many, budget = 30, 1250
	plan, err := flatPlan(referral.Caps{Budget: new(siyu.Money(budget))})
	if err != nil {
		return err
	}
	service, err := referral.New(b.Referrals(), program, plan, nil)
	if err != nil {
		return err
	}
	err = together(many, func(i int) error {
		invitee := siyu.UserID(fmt.Sprintf("v%d", i))
		if _, err := service.Bind(ctx, referral.Bind{Request: string(invitee), Invitee: invitee, Inviter: "A", At: Start}); err != nil {
			return err
		}
		_, err := service.Qualify(ctx, referral.Qualify{Key: referral.Key(invitee), Invitee: invitee, At: Start})
		return err
	})
	if err != nil {
		return err
	}
	statement, err := service.Statement(ctx, "A", Start)
	if err != nil {
		return err
	}
	totals, err := service.Totals(ctx)
	if err == nil && (statement.Balance != budget || totals.Net != budget || statement.Count != many) {
		return fmt.Errorf("a budget of %d left %+v and net %d", budget, statement, totals.Net)
	}
	return err
}

func oneKeyAtOnce(ctx context.Context, b Backend) error {
	plan, err := flatPlan(referral.Caps{})
	if err != nil {
		return err
	}
	service, err := referral.New(b.Referrals(), program, plan, nil)
	if err != nil {
		return err
	}
	if _, err := service.Bind(ctx, referral.Bind{Request: "b", Invitee: "v", Inviter: "A", At: Start}); err != nil {
		return err
	}
	results := make([]referral.Result, 8)
	err = together(len(results), func(i int) (err error) {
		results[i], err = service.Qualify(ctx, referral.Qualify{Key: "o", Invitee: "v", At: Start})
		return err
	})
	for _, r := range results {
		if err == nil && !reflect.DeepEqual(r, results[0]) {
			return fmt.Errorf("answers differ: %+v and %+v", r, results[0])
		}
	}
	if err != nil {
		return err
	}
	statement, err := service.Statement(ctx, "A", Start)
	if err == nil && statement.Net != 100 {
		return fmt.Errorf("one key sent at once earned %d, want 100", statement.Net)
	}
	return err
}
