package siyu_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
)

func ExampleMoney() {
	price := siyu.Money(199_00) // 199.00 yuan in fen
	three, _ := price.Times(3)
	off, _ := three.Rate(1500, siyu.HalfUp) // 8.5 折 is 15 % off
	pay, _ := three.Sub(off)
	fmt.Println(pay.Format(siyu.CNY))

	_, err := siyu.Money(1 << 62).Add(1 << 62)
	fmt.Println(errors.Is(err, siyu.ErrOverflow))
	// Output:
	// 507.45
	// true
}

func ExampleMoney_Split() {
	shares, _ := siyu.Money(100).Split(1, 1, 1) // one yuan for three
	fmt.Println(shares)
	// Output: [34 33 33]
}

func ExampleParseMoney() {
	m, err := siyu.ParseMoney("0.05", siyu.CNY)
	fmt.Println(m, err)
	_, err = siyu.ParseMoney("0.5", siyu.JPY)
	fmt.Println(err)
	// Output:
	// 5 <nil>
	// invalid amount: "0.5" is not an amount of JPY with at most 0 decimals
}

func ExampleRounding() {
	for _, mode := range []siyu.Rounding{siyu.HalfUp, siyu.HalfDown, siyu.HalfEven, siyu.Floor, siyu.Ceil} {
		m, _ := siyu.Money(250).Rate(100, mode) // 2.5 fen
		fmt.Println(mode, m)
	}
	// Output:
	// half_up 3
	// half_down 2
	// half_even 2
	// floor 2
	// ceil 3
}

func ExampleBPS() {
	fmt.Println(siyu.BPS(1500), siyu.BPS(5))
	// Output: 15% 0.05%
}

func ExampleCurrency() {
	for _, c := range []siyu.Currency{siyu.JPY, siyu.CNY, siyu.KWD} {
		digits, _ := c.Exponent()
		fmt.Println(c, digits, siyu.Money(12345).Format(c))
	}
	// Output:
	// JPY 0 12345
	// CNY 2 123.45
	// KWD 3 12.345
}

func ExampleEvent() {
	e := siyu.Event{
		ID: "order-81/paid", User: "c-1024", Name: "order.paid",
		At:    time.Date(2026, 1, 15, 4, 0, 0, 0, time.UTC),
		Value: 199_00, Channel: "wecom", Domain: siyu.Private,
		Props: map[string]string{"sku": "fund-A"},
	}
	data, _ := json.Marshal(e)
	fmt.Println(string(data))
	e.User = ""
	fmt.Println(e.Validate())
	// Output:
	// {"id":"order-81/paid","user":"c-1024","name":"order.paid","at":"2026-01-15T04:00:00Z","value":19900,"channel":"wecom","domain":"private","props":{"sku":"fund-A"}}
	// invalid user: is missing
}

func ExampleWindow() {
	sale := siyu.Window{
		Start: time.Date(2026, 11, 11, 0, 0, 0, 0, time.UTC),
		End:   time.Date(2026, 11, 12, 0, 0, 0, 0, time.UTC),
	}
	fmt.Println(sale.Contains(sale.Start), sale.Contains(sale.End))
	// Output: true false
}

func ExampleManualClock() {
	clock := siyu.NewManualClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	clock.Advance(36 * time.Hour)
	fmt.Println(clock.Now().Format(time.DateTime))
	// Output: 2026-01-02 12:00:00
}

func ExampleInvalidError() {
	err := siyu.Within("tiers[2]", siyu.Invalid("at", "must be above %d", 10_000))
	var invalid *siyu.InvalidError
	fmt.Println(errors.Is(err, siyu.ErrInvalid), errors.As(err, &invalid), invalid.Field)
	// Output: true true tiers[2].at
}

func ExampleText() {
	soldOut := siyu.Text{ZH: "已抢光", EN: "sold out"}
	fmt.Println(soldOut.In(siyu.Chinese), soldOut.In(siyu.English))
	// Output: 已抢光 sold out
}
