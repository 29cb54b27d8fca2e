package month

import (
	"context"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/examples/bank/study"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// order lets people buy for the first time.
func (m *Month) order(ctx context.Context) error {
	if err := m.begin(ctx, "first orders"); err != nil {
		return err
	}
	able := m.who(func(_ *study.Person, f *fact) bool { return !f.came.IsZero() })
	return m.each(ctx, "first orders", able, func(ctx context.Context, s *sqlstore.Store, l life) error {
		f := m.facts.of(l.person.ID)
		likely := 0.06
		switch {
		case !f.graduated.IsZero() && len(f.coupons) > 0:
			likely = 0.55
		case len(f.coupons) > 0:
			likely = 0.38
		case !f.graduated.IsZero():
			likely = 0.2
		}
		if !l.happens("buys", likely*min(1.3, l.warm())) {
			return nil
		}
		after := time.Duration(30+l.draw.pick(l.person.ID, "order after", 6*24*60)) * time.Minute
		m.clock.Set(later(later(on(12, 9, 0), f.graduated), f.claimed).Add(after))
		return m.buy(ctx, s, l, "first", f.coupons)
	})
}

// orderAgain lets a part of the buyers buy again, without a coupon.
func (m *Month) orderAgain(ctx context.Context) error {
	if err := m.begin(ctx, "second orders"); err != nil {
		return err
	}
	buyers := m.who(func(_ *study.Person, f *fact) bool { return len(f.orders) > 0 })
	return m.each(ctx, "second orders", buyers, func(ctx context.Context, s *sqlstore.Store, l life) error {
		if !l.happens("buys again", 0.27*l.warm()) {
			return nil
		}
		at := m.facts.of(l.person.ID).orders[0].at.Add(time.Duration(4+l.draw.pick(l.person.ID, "gap", 8)) * 24 * time.Hour)
		if !at.Before(Ends()) {
			return nil
		}
		m.clock.Set(at)
		return m.buy(ctx, s, l, "second", nil)
	})
}

// buy is one order: priced with the coupon that is held, which is locked while
// the order is unpaid, and redeemed in the transaction that keeps the order.
func (m *Month) buy(ctx context.Context, s *sqlstore.Store, l life, which string, held []coupon.CouponID) error {
	id := coupon.OrderID(fmt.Sprintf("%s/%s", l.person.ID, which))
	quote, rung, err := m.price(l, l.amount(which), held)
	if err != nil {
		return err
	}
	props := map[string]string{propOrder: string(id), propDiscount: quote.Discount.String(), propRung: fmt.Sprint(rung)}
	if rung >= 0 {
		paid, err := m.spend(ctx, s, l, id, held[0], quote.Discount)
		if err != nil || !paid {
			return err
		}
		props[propCoupon] = string(held[0])
	}
	gross, err := quote.Payable.Add(quote.Discount)
	if err != nil {
		return err
	}
	props[propGross] = gross.String()
	_, err = s.Events().Append(ctx, siyu.Event{
		ID: orderEvent(id), User: l.person.ID, Name: Order, At: m.clock.Now(), Value: quote.Payable,
		Channel: string(m.facts.of(l.person.ID).channel), Domain: siyu.Private, Props: props,
	})
	return err
}

// price quotes an investment with the coupon that is held, and says on which
// rung it is: -1 if it does not apply. Who is a little short of the threshold is
// told so, and half of them invest more.
func (m *Month) price(l life, amount siyu.Money, held []coupon.CouponID) (quote coupon.Quote, rung int, err error) {
	cart := fund(max(1, int64(amount/unit)), m)
	if len(held) > 0 {
		rung = m.rungOf(l.person.ID, held[0])
		if quote, err = quoters[rung].Quote(cart); err != nil {
			return quote, 0, err
		}
		if len(quote.Applied) == 0 && quote.Rejected[0].Gap <= yuan(4_000) && l.happens("tops up", 0.5) {
			cart.Lines[0].Quantity += int64((quote.Rejected[0].Gap + unit - 1) / unit)
			if quote, err = quoters[rung].Quote(cart); err != nil {
				return quote, 0, err
			}
		}
		if len(quote.Applied) > 0 {
			return quote, rung, nil
		}
	}
	quote, err = coupon.Evaluate(cart, nil, nil)
	return quote, -1, err
}

// spend locks the coupon for the order and redeems it when the order is paid.
// Some walk away before they pay, and the coupon is free again.
func (m *Month) spend(ctx context.Context, s *sqlstore.Store, l life, id coupon.OrderID, held coupon.CouponID, discount siyu.Money) (paid bool, err error) {
	coupons := coupon.New(s.Coupons(), &coupon.Options{Clock: m.clock})
	locked, err := coupons.Lock(ctx, coupon.LockRequest{Coupon: held, Order: id, User: l.person.ID})
	if err != nil {
		return false, err
	}
	if !locked.OK() {
		return false, fmt.Errorf("lock: %s", locked.Reason.Text(siyu.English))
	}
	if l.happens("walks away", 0.07) {
		_, err := coupons.Release(ctx, coupon.ReleaseRequest{Coupon: held, Order: id})
		return false, err
	}
	m.clock.Advance(6 * time.Minute)
	redeemed, err := coupons.Redeem(ctx, coupon.RedeemRequest{Coupon: held, Order: id, User: l.person.ID, Amount: discount})
	if err != nil {
		return false, err
	}
	if !redeemed.OK() {
		return false, fmt.Errorf("redeem: %s", redeemed.Reason.Text(siyu.English))
	}
	return true, nil
}

func (m *Month) rungOf(user siyu.UserID, id coupon.CouponID) int {
	for rung := range Ladder {
		if m.facts.of(user).batch[id] == BatchOf(rung) {
			return rung
		}
	}
	return 0
}

// takeBack refunds a part of the first orders, in part or whole. The customer
// keeps the discount on what he keeps.
func (m *Month) takeBack(ctx context.Context) error {
	if err := m.begin(ctx, "refunds"); err != nil {
		return err
	}
	buyers := m.who(func(_ *study.Person, f *fact) bool { return len(f.orders) > 0 })
	return m.each(ctx, "refunds", buyers, func(ctx context.Context, s *sqlstore.Store, l life) error {
		o := m.facts.of(l.person.ID).orders[0]
		if !l.happens("returns", 0.09) {
			return nil
		}
		m.clock.Set(o.at.Add(time.Duration(2+l.draw.pick(l.person.ID, "return day", 5)) * 24 * time.Hour))
		cart := fund(int64(o.gross/unit), m)
		quote, err := coupon.Evaluate(cart, nil, nil)
		if o.rung >= 0 {
			quote, err = quoters[o.rung].Quote(cart)
		}
		if err != nil {
			return err
		}
		sale, err := coupon.NewSale(cart, quote)
		if err != nil {
			return err
		}
		back := cart.Lines[0].Quantity
		if !l.happens("returns all", 0.4) {
			back = (back + 1) / 2
		}
		whole := back == cart.Lines[0].Quantity
		refund, err := sale.Keep(coupon.Return{"fund": back})
		if err != nil {
			return err
		}
		if o.rung >= 0 {
			coupons := coupon.New(s.Coupons(), &coupon.Options{Clock: m.clock})
			if _, err := coupons.Refund(ctx, coupon.RefundRequest{Coupon: o.coupon, Order: o.id, Full: whole, Key: "return"}); err != nil {
				return err
			}
		}
		_, err = s.Events().Append(ctx, siyu.Event{
			ID: siyu.EventID("return/" + string(o.id)), User: l.person.ID, Name: Return, At: m.clock.Now(), Value: refund.Total,
			Props: map[string]string{
				propOrder: string(o.id), propRung: fmt.Sprint(o.rung), propWhole: fmt.Sprint(whole), propOf: string(orderEvent(o.id)),
			},
		})
		return err
	})
}

// orderEvent is the id of the event of an order.
func orderEvent(id coupon.OrderID) siyu.EventID { return siyu.EventID("order/" + string(id)) }
