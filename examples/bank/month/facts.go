package month

import (
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/coupon"
)

// The events that the bank itself writes into the log, beside the library's.
const (
	Came    = "bank.came"    // a customer answered a message; Channel says through which
	CheckIn = "bank.checkin" // on a day of the course; day
	Order   = "bank.order"   // paid; Value is what was paid
	Return  = "bank.return"  // of a part or the whole of an order; Value is what was given back
)

// Properties of the bank's events.
const (
	propDay      = "day"
	propOrder    = "order"
	propGross    = "gross"    // fen before the discount
	propDiscount = "discount" // fen
	propRung     = "rung"
	propWhole    = "whole" // the whole order came back
)

// fact is what the event log says of one person's month.
type fact struct {
	came      time.Time
	channel   campaign.Channel
	days      map[int]bool // of the course, checked in
	adviser   string
	group     string
	graduated bool
	coupons   []coupon.CouponID // claimed
	batch     map[coupon.CouponID]coupon.BatchID
	orders    []order
	invited   int
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
		f[user] = &fact{days: map[int]bool{}, batch: map[coupon.CouponID]coupon.BatchID{}}
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
	case CheckIn:
		f.of(e.User).days[number(e.Props[propDay])] = true
	case "coupon.claimed":
		p, id := f.of(e.User), coupon.CouponID(e.Props["coupon"])
		p.coupons = append(p.coupons, id)
		p.batch[id] = coupon.BatchID(e.Props["batch"])
	case Order:
		p := f.of(e.User)
		p.orders = append(p.orders, order{
			id: coupon.OrderID(e.Props[propOrder]), at: e.At, coupon: coupon.CouponID(e.Props["coupon"]),
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
