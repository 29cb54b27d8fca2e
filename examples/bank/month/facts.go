package month

import (
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/coupon"
)

// fact is what the event log says of one person's month.
type fact struct {
	reached   bool // by a message
	came      time.Time
	channel   campaign.Channel // that he came through
	joined    time.Time        // the group of his region
	graduated time.Time
	claimed   time.Time
	coupons   []coupon.CouponID
	batch     map[coupon.CouponID]coupon.BatchID
	orders    []order
}

// order is one order that a person paid.
type order struct {
	id       coupon.OrderID
	at       time.Time
	gross    siyu.Money
	discount siyu.Money
	coupon   coupon.CouponID
	rung     int // of the ladder, -1 without a coupon
}

type facts map[siyu.UserID]*fact

func (f facts) of(user siyu.UserID) *fact {
	if f[user] == nil {
		f[user] = &fact{batch: map[coupon.CouponID]coupon.BatchID{}}
	}
	return f[user]
}

// learn takes in one event.
func (f facts) learn(e siyu.Event) {
	switch e.Name {
	case Came:
		if p := f.of(e.User); p.came.IsZero() {
			p.came, p.channel = e.At, campaign.Channel(e.Channel)
		}
	case Sent:
		f.of(e.User).reached = true
	case Joined:
		f.of(e.User).joined = e.At
	case Taught:
		if e.Props[propMessage] == journey.Graduate {
			f.of(e.User).graduated = e.At
		}
	case Claimed:
		p, id := f.of(e.User), coupon.CouponID(e.Props[propCoupon])
		p.coupons, p.claimed = append(p.coupons, id), e.At
		p.batch[id] = coupon.BatchID(e.Props["batch"])
	case Order:
		p := f.of(e.User)
		p.orders = append(p.orders, order{
			id: coupon.OrderID(e.Props[propOrder]), at: e.At, coupon: coupon.CouponID(e.Props[propCoupon]),
			gross: siyu.Money(number(e.Props[propGross])), discount: siyu.Money(number(e.Props[propDiscount])),
			rung: number(e.Props[propRung]),
		})
	}
}

// number reads a property that the month itself wrote.
func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}
