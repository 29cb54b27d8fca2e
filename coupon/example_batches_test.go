package coupon_test

import (
	"context"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// A welcome pack once per person, umbrellas at a stall as long as there are any,
// and a surprise of the boss in the group for half an hour.
func ExampleBatch() {
	now := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	desk, clock := deskOf(
		coupon.Batch{ID: "study-pack", Quota: coupon.Unlimited, PerUser: 1},
		coupon.Batch{ID: "umbrella@stall-0755", Quota: 1, PerUser: 1},
		coupon.Batch{ID: "boss-surprise", Quota: 50, PerUser: 1, Claim: siyu.Window{Start: now, End: now.Add(30 * time.Minute)}},
	)
	claim := func(batch coupon.BatchID, user siyu.UserID, key string) {
		r := get(desk.Claim(context.Background(), coupon.ClaimRequest{Batch: batch, User: user, Key: key}))
		fmt.Printf("%s %s %t %q\n", batch, user, r.OK(), r.Reason.Text(siyu.Chinese))
	}
	claim("study-pack", "li", "1")
	claim("study-pack", "li", "2")
	claim("umbrella@stall-0755", "li", "1")
	claim("umbrella@stall-0755", "wang", "1")
	claim("boss-surprise", "wang", "1")
	clock.Advance(30 * time.Minute)
	claim("boss-surprise", "zhao", "1")
	// Output:
	// study-pack li true ""
	// study-pack li false "已达每人限领数量"
	// umbrella@stall-0755 li true ""
	// umbrella@stall-0755 wang false "已领完"
	// boss-surprise wang true ""
	// boss-surprise zhao false "领取已结束"
}

// Winning back the lost with a coupon that is capped: one a month for each
// person and 200 a day for all; a refusal says until when.
func ExampleCap() {
	desk, clock := deskOf(coupon.Batch{ID: "win-back", Quota: 5000, ValidFor: 14 * 24 * time.Hour, Limits: []coupon.Cap{
		{Limit: 1, Per: coupon.PerMonth, EachUser: true, Zone: "Asia/Shanghai"}, {Limit: 200, Per: coupon.PerDay, Zone: "Asia/Shanghai"},
	}})
	for i := range 3 {
		r := get(desk.Claim(context.Background(), coupon.ClaimRequest{Batch: "win-back", User: "li", Key: fmt.Sprint(i)}))
		fmt.Println(clock.Now().Format(time.DateOnly), r.OK())
		if !r.OK() {
			fmt.Println(r.Reason.Text(siyu.English), "until", r.Until.Format(time.RFC3339))
		}
		clock.Advance(14 * 24 * time.Hour)
	}
	// Output:
	// 2026-03-04 true
	// 2026-03-18 false
	// the limit per person is reached until 2026-03-31T16:00:00Z
	// 2026-04-01 true
}

// A pack of rights sold to a company: three rights a head for the staff on its
// list, and never more packs than were paid for.
func ExampleService_ClaimMany() {
	desk, _ := deskOf(coupon.Batch{ID: "acme-2026", Quota: 3 * 2, Parts: []coupon.Part{
		{Promo: "lounge", ValidFor: 365 * 24 * time.Hour}, {Promo: "car wash", ValidFor: 90 * 24 * time.Hour}, {Promo: "check-up", ValidFor: 365 * 24 * time.Hour},
	}})
	given := get(desk.ClaimMany(context.Background(), coupon.ClaimManyRequest{Batch: "acme-2026", Users: []siyu.UserID{"li", "wang", "zhao"}, Key: "contract-7"}))
	for _, c := range given.Coupons {
		fmt.Println(c.User, c.Promo)
	}
	fmt.Println(given.Refused)
	// Output:
	// li lounge
	// li car wash
	// li check-up
	// wang lounge
	// wang car wash
	// wang check-up
	// map[zhao:sold_out]
}

// Flight-delay cover given to premium card holders: the event of a delay claims
// the payout once per flight, however often the event comes.
func ExampleService_Claim_flight() {
	desk, _ := deskOf(coupon.Batch{ID: "delay-payout", Promo: "200-yuan", Quota: coupon.Unlimited})
	for _, flight := range []string{"MU5101/2026-03-04", "MU5101/2026-03-04", "MU5102/2026-03-05"} {
		r := get(desk.Claim(context.Background(), coupon.ClaimRequest{Batch: "delay-payout", User: "li", Key: flight}))
		fmt.Println(flight, r.OK(), "again:", r.Replayed)
	}
	fmt.Println(get(desk.Batch(context.Background(), "delay-payout")).Claimed, "payouts")
	// Output:
	// MU5101/2026-03-04 true again: false
	// MU5101/2026-03-04 true again: true
	// MU5102/2026-03-05 true again: false
	// 2 payouts
}

// Points of one company for a voucher of another (积分互换): the miles are spent
// and the night claimed under the same exchange number, so a retry of both
// spends and gives once.
func ExampleStoredValue_points() {
	ctx := context.Background()
	desk, _ := deskOf(coupon.Batch{ID: "hotel-night", Quota: 10})
	if err := desk.SaveCode(ctx, coupon.StoredValue("MILES-LI", "li", 25_000)); err != nil {
		panic(err)
	}
	for _, exchange := range []string{"x1", "x1", "x2"} {
		const price = 20_000
		order := coupon.OrderID(exchange)
		miles := get(desk.Use(ctx, coupon.UseRequest{Code: "MILES-LI", User: "li", Order: order, Amount: price}))
		if miles.Granted < price { // not enough: put them back
			get(desk.Cancel(ctx, coupon.CancelRequest{Code: "MILES-LI", Order: order}))
			fmt.Println(exchange, "lacks", price-miles.Granted, "miles")
			continue
		}
		night := get(desk.Claim(ctx, coupon.ClaimRequest{Batch: "hotel-night", User: "li", Key: exchange}))
		fmt.Println(exchange, "for", miles.Granted, "miles:", night.Coupon.Batch)
	}
	left, _ := get(desk.Code(ctx, "MILES-LI")).Balance()
	fmt.Println(left, "miles left,", get(desk.Batch(ctx, "hotel-night")).Claimed, "night")
	// Output:
	// x1 for 20000 miles: hotel-night
	// x1 for 20000 miles: hotel-night
	// x2 lacks 15000 miles
	// 5000 miles left, 1 night
}

// 福利秒杀: a flash sale of three among a crowd; the stock is true, one each.
func ExampleFlash() {
	sale := get(coupon.NewFlash(3, 1000))
	for _, user := range []uint32{7, 7, 8, 9, 10} {
		fmt.Printf("%d %q left %d\n", user, sale.Claim(user), sale.Remaining())
	}
	// Output:
	// 7 "" left 2
	// 7 "user_limit" left 2
	// 8 "" left 1
	// 9 "" left 0
	// 10 "sold_out" left 0
}

// 入群抽iPhone: the odds are declared, the stock is true, and everybody can
// check the draw once the seed is published.
func ExampleDraw() {
	seed := coupon.Seed{1, 2, 3} // in earnest: coupon.NewSeed()
	prizes := []coupon.Prize{{ID: "iPhone", Stock: 1, PPM: 200_000}, {ID: "film ticket", Stock: 100, PPM: 400_000}}
	commitment := seed.Commitment() // published before
	draw := get(coupon.NewDraw(seed, "group 7", prizes))
	var published []string
	for range 8 {
		_, prize := draw.Ticket()
		published = append(published, prize)
	}
	fmt.Printf("%q\n", published)
	fmt.Println("iPhones left:", draw.Prizes()[0].Stock)
	fmt.Println("checked:", coupon.VerifyDraw(seed, commitment, "group 7", prizes, published))
	// Output:
	// ["" "film ticket" "film ticket" "iPhone" "film ticket" "" "" "film ticket"]
	// iPhones left: 0
	// checked: <nil>
}

// The red packet of a group's owner (拼手气红包): a random split that sums exactly.
func ExampleRedPacket() {
	shares := get(coupon.RedPacket(coupon.Seed{8, 8, 8}, "新年", 88_00, 6))
	fmt.Println(shares, get(siyu.Sum(shares...)))
	// Output: [2095 6 243 1107 2548 2801] 8800
}
