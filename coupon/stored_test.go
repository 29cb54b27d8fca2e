package coupon_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestStoredValue(t *testing.T) {
	d, ctx := newDesk(t, coupon.Terms{}), t.Context()
	d.code(coupon.StoredValue("CARD", "ada", 100))
	use := func(user siyu.UserID, order coupon.OrderID, amount siyu.Money) (coupon.Grant, error) {
		return d.Use(ctx, coupon.UseRequest{Code: "CARD", User: user, Order: order, Amount: amount})
	}
	repay := func(order coupon.OrderID, keep siyu.Money) (coupon.Grant, error) {
		return d.Repay(ctx, coupon.RepayRequest{Code: "CARD", Order: order, Keep: keep})
	}
	cancel := func(order coupon.OrderID) (coupon.Grant, error) {
		return d.Cancel(ctx, coupon.CancelRequest{Code: "CARD", Order: order})
	}
	for _, step := range []struct {
		what    string
		do      func() (coupon.Grant, error)
		want    coupon.Grant
		balance siyu.Money
	}{
		{"a thief", func() (coupon.Grant, error) { return use("bob", "o0", 1) }, coupon.Grant{Reason: coupon.WrongOwner}, 100},
		{"part of it", func() (coupon.Grant, error) { return use("ada", "o1", 70) }, coupon.Grant{Granted: 70}, 30},
		{"again", func() (coupon.Grant, error) { return use("ada", "o1", 70) }, coupon.Grant{Granted: 70, Replayed: true}, 30},
		{"what is left", func() (coupon.Grant, error) { return use("ada", "o2", 50) }, coupon.Grant{Granted: 30}, 0},
		{"used up", func() (coupon.Grant, error) { return use("ada", "o3", 1) }, coupon.Grant{Reason: coupon.BudgetSpent}, 0},
		{"goods come back", func() (coupon.Grant, error) { return repay("o1", 45) }, coupon.Grant{Granted: 45}, 25},
		{"told again", func() (coupon.Grant, error) { return repay("o1", 45) }, coupon.Grant{Granted: 45, Replayed: true}, 25},
		{"more come back", func() (coupon.Grant, error) { return repay("o1", 20) }, coupon.Grant{Granted: 20}, 50},
		{"the first told late", func() (coupon.Grant, error) { return repay("o1", 45) }, coupon.Grant{Granted: 20, Replayed: true}, 50},
		{"all comes back", func() (coupon.Grant, error) { return repay("o1", 0) }, coupon.Grant{}, 70},
		{"the order asked late takes nothing", func() (coupon.Grant, error) { return use("ada", "o1", 70) }, coupon.Grant{Replayed: true}, 70},
		{"an order that is cancelled", func() (coupon.Grant, error) { return cancel("o2") }, coupon.Grant{Granted: 30}, 100},
		{"and repaid", func() (coupon.Grant, error) { return repay("o2", 0) }, coupon.Grant{Reason: coupon.Unknown}, 100},
		{"an unknown order", func() (coupon.Grant, error) { return repay("o9", 0) }, coupon.Grant{Reason: coupon.Unknown}, 100},
	} {
		got, err := step.do()
		if err != nil {
			t.Fatal(step.what, err)
		}
		state, err := d.Service.Code(ctx, "CARD")
		if err != nil {
			t.Fatal(err)
		}
		if left, limited := state.Balance(); got != step.want || left != step.balance || !limited {
			t.Errorf("%s: %+v, balance %d; want %+v, %d", step.what, got, left, step.want, step.balance)
		}
	}
	if _, err := repay("o1", -1); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("negative: %v", err)
	}
}

// Whatever the order of payments and returns, the balance and what orders keep
// come to the value, and no order pays more than it asked for.
func TestStoredValue_keepsItsSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, desk := context.Background(), coupon.New(memstore.New().Coupons(), &coupon.Options{Clock: siyu.NewManualClock(noon)})
		card := coupon.StoredValue("CARD", "", 1000)
		card.Budget.Caps = []coupon.Cap{{Limit: 700, Per: coupon.PerDay}}
		if err := desk.SaveCode(ctx, card); err != nil {
			t.Fatal(err)
		}
		kept := map[coupon.OrderID]siyu.Money{}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			order := coupon.OrderID(fmt.Sprint(rapid.IntRange(1, 4).Draw(t, "order")))
			amount := siyu.Money(rapid.Int64Range(0, 500).Draw(t, "amount"))
			var g coupon.Grant
			var err error
			if rapid.Bool().Draw(t, "pay") {
				g, err = desk.Use(ctx, coupon.UseRequest{Code: "CARD", User: "u", Order: order, Amount: amount})
			} else {
				g, err = desk.Repay(ctx, coupon.RepayRequest{Code: "CARD", Order: order, Keep: amount})
			}
			if err != nil {
				t.Fatal(err)
			}
			if g.OK() {
				kept[order] = g.Granted
			}
			state, err := desk.Code(ctx, "CARD")
			if err != nil {
				t.Fatal(err)
			}
			sum := siyu.Money(0)
			for _, k := range kept {
				sum += k
			}
			if left, _ := state.Balance(); left+sum != 1000 || sum > 700 {
				t.Fatalf("balance %d and %d kept of 1000", left, sum)
			}
		}
	})
}

// A gift card pays what the discounts left, until it is used up.
func ExampleStoredValue() {
	ctx := context.Background()
	desk := coupon.New(memstore.New().Coupons(), &coupon.Options{Clock: siyu.NewManualClock(noon)})
	if err := desk.SaveCode(ctx, coupon.StoredValue("GIFT-1", "ada", 100_00)); err != nil {
		fmt.Println(err)
		return
	}
	for _, order := range []struct {
		id      coupon.OrderID
		payable siyu.Money // of its quote
	}{{"o1", 70_00}, {"o2", 50_00}} {
		grant, err := desk.Use(ctx, coupon.UseRequest{Code: "gift-1", User: "ada", Order: order.id, Amount: order.payable})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(order.id, "card", grant.Granted.Format(siyu.CNY), "cash", (order.payable - grant.Granted).Format(siyu.CNY))
	}
	back, err := desk.Repay(ctx, coupon.RepayRequest{Code: "gift-1", Order: "o1", Keep: 30_00})
	if err != nil {
		fmt.Println(err)
		return
	}
	card, err := desk.Code(ctx, "gift-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	left, _ := card.Balance()
	fmt.Println("o1 keeps", back.Granted.Format(siyu.CNY), "balance", left.Format(siyu.CNY))
	// Output:
	// o1 card 70.00 cash 0.00
	// o2 card 30.00 cash 20.00
	// o1 keeps 30.00 balance 40.00
}
