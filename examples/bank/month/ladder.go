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

// yuan is an amount of whole yuan.
func yuan(n int64) siyu.Money { return siyu.Money(n * 100) }

// Rung is one rung of the coupon ladder (阶梯满减): from so much on, so much off.
type Rung struct {
	From, Off siyu.Money
	Quota     int64
}

// Ladder is the ladder of the month. The last rung is scarce, and truly so.
var Ladder = []Rung{
	{From: yuan(10_000), Off: yuan(400), Quota: 1200},
	{From: yuan(50_000), Off: yuan(1_600), Quota: 260},
	{From: yuan(100_000), Off: yuan(2_800), Quota: 50},
}

// unit is what one unit of the fund costs.
var unit = yuan(1_000)

// BatchOf is the batch of coupons of a rung.
func BatchOf(rung int) coupon.BatchID { return coupon.BatchID(fmt.Sprintf("ladder-%d", rung+1)) }

func promoOf(rung int) coupon.Promo {
	r := Ladder[rung]
	return coupon.Promo{
		ID: coupon.PromoID(BatchOf(rung)), Currency: "CNY",
		Requires: coupon.Requires{MinSpend: r.From}, Benefit: coupon.AmountOff(r.Off),
	}
}

// quoters price a cart with the coupon of one rung.
var quoters = func() (all []*coupon.Quoter) {
	for rung := range Ladder {
		q, err := coupon.NewQuoter([]coupon.Promo{promoOf(rung)}, nil)
		if err != nil {
			panic(err) // the promos are written above
		}
		all = append(all, q)
	}
	return all
}()

// saveBatches offers the coupons of every rung.
func saveBatches(ctx context.Context, s *sqlstore.Store, clock siyu.Clock) error {
	coupons := coupon.New(s.Coupons(), &coupon.Options{Clock: clock})
	for rung, r := range Ladder {
		err := coupons.SaveBatch(ctx, coupon.Batch{
			ID: BatchOf(rung), Promo: coupon.PromoID(BatchOf(rung)), Quota: r.Quota, PerUser: 1,
			Claim: siyu.Window{Start: on(11, 0, 0), End: on(25, 0, 0)},
			Use:   siyu.Window{Start: on(11, 0, 0), End: Ends()},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fund is a cart of so many units of the fund.
func fund(units int64, m *Month) coupon.Cart {
	return coupon.Cart{Currency: "CNY", At: m.clock.Now(), Lines: []coupon.Line{{ID: "fund", UnitPrice: unit, Quantity: units}}}
}

// claim lets those who are in the course or came later claim the coupon of the
// rung that they have in mind; where it is sold out, that of the rung below.
func (m *Month) claim(ctx context.Context) error {
	if err := m.begin(ctx, "claim coupons"); err != nil {
		return err
	}
	want := m.who(func(_ *study.Person, f *fact) bool { return !f.came.IsZero() })
	return m.each(ctx, "claim coupons", want, func(ctx context.Context, s *sqlstore.Store, l life) error {
		interest := 0.3
		f := m.facts.of(l.person.ID)
		from := on(11, 9, 0)
		if !f.graduated.IsZero() {
			interest, from = 0.72, later(from, f.graduated)
		}
		if !l.happens("claims", interest) {
			return nil
		}
		m.clock.Set(from.Add(time.Duration(l.draw.pick(l.person.ID, "claim after", 8*24*60)) * time.Minute))
		coupons := coupon.New(s.Coupons(), &coupon.Options{Clock: m.clock})
		for rung := rungFor(l.amount("first")); rung >= 0; rung-- {
			result, err := coupons.Claim(ctx, coupon.ClaimRequest{Batch: BatchOf(rung), User: l.person.ID, Key: "march"})
			if err != nil || result.OK() {
				return err
			}
		}
		return nil
	})
}

// rungFor is the rung that an amount reaches, or hopes to.
func rungFor(amount siyu.Money) int {
	rung := 0
	for i, r := range Ladder {
		if amount >= r.From {
			rung = i
		}
	}
	return rung
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
